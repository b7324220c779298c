"""Crosswalk of codes between nomenclatures: what is known of each node, and importing a list.

Permendagri 90/2019, Kepmendagri 050-3708/2020 and Kepmendagri 900.1.15.5-1317/2023 write the
same node differently, and the last one renumbered some; a successor is known only from a list.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from openpyxl import load_workbook

from accounts.access import Access, require
from accounts.jejak import record_changes, snapshot
from accounts.models import Peran, User
from programs.models import Kegiatan, PadananKode, Program, Renstra, Simpul, SubKegiatan

MAY_IMPORT = Access(roles=frozenset({Peran.ADMINISTRATOR.value}))
COLUMNS = ("nomenklatur_asal", "kode_asal", "nomenklatur_tujuan", "kode_tujuan", "nama_tujuan", "keterangan")
_REQUIRED = COLUMNS[:4]
_KEY = COLUMNS[:3]
MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 30 * 1024 * 1024
MAX_ROWS = 5000
_FOUR_DIGITS = Simpul.Nomenklatur.KEPMENDAGRI_900_5_1317_2023
_CODE = re.compile(r"[0-9]\.[0-9]{2}\.[0-9]{2}(\.[0-9]\.[0-9]{2}(\.[0-9]{2}|\.[0-9]{4})?)?")


@dataclass(frozen=True, slots=True)
class Padanan:
    """A node with its successor in each other nomenclature; None is not mapped yet."""

    tingkat: str
    kode: str
    kode_kanonik: str
    nomenklatur: str
    nama: str
    tujuan: tuple[tuple[str, PadananKode | None], ...]

    @property
    def terpetakan(self) -> bool:
        """Whether every successor is known."""
        return all(found is not None and found.kode_tujuan for _, found in self.tujuan)


@dataclass(frozen=True, slots=True)
class Kesalahan:
    """A refused cell: row of the file (the header is 1), column, and why."""

    baris: int
    kolom: str
    nilai: str
    alasan: str


@dataclass(frozen=True, slots=True)
class Hasil:
    """Outcome of an import: rows read and changed, or what was refused (then nothing is stored)."""

    dibaca: int
    berubah: int
    ditolak: tuple[Kesalahan, ...]
    diabaikan: tuple[str, ...] = ()


class BerkasDitolak(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


def crosswalk(renstra: Renstra) -> list[Padanan]:
    """Every node of a version in the order of the plan: four queries.

    ``tujuan`` of a node are the other nomenclatures by value, in the order of ``Simpul.Nomenklatur``.
    """
    known = {(row.nomenklatur_asal, row.kode_asal, row.nomenklatur_tujuan): row for row in PadananKode.objects.all()}
    nodes: list[tuple[str, Padanan]] = []
    for model in (Program, Kegiatan, SubKegiatan):
        columns = ("kunci_urut", "kode", "kode_kanonik", "nomenklatur", "nama")
        for key, kode, canonical, where, nama in model.objects.filter(renstra=renstra).values_list(*columns):
            others = tuple(
                (value, known.get((where, canonical, value))) for value in Simpul.Nomenklatur.values if value != where
            )
            nodes.append((key, Padanan(model.tingkat, kode, canonical, where, nama, others)))
    return [node for _, node in sorted(nodes, key=lambda item: item[0])]


def export_rows(renstra: Renstra) -> Iterator[tuple[str, ...]]:
    """Header and a row a node and nomenclature, in the columns of the import."""
    yield COLUMNS
    for node in crosswalk(renstra):
        for tujuan, found in node.tujuan:
            tail = (found.kode_tujuan, found.nama_tujuan, found.keterangan) if found else ("", "", "")
            yield (node.nomenklatur, node.kode_kanonik, tujuan, *tail)


def import_crosswalk(actor: User, name: str, content: bytes, *, pintu: str) -> Hasil:
    """Store a list of successors, all rows or none.

    Raises ``PermissionDenied``, and ``BerkasDitolak`` for a file that is no such list.
    """
    require(actor, MAY_IMPORT)
    header, rows = _read(name, content)
    missing = [column for column in _REQUIRED if column not in header]
    if missing:
        raise BerkasDitolak(
            f"Kolom {', '.join(missing)} tidak ada pada baris pertama; namai kolomnya {', '.join(COLUMNS)}."
        )
    unknown = tuple(column for column in header if column and column not in COLUMNS)
    refused: list[Kesalahan] = []
    wanted: dict[tuple[str, ...], dict[str, str]] = {}
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows:
        record, errors = _check(number, dict(zip(header, cells, strict=False)))
        key = tuple(record[column] for column in _KEY)
        if not errors and key in seen:
            errors = [Kesalahan(number, "kode_asal", record["kode_asal"], f"Sudah ada pada baris {seen[key]}.")]
        seen.setdefault(key, number)
        refused += errors
        wanted[key] = record
    if refused:
        return Hasil(len(wanted), 0, tuple(refused), unknown)
    if not wanted:
        raise BerkasDitolak("Berkas ini tidak berisi baris di bawah judul kolom.")
    with transaction.atomic():
        return Hasil(len(wanted), _store(actor, wanted, pintu, f"Impor {name}"[:200]), (), unknown)


def _store(actor: User, wanted: dict[tuple[str, ...], dict[str, str]], pintu: str, alasan: str) -> int:
    present: dict[tuple[str, ...], PadananKode] = {
        row.natural_key(): row for row in PadananKode.objects.select_for_update()
    }
    changed = 0
    for key, record in wanted.items():
        row = present.get(key)
        if row is None and not any(record[name] for name in COLUMNS[3:]):
            continue  # not mapped, and nothing to say about it
        before = snapshot(row) if row else None
        row = row or PadananKode()
        for name, value in record.items():
            setattr(row, name, value)
        if before == snapshot(row):
            continue
        row.sumber = alasan
        row.save()
        changed += record_changes(row, before, actor=actor, pintu=pintu, alasan=alasan, ignore={"sumber"}) > 0
    return changed


def _check(number: int, cells: dict[str, Any]) -> tuple[dict[str, str], list[Kesalahan]]:
    """One row as text, and what is wrong with it."""
    record: dict[str, str] = {}
    errors: list[Kesalahan] = []

    def refuse(column: str, reason: str) -> None:
        errors.append(Kesalahan(number, column, str(cells.get(column) or "")[:60], reason))

    for column in COLUMNS:
        value = cells.get(column)
        record[column] = text = "" if value is None else str(value).strip()
        if value is not None and not isinstance(value, str):
            refuse(column, "Sel berisi angka atau tanggal; ubah selnya menjadi teks supaya angka nol tidak hilang.")
        elif text.startswith("="):
            refuse(column, "Sel berisi rumus; tempel sebagai nilai.")
        elif len(text) > _LENGTH[column]:
            refuse(column, f"Terlalu panjang; paling banyak {_LENGTH[column]} huruf.")
    if errors:
        return record, errors
    for column in ("nomenklatur_asal", "nomenklatur_tujuan"):
        found = _NAMES.get(record[column].lower())
        if found is None:
            refuse(column, f"Nomenklatur tidak dikenal; tulis {', '.join(Simpul.Nomenklatur.values)}.")
        else:
            record[column] = found
    if not errors and record["nomenklatur_asal"] == record["nomenklatur_tujuan"]:
        refuse("nomenklatur_tujuan", "Sama dengan nomenklatur asal.")
    if not record["kode_asal"]:
        refuse("kode_asal", "Wajib diisi.")
    for side in ("asal", "tujuan"):
        reason = _bad_code(record[f"kode_{side}"], record[f"nomenklatur_{side}"])
        if reason:
            refuse(f"kode_{side}", reason)
    if not errors and record["kode_tujuan"] and _level(record["kode_tujuan"]) != _level(record["kode_asal"]):
        refuse("kode_tujuan", "Tingkatnya lain dari kode asal (program, kegiatan, atau sub kegiatan).")
    return record, errors


_LENGTH = {field.name: field.max_length or 0 for field in PadananKode._meta.concrete_fields if field.name in COLUMNS}
_NAMES = {
    **{value.lower(): value for value in Simpul.Nomenklatur.values},
    **{str(label).lower(): value for value, label in Simpul.Nomenklatur.choices},
}


def _level(kode: str) -> int:
    return kode.count(".")


def _bad_code(kode: str, nomenklatur: str) -> str:
    """Why a code cannot be one of this nomenclature, empty when it can (or is blank)."""
    if not kode:
        return ""
    if not _CODE.fullmatch(kode):
        return "Bentuk kode: 1.06.01, 1.06.01.2.01, atau 1.06.01.2.01.01."
    digits = len(kode.rpartition(".")[2]) if _level(kode) == 5 else 0
    if digits and (digits == 4) != (nomenklatur == _FOUR_DIGITS):
        return (
            "Kode sub kegiatan nomenklatur ini empat angka."
            if digits == 2
            else "Kode sub kegiatan nomenklatur ini dua angka."
        )
    return ""


def _read(name: str, content: bytes) -> tuple[list[str], Iterator[tuple[int, list[Any]]]]:
    """Header and numbered rows of a CSV or XLSX, told apart by content."""
    if len(content) > MAX_BYTES:
        raise BerkasDitolak("Berkas lebih dari 2 MB; bagi menjadi beberapa berkas.")
    rows = list(_read_xlsx(content) if content.startswith(b"PK") else _read_csv(name, content))
    if len(rows) > MAX_ROWS + 1:
        raise BerkasDitolak(f"Berkas berisi lebih dari {MAX_ROWS} baris; bagi menjadi beberapa berkas.")
    if not rows:
        raise BerkasDitolak("Berkas ini kosong.")
    header = ["" if cell is None else str(cell).strip().lower() for cell in rows[0]]
    numbered = ((at, row) for at, row in enumerate(rows[1:], start=2) if any(cell not in (None, "") for cell in row))
    return header, numbered


def _read_csv(name: str, content: bytes) -> Iterable[list[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BerkasDitolak(f"{name[:60]} bukan CSV UTF-8 atau XLSX; simpan ulang sebagai salah satunya.") from None
    if "\0" in text:
        raise BerkasDitolak(f"{name[:60]} bukan CSV atau XLSX.")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


def _read_xlsx(content: bytes) -> Iterable[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise BerkasDitolak("Isi XLSX terlalu besar; simpan hanya lembar padanan kode.")
            # A workbook needs no document types; entities are how a file would make the reader fetch or swell.
            if any(b"<!DOCTYPE" in archive.read(item) for item in archive.infolist() if item.filename.endswith(".xml")):
                raise BerkasDitolak("XLSX ini berisi bagian yang tidak diterima; simpan ulang dari Excel.")
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = workbook.worksheets[0]
        return [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=40, values_only=True)]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        if isinstance(error, BerkasDitolak):
            raise
        raise BerkasDitolak("XLSX ini tidak terbaca; simpan ulang dari Excel.") from None
