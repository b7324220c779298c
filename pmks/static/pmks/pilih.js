/* Each tick on the list is kept as it is made, so that turning the page loses none. Without it a button does the same. */
(() => {
  "use strict";
  const form = document.getElementById("pm-pilih");
  const count = document.getElementById("pm-terpilih");
  if (!form || !count) return;
  const bar = count.closest(".pm-terpilih");
  for (const button of form.querySelectorAll(".pm-tanpa-skrip")) button.hidden = true;
  let last = Promise.resolve();

  async function keep() {
    const body = new FormData(form);
    body.set("aksi", "catat");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok || answer.redirected) return;
      count.textContent = await answer.text();
      bar.classList.toggle("pm-ada", count.textContent !== "0");
    } catch {
      // No connection: the buttons of the form send the same ticks again.
    }
  }

  form.addEventListener("change", ({ target }) => {
    // One after the other, so that an older set of ticks never arrives last.
    if (target.name === "orang") last = last.then(keep);
  });
  form.addEventListener("click", (event) => {
    if (event.target.value !== "semua") return;
    event.preventDefault();
    for (const box of form.querySelectorAll("input[name=orang]")) box.checked = true;
    last = last.then(keep);
  });
})();
