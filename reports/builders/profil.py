"""Profile tables 2.1-2.11 and 3.3: one row of the document is one ``BarisProfil``; only the columns differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from indicators.penjelasan import Masukan
from programs.models import BarisProfil
from reports.builders import asal
from reports.builders.common import Banding, document_matrix
from reports.matrix import KOSONG, Baris, Isi, Kolom, Matrix, Peran, Rata, Sel, angka, nomor, teks, uang
from reports.report import Params, Report

BAB = "Bab II Gambaran Pelayanan"
BAB_3 = "Bab III Permasalahan dan Isu Strategis"


@dataclass(frozen=True, slots=True)
class _Row:
    """The columns of ``BarisProfil`` that a table may print."""

    jenis: str
    nomor: str
    uraian: str
    rincian: str
    rincian_lanjut: str
    jumlah: int | None
    satuan: str
    keterangan: str


_FIELDS = ("jenis", "nomor", "uraian", "rincian", "rincian_lanjut", "jumlah", "satuan", "keterangan")


def _number(row: _Row) -> Isi:
    return nomor(row.nomor)


def _year(row: _Row) -> Isi:
    return nomor(row.uraian)


def _text(field: str, row: _Row) -> Isi:
    return teks(getattr(row, field))


def _money(row: _Row) -> Isi:
    return uang(row.jumlah)


def _count(figure: Any, row: _Row) -> Any:
    return angka(figure, akhiran=f" {row.satuan}" if row.satuan else "")


def _amount(row: _Row) -> Isi:
    return _count(row.jumlah, row)


Cell = Callable[[_Row], Isi]


def _no(head: str = "NO") -> tuple[Kolom, Cell]:
    return Kolom(head, "no", rata=Rata.TENGAH, bobot=10), _number


def _column(
    head: str, key: str, field: str, bobot: int, *, rata: Rata = Rata.KIRI, name: bool = False
) -> tuple[Kolom, Cell]:
    return Kolom(head, key, rata=rata, bobot=bobot, judul_baris=name), partial(_text, field)


_JUMLAH = (Kolom("JUMLAH", "jumlah", rata=Rata.KANAN, bobot=26), _amount)
_KETERANGAN = _column("KETERANGAN", "keterangan", "keterangan", 34)


def _simple(head: str) -> tuple[tuple[Kolom, Cell], ...]:
    """NO, what is counted, JUMLAH, KETERANGAN: Tabel 2.1-2.5, 2.7, 2.8."""
    return (_no(), _column(head, "uraian", "uraian", 80, name=True), _JUMLAH, _KETERANGAN)


def _report(
    nomor_tabel: str, judul: str, kolom: Sequence[tuple[Kolom, Cell]], *, kelompok: str = BAB, berangka: bool = False
) -> Report:
    def build(params: Params) -> Matrix:
        return _build(report, nomor_tabel, kolom, params)

    report = Report(
        slug=f"tabel-{nomor_tabel.replace('.', '-')}",
        nomor=f"Tabel {nomor_tabel}",
        judul=judul,
        kelompok=kelompok,
        build=build,
        berangka=berangka,
        berasal=berangka,
    )
    return report


def _build(report: Report, table: str, kolom: Sequence[tuple[Kolom, Cell]], params: Params) -> Matrix:
    """Two queries: title and rows."""
    found = BarisProfil.objects.filter(tabel__nomor=table, tabel__renstra=params.renstra.kunci).order_by("urutan")
    rows = [_Row(*values) for values in found.values_list(*_FIELDS)]
    banding = Banding(params.dihitung)
    return document_matrix(
        report,
        params,
        table,
        kolom=tuple(column for column, _ in kolom),
        baris=_rows(rows, kolom, banding),
        catatan=banding.catatan,
    )


def _rows(rows: Sequence[_Row], kolom: Sequence[tuple[Kolom, Cell]], banding: Banding) -> tuple[Baris, ...]:
    """Rows; one without number and name continues the row above, whose cells then reach down (Tabel 2.9, 3.3)."""
    out = []
    # Columns whose cells are merged downwards: number, name, and in Tabel 3.3 the problem.
    merged = [
        at for at, (column, _) in enumerate(kolom) if column.kunci in {"no", "pejabat", "masalah_pokok", "masalah"}
    ]
    for at, row in enumerate(rows):
        if row.jenis == BarisProfil.Jenis.JUMLAH:
            out.append(_total(row, rows, kolom, banding))
            continue
        cells = [make(row) for _, make in kolom]
        if _continues(row):
            for column in merged:
                cells[column] = None
        else:
            height = 1
            while at + height < len(rows) and _continues(rows[at + height]):
                height += 1
            if height > 1:
                for column in merged:
                    value = cells[column]
                    assert value is not None
                    assert not isinstance(value, Sel)
                    cells[column] = Sel((value,), tinggi=height)
        out.append(Baris(Peran.BARIS, tuple(cells)))
    return tuple(out)


def _continues(row: _Row) -> bool:
    return row.jenis == BarisProfil.Jenis.BARIS and not row.nomor and not row.uraian


def _total(row: _Row, rows: Sequence[_Row], kolom: Sequence[tuple[Kolom, Cell]], banding: Banding) -> Baris:
    """Printed total, compared with the rows above it."""
    known = [item.jumlah for item in rows if item.jenis == BarisProfil.Jenis.BARIS]
    computed = sum(item for item in known if item is not None) if None not in known else None
    way = asal.jumlah(row.uraian or "Jumlah", computed, partial(_parts, rows), "di atasnya")
    total = banding.cell(row.jumlah, computed, lambda figure: _count(figure, row), lambda: row.uraian, asal=way)
    cells: list[Isi] = []
    for column, make in kolom:
        if column.kunci == "jumlah":
            cells.append(total)
        else:
            cells.append(KOSONG if column.kunci == "no" else make(row))
    return Baris(Peran.JUMLAH, tuple(cells))


def _parts(rows: Sequence[_Row]) -> list[Masukan]:
    """The rows that a total is the sum of."""
    return [
        asal.angka_in(item.uraian or item.rincian or item.nomor, item.jumlah)
        for item in rows
        if item.jenis == BarisProfil.Jenis.BARIS
    ]


REPORTS = (
    _report("2.1", "Jumlah Pegawai Berdasarkan Status Kepegawaian", _simple("STATUS KEPEGAWAIAN"), berangka=True),
    _report(
        "2.2", "Jumlah Pegawai Negeri Sipil (PNS) Berdasarkan Jenis Kelamin", _simple("JENIS KELAMIN"), berangka=True
    ),
    _report(
        "2.3",
        "Jumlah Pegawai Negeri Sipil (PNS) Berdasarkan Tingkat Pendidikan",
        _simple("TINGKAT PENDIDIKAN"),
        berangka=True,
    ),
    _report(
        "2.4", "Jumlah Tenaga Non PNS Berdasarkan Tingkat Pendidikan", _simple("TINGKAT PENDIDIKAN"), berangka=True
    ),
    _report("2.5", "Jumlah Pegawai Negeri Sipil Berdasarkan Golongan", _simple("GOLONGAN"), berangka=True),
    _report(
        "2.6",
        "Jumlah Pegawai Negeri Sipil Berdasarkan Jabatan",
        (
            _no(),
            _column("JABATAN", "uraian", "uraian", 64, name=True),
            _column("ESSELON", "eselon", "rincian", 20, rata=Rata.TENGAH),
            _JUMLAH,
            _KETERANGAN,
        ),
        berangka=True,
    ),
    _report(
        "2.7",
        "Jumlah Pegawai Negeri Sipil Yang Sudah Mengikuti Diklat / Pelatihan / Kursus Sampai Tahun 2020",
        _simple("DIKLAT/KURSUS/ PELATIHAN"),
        berangka=True,
    ),
    _report(
        "2.8",
        "Jumlah Pegawai Negeri Sipil Yang Belum Mengikuti Diklat / Pelatihan / Kursus Sampai Tahun 2020",
        _simple("DIKLAT/KURSUS/ PELATIHAN"),
        berangka=True,
    ),
    _report(
        "2.9",
        "Jumlah Rasio Antara Pejabat Struktural Dengan Pelaksana",
        (
            _no(),
            _column("PEJABAT STRUKTURAL", "pejabat", "uraian", 70, name=True),
            _column("STATUS PELAKSANA", "status", "rincian", 36),
            _column("PENDIDIKAN", "pendidikan", "rincian_lanjut", 24, rata=Rata.TENGAH),
            (Kolom("JUMLAH", "jumlah", rata=Rata.KANAN, bobot=20), _amount),
        ),
    ),
    _report(
        "2.10",
        "Anggaran Belana Operasi dari APBD Kabupaten Serang",
        (
            (Kolom("Tahun Anggaran", "tahun", rata=Rata.TENGAH, bobot=40, judul_baris=True), _year),
            (Kolom("Anggaran Belanja Operasi (Rp)", "anggaran", rata=Rata.KANAN, bobot=60), _money),
        ),
    ),
    _report(
        "2.11",
        "Sarana Kantor Pada Dinas Sosial Kabupaten Serang",
        (
            _no(),
            _column("JENIS BARANG", "uraian", "uraian", 70, name=True),
            (Kolom("VOLUME", "volume", rata=Rata.KANAN, bobot=26), _amount),
            _KETERANGAN,
        ),
    ),
)

TABEL_3_3 = _report(
    "3.3",
    "Identifikasi Permasalahan Berdasarkan Tugas & Fungsi Pelayanan Perangkat Daerah",
    (
        _column("Masalah Pokok", "masalah_pokok", "uraian", 45, name=True),
        _column("Masalah", "masalah", "rincian", 45),
        _column("Akar Masalah", "akar_masalah", "rincian_lanjut", 80),
    ),
    kelompok=BAB_3,
)
