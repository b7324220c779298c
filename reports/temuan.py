"""Findings on paper: the list of ``/temuan/`` as a file, and marks on the cells of a table's report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import allow_signed_in
from accounts.models import Jejak
from indicators.findings.listing import Daftar, load_listing
from indicators.findings.marks import Tanda, open_marks
from indicators.findings.orang import BarisOrang
from indicators.findings.page import PILIHAN_KEADAAN, BarisTemuan
from indicators.findings.registry import Temuan
from pmks.akses import Jenis, record_access
from programs.models import Renstra
from reports.export import FORMATS, export
from reports.matrix import (
    TIDAK_DIKETAHUI,
    Baris,
    Catatan,
    Isi,
    Isian,
    Kolom,
    Matrix,
    Peran,
    Rata,
    Sel,
    Teks,
    angka,
    clean,
    leaves,
    parts,
    teks,
    with_note,
)

KOLOM = (
    Kolom("Tabel", "tabel", bobot=10),
    Kolom("Kode", "kode", bobot=22),
    Kolom("Baris", "indikator", bobot=50, judul_baris=True),
    Kolom("Kolom", "kolom", bobot=20),
    Kolom("Tercetak", "tercetak", rata=Rata.KANAN, bobot=24),
    Kolom("Dihitung", "dihitung", rata=Rata.KANAN, bobot=24),
    Kolom("Selisih", "selisih", rata=Rata.KANAN, bobot=24),
    Kolom("Temuan", "aturan", bobot=36),
    Kolom("Keterangan", "keterangan", bobot=80),
    Kolom("Keadaan", "keadaan", bobot=22),
    Kolom("Catatan", "catatan", bobot=40),
)


@require_safe
@allow_signed_in
def temuan_berkas(request: HttpRequest, suffix: str) -> HttpResponse:
    """The filtered list in its order, all pages of it."""
    if suffix not in ("xlsx", "pdf", "json"):
        raise Http404(f"Daftar temuan tidak ada dalam format .{suffix[:20]}; pilih .xlsx, .pdf atau .json.")
    try:
        renstra = Renstra.current()
    except Renstra.DoesNotExist as error:
        raise Http404(str(error)) from None
    listing = load_listing(renstra, request.GET, request.user)
    record_people(request.user, listing)
    content = export(build(listing), suffix)
    kind = FORMATS[suffix]
    answer = HttpResponse(content, content_type=kind.content_type)
    answer["Content-Disposition"] = content_disposition_header(kind.simpan, f"temuan.{suffix}") or ""
    answer["Cache-Control"] = "private, no-cache"
    return answer


def build(listing: Daftar) -> Matrix:
    """Matrix of the list with its filters as parameters."""
    saring = listing.saring
    chosen = [Isian("keadaan", "Keadaan", saring.keadaan_dipilih, PILIHAN_KEADAAN[saring.keadaan_dipilih])]
    for name, field in saring.fields.items():
        if name != "keadaan" and (value := saring.value(name)):
            words = dict(getattr(field, "choices", ())).get(value, value)
            chosen.append(Isian(name, str(field.label), value, str(words)))
    return Matrix(
        slug="temuan",
        nomor="",
        judul="Temuan: tempat angka dokumen bertentangan dengan angka lain di dokumen yang sama",
        subjudul=(listing.renstra.judul,),
        kolom=KOLOM,
        baris=tuple(map(_row, listing.sorted())),
        parameter=tuple(chosen),
        sumber="selisih = tercetak dikurangi dihitung; sel kosong bukan nol",
        kolom_lekat=0,
        kosong="Tidak ada temuan yang cocok.",
    )


def record_people(user: Any, listing: Daftar) -> None:
    """Keep who took out suspicions about single people, though without their names."""
    people = {number for row in listing.found if isinstance(row, BarisOrang) for number in row.nomor}
    if people:
        record_access(user, Jenis.DAFTAR, pintu=Jejak.Pintu.PERAMBAN, jumlah=len(people), rincian="berkas temuan")


def _row(row: BarisTemuan | BarisOrang) -> Baris:
    if isinstance(row, BarisOrang):
        return _row_of_people(row)
    item, entry = row.temuan, row.tercatat
    note = f"{entry.riwayat[-1].catatan} ({entry.riwayat[-1].oleh})" if entry.riwayat else ""
    return Baris(
        Peran.BARIS,
        (
            teks(item.tabel),
            teks(item.kode),
            teks(clean(item.indikator)),
            teks(row.kolom),
            *(angka(figure, kosong=TIDAK_DIKETAHUI) for figure in (item.tercetak, item.dihitung, item.selisih)),
            teks(row.judul),
            teks(item.keterangan),
            teks(entry.kata),
            teks(note),
        ),
        item.kode,
    )


def _row_of_people(row: BarisOrang) -> Baris:
    """A suspicion by the numbers of its people in the registry and the way to its page; no name, no NIK."""
    return Baris(
        Peran.BARIS,
        (
            teks(row.asal),
            teks(""),
            teks(row.baris),
            teks(""),
            *(angka(None, kosong=TIDAK_DIKETAHUI) for _ in range(3)),
            teks(row.judul),
            teks(f"{row.keterangan}; {row.halaman}"),
            teks(row.keadaan.value),
            teks(""),
        ),
        "",
    )


# --- marks on a table of the document ---------------------------------------------------


def mark_findings(matrix: Matrix, renstra: Renstra, *, tautan: bool = False) -> Matrix:
    """The report of a table with a note on each cell that an open finding is about.

    A cell that has a note keeps it: the builder has said there how the figure differs.
    A finding about no single cell is a note without a mark. With ``tautan`` the notes
    lead to the page of their finding.
    """
    if not matrix.slug.startswith("tabel-"):
        return matrix
    tabel = matrix.slug.removeprefix("tabel-").replace("-", ".")
    return with_findings(matrix, [item for item in open_marks(renstra) if item.temuan.tabel == tabel], tautan=tautan)


def with_findings(matrix: Matrix, marks: Iterable[Tanda], *, tautan: bool = False) -> Matrix:
    """The matrix with notes for these findings of its table."""
    columns = {column.kunci: at for at, column in enumerate(leaves(matrix.kolom))}
    rows = [list(row.sel) for row in matrix.baris]
    notes = {note.nomor: note for note in matrix.catatan}
    for item in marks:
        at, column = _row_of(matrix.baris, item.temuan), columns.get(item.temuan.kolom)
        cell = rows[at][column] if at is not None and column is not None else None
        way = item.alamat if tautan else ""
        if isinstance(cell, Sel) and cell.catatan:
            number = cell.catatan[-1]
            notes[number] = replace(notes[number], tautan=notes[number].tautan or way)
            continue
        number = max(notes, default=0) + 1
        notes[number] = Catatan(number, f"Temuan: {item.temuan.keterangan}", way)
        if cell is not None and at is not None and column is not None:
            rows[at][column] = with_note(cell, number)
    body = tuple(replace(row, sel=tuple(cells)) for row, cells in zip(matrix.baris, rows, strict=True))
    return replace(matrix, baris=body, catatan=tuple(notes.values()))


def _row_of(rows: Sequence[Baris], item: Temuan) -> int | None:
    """Row that prints what a finding names, of the node it names; by node alone where a row prints two measures."""
    of_node = [at for at, row in enumerate(rows) if not (item.kode and row.kode) or row.kode == item.kode]
    for at in of_node:
        if any(_prints(cell, item.indikator) for cell in rows[at].sel):
            return at
    exact = [at for at in of_node if rows[at].kode]
    return exact[0] if item.kode and exact else None


def _prints(cell: Isi, text: str) -> bool:
    return cell is not None and any(isinstance(value, Teks) and value.isi == text for value in parts(cell))
