"""Backup and restore as the administrator runs them: same figures afterwards, and no half state whatever goes wrong."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import contextmanager

import pytest

from accounts.backup import BackupError
from accounts.backup.archive import open_archive
from accounts.backup.postgres import find_program
from tests.bukti_files import PDF
from tests.databases import ROOT, manage, process_env
from tests.s3_store import s3_store

# Enters a figure and a file for it, as staff do.
ENTER = """
import io, sys
from accounts.models import User
from indicators.actions import save_realisasi
from indicators.bukti import add_file
from indicators.entry import Typed
from indicators.models import Indikator
figure, content = sys.stdin.read().split("|")
staff = User.objects.get(username="staf.rehsos")
row = Indikator.objects.filter(subkegiatan__unit__kode__startswith="rehsos").order_by("pk")[0]
token = getattr(row.realisasi.filter(tahun=2022, triwulan=0).first(), "versi", 0)
print(save_realisasi(staff, row.pk, 2022, Typed(kinerja=figure), versi=token, pintu="peramban").outcome)
add_file(staff, row.pk, 2022, 0, io.BytesIO(content.encode()), "a.pdf", "Daftar", pintu="peramban")
"""
# Two rows a transaction and a file a row, until it is told to stop.
WRITE = """
import io, itertools, os, sys
from django.db import transaction
from accounts.models import Jejak, User
from indicators.bukti import add_file
from indicators.models import Indikator
staff = User.objects.get(username="staf.rehsos")
row = Indikator.objects.filter(subkegiatan__unit__kode__startswith="rehsos").order_by("pk")[0]
for number in itertools.count():
    with transaction.atomic():
        for half in ("kiri", "kanan"):
            Jejak.objects.create(pelaku_nama="uji", pintu="api", objek="uji", objek_id=str(number), kolom=half)
    pdf = b"%PDF-1.4 " + str(number).encode() + os.urandom(20000)
    add_file(staff, row.pk, 2022, 0, io.BytesIO(pdf), "a.pdf", "Daftar", pintu="peramban")
    print(number, flush=True)
"""
FIGURES = """
import json, pathlib, sys
from django.core.management import call_command
folder = pathlib.Path(sys.stdin.readline().strip())
for slug in ("tabel-6-2", "e-80"):
    file = folder / f"{slug}.json"
    call_command("export_report", slug, tahun=2022, output=str(file))
    print(json.dumps(json.loads(file.read_text())["baris"]))
"""
SIGN_IN = "from django.contrib.sessions.backends.db import SessionStore as S; s = S(); s['a'] = 1; s.save()"
LOOK = """
import json
from accounts.models import Jejak
from django.contrib.sessions.models import Session
from indicators.bukti import verify_file
from indicators.models import Bukti
pairs = Jejak.objects.filter(objek="uji").count()
print(json.dumps({"setengah": pairs % 2, "baris": pairs, "sesi": Session.objects.count(),
    "bukti": sorted(f"{b.nama} {verify_file(b)}" for b in Bukti.objects.all())}))
"""


# Records a service with a file, as staff do.
LOOK_SERVED = """
from pmks.models import BuktiLayanan
from pmks.bukti import state
for b in BuktiLayanan.objects.select_related("layanan__orang"):
    print(b.nama, state(b))
"""
SERVE = f"""
import io, sys
from datetime import date
from pmks.actions import IsianLayanan, save_layanan
from tests.registry_people import DISABILITAS, person, staff
giver, kode = staff("staf.rehsos"), "1.06.04.2.02.01"
who = person("Siti", DISABILITAS, actor="staf.rehsos")
files = [(io.BytesIO(sys.stdin.buffer.read()), "surat.pdf")]
isian = IsianLayanan(kode, date(2024, 3, 1), "rujukan")
save_layanan(giver, who.pk, isian, {{kode: giver.unit_id}}, pintu="peramban", berkas=files)
{LOOK_SERVED}
"""


class Site:
    """A database with its folder of files, and the commands on both."""

    def __init__(self, databases, name, folder):
        self.databases, self.name, self.folder = databases, name, folder
        self.url = databases.url_of(name)
        self.media = folder / "media"
        self.media.mkdir(parents=True, exist_ok=True)
        self.store = ""  # MEDIA_STORE

    @property
    def env(self):
        return process_env(self.url) | self.own

    @property
    def own(self):
        return {"MEDIA_ROOT": str(self.media), "MEDIA_STORE": self.store, "TMPDIR": str(self.folder)}

    def manage(self, *arguments, check=True):
        return manage(self.url, *map(str, arguments), check=check, **self.own)

    def shell(self, code, stdin=""):
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def enter(self, figure, note):
        return self.shell(ENTER, f"{figure}|{PDF.decode()}{note}")

    def start(self, *arguments, prefix=()):
        return subprocess.Popen(
            [*prefix, sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def look(self):
        return json.loads(self.shell(LOOK))

    def figures(self):
        """What a person reads: the plan's table, and the year's realisasi, as the reports print them."""
        return self.shell(FIGURES, f"{self.folder}\n")

    def files(self):
        return {
            str(path.relative_to(self.media)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.media.rglob("*")
            if path.is_file()
        }

    def state(self):
        return self.figures(), self.files()


@pytest.fixture
def new_site(databases, tmp_path):
    made = []

    def build(*, empty=False):
        name = databases.empty() if empty else databases.copy()
        made.append(name)
        return Site(databases, name, tmp_path / f"situs{len(made)}")

    yield build
    for name in made:
        databases.drop(name)


@pytest.fixture
def site(new_site):
    return new_site()


def refused(done, *words):
    """One line on stderr, status 1."""
    lines = done.stderr.strip().splitlines()
    assert (done.returncode, done.stdout) == (1, ""), (done.stdout, lines)
    assert len(lines) == 1, lines
    for word in words:
        assert word in lines[0]


# --- the way there and back ----------------------------------------------------------


def test_figures_and_files_are_the_same_after_a_restore_and_the_later_state_is_kept(site, tmp_path):
    assert "tersimpan" in site.enter("12", "satu")
    archive = tmp_path / "cadangan.zip"
    done = site.manage("backup", "--output", archive)
    assert "1 berkas" in done.stdout
    assert "PII_KEYS" in done.stdout
    assert oct(archive.stat().st_mode & 0o777) == "0o600"
    before, files_before = site.state()

    site.enter("77", "dua")
    site.shell(f"{SIGN_IN}; from accounts.models import User; User.objects.create(username='baru', nama='Baru')")
    after, files_after = site.state()
    assert after != before
    for path in files_before:
        (site.media / path).unlink()

    done = site.manage("restore", archive)
    assert "Semua sesi berakhir" in done.stdout
    assert site.figures() == before
    assert site.files() == files_after  # the later file stays: the copy of the later state names it
    assert site.look() == {"setengah": 0, "baris": 0, "sesi": 0, "bukti": ["a.pdf utuh"]}
    assert site.shell("from accounts.models import User; print(User.objects.filter(username='baru').count())") == "0\n"
    trail = "from accounts.models import Jejak; print(*Jejak.objects.filter(kolom='pulih').values_list('objek_nama'))"
    assert "cadangan.zip" in site.shell(trail)
    assert site.manage("check", "--database", "default").returncode == 0

    [kept] = tmp_path.glob("cadangan.sebelum-pulih-*.zip")
    assert str(kept) in done.stdout
    site.manage("restore", kept, "--tanpa-salinan")
    assert site.figures() == after
    assert site.look()["bukti"] == ["a.pdf utuh", "a.pdf utuh"]


def test_a_new_machine_gets_everything_but_sessions_from_the_archive(site, new_site, tmp_path):
    site.enter("12", "satu")
    site.shell(SIGN_IN)
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    other = new_site(empty=True)
    other.manage("restore", archive)
    assert other.state() == site.state()
    assert (site.look()["sesi"], other.look()["sesi"]) == (1, 0)
    assert not list(tmp_path.glob("*sebelum-pulih*"))
    # Triggers came along: the trail still only grows.
    broken = "from accounts.models import Jejak; Jejak.objects.all().delete()"
    done = other.manage("shell", "--no-imports", "-c", broken, check=False)
    assert "Jejak hanya boleh ditambah" in done.stderr


def test_files_of_services_come_back_with_them(site, new_site, tmp_path):
    assert site.shell(SERVE, PDF.decode()) == "surat.pdf utuh\n"
    archive = tmp_path / "cadangan.zip"
    assert "1 berkas" in site.manage("backup", "--output", archive).stdout
    other = new_site(empty=True)
    other.manage("restore", archive)
    assert other.shell(LOOK_SERVED) == "surat.pdf utuh\n"
    assert other.files() == site.files()


def test_a_copy_made_while_people_write_is_whole(site, new_site, tmp_path):
    writer = site.start("shell", "--no-imports", "-c", WRITE)
    try:
        while int(writer.stdout.readline() or -1) < 3:
            assert writer.poll() is None, writer.stderr.read()
        archives = [tmp_path / f"{number}.zip" for number in range(2)]
        for archive in archives:
            site.manage("backup", "--output", archive)
        assert writer.poll() is None, writer.stderr.read()
    finally:
        writer.kill()
        writer.communicate()
    seen = []
    for archive in archives:
        other = new_site(empty=True)
        other.manage("restore", archive)
        found = other.look()
        assert found["setengah"] == 0
        assert set(found["bukti"]) == {"a.pdf utuh"}
        # A file is written after its pair of rows: never more of them than pairs.
        assert 3 <= len(found["bukti"]) <= found["baris"] // 2
        seen.append(found["baris"])
    assert seen[0] < seen[1]


def test_files_in_a_bucket_are_in_the_archive_and_come_back(site, tmp_path):
    with s3_store("KUNCI") as bucket:
        site.store = f"s3+http://KUNCI:rahasia@127.0.0.1:{bucket.port}/wadah"
        site.enter("12", "satu")
        whole = dict(bucket.objects)
        assert len(whole) == 1
        archive = tmp_path / "cadangan.zip"
        site.manage("backup", "--output", archive)
        bucket.objects.clear()
        assert "1 ditambahkan" in site.manage("restore", archive, "--tanpa-salinan").stdout
        assert bucket.objects == whole
        bucket.refuses = 403
        refused(
            site.manage("backup", "--output", tmp_path / "lagi.zip", check=False), "tidak ada berkas yang ditinggal"
        )
        refused(site.manage("restore", archive, "--tanpa-salinan", check=False), "tetap seperti semula")


def test_a_restore_mends_a_file_that_was_exchanged_and_keeps_the_other(site, tmp_path):
    site.enter("12", "satu")
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    [name] = site.files()
    (site.media / name).write_bytes(b"ditukar")
    assert "1 diganti" in site.manage("restore", archive, "--tanpa-salinan").stdout
    assert site.look()["bukti"] == ["a.pdf utuh"]
    assert any(path.read_bytes() == b"ditukar" for path in site.media.rglob("*sebelum-pulih*"))


def test_a_missing_file_is_said_and_does_not_stop_the_backup(site, tmp_path):
    site.enter("12", "satu")
    [name] = site.files()
    (site.media / name).unlink()
    archive = tmp_path / "cadangan.zip"
    assert name in site.manage("backup", "--output", archive).stderr
    assert name in site.manage("restore", archive, "--tanpa-salinan").stderr


def test_an_older_copy_says_that_migrations_are_to_be_run(site, tmp_path):
    site.manage("migrate", "accounts", "0003")
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    site.manage("migrate", "--verbosity", "0")
    assert "jalankan manage.py migrate" in site.manage("restore", archive).stdout
    site.manage("migrate", "--verbosity", "0")
    assert "baris" in site.manage("backup", "--output", tmp_path / "lagi.zip").stdout


# --- refusals ------------------------------------------------------------------------


def test_an_existing_file_is_never_overwritten(site, tmp_path):
    output = tmp_path / "ada.zip"
    output.write_text("penting")
    refused(site.manage("backup", "--output", output, check=False), "ada.zip", "sudah ada")
    assert output.read_text() == "penting"
    refused(site.manage("backup", "--output", tmp_path / "tidak" / "ada.zip", check=False), "Folder", "tidak ada")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["ada.zip"]


@contextmanager
def rewritten(archive, target):
    """Copy an archive part by part; the caller changes ``parts`` in between."""
    with zipfile.ZipFile(archive) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    yield parts
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def edit(parts, **changes):
    manifest = json.loads(parts["manifest.json"])
    parts["manifest.json"] = json.dumps(manifest | changes).encode()
    return manifest


def wrong_files(archive, folder):
    """Every kind of file that must not be restored, with words of the refusal."""
    whole = archive.read_bytes()

    def plain(name, content):
        (folder / name).write_bytes(content)
        return folder / name

    yield folder / "tidak-ada.zip", "tidak ada"
    yield folder, "adalah folder"
    yield plain("teks.zip", b"bukan arsip"), "bukan cadangan"
    yield plain("kosong.zip", b""), "bukan cadangan"
    yield plain("terpotong.zip", whole[: len(whole) // 2]), "tidak lengkap"
    with zipfile.ZipFile(folder / "lain.zip", "w") as other:
        other.writestr("foto.jpg", "x")
    yield folder / "lain.zip", "bukan cadangan"

    at = len(whole) // 3
    yield plain("satu-bit.zip", whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]), "rusak"
    with rewritten(archive, folder / "diubah.zip") as parts:
        [name] = [name for name in parts if name.startswith("basisdata")]
        parts[name] = parts[name].replace(b"Rehabilitasi", b"rehabilitasi")
    yield folder / "diubah.zip", "tidak sama dengan yang dicatat"
    with rewritten(archive, folder / "tambahan.zip") as parts:
        parts["berkas/bukti/x.pdf"] = b"x"
    yield folder / "tambahan.zip", "isinya tidak sama dengan daftarnya"
    with rewritten(archive, folder / "keluar.zip") as parts:
        digest = hashlib.sha256(b"x").hexdigest()
        parts["berkas/../../keluar"] = b"x"
        edit(parts, berkas=[{"nama": "../../keluar", "ukuran": 1, "sha256": digest}])
    yield folder / "keluar.zip", "bukan cadangan"
    with rewritten(archive, folder / "bentuk.zip") as parts:
        edit(parts, bentuk=2)
    yield folder / "bentuk.zip", "Bentuk cadangan 2"


def unfitting_files(archive, folder):
    """Archives that are whole and do not fit this application or database."""
    with rewritten(archive, folder / "baru.zip") as parts:
        manifest = json.loads(parts["manifest.json"])
        edit(parts, aplikasi="9.0", migrasi=[*manifest["migrasi"], "indicators.0999_nanti"])
    yield folder / "baru.zip", "indicators.0999_nanti"
    with rewritten(archive, folder / "mesin.zip") as parts:
        edit(parts, mesin="postgresql" if manifest["mesin"] == "sqlite" else "sqlite")
    yield folder / "mesin.zip", "jenis basis data yang sama"
    with rewritten(archive, folder / "jumlah.zip") as parts:
        edit(parts, baris=manifest["baris"] | {"accounts_user": 1})
    yield folder / "jumlah.zip", "tidak sama dengan"


def test_a_wrong_file_is_refused_in_one_line_and_nothing_changes(site, tmp_path):
    site.enter("12", "satu")
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    site.enter("77", "dua")
    state = site.state()
    folder = tmp_path / "salah"
    folder.mkdir()
    # Whether the file itself is sound is seen without the database; one of them goes the whole way.
    wrong = list(wrong_files(archive, folder))
    for path, words in wrong:
        with pytest.raises(BackupError) as error, open_archive(path):
            pass
        assert words in str(error.value)
    for path, words in [*wrong[-1:], *unfitting_files(archive, folder)]:
        refused(site.manage("restore", path, "--tanpa-salinan", check=False), words)
    assert site.state() == state
    assert not (tmp_path / "keluar").exists()


def test_a_client_program_of_the_wrong_version_is_named_with_its_package():
    with pytest.raises(BackupError, match="postgresql-client-99"):
        find_program("pg_dump", 99)
    with pytest.raises(BackupError, match="Program pg_tiada untuk PostgreSQL 15 tidak ada"):
        find_program("pg_tiada", 15)


# --- full disk, killed half-way ------------------------------------------------------

# No file may grow beyond this: the disk refuses as a full one does.
NO_ROOM = ("prlimit", "--fsize=40000")


def test_a_disk_without_room_ends_a_backup_with_one_line_and_leaves_nothing(site, tmp_path):
    folder = tmp_path / "penuh"
    folder.mkdir()
    process = site.start("backup", "--output", folder / "a.zip", prefix=NO_ROOM)
    output, error = process.communicate(timeout=120)
    refused(subprocess.CompletedProcess([], process.returncode, output, error), "tidak ada berkas yang ditinggalkan")
    assert list(folder.iterdir()) == []


def test_a_disk_without_room_ends_a_restore_and_leaves_the_old_state(site, tmp_path):
    site.enter("12", "satu")
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    site.enter("77", "dua")
    state = site.state()
    process = site.start("restore", archive, "--tanpa-salinan", prefix=NO_ROOM)
    output, error = process.communicate(timeout=120)
    refused(subprocess.CompletedProcess([], process.returncode, output, error), "tetap seperti semula")
    assert site.state() == state


def test_a_backup_that_is_stopped_leaves_nothing_and_one_that_is_killed_no_archive(site, tmp_path):
    big = site.media / "besar.bin"
    big.parent.mkdir(exist_ok=True)
    big.write_bytes(os.urandom(60_000_000))
    site.shell(
        "from django.utils import timezone; from accounts.models import User; from indicators.models import *;"
        "Bukti.objects.create(indikator=Indikator.objects.first(), tahun=2022, berkas='besar.bin', sha256='0'*64,"
        "keterangan='Besar', oleh=User.objects.first(), pada=timezone.now())"
    )
    for stop in (signal.SIGTERM, signal.SIGKILL):
        folder = tmp_path / stop.name
        folder.mkdir()
        process = site.start("backup", "--output", folder / "a.zip")
        wait_for(lambda folder=folder: list(folder.glob(".a.zip.sebagian-*/arsip.zip")), process)
        process.send_signal(stop)
        process.communicate(timeout=60)
        assert not (folder / "a.zip").exists()
        left = [path for path in folder.rglob("*") if path.is_file()]
        if stop is signal.SIGTERM:
            assert left == []
        for path in left:
            if path.name == "arsip.zip":
                refused(site.manage("restore", path, check=False), "bukan cadangan")
    site.manage("backup", "--output", tmp_path / "SIGKILL" / "a.zip")


def wait_for(there, process, seconds=60):
    deadline = time.monotonic() + seconds
    while not there():
        assert process.poll() is None, "selesai sebelum dihentikan"
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_restore_that_is_killed_leaves_the_old_state_or_the_new_one(site, tmp_path):
    site.enter("12", "satu")
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    old = site.figures()
    site.enter("77", "dua")
    new = site.figures()
    started = time.monotonic()
    site.manage("restore", archive, "--tanpa-salinan")
    takes = time.monotonic() - started
    site.enter("77", "tiga")
    assert site.figures() == new
    for part in (0.55, 0.75, 0.9):
        process = site.start("restore", archive, "--tanpa-salinan")
        time.sleep(takes * part)
        process.kill()
        process.communicate()
        wait_until_quiet(site)
        assert site.figures() in (old, new)
        assert set(site.look()["bukti"]) == {"a.pdf utuh"}
    site.manage("restore", archive, "--tanpa-salinan")
    assert site.figures() == old


def wait_until_quiet(site):
    """A psql that outlived its parent finishes or rolls back first."""
    if site.databases.is_postgres:
        code = (
            "import time\nfrom django.db import connection as c\nfor _ in range(200):\n    k = c.cursor()\n"
            '    k.execute("select count(*) from pg_stat_activity where datname = current_database()")\n'
            "    if k.fetchone()[0] == 1: break\n    time.sleep(0.1)"
        )
        site.shell(code)


def test_a_locked_database_ends_a_restore_and_leaves_the_old_state(site, tmp_path):
    """Somebody holds what is to be replaced, for longer than anyone waits."""
    site.enter("12", "satu")
    archive = tmp_path / "cadangan.zip"
    site.manage("backup", "--output", archive)
    [lost] = site.files()
    site.enter("77", "dua")
    (site.media / lost).unlink()  # comes back with the archive, and goes again when the rest does not succeed
    state = site.state()
    holder = site.start(
        "shell",
        "--no-imports",
        "-c",
        "import sys, time\nfrom django.db import transaction\nfrom indicators.models import Realisasi\n"
        "with transaction.atomic():\n    Realisasi.objects.update(sumber='dipegang')\n"
        "    print('dipegang', flush=True)\n    time.sleep(300)",
    )
    try:
        assert holder.stdout.readline() == "dipegang\n", holder.stderr.read()
        refused(site.manage("restore", archive, "--tanpa-salinan", check=False), "tetap seperti semula", "dipakai")
    finally:
        holder.kill()
        holder.communicate()
    assert site.state() == state


def working_folders(site):
    """Also those that a killed restore of another test left beside its database."""
    return {path for place in (site.folder, site.databases.directory) for path in place.glob(".*renstra*")}


def test_neither_command_leaves_working_files_behind(site, tmp_path):
    folder = tmp_path / "tujuan"
    folder.mkdir()
    before = working_folders(site)
    site.manage("backup", "--output", folder / "a.zip")
    assert [path.name for path in folder.iterdir()] == ["a.zip"]
    site.manage("restore", folder / "a.zip", "--tanpa-salinan")
    assert [path.name for path in folder.iterdir()] == ["a.zip"]
    assert working_folders(site) == before
