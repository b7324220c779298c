"""The whole office's workbook written and read back, and a block of 200 cells pasted."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from bench.timing import Goal, Row, best, counted

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Renstra

TAHUN = 2024
# What a person waits for without wondering: a second for a file, less than half of one for a paste.
MS_WRITE, MS_READ, MS_PASTE = 500, 1000, 400
CELLS = 200


def rows(kind: str, size: int) -> Iterator[Row]:
    """Three rows at the printed size; a larger office would have larger limits and is not measured."""
    if size > 1:
        return
    from django.utils import timezone

    from accounts.models import User
    from indicators.workbook.template import build_template
    from programs.models import Renstra

    renstra = Renstra.current()

    def write() -> bytes:
        return build_template(renstra, TAHUN, made=timezone.localtime())

    queries = counted(write)
    (ours,) = best(write, tries=7, seconds=15, computes=kind == "sqlite")
    yield Row(f"buku kerja sekantor ditulis ({kind})", size, ours, queries, goal=Goal(MS_WRITE, 8))
    yield _read(kind, size, write)
    yield _paste(kind, size, renstra, User.objects.get(username="staf.rehsos"))


def _read(kind: str, size: int, write: Any) -> Row:
    """Every open number of the office, each time another one, so that each run stores it."""
    from openpyxl import load_workbook

    from accounts.models import Jejak
    from indicators.workbook.importing import import_workbook

    numbers = count(1)
    files: list[bytes] = []

    def prepare() -> None:
        """A fresh file, since the one before is stale once it is stored."""
        book = load_workbook(BytesIO(write()))
        sheet = book["Realisasi"]
        number = next(numbers)
        for row in range(2, sheet.max_row + 1):
            for column in "HI":
                cell = sheet[f"{column}{row}"]
                if not cell.protection.locked and (column == "I" or sheet[f"F{row}"].value is not None):
                    cell.value = number
        buffer = BytesIO()
        book.save(buffer)
        files.append(buffer.getvalue())

    changed: list[int] = []

    def read() -> None:
        result = import_workbook(None, files[-1], "bench.xlsx", pintu=Jejak.Pintu.PERINTAH)
        assert not result.ditolak, result.ditolak[:3]
        changed.append(result.berubah)

    prepare()
    queries = counted(read)
    ours = float("inf")
    for _ in range(5):
        prepare()
        ours = min(ours, *best(read, tries=1))
    assert min(changed) > 80
    return Row(f"buku kerja sekantor diimpor, {changed[-1]} baris ({kind})", size, ours, queries, goal=Goal(MS_READ))


def _paste(kind: str, size: int, renstra: Renstra, person: User) -> Row:
    """A block of 200 cells, stored in one go; a bidang has fewer, so the office is one unit here."""
    from accounts.models import Jejak, UnitKerja
    from indicators.actions import Isian, save_banyak
    from indicators.models import Indikator
    from indicators.row_record import find_rows

    person.unit = UnitKerja.objects.get(jenis=UnitKerja.Jenis.DINAS, perangkat_daerah=renstra.perangkat_daerah)
    ids = list(Indikator.objects.for_renstra(renstra).by_code().values_list("pk", flat=True))
    numbers = count(1)
    block: list[Isian] = []

    def prepare() -> None:
        block.clear()
        number = next(numbers)
        left = CELLS
        for key, record in find_rows(ids, TAHUN + 1).items():
            cells = {"tindak_lanjut": f"Tempelan {number}"}
            if record.rules.wants_kinerja:
                cells = {"kinerja": str(number), **cells}
            if record.rules.takes_rupiah:
                cells = {"rupiah": str(number), **cells}
            cells = dict(list(cells.items())[:left])
            left -= len(cells)
            if cells:
                block.append(Isian(key, cells, record.versi))

    def paste() -> None:
        results = save_banyak(person, TAHUN + 1, block, pintu=Jejak.Pintu.PERAMBAN)
        assert all(result is not None and result.outcome == "tersimpan" for result in results)

    prepare()
    stored = sum(len(item.sel) for item in block)
    queries = counted(paste)
    ours = float("inf")
    for _ in range(5):
        prepare()
        ours = min(ours, *best(paste, tries=1))
    return Row(f"tempel {stored} sel ({kind})", size, ours, queries, goal=Goal(MS_PASTE))
