/* Says how many rows hold typing that is not saved, and warns before the page is left with it. */
(() => {
  "use strict";

  const form = document.getElementById("kas");
  const warta = document.getElementById("kas-warta");
  let sending = false;

  // After a refusal the page comes back with what was typed; what is stored then stands beside it.
  const dirty = (input) => input.value.trim() !== (input.dataset.tersimpan ?? input.defaultValue);
  const unsaved = () => new Set([...form.querySelectorAll("tbody input[type=text]")].filter(dirty).map((input) => input.closest("tbody"))).size;

  function draw() {
    const count = unsaved();
    warta.textContent = count ? `${count} baris belum tersimpan` : "";
  }

  form.addEventListener("input", draw);
  form.addEventListener("submit", () => (sending = true));
  window.addEventListener("pageshow", () => {
    sending = false;
    draw();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && unsaved()) event.preventDefault();
  });
})();
