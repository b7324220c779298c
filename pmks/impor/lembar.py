"""Reads the first sheet of an XLSX and prints its rows as JSON lines; runs as a process of its own.

    python -I pmks/impor/lembar.py FILE

A workbook is somebody else's program text: it is unpacked and parsed here, under limits of memory and time, and
whatever goes wrong ends this process only. Nothing of Django is imported.

The first line is {"tinggi": rows}. A cell is a text, null (empty), {"n": "12.5"} (a number), {"d": "1980-05-17"} (a
date) or {"b": true}. A line {"galat": "…"} says why the file is refused.
"""

import json
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta

MEMORY = 1_500_000_000  # address space, of which a sheet of 344,000 rows × 8 columns touches some 350 MB
CPU_SECONDS = 120
UNPACKED = 800_000_000
RATIO = 200
MEMBERS = 2_000


def refuse(reason: str) -> None:
    """Tell the parent and end."""
    sys.stdout.write(json.dumps({"galat": reason}) + "\n")
    sys.stdout.flush()
    sys.exit(3)


def check_archive(path: str) -> None:
    """Refuse what would unpack to more than a workbook has any use for, and XML that declares entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            packed = sum(member.compress_size for member in members) or 1
            if len(members) > MEMBERS or size > UNPACKED or (size > 10_000_000 and size / packed > RATIO):
                refuse("Isi berkas XLSX membengkak tidak wajar saat dibuka; simpan ulang sebagai CSV.")
            if "xl/workbook.xml" not in archive.namelist():
                refuse("Berkas ini bukan buku kerja XLSX.")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        head = part.read(4096).upper()
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        refuse("Berkas XLSX memuat deklarasi XML yang tidak boleh ada; simpan ulang dari Excel.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        refuse("Berkas XLSX rusak atau dikunci kata sandi; buka di Excel lalu simpan ulang.")


def cell(value: object) -> object:
    """One cell for JSON."""
    if value == "" or value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, int | float):
        return {"n": str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)}
    if isinstance(value, datetime):
        return {"d": (value.date() if value.time() == time() else value).isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def main(path: str) -> None:
    """Print every row of the first sheet."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    check_archive(path)
    from python_calamine import CalamineError, CalamineWorkbook  # after the limits: they hold for it too

    try:
        book = CalamineWorkbook.from_path(path)
        if not book.sheet_names:
            refuse("Buku kerja ini tidak punya lembar.")
        sheet = book.get_sheet_by_index(0)
        write = sys.stdout.write
        write(json.dumps({"tinggi": sheet.total_height}) + "\n")
        for row in sheet.iter_rows():
            write(json.dumps([cell(value) for value in row], ensure_ascii=False, separators=(",", ":")) + "\n")
    except MemoryError:
        refuse("Berkas XLSX terlalu besar; simpan sebagai CSV.")
    except (CalamineError, ValueError, OSError):
        refuse("Berkas XLSX tidak terbaca; buka di Excel lalu simpan ulang.")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except BrokenPipeError:
        sys.stderr.close()
