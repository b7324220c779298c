/* Components of an indicator: a cell is saved when it is left, and nothing typed is lost.
   Without this script every cell is a plain form; the server decides everything either way. */
(() => {
  "use strict";

  const table = document.getElementById("ik-tabel");
  if (!table || !window.htmx) return;
  Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, attributesToSettle: [], defaultSettleDelay: 0, timeout: 20000 });

  const warta = document.getElementById("warta");
  const cellOf = (element) => element.closest && element.closest("td.ik-sel");
  const inputs = () => [...table.querySelectorAll("input.ik-isi")];

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    const cell = cellOf(requestConfig.elt);
    if (!cell) return;
    if (!xhr.getResponseHeader("X-Sel")) {
      event.detail.shouldSwap = false;
      const landed = new URL(xhr.responseURL || location.href, location.href).pathname;
      const signedOut = xhr.status === 401 || landed === table.dataset.masuk;
      failed(cell, signedOut ? "sesi berakhir; masuk lagi di tab baru lalu simpan" : `ditolak server (${xhr.status})`);
      return;
    }
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    // What was typed in the cell while its answer was on the way goes on being there.
    const input = cell.querySelector("input.ik-isi");
    if (input && input.value !== requestConfig.parameters.nilai) xhr.since = { id: input.id, value: input.value };
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const { xhr } = event.detail;
    if (!xhr || !xhr.getResponseHeader("X-Sel") || !event.target.matches("td.ik-sel")) return;
    warta.textContent = event.target.dataset.warta || "";
    const since = xhr.since;
    if (!since) return;
    delete xhr.since;
    const input = document.getElementById(since.id);
    if (!input) return;
    input.value = since.value;
    if (document.activeElement !== input) input.form.requestSubmit();
  });

  function failed(cell, why) {
    cell.classList.add("ik-salah");
    let note = cell.querySelector(".ik-galat");
    if (!note) {
      note = document.createElement("p");
      note.className = "ik-galat";
      cell.querySelector("input.ik-isi").after(note);
    }
    note.textContent = `Belum tersimpan: ${why}.`;
    warta.textContent = `${note.textContent} Ketikan Anda tetap di sel ini.`;
  }

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const cell = cellOf(event.detail.requestConfig?.elt || event.detail.elt);
      if (cell) failed(cell, "tidak ada sambungan");
    });
  }

  table.addEventListener("keydown", (event) => {
    const input = event.target.closest("input.ik-isi");
    if (!input) return;
    if (event.key === "Escape") {
      input.value = input.defaultValue;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const column = inputs().filter((item) => cellOf(item).cellIndex === cellOf(input).cellIndex);
      const next = column[column.indexOf(input) + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.select();
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (inputs().some((input) => input.value !== input.defaultValue)) event.preventDefault();
  });
})();
