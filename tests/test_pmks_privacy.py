"""Known NIK and No KK are looked for where they must not be: database, logs, pages, output of commands."""

import logging
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
from environ import Env
from psycopg import sql

from renstra.logs import LineFormatter
from tests.registry_people import KRAMATWATU

NIK = [f"36040541058077{at:02d}" for at in range(10, 40)]
KK = [f"36040512041077{at:02d}" for at in range(10, 40)]


def contents(databases, name: str) -> str:
    """Everything a database holds: the bytes of its files, or every row of every table."""
    if not databases.is_postgres:
        return "".join(
            Path(name + end).read_bytes().decode("latin-1") for end in ("", "-wal") if Path(name + end).exists()
        )
    config = Env.db_url_config(databases.url)
    options = {
        key: config[name] or None
        for key, name in (("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD"))
    }
    with closing(psycopg.connect(dbname=name, **options)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(
            str(row[0])
            for (table,) in tables
            for row in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
        )


@pytest.fixture(scope="module")
def imported(server, tmp_path_factory):
    """People in the database of a running server: good ones, refused ones, the same again with changes, services."""
    folder = tmp_path_factory.mktemp("berkas")
    head = "nik,no_kk,nama,jenis_kelamin,tanggal_lahir,kategori,kode_desa,alamat"
    said = ""
    for number, kk in ((1, KK), (2, KK[::-1])):
        path = folder / f"{number}.csv"
        rows = [
            f"{nik},{other},Siti {at},{'X' if at % 10 == 0 else 'P'},1980-05-{1 + at % 2:02d},24,{KRAMATWATU},Kp."
            for at, (nik, other) in enumerate(zip(NIK, kk, strict=True))
        ]
        path.write_text("\n".join([head, *rows, ""]))
        for form in ("text", "json"):
            done = server.manage(
                "import_pmks", str(path), "--tahun", "2024", "--format", form, "--user", "staf.fakirmiskin"
            )
            said += done.stdout + done.stderr
    services = folder / "layanan.csv"
    lines = [f"{nik},1.6.5.02.02.3,2024-03-01,sembako,1000" for nik in NIK]
    services.write_text("\n".join(["nik,kode_sub_kegiatan,tanggal,jenis_layanan,nilai_rp", *lines, ""]))
    done = server.manage("import_layanan", str(services), "--tahun", "2024", "--format", "json")
    said += done.stdout + done.stderr
    assert '"baru": 27' in done.stdout
    assert "ditolak" in said
    return said


def assert_clean(text: str) -> None:
    assert [number for number in (*NIK, *KK) if number in text] == []


def test_no_number_stands_in_the_database(server, imported, databases):
    name = (
        server.database_url.rpartition("/")[2]
        if databases.is_postgres
        else server.database_url.removeprefix("sqlite:///")
    )
    held = contents(databases, name)
    assert "Siti 17" in held  # names are kept in the clear
    assert_clean(held)


def test_no_number_stands_in_what_commands_say(imported):
    assert_clean(imported)


def test_no_number_stands_in_error_pages_and_logs(server, imported):
    answers = ""
    for address in (f"/tidak-ada/{NIK[0]}/", f"/admin/{NIK[1]}"):
        try:
            answers += urlopen(server.url + address).read().decode()
        except HTTPError as error:
            answers += error.read().decode()
    # What was typed into an address comes back to who typed it and to nobody else.
    assert_clean(answers.replace(NIK[0], "").replace(NIK[1], ""))
    assert_clean(server.log)


def test_a_log_line_masks_a_number_and_what_a_database_error_details():
    def line(message: str, error: Exception | None = None) -> str:
        info = (type(error), error, None) if error else None
        return LineFormatter().format(logging.LogRecord("renstra", logging.ERROR, "", 0, message, (), info))

    assert NIK[0] not in line(f"GET /cari?nik={NIK[0]}")
    assert NIK[0][-4:] in line(f"nik {NIK[0]}")
    shown = line("gagal", ValueError("duplicate key\nDETAIL:  Key (nama_cari)=(siti rahasia) already exists."))
    assert "duplicate key" in shown
    assert "rahasia" not in shown
