/* Saving: one request at a time, cells that were left go together; nothing typed is lost on the way. */
import { baseOf, clean, dirty, drawRow, fieldOf, fields, idOf, mark, nameOf, original, refresh, root, rowById, rowOf, rows, stateOf, touched, unfold, versionOf } from "./sel.js";
import { forget, keep } from "./draf.js";

const RETRY_EVERY = 8000;
const TIMEOUT = 20000;
const HELD = new Set(["gagal", "bentrok"]); // not sent again before they were mended or decided
const queue = new Map(); // row → { sumber, putus }
const warta = document.getElementById("warta");
const spanduk = document.getElementById("spanduk");
const undoButton = document.getElementById("urung");
let busy = false;
let signedOut = false;
let undo = null; // [{ row id, name, before }] of the last save or paste
let refused = []; // cells of the last paste that were not taken, to be undone with it
let onRefresh = () => {};

export const whenRefreshed = (callback) => (onRefresh = callback);
export const swapping = () => busy === "swap";

export function say(text) {
  warta.textContent = text;
}

const token = () => root.querySelector("input[name=csrfmiddlewaretoken]").value;
const sendable = (row) => fields(row).filter((field) => dirty(field) && !HELD.has(stateOf(field)));
export const pending = () => busy || queue.size > 0 || rows().some((row) => fields(row).some(dirty));

/* One POST; the answer is { data } or { words, again }: why it did not arrive and whether to try again. */
export async function post(body, fresh = true) {
  let answer;
  try {
    answer = await fetch(root.dataset.sel, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch {
    return { words: "tidak ada sambungan", again: true };
  }
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (answer.ok && json) {
    signedOut = false;
    spanduk.hidden = true;
    return { data: await answer.json() };
  }
  if (answer.status === 401 || new URL(answer.url).pathname === root.dataset.masuk) {
    askToSignIn();
    return { words: "sesi berakhir", again: true };
  }
  // After signing in again in another tab the page's CSRF token is stale: fetch a fresh one, once.
  if (answer.status === 403 && !json && fresh) return (await renew()) ? post(body, false) : { words: "sesi berakhir", again: true };
  if (answer.status >= 500) return { words: "gangguan di server", again: answer.status > 500 };
  return { words: json ? (await answer.json()).galat : `ditolak server (${answer.status})`, again: false };
}

export function save(row, { sumber = "", putus = false } = {}) {
  if (!row || (!putus && !sendable(row).length)) return;
  queue.set(row, { sumber, putus });
  pump();
}

async function pump() {
  if (busy || !queue.size) return;
  busy = true;
  const [, { sumber, putus }] = queue.entries().next().value;
  const batch = [...queue].filter(([, item]) => item.sumber === sumber && !item.putus).map(([row]) => row);
  const taken = putus ? [queue.keys().next().value] : batch;
  const sent = new Map();
  for (const row of taken) {
    queue.delete(row);
    const found = sendable(row);
    if (found.length || putus) sent.set(row, new Map(found.map((field) => [field.name, field.value])));
    for (const field of found) mark(field, "kirim");
    drawRow(row);
  }
  const result = sent.size ? await post({ isian: [...sent].map(([row, cells]) => item(row, cells)), sumber, putus }) : { data: { baris: [], bagian: {} } };
  await released();
  busy = "swap"; // a focused cell that is replaced loses focus without anybody having left it
  try {
    if (result.data) receive(sent, result.data, sumber);
    else fail(sent, result);
  } finally {
    busy = false;
  }
  const active = rowOf(document.activeElement);
  // What was typed while the answer was on its way waits until its cell is left.
  for (const row of sent.keys()) if (result.data && sendable(row).length && row !== active) queue.set(row, { sumber: "", putus: false });
  if (result.data) retryRest();
  pump();
}

/* A button that is being pressed must not be replaced under the finger: its click would be lost. */
let pressed = false;
document.addEventListener("pointerdown", () => (pressed = true));
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(() => (pressed = false)));
async function released() {
  while (pressed) await new Promise((done) => setTimeout(done, 20));
}

export function item(row, cells) {
  const found = [...cells.keys()].map((name) => [name, baseOf(fieldOf(row, name))]);
  const versi = Math.min(versionOf(row), ...found.map(([, base]) => base.versi));
  return { indikator: idOf(row), versi, sel: Object.fromEntries(cells), dasar: Object.fromEntries(found.map(([name, base]) => [name, base.tanda])) };
}

function receive(sent, data, sumber) {
  const before = [];
  const news = [];
  for (const answer of data.baris) {
    const row = rowById(answer.indikator);
    const cells = sent.get(row);
    const fine = answer.hasil === "tersimpan" || answer.hasil === "sama";
    const kept = new Set();
    for (const field of fields(row)) {
      const was = cells.get(field.name);
      if (was === undefined ? dirty(field) : field.value !== was || !fine) kept.add(field.name);
      if (was === undefined) continue;
      if (answer.hasil === "tersimpan") before.push(...undoOf(row, field));
      if (fine) {
        forget(field);
        if (kept.has(field.name)) mark(field, "ketik");
        else if (answer.hasil === "tersimpan") mark(field, "simpan");
        else clean(field);
      } else if (answer.bentrok?.some((name) => name === field.name || (name === "kinerja" && field.name === "keadaan"))) mark(field, "bentrok");
      else if (answer.galat[field.name] || answer.hasil === "terkunci" || answer.hasil === "ditutup" || (field.name === "kinerja" && answer.galat.alasan_keadaan)) mark(field, "gagal");
      else mark(field, "ketik");
    }
    if (answer.html) refresh(row, answer.html, kept);
    for (const field of fields(row)) if (kept.has(field.name) && dirty(field)) keep(field);
    if (answer.bentrok?.length) unfold(row, true);
    onRefresh(row);
    news.push([fine, answer.warta]);
  }
  for (const [id, markup] of Object.entries(data.bagian)) {
    const part = document.getElementById(id);
    if (part) part.innerHTML = markup;
  }
  if (data.lengkap !== undefined) drawSubmit(data.lengkap);
  if (news.length === 1) say(news[0][1]);
  else if (news.length) {
    const bad = news.filter(([fine]) => !fine);
    say(`${news.length - bad.length} baris tersimpan${bad.length ? `, ${bad.length} belum: ${bad.map(([, words]) => words).join(" ")}` : "."}`);
  }
  if (before.length) setUndo(sumber === "urung" ? null : [...before, ...(sumber === "tempel" ? refused : [])]);
}

/* Submitting stands out only where there is something to submit. */
function drawSubmit(count) {
  const form = document.getElementById("ajukan");
  const button = form.querySelector("button");
  const idle = !count || "tutup" in form.dataset;
  document.getElementById("lengkap").textContent = count;
  button.classList.toggle("tombol-utama", !idle);
  if (idle) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

/* A state chosen beside the cell stands in the cell afterwards, and the reason goes with it. */
function undoOf(row, field) {
  const names = ["kinerja", "keadaan", "alasan_keadaan"].includes(field.name) ? ["kinerja", "alasan_keadaan"] : [field.name];
  return names.map((name) => fieldOf(row, name)).filter(Boolean).map((item) => ({ id: idOf(row), name: item.name, before: original(item) }));
}

function fail(sent, { words, again }) {
  for (const [row, cells] of sent) {
    for (const name of cells.keys()) mark(fieldOf(row, name), again ? "putus" : "gagal");
    drawRow(row);
    const kata = row.querySelector(".rl-kata");
    if (kata) kata.textContent = `belum tersimpan, ${words}`;
    row.dataset.keadaan = "putus";
  }
  const [first] = sent.keys();
  if (first) say(`${nameOf(first)} belum tersimpan: ${words}. Ketikan Anda tetap di sel.`);
}

// --- Undo -------------------------------------------------------------------

function setUndo(items) {
  undo = items;
  undoButton.hidden = !items;
}

export function savePasted(touchedRows, notTaken) {
  refused = notTaken;
  for (const row of touchedRows) queue.set(row, { sumber: "tempel", putus: false });
  pump();
}

export function undoLast() {
  if (!undo) return say("Tidak ada yang dapat diurungkan.");
  const touchedRows = new Set();
  for (const { id, name, before } of undo) {
    const row = rowById(id);
    const field = row && fieldOf(row, name);
    if (!field) continue;
    clean(field);
    field.value = before;
    if (!dirty(field)) {
      forget(field);
      continue;
    }
    touched(field);
    mark(field, "ketik");
    touchedRows.add(row);
  }
  setUndo(null);
  if (!touchedRows.size) return say("Diurungkan.");
  for (const row of touchedRows) queue.set(row, { sumber: "urung", putus: false });
  pump();
}
undoButton.addEventListener("click", undoLast);

// --- When it does not arrive --------------------------------------------------

function askToSignIn() {
  if (signedOut) return;
  signedOut = true;
  const link = document.createElement("a");
  link.href = `${root.dataset.masuk}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.target = "_blank";
  link.rel = "opener";
  link.textContent = "Masuk";
  spanduk.replaceChildren("Sesi Anda berakhir; ketikan tetap di sini. ", link, " lagi di tab baru, lalu kembali ke halaman ini; baris akan disimpan sendiri.");
  spanduk.hidden = false;
}

/* A fresh CSRF token from the page itself; asks to sign in when that is what is missing. */
async function renew() {
  try {
    const answer = await fetch(location.pathname + location.search);
    if (new URL(answer.url).pathname === root.dataset.masuk) {
      askToSignIn();
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#realisasi input[name=csrfmiddlewaretoken]");
    if (!fresh) return false;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh.value;
    return true;
  } catch {
    return false;
  }
}

const waiting = () => rows().filter((row) => fields(row).some((field) => stateOf(field) === "putus"));

async function retry() {
  const [first] = waiting();
  if (busy || !first) return;
  if (signedOut && !(await renew())) return;
  signedOut = false;
  spanduk.hidden = true;
  save(first); // one first: when it arrives, the answer brings the others along
}

function retryRest() {
  for (const row of waiting()) queue.set(row, { sumber: "", putus: false });
}

window.addEventListener("online", retry);
window.addEventListener("focus", () => signedOut && retry());
document.addEventListener("visibilitychange", () => !document.hidden && signedOut && retry());
setInterval(() => navigator.onLine && retry(), RETRY_EVERY);

// --- Conflict -----------------------------------------------------------------

/* Keep mine or take theirs, cell by cell; mine goes out on the version whose values stood beside it. */
export function decide(row, choice) {
  for (const field of fields(row).filter((item) => stateOf(item) === "bentrok")) {
    const name = field.name === "keadaan" ? "kinerja" : field.name;
    const picked = row.querySelector(`input[name=pilih_${name}]:checked`)?.value ?? "saya";
    clean(field);
    if ((choice === "pilih" ? picked : choice) === "saya") {
      touched(field);
      mark(field, "ketik");
    } else {
      field.value = original(field);
      forget(field);
    }
  }
  row.querySelector(".rl-bentrok")?.remove();
  unfold(row, false);
  save(row, { putus: true });
}

/* Saves what waits; whether everything is saved afterwards. */
export async function settle() {
  for (const row of rows()) save(row);
  while (busy || queue.size) await new Promise((done) => setTimeout(done, 50));
  return !rows().some((row) => fields(row).some(dirty));
}
