"""Known NIK and No KK are looked for where they must not be: database, files, backup, queue, logs, commands, pages."""

import io
import logging
import os
import signal
import subprocess
import sys
import time
import zipfile
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect
from weasyprint import HTML

from renstra.logs import LineFormatter
from tests.browser import sign_in
from tests.databases import ROOT, process_env
from tests.privacy_grep import HEAD, KK, NIK, database_contents, leaks, slipped
from tests.registry_people import KRAMATWATU

BY_COMMAND, BY_PAGE = slice(0, 30), slice(30, 50)
# What is kept packed (sessions) or pickled (the queue) is unpacked to be looked at.
UNPACK = """
from django.contrib.sessions.models import Session
from django_q.models import OrmQ, Task
print([row.get_decoded() for row in Session.objects.all()])
print([(row.task, row.payload) for row in OrmQ.objects.all()])
print([(row.name, row.func, row.args, row.kwargs, row.result) for row in Task.objects.all()])
"""


@pytest.fixture(scope="module")
def commanded(server, tmp_path_factory):
    """What commands said that imported people: good ones, refused ones, the same again with changes, services."""
    folder = tmp_path_factory.mktemp("berkas")
    said = ""
    numbers = NIK[BY_COMMAND]
    for kk, runs in (
        (KK[BY_COMMAND], (("--dry-run",), ("--format", "text"))),
        (KK[BY_COMMAND][::-1], (("--format", "json"),)),
    ):
        path = folder / f"{len(runs)}.csv"
        rows = [
            f"{nik},{other},Siti {at},{'X' if at % 10 == 0 else 'P'},1980-05-{1 + at % 2:02d},24,{KRAMATWATU},Kp."
            for at, (nik, other) in enumerate(zip(numbers, kk, strict=True))
        ]
        path.write_text("\n".join([HEAD, *rows, ""]))
        for more in runs:
            done = server.manage("import_pmks", str(path), "--tahun", "2024", *more, "--user", "staf.fakirmiskin")
            said += done.stdout + done.stderr
    services = folder / "layanan.csv"
    lines = [f"{nik},1.6.5.02.02.3,2024-03-01,sembako,1000" for nik in numbers]
    services.write_text("\n".join(["nik,kode_sub_kegiatan,tanggal,jenis_layanan,nilai_rp", *lines, ""]))
    done = server.manage("import_layanan", str(services), "--tahun", "2024", "--format", "json")
    said += done.stdout + done.stderr
    assert '"baru": 27' in done.stdout
    assert "ditolak" in said
    return said


class Uploaded:
    """What an import on a page left: refused rows as downloaded, answers on the way, log of the worker, waiting."""

    refused: bytes
    pages: str
    log: str
    waiting: str


@pytest.fixture(scope="module")
def uploaded(server, commanded, browser, tmp_path_factory):
    """People imported on a page, by the worker, with rows that were refused; the file was named after a NIK."""
    found = Uploaded()
    folder = tmp_path_factory.mktemp("unggahan")
    path = folder / f"KK {KK[30]}.csv"
    numbers, families = NIK[BY_PAGE], KK[BY_PAGE]
    good = [
        f"{nik},{kk},Tini {at},P,1980-05-01,24,{KRAMATWATU},Kp."
        for at, (nik, kk) in enumerate(zip(numbers[:10], families, strict=False))
    ]
    path.write_text("\n".join([HEAD, *good, *slipped(numbers[10], families[10]), ""]))
    bare = folder / "tanpa judul.csv"
    bare.write_text("\n".join([good[0], good[1], ""]))
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    sign_in(page, "staf.fakirmiskin")
    found.pages = ""
    for name in (bare, path):
        page.goto("/pmks/impor/")
        page.get_by_label("Tahun data").select_option("2024")
        page.locator("[name=berkas]").set_input_files(name)
        page.get_by_role("button", name="Unggah dan periksa").click()
        found.pages += page.content()
    # A name with a number in it is a name to the search.
    page.goto("/pmks/orang/")
    page.get_by_label("Cari nama atau NIK").fill(f"Tini {numbers[0]}")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    page.goto("/pmks/impor/")
    page.get_by_role("link", name="KK").first.click()
    page.get_by_role("button", name="Mulai impor").click()
    expect(page.locator("#pm-kemajuan")).to_contain_text("Menunggu")
    media = {"MEDIA_ROOT": str(server.directory / "media")}
    found.waiting = server.manage("shell", "--no-imports", "-c", UNPACK).stdout
    log = server.directory / "worker.log"
    with log.open("wb") as out:
        command = [*("setpriv", "--pdeathsig", "TERM"), sys.executable, "manage.py", "pekerja"]
        env = process_env(server.database_url) | media
        worker = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        expect(page.locator("#pm-kemajuan")).to_contain_text("selesai", timeout=60_000)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    found.pages += page.content()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Unduh baris yang ditolak").click()
    found.refused = saved.value.path().read_bytes()
    found.log = log.read_text()
    context.close()
    return found


# The search itself ---------------------------------------------------------------------------------------------------


def workbook(value):
    book = Workbook()
    book.active["C3"] = value
    book.save(data := io.BytesIO())
    return data.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        f"<td>{NIK[3]}</td>",
        f'"nik": {NIK[3]}',
        f"NIK {NIK[3][:6]} {NIK[3][6:12]}.{NIK[3][12:]}",
        NIK[3].encode("utf-16-le"),
        int(NIK[3]).to_bytes(8, "big"),
        workbook(NIK[3]),
        workbook(int(NIK[3])),
        HTML(string=f"<title>x</title><p>Siti<p>{NIK[3]}").write_pdf(),
    ],
    ids=["page", "json", "written apart", "utf-16", "sqlite integer", "xlsx text", "xlsx number", "pdf"],
)
def test_the_search_finds_a_number_in_whatever_form(content, tmp_path):
    assert leaks("nothing", content) == [NIK[3]]
    file = tmp_path / "a"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, "in/a")
    assert leaks(tmp_path) == leaks(packed.getvalue()) == [NIK[3]]
    assert leaks(NIK[3][:-1], "•" * 12 + NIK[3][-4:]) == []


# At rest -------------------------------------------------------------------------------------------------------------


def test_no_number_stands_in_the_database(server, uploaded, databases):
    name = (
        server.database_url.rpartition("/")[2]
        if databases.is_postgres
        else server.database_url.removeprefix("sqlite:///")
    )
    held = database_contents(databases, name)
    assert any("Siti 17" in str(part) for part in held)  # names are kept in the clear
    assert any("Tini 7" in str(part) for part in held)
    assert leaks(*held) == []


def test_no_number_stands_in_sessions_or_in_what_waits_and_was_done_in_the_queue(server, uploaded):
    assert "jalankan_impor" in uploaded.waiting
    done = server.manage("shell", "--no-imports", "-c", UNPACK).stdout
    assert "Status.SELESAI" in done
    assert "_auth_user_id" in done
    assert leaks(uploaded.waiting, done) == []


def test_no_number_stands_in_files_that_people_uploaded_or_in_the_rows_refused(server, uploaded):
    media = server.directory / "media"
    # The other upload waits for its columns, the refused rows for being mended.
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2
    assert leaks(media) == []
    assert not [path for path in media.rglob("*.sandi") if b"Siti" in path.read_bytes()]
    # Who imported gets them back whole, so that they can be mended.
    assert leaks(uploaded.refused) == sorted([NIK[40], KK[40]])
    assert len(uploaded.refused.splitlines()) == 8


def test_no_number_stands_in_a_backup(server, uploaded, tmp_path):
    output = tmp_path / "cadangan.zip"
    server.manage("backup", "--output", str(output))
    with zipfile.ZipFile(output) as archive:
        names = archive.namelist()
        assert any(b"Tini 7" in archive.read(name) for name in names)
        assert not [name for name in names if "impor" in name]
    assert leaks(output) == []


# In passing ----------------------------------------------------------------------------------------------------------


def test_no_number_stands_in_what_commands_say(commanded):
    assert leaks(commanded) == []


def test_no_number_stands_on_the_pages_of_an_import(uploaded):
    assert "tersandi" not in uploaded.pages
    assert leaks(uploaded.pages) == []


def test_no_number_stands_in_error_pages_and_logs(server, uploaded):
    answers = ""
    for address in (f"/tidak-ada/{NIK[0]}/", f"/admin/{NIK[1]}", f"/pmks/orang/{NIK[2]}/", f"/api/v1/{NIK[3]}"):
        try:
            answers += urlopen(server.url + address).read().decode()
        except HTTPError as error:
            answers += error.read().decode()
    # What was typed into an address comes back to who typed it and to nobody else.
    for number in NIK[:4]:
        answers = answers.replace(number, "")
    assert leaks(answers) == []
    deadline = time.monotonic() + 10
    while "tidak-ada" not in server.log and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "tidak-ada" in server.log
    assert leaks(server.log, uploaded.log) == []


def test_a_log_line_masks_a_number_and_what_a_database_error_details():
    def line(message: str, error: Exception | None = None) -> str:
        info = (type(error), error, None) if error else None
        return LineFormatter().format(logging.LogRecord("renstra", logging.ERROR, "", 0, message, (), info))

    apart = f"{NIK[0][:6]}.{NIK[0][6:12]} {NIK[0][12:]}"
    assert leaks(line(f"GET /cari?nik={NIK[0]}"), line(f"nik_{NIK[0]}x"), line(apart)) == []
    assert NIK[0][-4:] in line(f"nik {NIK[0]}")
    shown = line("gagal", ValueError("duplicate key\nDETAIL:  Key (nama_cari)=(siti rahasia) already exists."))
    assert "duplicate key" in shown
    assert "rahasia" not in shown
    assert leaks(line("gagal", ValueError(f"nilai {NIK[1]}"))) == []
