/* People who may be the one being typed in. A look-up that is overtaken, or left behind by saving, ends without a word. */
(() => {
  "use strict";
  const box = document.getElementById("pm-mirip");
  const form = document.getElementById("pm-borang");
  if (!box || !form) return;
  const WATCHED = ["nama", "tanggal_lahir", "desa", "nik"];
  const PAUSE = 500;
  let waiting = 0;
  let running = null;

  function stop() {
    clearTimeout(waiting);
    running?.abort();
  }

  async function look() {
    stop();
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await fetch(box.dataset.periksa, { method: "POST", body: new FormData(form), signal });
      if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
    } catch {
      // Overtaken, or no connection: saving looks again.
    }
  }

  form.addEventListener("input", ({ target }) => {
    // A NIK tells nothing before its last digit, and is looked up as soon as that is typed.
    const whole = target.name === "nik" && target.value.replace(/\D/g, "").length === 16;
    if (target.name !== "nama" && !whole) return;
    stop();
    waiting = setTimeout(look, PAUSE);
  });
  form.addEventListener("change", ({ target }) => {
    if (WATCHED.includes(target.name)) look();
  });
  form.addEventListener("submit", stop);
})();
