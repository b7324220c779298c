"""Looking for known NIK and No KK in anything: text, databases, workbooks, PDF, archives."""

from __future__ import annotations

import io
import re
import sqlite3
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from environ import Env
from psycopg import sql
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from tests.databases import Databases
from tests.registry_people import KRAMATWATU

NIK = [f"36040541058077{at:02d}" for at in range(10, 60)]
KK = [f"36040512041077{at:02d}" for at in range(10, 60)]
NUMBERS = (*NIK, *KK)
HEAD = "nik,no_kk,nama,jenis_kelamin,tanggal_lahir,kategori,kode_desa,alamat"
# A person may write 3604 0541 0580 7710, and a program 3604-0541-0580-7710.
_BETWEEN = re.compile(r"(?<=[0-9])[ .,_'\u00a0-](?=[0-9])")
_KNOWN = re.compile("|".join(NUMBERS))


def leaks(*contents: object) -> list[str]:
    """The known numbers that are in there, in whatever form."""
    return sorted({number for content in contents for text in _texts(content) for number in _numbers_in(text)})


def _numbers_in(text: str) -> Iterable[str]:
    yield from _KNOWN.findall(text)
    yield from _KNOWN.findall(_BETWEEN.sub("", text))


def _texts(content: object) -> Iterator[str]:
    if isinstance(content, bytes):
        yield from _texts_of_bytes(content)
    elif isinstance(content, Path):
        yield str(content)
        if content.is_dir():
            for path in content.rglob("*"):
                yield from _texts(path)
        elif content.is_file():
            yield from _texts_of_bytes(content.read_bytes())
    else:
        yield str(content)


def _texts_of_bytes(data: bytes) -> Iterator[str]:
    yield data.decode("latin-1")
    yield data.decode("utf-16-le", errors="replace")
    # As SQLite keeps a whole number.
    yield from (number for number in NUMBERS if struct.pack(">q", int(number)) in data)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename
                yield from _texts_of_bytes(archive.read(member))
    elif data.startswith(b"%PDF"):
        try:
            reader = PdfReader(io.BytesIO(data))
        except PdfReadError:
            return  # evidence that only looks like one has nothing but its bytes
        yield str(reader.metadata)
        for page in reader.pages:
            yield page.extract_text()
            # Across the ends of lines.
            yield re.sub(r"\s+", "", page.extract_text())


def database_contents(databases: Databases, name: str) -> list[object]:
    """Everything a database holds: the bytes of its files and every row, or every row of every table."""
    if not databases.is_postgres:
        files = [Path(name + end) for end in ("", "-wal", "-shm", "-journal")]
        with closing(sqlite3.connect(name)) as connection:
            return [*(path for path in files if path.exists()), "\n".join(connection.iterdump())]
    config = Env.db_url_config(databases.url)
    options: Any = {
        key: config[name] or None
        for key, name in (("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD"))
    }
    with closing(psycopg.connect(dbname=name, **options)) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        return [
            str(row[0])
            for schema, table in tables
            for row in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table)))
        ]


def slipped(nik: str, kk: str) -> list[str]:
    """Rows in which a number stands where something else belongs; each is refused with a reason."""
    return [
        f"{nik},{kk},Siti,P,{nik},24,{KRAMATWATU},",
        f"{nik},{kk},Siti,P,1980-05-01,{kk},{KRAMATWATU},",
        f"{nik},{kk},Siti,P,1980-05-01,24,{nik},",
        f"{nik},{kk},Siti,{nik},1980-05-01,24,{KRAMATWATU},",
        f"{nik},{kk},{nik},P,1980-05-01,24,{KRAMATWATU},",
        f'{nik},{kk},Siti,P,1980-05-01,24,{KRAMATWATU},"Kp. Baru, NIK {nik[:4]} {nik[4:8]} {nik[8:12]} {nik[12:]}"',
        f"{nik},{kk},Siti,P,1980-05-01,24,{nik} {kk},",
    ]
