/* The entry grid: one tab stop, moved by keys as in a spreadsheet. Without this file every row is a plain form. */
import { clean, dirty, drawRow, fieldOf, fields, mark, note, original, root, rowOf, rows, stateOf, table, touched, unfold } from "./sel.js";
import { forget, keep, offer } from "./draf.js";
import { decide, pending, save, say, settle, swapping, undoLast, whenRefreshed } from "./simpan.js";
import { copy, parse, paste } from "./tempel.js";

const UNFINISHED = new Set(["kosong", "sebagian", "alasan", "gagal", "bentrok", "putus", "ketik"]);
const narrow = matchMedia("(max-width: 40rem)");
const place = document.getElementById("di");
let active = null; // the one cell in the tab order
let anchor = null; // other corner of the selected block
let before = ""; // what stood in the cell when editing began
let typedOver = false; // arrows leave the cell while it is typed over, and move the caret in F2
let leaving = false; // Esc, then Tab leaves the grid

const isCell = (element) => element?.matches?.("#kisi > tbody > tr:first-child > *");
const bodies = () => [...table.tBodies].filter((body) => !body.hidden);
const inputOf = (cell) => cell?.querySelector("input.rl-isi") ?? null;
const cellOf = (element) => element?.closest?.("#kisi > tbody > tr:first-child > *") ?? null;
const typed = (cell) => Boolean(inputOf(cell)) || (cell.dataset.kol === "faktor" && Boolean(cell.querySelector("button")));

// --- One tab stop -------------------------------------------------------------

/* Everything in a row is reached from its cell; on a phone the cards keep their own tab order. */
function tame(row) {
  const cards = narrow.matches;
  for (const cell of row.rows[0].cells) {
    if (cards) cell.removeAttribute("tabindex");
    else cell.tabIndex = cell === active ? 0 : -1;
    for (const item of cell.querySelectorAll("a, button, input")) {
      if (cards) item.removeAttribute("tabindex");
      else item.tabIndex = -1;
    }
    if (!cards && cell.tagName === "TD" && !inputOf(cell)) cell.setAttribute("aria-readonly", "true");
    else cell.removeAttribute("aria-readonly");
  }
}

function arrange() {
  if (narrow.matches) {
    table.removeAttribute("role");
    table.removeAttribute("aria-multiselectable");
  } else {
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    table.closest(".buku-bungkus").removeAttribute("tabindex");
    active ??= bodies()[0]?.rows[0].cells[4] ?? null;
  }
  for (const body of table.tBodies) tame(body);
}

function goTo(cell, { extend = false } = {}) {
  if (!cell) return false;
  if (active) active.tabIndex = -1;
  active = cell;
  cell.tabIndex = 0;
  if (!extend) anchor = cell;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  leaving = false;
  select();
  describe();
  return true;
}

function selected() {
  if (!active) return [];
  const all = bodies();
  const [from, to] = [all.indexOf(rowOf(anchor ?? active)), all.indexOf(rowOf(active))].sort((a, b) => a - b);
  const [left, right] = [(anchor ?? active).cellIndex, active.cellIndex].sort((a, b) => a - b);
  return all.slice(Math.max(0, from), to + 1).flatMap((body) => [...body.rows[0].cells].slice(left, right + 1));
}

function select() {
  table.querySelectorAll("[aria-selected]").forEach((cell) => cell.removeAttribute("aria-selected"));
  const cells = selected();
  if (cells.length > 1) cells.forEach((cell) => cell.setAttribute("aria-selected", "true"));
}

/* What a narrow row cannot show: the whole name of the row, the column, and why a cell is not typed. */
function describe() {
  const row = rowOf(active);
  const [kode, nama, indikator] = [".kode", ".nama", ".indikator"].map((part) => row.querySelector(part)?.textContent.trim() ?? "");
  const error = active.querySelector(".rl-galat")?.textContent;
  const why = active.dataset.sebab ? ` · tidak diketik: ${active.dataset.sebab}` : error ? ` · ditolak: ${error}` : "";
  const catatan = row.querySelector(".rl-catatan")?.textContent ?? "";
  place.replaceChildren(Object.assign(document.createElement("strong"), { textContent: kode }), ` ${nama ? `${nama} – ` : ""}${indikator}${why}${catatan ? ` · ${catatan}` : ""}`);
}

// --- Moving -------------------------------------------------------------------

function at(rowStep, columnStep, { edge = false } = {}) {
  const all = bodies();
  const row = all.indexOf(rowOf(active));
  const last = active.parentElement.cells.length - 1;
  const limit = (value, top) => Math.max(0, Math.min(top, value));
  const y = edge && rowStep ? (rowStep > 0 ? all.length - 1 : 0) : limit(row + rowStep, all.length - 1);
  const x = edge && columnStep ? (columnStep > 0 ? last : 0) : limit(active.cellIndex + columnStep, last);
  return all[y].rows[0].cells[x];
}

/* The next cell that is typed into, as a protected sheet does it; null at the end. */
function nextTyped(back) {
  const cells = bodies().flatMap((body) => [...body.rows[0].cells]).filter((cell) => cell === active || typed(cell));
  return cells[cells.indexOf(active) + (back ? -1 : 1)] ?? null;
}

const pageSize = () => Math.max(1, Math.floor((innerHeight - 120) / (rowOf(active).rows[0].offsetHeight || 40)));

function move(event) {
  const { key, shiftKey: extend } = event;
  const edge = event.ctrlKey || event.metaKey;
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-pageSize(), 0], PageDown: [pageSize(), 0] };
  if (key in steps) return goTo(at(...steps[key], { edge }), { extend });
  if (key === "Home" || key === "End") {
    const x = key === "Home" ? -1 : 1;
    const end = x < 0 ? 0 : -1;
    return goTo(edge ? [...bodies().at(end).rows[0].cells].at(end) : at(0, x, { edge: true }), { extend });
  }
  return false;
}

function toUnfinished() {
  const all = bodies().filter((body) => body.matches(".rl-isian"));
  const start = all.indexOf(rowOf(document.activeElement) ?? (document.activeElement === document.body ? null : rowOf(active))) + 1;
  const next = [...all.slice(start), ...all.slice(0, start)].find((row) => UNFINISHED.has(row.dataset.keadaan) && ("hitung" in row.dataset || fields(row).some(dirty)));
  if (!next) return say("Tidak ada baris lain yang belum lengkap.");
  const wanted = next.querySelector("[aria-invalid=true]") ?? next.querySelector(".rl-bentrok button") ?? (next.dataset.keadaan === "alasan" ? fieldOf(next, "alasan_lebih_pagu") : null) ?? [...next.querySelectorAll("input.rl-isi")].find((input) => !input.value) ?? next.querySelector("input.rl-isi");
  const cell = cellOf(wanted);
  if (cell) return narrow.matches ? wanted.focus() : goTo(cell);
  unfold(next, true);
  (wanted ?? next.rows[0].cells[0]).focus();
}

// --- Editing --------------------------------------------------------------------

function edit(cell, over) {
  const input = inputOf(cell);
  if (input) {
    before = settled(input);
    typedOver = over;
    if (over) input.value = "";
    input.focus();
    if (!over) input.select();
    return true;
  }
  if (over || cell.dataset.sebab) {
    say(cell.dataset.sebab || "Kolom ini dihitung dan tidak diketik.");
    return true;
  }
  if (cell.tagName === "TH" || cell.dataset.kol === "faktor") return panel(rowOf(cell));
  const inside = cell.querySelector("a, button:not(.rl-simpan)");
  inside?.focus();
  return Boolean(inside);
}

/* The second line of a row: long texts and reasons. */
function panel(row) {
  const open = !row.querySelector(".rl-rincian")?.classList.contains("rl-terbuka");
  if (!unfold(row, open)) {
    say("Baris ini tidak punya faktor untuk diisi di sini.");
    return true;
  }
  if (open) row.querySelector(".rl-rincian :is(textarea, button, select)")?.focus();
  return true;
}

/* What Esc goes back to: a refused text is no state to return to. */
const refused = (field) => stateOf(field) === "gagal";
const settled = (field) => (refused(field) ? original(field) : field.value);

/* Takes a refused text back: the cell is again as it is stored. */
function revert(cell) {
  const input = inputOf(cell);
  if (!input || !refused(input)) return false;
  change(input, original(input));
  describe();
  say("Yang ditolak dibuang; sel kembali seperti tersimpan.");
  return true;
}

function erase() {
  const cells = selected().filter(inputOf);
  if (!cells.length) return say(active.dataset.sebab || "Sel ini tidak diketik.");
  for (const cell of cells) if (!revert(cell)) change(inputOf(cell), "");
  new Set(cells.map(rowOf)).forEach((row) => save(row));
}

function change(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function inCell(event) {
  const { key } = event;
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return key === "Enter" ? panel(rowOf(active)) : false;
  if (command && key.toLowerCase() === "z") return undoLast() ?? true;
  if (key === "Tab") {
    const next = leaving ? null : nextTyped(event.shiftKey);
    return next ? goTo(next) : false;
  }
  if (move(event)) return true;
  if (key === "Enter" || key === "F2") return edit(active, false);
  if (key === "Delete" || key === "Backspace") return erase() ?? true;
  if (key === "Escape") {
    if (revert(active)) return true;
    goTo(active);
    leaving = true;
    say("Tab keluar dari tabel.");
    return true;
  }
  if (key.length === 1 && !command && key !== " ") {
    edit(active, true);
    return !inputOf(active); // the letter itself goes into the field that has the focus now
  }
  return false;
}

function inField(event, input) {
  const cell = cellOf(input);
  const { key } = event;
  const leave = (next) => {
    active = cell;
    goTo(cell);
    if (next) goTo(next());
    return true;
  };
  if (event.altKey) return key === "Enter" ? panel(rowOf(cell)) : false;
  if (key === "Escape") {
    change(input, before);
    return narrow.matches ? true : leave();
  }
  if (key === "Enter") {
    if (!narrow.matches) return leave(() => at(event.shiftKey ? -1 : 1, 0));
    save(rowOf(cell));
    return true;
  }
  if (narrow.matches) return false;
  if (key === "Tab") return leave(() => nextTyped(event.shiftKey) ?? cell);
  if (key === "ArrowUp" || key === "ArrowDown") return leave(() => at(key === "ArrowUp" ? -1 : 1, 0));
  if (typedOver && (key === "ArrowLeft" || key === "ArrowRight")) return leave(() => at(0, key === "ArrowLeft" ? -1 : 1));
  return false;
}

function inPanel(event, row) {
  const back = row.querySelector("[data-kol=faktor]");
  if (event.key === "Escape") {
    if (!row.querySelector(".rl-bentrok")) unfold(row, false);
    return narrow.matches ? back.querySelector("button").focus() ?? true : goTo(back);
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    active = back;
    return narrow.matches ? save(row) ?? true : goTo(at(1, 4 - back.cellIndex));
  }
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const { target } = event;
  const row = rowOf(target);
  let done = false;
  if (event.key === "F8") {
    toUnfinished();
    done = true;
  } else if (isCell(target)) done = inCell(event);
  else if (row && target.matches("input.rl-isi")) done = inField(event, target);
  else if (row && target.closest(".rl-rincian")) done = inPanel(event, row);
  else if (row && event.key === "Escape") done = goTo(cellOf(target));
  if (done) event.preventDefault();
});

root.addEventListener("focusin", ({ target }) => {
  if (target.matches("input.rl-isi") && active !== cellOf(target)) {
    if (active) active.tabIndex = -1;
    active = anchor = cellOf(target);
    if (!narrow.matches) active.tabIndex = 0;
    before = settled(target);
    typedOver = false;
    select();
    describe();
  } else if (isCell(target) && target !== active) goTo(target);
});

root.addEventListener("focusout", ({ target }) => {
  const row = rowOf(target);
  if (row && !swapping() && target.matches("input.rl-isi, textarea, select")) save(row);
});

root.addEventListener("input", ({ target }) => {
  const row = rowOf(target);
  if (!row || !target.form || !target.matches("input.rl-isi, textarea, select")) return;
  note(target, "");
  if (dirty(target)) {
    touched(target);
    if (stateOf(target) !== "bentrok") mark(target, "ketik");
    keep(target);
  } else {
    clean(target);
    forget(target);
    // The reason a state asked for goes with the state.
    const reason = target.name === "kinerja" ? fieldOf(row, "alasan_keadaan") : null;
    if (reason && !dirty(reason)) note(reason, "");
  }
  drawRow(row);
});

// --- Mouse ----------------------------------------------------------------------

root.addEventListener("mousedown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || narrow.matches || event.button || event.target.closest("a, button")) return;
  const input = inputOf(cell);
  if (event.shiftKey && active) {
    event.preventDefault();
    goTo(cell, { extend: true });
  } else if (input && document.activeElement !== input && document.activeElement !== cell) {
    event.preventDefault(); // the first click is on the cell, the second into it
    goTo(cell);
  }
});
root.addEventListener("click", (event) => {
  const fold = event.target.closest(".rl-lipat");
  if (fold) {
    event.preventDefault();
    toggleFold(fold);
  } else if (event.target.closest(".rl-buka")) {
    const row = rowOf(event.target);
    unfold(row, event.target.closest(".rl-buka").getAttribute("aria-expanded") !== "true");
  } else if (event.target.closest("#berikut")) {
    event.preventDefault();
    toUnfinished();
  }
});

/* Folds in place and keeps the address the saved view. */
function toggleFold(link) {
  const here = new URL(location.href);
  const kode = rowOf(link).querySelector(".kode").textContent.trim();
  const folded = new Set((here.searchParams.get("lipat") ?? "").split(",").filter(Boolean));
  if (!folded.delete(kode)) folded.add(kode);
  if (folded.size) here.searchParams.set("lipat", [...folded].sort().join(","));
  else here.searchParams.delete("lipat");
  history.replaceState(null, "", here);
  const open = !folded.has(kode);
  link.setAttribute("aria-expanded", String(open));
  link.setAttribute("aria-label", `${open ? "Lipat" : "Buka"} ${kode}`);
  const closed = [...table.querySelectorAll(".rl-lipat[aria-expanded=false]")].map((item) => `${rowOf(item).dataset.urut}.`);
  for (const body of table.tBodies) body.hidden = closed.some((prefix) => body.dataset.urut.startsWith(prefix));
}

// --- Clipboard --------------------------------------------------------------------

document.addEventListener("copy", (event) => {
  if (!isCell(document.activeElement) || String(getSelection())) return;
  event.preventDefault();
  copy(selected(), event.clipboardData);
});
document.addEventListener("paste", (event) => {
  const cell = cellOf(document.activeElement);
  if (!cell || narrow.matches) return;
  const text = event.clipboardData.getData("text/plain");
  const block = parse(text);
  const single = block.length === 1 && block[0].length === 1;
  const cells = selected();
  if (single && document.activeElement !== cell) return; // into the text that is being edited
  event.preventDefault();
  if (document.activeElement !== cell) goTo(cell);
  if (single && cells.length === 1) {
    if (!inputOf(cell)) return say(cell.dataset.sebab || "Kolom ini dihitung dan tidak diketik.");
    change(inputOf(cell), block[0][0]);
    return save(rowOf(cell));
  }
  const width = cells.length / new Set(cells.map(rowOf)).size;
  const filled = single ? Array.from({ length: cells.length / width }, () => Array(width).fill(block[0][0]).join("\t")).join("\n") : text;
  const start = single ? cells[0] : cell;
  paste(filled, start, bodies(), (field) => goTo(cellOf(field) ?? cell));
});

// --- Forms, leaving, beginning -------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const row = rowOf(form.id.startsWith("f-") ? form : null);
  if (!row && form.id !== "ajukan") return;
  const button = event.submitter;
  if (button?.name === "putus") {
    event.preventDefault();
    decide(row, button.value);
    const cell = row.querySelector("[data-kol=kinerja]");
    if (!narrow.matches) goTo(cell);
  } else if (row && button?.name !== "langkah") {
    event.preventDefault();
    save(row);
  } else {
    event.preventDefault();
    say("Menyimpan dahulu…");
    if (!(await settle())) return say("Masih ada isian yang belum tersimpan; perbaiki dahulu, lalu ajukan.");
    if (!row) {
      const seen = new Map(form.elements.dilihat.value.split(",").filter(Boolean).map((pair) => pair.split(":")));
      for (const item of rows()) seen.set(item.id.slice(2), item.querySelector("input[name=versi]").value);
      form.elements.dilihat.value = [...seen].map((pair) => pair.join(":")).join(",");
    }
    if (!row && button?.getAttribute("aria-disabled") === "true") return say(form.dataset.tutup || "Belum ada baris lengkap yang dapat diajukan.");
    const fresh = document.getElementById(form.id); // the row was drawn anew when it was saved
    if (row) fresh.append(Object.assign(document.createElement("input"), { type: "hidden", name: "langkah", value: button.value }));
    fresh.submit();
  }
});

window.addEventListener("beforeunload", (event) => {
  if (pending()) event.preventDefault();
});

function restore(drafts) {
  const touchedRows = new Set();
  for (const draft of drafts) {
    const { field, versi, tanda, nilai } = draft;
    touched(field, { versi, tanda });
    field.value = nilai;
    mark(field, "ketik");
    if (!field.matches("input")) unfold(rowOf(field), true);
    touchedRows.add(rowOf(field));
  }
  for (const row of touchedRows) save(row, { sumber: "pulih" });
}

if (table) {
  document.documentElement.classList.add("rl-js");
  narrow.addEventListener("change", arrange);
  whenRefreshed((row) => {
    tame(row);
    if (active && rowOf(active) === row) describe();
  });
  arrange();
  const there = location.hash && document.querySelector(`tbody${location.hash.replace(/[^#\w-]/g, "")}`);
  if (there && !narrow.matches) goTo(there.rows[0].cells[4]);
}
offer(restore);
