/* Copy and paste of blocks as spreadsheets do it: tab-separated text, quoted where a cell has several lines. */
import { clean, dirty, drawRow, element, fieldOf, idOf, mark, nameOf, namesOf, note, original, table, touched, unfold } from "./sel.js";
import { keep } from "./draf.js";
import { item, post, savePasted, say } from "./simpan.js";

const LABELS = { kinerja: "Kinerja", rupiah: "Rp", faktor_pendorong: "Faktor pendorong", faktor_penghambat: "Faktor penghambat", tindak_lanjut: "Tindak lanjut" };
const dialog = document.getElementById("tempel");

/* Rows of cells; a quoted cell may hold tabs, line ends and doubled quotes. */
export function parse(text) {
  const lines = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;
  for (let match; pattern.lastIndex <= text.length && (match = pattern.exec(text)); ) {
    lines.at(-1).push(match[1] === undefined ? match[2].trim() : match[1].replaceAll('""', '"').trim());
    if (!match[3]) break;
    if (match[3] !== "\t") lines.push([]);
  }
  if (lines.length > 1 && lines.at(-1).join("") === "") lines.pop(); // a copied block ends with a line end
  return lines;
}

const quote = (text) => (/[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function textOf(cell) {
  const input = cell.querySelector("input.rl-isi");
  if (input) return input.value;
  if (cell.dataset.kol === "faktor") {
    const row = cell.closest("tbody");
    return namesOf(cell).map((name) => quote(fieldOf(row, name)?.value ?? "")).join("\t");
  }
  const part = cell.querySelector(".rl-baca, .rl-nilai") ?? cell.querySelector(".indikator") ?? cell;
  return quote(part.innerText.replace(/\s+/g, " ").trim());
}

/* What a block means from a cell on: each of its cells with where it goes, or why it goes nowhere. */
function spread(block, start, bodies) {
  const found = [];
  const rows = bodies.slice(bodies.indexOf(start.closest("tbody")));
  const lost = { rows: Math.max(0, block.length - rows.length), columns: 0 };
  block.slice(0, rows.length).forEach((line, at) => {
    const row = rows[at];
    const places = [...row.rows[0].cells].slice(start.cellIndex).flatMap((cell) => (namesOf(cell).length ? namesOf(cell) : [""]).map((name) => ({ cell, name })));
    lost.columns = Math.max(lost.columns, line.length - places.length);
    line.slice(0, places.length).forEach((text, column) => {
      const { cell, name } = places[column];
      const field = name && fieldOf(row, name);
      const reason = field ? "" : cell.dataset.sebab || (name ? "baris ini tidak diisi di sini" : "kolom ini dihitung, tidak diketik");
      found.push({ row, name, text, field, label: LABELS[name] ?? "", verdict: field ? "" : "lewat", words: reason });
    });
  });
  return { found, lost };
}

export async function paste(text, start, bodies, refocus) {
  const { found, lost } = spread(parse(text), start, bodies);
  const asked = found.filter((entry) => entry.field);
  if (!asked.length) return say(`Tidak ada sel yang dapat ditempeli di sini: ${found[0]?.words ?? "blok kosong"}.`);
  say("Memeriksa tempelan…");
  const result = await post({ coba: true, isian: asked.map((entry) => item(entry.row, new Map([[entry.name, entry.text]]))) });
  if (!result.data) return say(`Tempelan belum dapat diperiksa: ${result.words}. Coba lagi.`);
  result.data.baris.forEach((answer, at) => judge(asked[at], answer));
  show(found, lost, refocus);
}

function judge(entry, answer) {
  const errors = Object.values(answer.galat);
  if (answer.hasil === "tersimpan") {
    entry.verdict = "terima";
    const read = answer.dibaca[entry.name];
    entry.words = entry.text === "" ? `dikosongkan, semula ${original(entry.field)}` : (read ?? entry.text);
    if (original(entry.field) && entry.text) entry.words += `, semula ${original(entry.field)}`;
  } else if (answer.hasil === "sama") {
    entry.verdict = "sama";
    entry.words = "sama dengan yang tersimpan";
  } else {
    entry.verdict = answer.hasil === "salah" ? "tolak" : "lewat";
    entry.words = errors.join(" ") || "tidak dapat diisi";
  }
}

const VERDICTS = { terima: "diterima", sama: "sama", tolak: "ditolak", lewat: "dilewati" };

function show(found, lost, refocus) {
  const of = (verdict) => found.filter((entry) => entry.verdict === verdict);
  const counts = Object.keys(VERDICTS).map((name) => [of(name).length, VERDICTS[name]]).filter(([count]) => count);
  const summary = counts.map(([count, word]) => `${count} ${word}`).join(", ");
  const title = element("h2", `Tempel ${found.length} sel: ${summary}`);
  title.id = "tempel-judul";
  const parts = [title];
  if (lost.rows > 0) parts.push(element("p", `${lost.rows} baris tempelan melewati akhir tabel dan tidak ditempel.`));
  if (lost.columns > 0) parts.push(element("p", `${lost.columns} kolom tempelan melewati tepi tabel dan tidak ditempel.`));
  const sheet = element("table", "", "buku");
  const head = sheet.createTHead().insertRow();
  for (const text of ["Baris", "Kolom", "Ditempel", "Hasil"]) head.append(Object.assign(element("th", text), { scope: "col" }));
  const body = sheet.createTBody();
  for (const entry of [...of("tolak"), ...of("lewat"), ...of("terima"), ...of("sama")]) {
    const line = body.insertRow();
    line.dataset.hasil = entry.verdict;
    line.append(Object.assign(element("th", nameOf(entry.row)), { scope: "row" }), element("td", entry.label), element("td", entry.text, "rl-tempelan"));
    const cell = element("td");
    cell.append(element("strong", VERDICTS[entry.verdict]), `: ${entry.words}`);
    line.append(cell);
  }
  const wrap = element("div", "", "buku-bungkus");
  wrap.tabIndex = 0;
  wrap.setAttribute("role", "region");
  wrap.setAttribute("aria-label", "Isi tempelan");
  wrap.append(sheet);
  const buttons = element("p", "", "rl-putusan");
  const accepted = of("terima");
  const go = element("button", `Tempel ${accepted.length} sel`, "tombol tombol-utama");
  const stop = element("button", "Batal", "tombol");
  go.type = stop.type = "button";
  if (accepted.length) buttons.append(go);
  buttons.append(stop);
  if (of("tolak").length) parts.push(element("p", "Yang ditolak tetap tertulis di selnya, belum tersimpan, agar dapat Anda perbaiki."));
  dialog.replaceChildren(...parts, buttons, wrap);
  const close = () => dialog.close();
  stop.onclick = close;
  dialog.onclose = () => {
    say("Tidak ada yang ditempel.");
    refocus(null);
  };
  go.onclick = () => {
    dialog.onclose = null;
    dialog.close();
    apply(accepted, of("tolak"));
    refocus(of("tolak")[0]?.field ?? null);
  };
  dialog.showModal();
  (accepted.length ? go : stop).focus();
}

function apply(accepted, rejected) {
  const notTaken = [];
  for (const entry of rejected) {
    touched(entry.field);
    entry.field.value = entry.text;
    keep(entry.field);
    mark(entry.field, "gagal");
    note(entry.field, entry.words);
    if (entry.field.matches("textarea, select")) unfold(entry.row, true);
    drawRow(entry.row);
    notTaken.push({ id: idOf(entry.row), name: entry.name, before: original(entry.field) });
  }
  const rows = new Set();
  for (const entry of accepted) {
    clean(entry.field);
    touched(entry.field);
    entry.field.value = entry.text;
    if (!dirty(entry.field)) continue;
    keep(entry.field);
    mark(entry.field, "ketik");
    rows.add(entry.row);
  }
  savePasted(rows, notTaken);
}

export function copy(cells, clipboard) {
  const lines = new Map();
  for (const cell of cells) {
    const row = cell.closest("tbody");
    lines.set(row, [...(lines.get(row) ?? []), textOf(cell)]);
  }
  clipboard.setData("text/plain", [...lines.values()].map((line) => line.join("\t")).join("\r\n"));
  say(cells.length === 1 ? "Sel disalin." : `${lines.size} baris × ${cells.length / lines.size} kolom disalin.`);
}
