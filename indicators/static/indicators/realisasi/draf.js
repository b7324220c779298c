/* What is typed stays in this browser until the server has it, and is offered again to the same person. */
import { baseOf, dirty, element, fieldOf, idOf, nameOf, original, root, rowById, rowOf } from "./sel.js";

const KEEP_DAYS = 14;
const { orang, tahun, triwulan } = root.dataset;
const MINE = `rl|${orang}|`;
const HERE = `${MINE}${tahun}|${triwulan}|`;
const LABELS = { kinerja: "kinerja", rupiah: "Rp", keadaan: "tanpa angka", alasan_keadaan: "alasan tidak berlaku", alasan_lebih_pagu: "alasan melebihi pagu", faktor_pendorong: "faktor pendorong", faktor_penghambat: "faktor penghambat", tindak_lanjut: "tindak lanjut" };

function keys(prefix) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return []; // storage is switched off: the page still warns before it is left
  }
}

export function keep(field) {
  forget(field);
  if (!dirty(field)) return;
  const row = rowOf(field);
  const base = baseOf(field);
  try {
    localStorage.setItem(
      `${HERE}${idOf(row)}|${field.name}|${base.versi}`,
      JSON.stringify({ nilai: field.value, tanda: base.tanda, pada: Date.now(), baris: nameOf(row) }),
    );
  } catch {
    // Full or switched off.
  }
}

export function forget(field) {
  for (const key of keys(`${HERE}${idOf(rowOf(field))}|${field.name}|`)) localStorage.removeItem(key);
}

function drafts() {
  const found = [];
  for (const key of keys("rl|")) {
    const [, , , , row, name, versi] = key.split("|");
    let draft;
    try {
      draft = JSON.parse(localStorage.getItem(key));
    } catch {
      draft = null;
    }
    if (!draft || Date.now() - draft.pada > KEEP_DAYS * 864e5) localStorage.removeItem(key);
    else if (key.startsWith(HERE)) found.push({ key, row: Number(row), name, versi: Number(versi), ...draft });
  }
  return found;
}

/* Shows what was left unsaved and lets the person restore or discard it; `restore` puts it into the cells. */
export function offer(restore) {
  const box = document.getElementById("draf");
  const found = drafts().filter((draft) => {
    const row = rowById(draft.row);
    draft.field = row && fieldOf(row, draft.name);
    if (draft.field && draft.nilai === original(draft.field)) localStorage.removeItem(draft.key);
    return !draft.field || draft.nilai !== original(draft.field);
  });
  const here = found.filter((draft) => draft.field);
  here.sort((one, other) => (one.field.compareDocumentPosition(other.field) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  const away = found.length - here.length;
  const periods = new Set(keys(MINE).filter((key) => !key.startsWith(HERE)).map((key) => key.split("|").slice(2, 4).join("|")));
  const list = element("ul");
  for (const draft of here) {
    const when = new Date(draft.pada).toLocaleString("id-ID", { dateStyle: "medium", timeStyle: "short" });
    list.append(element("li", `${draft.baris}, ${LABELS[draft.name]}: “${draft.nilai || "(dikosongkan)"}” (diketik ${when}); ${original(draft.field) ? `tersimpan “${original(draft.field)}”` : "sebelumnya kosong"}`));
  }
  for (const period of periods) {
    const [year, quarter] = period.split("|");
    const item = element("li");
    const link = element("a", `Realisasi ${year}${quarter === "0" ? "" : ` triwulan ${quarter}`}`);
    link.href = `/realisasi/${year}/${quarter === "0" ? "" : `?triwulan=${quarter}`}`;
    item.append("Juga ada di ", link);
    list.append(item);
  }
  if (away) list.append(element("li", `${away} lagi di baris yang tidak ditampilkan; buka semua baris untuk melihatnya.`));
  box.hidden = !list.children.length;
  if (box.hidden) return;
  const buttons = element("p");
  if (here.length) {
    const take = element("button", "Pulihkan", "tombol");
    const drop = element("button", "Buang", "tombol");
    take.type = drop.type = "button";
    take.onclick = () => {
      box.hidden = true;
      restore(here.filter((draft) => localStorage.getItem(draft.key)));
    };
    drop.onclick = () => {
      box.hidden = true;
      here.forEach((draft) => localStorage.removeItem(draft.key));
    };
    buttons.append(take, " ", drop);
  }
  box.replaceChildren(element("strong", here.length ? `${here.length} isian belum tersimpan dari kunjungan terakhir.` : "Ada isian yang belum tersimpan."), list, buttons);
}
