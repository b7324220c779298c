// Saving while writing: what htmx does not say by itself.
(() => {
  "use strict";
  const dirty = new Set();

  function state(form) {
    return form.querySelector(".tulis-keadaan");
  }

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form.tulis");
    if (!form) return;
    dirty.add(form);
    state(form).textContent = "Belum tersimpan …";
  });

  // A conflict and a text that is too long are answers to be read, not failures.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form.tulis");
    if (!form) return;
    const xhr = event.detail.xhr;
    if (xhr.status === 200 && !xhr.responseURL.includes("/masuk/")) dirty.delete(form);
    else if (![409, 422].includes(xhr.status)) {
      state(form).textContent =
        "Belum tersimpan: sambungan putus atau sesi berakhir. Tulisan tetap di halaman ini; tekan Simpan untuk mencoba lagi.";
    }
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-muat]")) return;
    event.preventDefault();
    dirty.clear();
    window.location.reload();
  });

  window.addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });
})();
