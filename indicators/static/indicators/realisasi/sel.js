/* Cells of the entry page: what stands in them, what was typed over, and their state by word and shape. */

export const root = document.getElementById("realisasi");
export const table = document.getElementById("kisi");

const WORDS = { ketik: "belum tersimpan", kirim: "menyimpan", simpan: "tersimpan", gagal: "ditolak", bentrok: "bentrok", putus: "belum tersimpan, tidak ada sambungan" };
const TEXTS = ["faktor_pendorong", "faktor_penghambat", "tindak_lanjut"];
const states = new Map(); // "row:name" → state
const bases = new Map(); // "row:name" → { versi, tanda } of what was typed over
const drawn = new WeakMap(); // row → state and words of what is stored
const refusals = new WeakMap(); // row → state and words while a cell of it is refused or clashes

export const rows = () => [...root.querySelectorAll("tbody.rl-isian")];
export const rowOf = (element) => element?.closest?.("tbody.rl-baris") ?? null;
export const idOf = (row) => Number(row.id.slice(2));
export const rowById = (id) => document.getElementById(`b-${id}`);
export const nameOf = (row) => `${row.querySelector(".kode").textContent.trim()} ${row.querySelector(".indikator").textContent.trim()}`;
export const fields = (row) => [...(row.querySelector("form")?.elements ?? [])].filter((item) => item.matches("input.rl-isi, textarea, select"));
export const fieldOf = (row, name) => fields(row).find((field) => field.name === name);
export const original = (field) => (field.tagName === "SELECT" ? "" : field.defaultValue);
export const dirty = (field) => field.value !== original(field);
const key = (field) => `${idOf(rowOf(field))}:${field.name}`;
export const stateOf = (field) => states.get(key(field)) ?? "";
export const element = (tag, text = "", className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
export const versionOf = (row) => Number(row.querySelector("input[name=versi]").value);

/* What a column holds for pasting: the cell's own field, or the three long texts behind "Faktor". */
export const namesOf = (cell) => (cell.dataset.kol === "faktor" ? TEXTS : cell.dataset.kol ? [cell.dataset.kol] : []);

export function mark(field, state) {
  if (state) states.set(key(field), state);
  else states.delete(key(field));
  paint(field);
}

function paint(field) {
  const state = stateOf(field);
  const box = field.closest(".rl-kotak, td");
  let sign = box.querySelector(":scope > .rl-tanda");
  if (!state) {
    delete box.dataset.sel;
    sign?.remove();
    return;
  }
  if (!sign) {
    sign = element("span", "", "rl-tanda");
    sign.append(element("span", "", "tersembunyi"));
    box.append(sign);
  }
  box.dataset.sel = state;
  sign.title = WORDS[state];
  sign.firstChild.textContent = WORDS[state];
}

/* Remembers the version a cell is typed over the first time, so that a later one is never overwritten unseen. */
export function touched(field, base) {
  if (!base && bases.has(key(field))) return;
  bases.set(key(field), base ?? { versi: versionOf(rowOf(field)), tanda: field.dataset.tanda });
}
export const baseOf = (field) => bases.get(key(field)) ?? { versi: versionOf(rowOf(field)), tanda: field.dataset.tanda };

export function clean(field) {
  bases.delete(key(field));
  mark(field, "");
}

/* The row in words: what its cells wait for, else what the server says of it. */
export function drawRow(row) {
  const word = row.querySelector(".rl-kata");
  if (!word) return;
  if (!drawn.has(row)) learn(row, row);
  const found = new Set(fields(row).map(stateOf));
  let [state, text] = drawn.get(row);
  for (const name of ["gagal", "bentrok"]) {
    if (found.has(name)) [state, text] = refusals.get(row) ?? [name, name === "gagal" ? "belum tersimpan, perbaiki" : WORDS[name]];
  }
  for (const name of ["ketik", "kirim", "putus"]) {
    if (found.has(name)) [state, text] = [name, name === "kirim" ? "menyimpan…" : WORDS[name]];
  }
  row.dataset.keadaan = state;
  row.classList.toggle("rl-menunggu", found.has("gagal") || found.has("bentrok"));
  word.textContent = text;
}

/* Takes from a row as the server drew it what it says of the stored one, and of a refusal. */
function learn(row, fresh) {
  const said = [fresh.dataset.keadaan, fresh.querySelector(".rl-kata")?.textContent ?? ""];
  const { semula, semulaKata } = fresh.dataset;
  drawn.set(row, semula ? [semula, semulaKata] : said);
  if (semula) refusals.set(row, said);
  else refusals.delete(row);
}

export function unfold(row, open) {
  const line = row.querySelector(".rl-rincian");
  const button = row.querySelector(".rl-buka");
  if (!line || !button) return false;
  line.classList.toggle("rl-terbuka", open);
  button.setAttribute("aria-expanded", String(open));
  return true;
}

export function note(field, words) {
  const box = field.closest(".rl-kotak, td");
  box.querySelectorAll(".rl-galat, .rl-dibaca").forEach((item) => item.remove());
  field.removeAttribute("aria-invalid");
  field.removeAttribute("aria-describedby");
  box.classList.remove("rl-salah");
  if (!words) return;
  const line = element("p", words, "rl-galat");
  line.id = `k-${field.id}`;
  field.after(line);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
}

/* Takes a row as the server drew it. What was typed since stays; the element under the hand is never replaced. */
export function refresh(row, html, kept) {
  const template = document.createElement("template");
  template.innerHTML = `<table>${html}</table>`;
  const fresh = template.content.querySelector("tbody");
  learn(row, fresh); // before its cells are taken out of it
  const values = new Map(fields(row).map((field) => [field.name, field.value]));
  const active = row.contains(document.activeElement) ? document.activeElement : null;
  const caret = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  const clash = row.querySelector(".rl-bentrok");
  const open = row.querySelector(".rl-rincian")?.classList.contains("rl-terbuka");
  for (const cell of [...fresh.rows[0].cells]) {
    if ("segar" in cell.dataset) graft(row.rows[0].cells[cell.cellIndex], cell, kept);
  }
  const [line, newLine] = [row.querySelector(".rl-rincian"), fresh.querySelector(".rl-rincian")];
  if (line && newLine) {
    const undecided = [...values.keys()].some((name) => kept.has(name) && states.get(`${idOf(row)}:${name}`) === "bentrok");
    if (clash && undecided && !newLine.querySelector(".rl-bentrok")) newLine.cells[0].prepend(clash);
    for (const field of newLine.querySelectorAll("textarea, select")) {
      const old = line.querySelector(`[name=${field.name}]`);
      if (!old) continue;
      old.dataset.tanda = field.dataset.tanda;
      if (old.tagName === "TEXTAREA") old.defaultValue = field.defaultValue;
      const said = old.parentElement.querySelector(".rl-galat");
      if (said && stays(old, kept) && !field.parentElement.querySelector(".rl-galat")) field.after(said);
      field.replaceWith(old);
    }
    line.cells[0].replaceChildren(...newLine.cells[0].childNodes);
    if (open || newLine.classList.contains("rl-terbuka")) unfold(row, true);
  }
  for (const name of ["keadaan", "hitung"]) {
    if (name in fresh.dataset) row.dataset[name] = fresh.dataset[name];
    else delete row.dataset[name];
  }
  for (const field of fields(row)) {
    field.value = kept.has(field.name) ? values.get(field.name) : original(field);
    if (!kept.has(field.name)) bases.delete(key(field));
    paint(field);
  }
  if (active && active !== document.activeElement) {
    (row.contains(active) ? active : row.rows[0].cells[0]).focus();
    if (caret && row.contains(active)) active.setSelectionRange(...caret);
  }
  drawRow(row);
}

/* A refusal stays at its cell when the row is drawn anew for another one. */
const stays = (field, kept) => kept.has(field.name) && stateOf(field) === "gagal";

function graft(old, cell, kept) {
  const input = old.querySelector("input.rl-isi");
  const fresh = cell.querySelector("input.rl-isi");
  old.className = cell.className;
  if (cell.dataset.sebab) old.dataset.sebab = cell.dataset.sebab;
  else delete old.dataset.sebab;
  if (!input || !fresh) {
    old.replaceChildren(...cell.childNodes);
    return;
  }
  input.defaultValue = fresh.defaultValue;
  input.dataset.tanda = fresh.dataset.tanda;
  if (stays(input, kept) && !fresh.hasAttribute("aria-invalid")) return;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (fresh.hasAttribute(name)) input.setAttribute(name, fresh.getAttribute(name));
    else input.removeAttribute(name);
  }
  for (const item of [...old.childNodes]) if (item !== input) item.remove();
  fresh.remove();
  old.append(...cell.childNodes);
}
