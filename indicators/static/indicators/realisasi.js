/* The entry page: keyboard, saving a row when it is left, and nothing typed is lost.
   Without this script every row is a plain form; the server decides everything either way. */
(() => {
  "use strict";

  const root = document.getElementById("realisasi");
  if (!root || !("mengisi" in root.dataset) || !window.htmx) return;
  document.documentElement.classList.add("rl-js");

  Object.assign(htmx.config, {
    includeIndicatorStyles: false, // an inline style sheet, which the CSP refuses
    allowEval: false,
    attributesToSettle: [], // would put old classes back on a fresh row for a moment
    // The fresh form is bound at once; a submit in a gap would be a plain one and reload the page.
    defaultSettleDelay: 0,
    timeout: 20000,
  });

  const RETRY_EVERY = 8000;
  const UNFINISHED = new Set(["kosong", "sebagian", "alasan", "gagal", "bentrok", "putus", "ketik"]);
  const sending = new Map(); // row id → { sent: Map of cell values, again: boolean }
  const drawn = new WeakMap(); // row → the state the server drew it with
  const warta = document.getElementById("warta");
  const spanduk = document.getElementById("spanduk");
  let signedOut = false;
  let swapping = false; // a focused cell that is replaced loses focus without anybody having left it

  const rows = () => [...root.querySelectorAll("tbody.rl-isian")];
  const rowOf = (element) => element.closest && element.closest("tbody.rl-isian");
  const formOf = (row) => row.querySelector("form");
  const cells = (row) => {
    const form = formOf(row);
    return form ? [...form.elements].filter((item) => item.matches("input.rl-isi, textarea, select")) : [];
  };
  const original = (cell) =>
    cell.tagName === "SELECT" ? ([...cell.options].find((item) => item.defaultSelected) || cell.options[0]).value : cell.defaultValue;
  const changed = (row) => cells(row).some((cell) => cell.value !== original(cell));
  const pending = (row) => changed(row) || "belum" in row.dataset || sending.has(row.id);

  function say(text) {
    warta.textContent = text;
  }

  function mark(row, state, words) {
    if (!drawn.has(row)) drawn.set(row, [row.dataset.keadaan, row.querySelector(".rl-kata").textContent]);
    row.dataset.keadaan = state;
    row.querySelector(".rl-kata").textContent = words;
  }

  function unmark(row) {
    const was = drawn.get(row);
    if (was) mark(row, ...was);
  }

  function unfold(row, open) {
    const line = row.querySelector(".rl-rincian");
    const button = row.querySelector(".rl-buka");
    if (!line || !button) return;
    line.classList.toggle("rl-terbuka", open);
    button.setAttribute("aria-expanded", String(open));
  }

  // --- Saving -------------------------------------------------------------

  function save(row, { force = false } = {}) {
    const busy = sending.get(row.id);
    if (busy) {
      busy.again = true;
      return;
    }
    if ("bentrok" in row.dataset) return; // only a decision passes over another person's value
    if (force || changed(row)) formOf(row).requestSubmit();
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = rowOf(event.detail.elt);
    if (!row) return;
    sending.set(row.id, { sent: new Map(cells(row).map((cell) => [cell.name, cell.value])), again: false });
    // The button goes away now; somebody who pressed it by key stays in the row.
    if (document.activeElement?.matches(".rl-simpan:focus-visible")) row.querySelector("input.rl-isi")?.focus();
    mark(row, "kirim", "menyimpan…");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const row = rowOf(requestConfig.elt);
    if (!row) return;
    if (!xhr.getResponseHeader("X-Baris")) {
      event.detail.shouldSwap = false;
      refused(row, xhr);
      return;
    }
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    signedOut = false;
    spanduk.hidden = true;
    const busy = sending.get(row.id);
    const since = busy ? cells(row).filter((cell) => cell.value !== busy.sent.get(cell.name)) : [];
    const active = row.contains(document.activeElement) ? document.activeElement : null;
    xhr.baris = {
      id: row.id,
      since: since.map((cell) => [cell.name, cell.value]),
      again: Boolean(busy && busy.again),
      open: row.querySelector(".rl-rincian")?.classList.contains("rl-terbuka"),
      active: active && active.id,
      caret: active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null,
    };
    sending.delete(row.id);
    swapping = true;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const kept = event.detail.xhr && event.detail.xhr.baris;
    if (!kept || event.target.id !== kept.id) return; // the progress and the sums settle before the row
    delete event.detail.xhr.baris;
    swapping = false;
    const row = document.getElementById(kept.id);
    if (kept.open) unfold(row, true);
    for (const [name, value] of kept.since) {
      const cell = cells(row).find((item) => item.name === name);
      if (cell) cell.value = value;
    }
    if (changed(row)) mark(row, "ketik", "belum tersimpan");
    const active = kept.active && document.getElementById(kept.active);
    if (active && active !== document.activeElement && row.contains(active)) active.focus();
    if (active && kept.caret && kept.since.length && "setSelectionRange" in active) active.setSelectionRange(...kept.caret);
    say(row.dataset.warta || "");
    if (changed(row) && (kept.again || !row.contains(document.activeElement))) save(row);
    retryRest();
  });

  // --- When it does not arrive ----------------------------------------------

  function failed(row, words, { again }) {
    sending.delete(row.id);
    row.dataset.belum = "";
    if (again) row.dataset.ulang = "";
    else delete row.dataset.ulang;
    mark(row, "putus", words);
    const button = row.querySelector(".rl-simpan");
    if (button) button.textContent = "Coba lagi";
    say(`${row.querySelector(".kode").textContent.trim()} ${words}. Ketikan Anda tetap di baris ini.`);
  }

  function refused(row, xhr) {
    const landed = new URL(xhr.responseURL || location.href, location.href).pathname;
    if (xhr.status === 401 || landed === root.dataset.masuk) {
      failed(row, "belum tersimpan, sesi berakhir", { again: true });
      askToSignIn();
    } else if (xhr.status === 403 && !row.dataset.segar) {
      // After signing in again in another tab the page's CSRF token is stale: fetch a fresh one, once.
      row.dataset.segar = "1";
      failed(row, "belum tersimpan, mencoba lagi", { again: false });
      renew().then((fine) => fine && save(row, { force: true }));
    } else if (xhr.status >= 500) {
      failed(row, "belum tersimpan, gangguan di server", { again: xhr.status > 500 });
    } else {
      failed(row, `belum tersimpan, ditolak server (${xhr.status})`, { again: false });
    }
  }

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const row = rowOf(event.detail.requestConfig?.elt || event.detail.elt);
      if (row) failed(row, "belum tersimpan, tidak ada sambungan", { again: true });
    });
  }

  function askToSignIn() {
    if (signedOut) return;
    signedOut = true;
    const link = document.createElement("a");
    link.href = `${root.dataset.masuk}?next=${encodeURIComponent(location.pathname)}`;
    link.target = "_blank";
    link.rel = "opener";
    link.textContent = "Masuk lagi di tab baru";
    spanduk.replaceChildren("Sesi Anda berakhir. Ketikan tetap di halaman ini: jangan ditutup. ", link, ", lalu kembali ke sini; baris akan disimpan sendiri.");
    spanduk.hidden = false;
  }

  /* A fresh CSRF token from the page itself; asks to sign in when that is what is missing. */
  async function renew() {
    try {
      const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
      if (new URL(answer.url).pathname === root.dataset.masuk) {
        for (const row of rows()) if ("belum" in row.dataset && !("bentrok" in row.dataset)) row.dataset.ulang = "";
        askToSignIn();
        return false;
      }
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector("#realisasi input[name=csrfmiddlewaretoken]");
      if (!token) return false;
      for (const item of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) item.value = token.value;
      return true;
    } catch {
      return false;
    }
  }

  const unsent = () => rows().filter((row) => "ulang" in row.dataset && !sending.has(row.id));

  async function retry() {
    const waiting = unsent();
    if (!waiting.length) return;
    if (signedOut && !(await renew())) return;
    signedOut = false;
    spanduk.hidden = true;
    // One first: when it arrives, the answer brings the others along.
    save(waiting[0], { force: true });
  }

  function retryRest() {
    for (const row of unsent()) save(row, { force: true });
  }

  window.addEventListener("online", retry);
  window.addEventListener("focus", () => signedOut && retry());
  document.addEventListener("visibilitychange", () => !document.hidden && signedOut && retry());
  setInterval(() => navigator.onLine && retry(), RETRY_EVERY);

  window.addEventListener("beforeunload", (event) => {
    if (rows().some(pending)) event.preventDefault();
  });

  // --- Typing and moving ------------------------------------------------------

  root.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (!row || !event.target.form) return;
    if (changed(row)) mark(row, "ketik", "belum tersimpan");
    else unmark(row);
  });

  /* Several cells in one would become a wrong number ("10 20 30" without its spaces is 102030). */
  root.addEventListener("paste", (event) => {
    const cell = event.target;
    const text = event.clipboardData && event.clipboardData.getData("text/plain").trim();
    const count = text ? text.split(/[\t\r\n]+/).length : 0;
    if (!cell.matches("input.rl-isi") || count < 2) return;
    event.preventDefault();
    refuse(cell, `Yang ditempel berisi ${count} sel; tempel satu sel saja.`);
  });

  function refuse(cell, words) {
    const note = document.createElement("p");
    note.className = "rl-galat";
    note.textContent = words;
    cell.after(note);
    say(words);
    for (const name of ["input", "blur"]) cell.addEventListener(name, () => note.remove(), { once: true });
  }

  root.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    // While an answer is awaited it is decided when it comes, by where the person is then.
    if (!row || swapping || sending.has(row.id)) return;
    if (!(event.relatedTarget && row.contains(event.relatedTarget))) save(row);
  });

  root.addEventListener("click", (event) => {
    const button = event.target.closest(".rl-buka");
    if (button) {
      unfold(rowOf(button), button.getAttribute("aria-expanded") !== "true");
    } else if (event.target.closest("#berikut")) {
      event.preventDefault();
      toUnfinished(null);
    }
  });

  function goTo(cell) {
    if (!cell) return false;
    cell.focus();
    if (cell.select) cell.select();
    return true;
  }

  function step(cell, by) {
    const column = [...root.querySelectorAll(`input.rl-isi[data-kol="${cell.dataset.kol}"]`)];
    const found = goTo(column[column.indexOf(cell) + by]);
    if (!found) say(by > 0 ? "Ini baris terakhir kolom ini." : "Ini baris pertama kolom ini.");
    return found;
  }

  function wanted(row) {
    const [first] = [
      row.querySelector("[aria-invalid=true]"),
      row.querySelector(".rl-bentrok input, .rl-bentrok button"),
      row.dataset.keadaan === "alasan" ? row.querySelector("textarea[name=alasan_lebih_pagu]") : null,
      cells(row).find((cell) => cell.matches("input.rl-isi") && !cell.value),
      row.querySelector("input.rl-isi"),
    ].filter(Boolean);
    return first;
  }

  function toUnfinished(from) {
    const all = rows();
    const start = from ? all.indexOf(from) + 1 : 0;
    const next = [...all.slice(start), ...all.slice(0, start)].find(
      (row) => row !== from && UNFINISHED.has(row.dataset.keadaan) && ("hitung" in row.dataset || pending(row)),
    );
    if (!next) {
      say("Tidak ada baris lain yang belum lengkap.");
      return;
    }
    const cell = wanted(next);
    if (cell && cell.closest(".rl-rincian")) unfold(next, true);
    goTo(cell);
  }

  function inNumber(event, cell, row) {
    switch (event.key) {
      case "Enter":
        save(row);
        if (!step(cell, event.shiftKey ? -1 : 1)) cell.select();
        return true;
      case "ArrowDown":
        step(cell, 1);
        return true;
      case "ArrowUp":
        step(cell, -1);
        return true;
      case "Escape":
        cell.value = cell.defaultValue;
        cell.dispatchEvent(new Event("input", { bubbles: true }));
        cell.select();
        return true;
      default:
        return false;
    }
  }

  function inLongText(event, row) {
    const number = row.querySelector("input.rl-isi");
    if (event.key === "Escape") {
      if (!row.querySelector(".rl-bentrok")) unfold(row, false);
      goTo(number);
      return true;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      save(row);
      if (number && !step(number, 1)) goTo(number);
      return true;
    }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const row = rowOf(event.target);
    let done = false;
    if (event.key === "F8") {
      toUnfinished(row);
      done = true;
    } else if (row && event.key === "F2") {
      const open = !row.querySelector(".rl-rincian").classList.contains("rl-terbuka");
      unfold(row, open);
      goTo(open ? row.querySelector(".rl-rincian textarea") : row.querySelector("input.rl-isi"));
      done = true;
    } else if (row && event.target.matches("input.rl-isi")) {
      done = inNumber(event, event.target, row);
    } else if (row && event.target.closest(".rl-rincian")) {
      done = inLongText(event, row);
    }
    if (done) event.preventDefault();
  });
})();
