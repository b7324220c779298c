// Opens the explanation behind a figure in place. Without script the link leads to the page of the same content.
(() => {
  "use strict";
  let dialog;

  function frame() {
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "kenapa-jendela";
    dialog.setAttribute("aria-labelledby", "kenapa-judul");
    const form = document.createElement("form");
    form.method = "dialog";
    const title = document.createElement("h2");
    title.id = "kenapa-judul";
    title.textContent = "Kenapa angka ini?";
    const close = document.createElement("button");
    close.textContent = "Tutup";
    close.className = "tombol";
    form.append(title, close);
    const body = document.createElement("div");
    body.className = "kenapa-isi";
    body.tabIndex = 0;
    dialog.append(form, body);
    document.body.append(dialog);
    return dialog;
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.kenapa");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const text = await answer.text();
      const window_ = frame();
      window_.querySelector(".kenapa-isi").innerHTML = text;
      window_.showModal();
    } catch {
      window.location.assign(link.href);
    }
  });
})();
