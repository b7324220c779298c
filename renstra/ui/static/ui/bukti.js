/* Says before sending which files are too large, and while sending that it takes time. Without it the server says the same. */
(() => {
  "use strict";

  const words = (bytes) =>
    bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toLocaleString("id-ID", { maximumFractionDigits: 1 })} MB`;

  for (const form of document.querySelectorAll("form[data-batas]")) {
    const box = form.querySelector("input[type=file]");
    const news = form.querySelector(".bk-warta");
    const button = form.querySelector("button[type=submit]");
    const limit = Number(form.dataset.batas);
    const tooLarge = () => [...box.files].filter((file) => file.size > limit);
    const total = () => words([...box.files].reduce((sum, file) => sum + file.size, 0));

    const tell = () => {
      const large = tooLarge();
      news.classList.toggle("bk-terlalu", large.length > 0);
      if (large.length) {
        news.textContent = `Terlalu besar, paling besar ${words(limit)} per berkas: ${large.map((file) => `${file.name} (${words(file.size)})`).join(", ")}.`;
      } else {
        news.textContent = box.files.length ? `${box.files.length} berkas dipilih, ${total()}.` : "";
      }
      return large.length === 0;
    };

    box.addEventListener("change", tell);
    form.addEventListener("submit", (event) => {
      if (!tell()) {
        event.preventDefault();
        box.focus();
        return;
      }
      if (box.files.length) news.textContent = `Mengunggah ${total()}… biarkan halaman ini terbuka.`;
      button.disabled = true; // a second click would send everything again
    });
    window.addEventListener("pageshow", () => {
      button.disabled = false;
    });
  }
})();
