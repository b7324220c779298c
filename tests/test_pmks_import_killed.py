"""An import that is killed goes on behind its last stored rows; on a page it can be watched, stopped and resumed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import connection
from django.utils import timezone

from indicators.antrean import jalankan_impor, lanjutkan_terputus
from pmks import ringkasan
from pmks.impor import halaman
from pmks.impor.berkas import BerkasDitolak
from pmks.impor.pekerjaan import ImporDitolak, SedangBerjalan, run
from pmks.models import Orang, OrangKategori, PekerjaanImpor, PemetaanKolom
from tests.databases import ROOT, process_env
from tests.registry_people import KRAMATWATU, new_nik, staff

HEAD = "nik;nama;jenis_kelamin;tanggal_lahir;kategori;kode_desa"


def line(nama: str = "Siti", sex: str = "P", nik: str | None = None) -> str:
    return f"{nik or new_nik()};{nama};{sex};1980-05-01;24;{KRAMATWATU}"


def uploaded(*lines: str, head: str = HEAD, name: str = "data.csv") -> InMemoryUploadedFile:
    data = "\r\n".join([head, *lines, ""]).encode()
    return InMemoryUploadedFile(BytesIO(data), "berkas", name, "text/csv", len(data), None)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr("pmks.impor.pekerjaan.POTONGAN", {"sqlite": 2, "postgresql": 2})


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


# Killed --------------------------------------------------------------------------------------------------------------


def database_url(databases) -> str:
    return databases.url_of(connection.settings_dict["NAME"])


@contextmanager
def started(databases, *arguments: str):
    """A command of manage.py as a process, in a group of its own."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=process_env(database_url(databases)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(what, seconds: float = 90):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("tidak terjadi")


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_half_way_goes_on_and_ends_as_if_it_had_not_been(baseline, databases, tmp_path):
    path = tmp_path / "besar.csv"
    lines = [line(f"Orang {at}", sex="X" if at % 1000 == 999 else "P") for at in range(45_000)]
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    with started(databases, "import_pmks", str(path), "--tahun", "2024") as process:
        wait_for(lambda: PekerjaanImpor.objects.filter(baris_selesai__gt=0).exists())
        process.kill()
    job = PekerjaanImpor.objects.get()
    assert job.status == "berjalan"
    assert 0 < job.baris_selesai < 45_000
    # Exactly the stored chunks are there, whatever the file of refused rows already held.
    assert Orang.objects.count() == job.baru == job.baris_selesai - job.ditolak
    with started(databases, "import_pmks", str(path), "--tahun", "2024", "--format", "json") as process:
        out, _ = process.communicate(timeout=120)
    assert f"Melanjutkan impor {job.pk}" in out
    job.refresh_from_db()
    assert (job.status, job.baru, job.ditolak) == ("selesai", 44_955, 45)
    assert {name: item["jumlah"] for name, item in job.sebab.items()} == {"jenis_kelamin": 45}
    assert Orang.objects.count() == OrangKategori.objects.count() == 44_955
    refused = Path(job.berkas_ditolak).read_text(encoding="utf-8-sig").splitlines()
    assert len(refused) == 46
    assert not ringkasan.compare(2024)


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_up_an_import_whose_process_was_killed(baseline, databases, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    actor = staff("staf.fakirmiskin")
    lines = [line(f"Orang {at}", sex="X" if at % 1000 == 999 else "P") for at in range(30_000)]
    job = halaman.upload(actor, "pmks", 2024, uploaded(*lines))
    halaman.begin(actor, job.pk, halaman.remembered(job))
    os.environ["MEDIA_ROOT"] = str(tmp_path)
    try:
        with started(databases, "pekerja") as process:
            wait_for(lambda: PekerjaanImpor.objects.filter(baris_selesai__gt=0).exists())
            os.killpg(process.pid, signal.SIGKILL)
        wait_for(lambda: halaman.progress(actor, job.pk)["terputus"])
        job.refresh_from_db()
        assert job.status == "berjalan"
        assert 0 < job.ditolak < 30
        # The upload and its refused rows, and neither can be read.
        assert sorted(path.name for path in tmp_path.rglob("*.*")) == sorted(
            [Path(job.berkas).name, Path(job.berkas_ditolak).name]
        )
        assert not [path for path in tmp_path.rglob("*.*") if b"Orang" in path.read_bytes()]
        with halaman.refused_file(actor, job.pk) as file:
            assert len(file.read().splitlines()) == 1 + job.ditolak
        assert lanjutkan_terputus() == 1
        with started(databases, "pekerja"):
            wait_for(lambda: PekerjaanImpor.objects.filter(status="selesai").exists())
            wait_for(lambda: not Path(tmp_path, job.berkas).exists())  # the upload goes when it is done with
    finally:
        del os.environ["MEDIA_ROOT"]
    assert Orang.objects.count() == 29_970
    with halaman.refused_file(actor, job.pk) as file:
        refused = file.read().decode("utf-8-sig").splitlines()
    assert [row.split(";")[1] for row in refused] == ["nama", *(f"Orang {at}" for at in range(999, 30_000, 1000))]


# On a page -----------------------------------------------------------------------------------------------------------


def test_a_file_is_uploaded_matched_and_imported(baseline, media):
    actor = staff("staf.fakirmiskin")
    head = "NIK;Nama Lengkap;JK;Tgl Lahir;Jenis PMKS;Desa;Hobi"
    lines = [f"{line()};membaca", f"{line(sex='X')};", f"{new_nik()};Anak;P;1980-05-01;2;{KRAMATWATU};"]
    job = halaman.upload(actor, "pmks", 2024, uploaded(*lines, head=head))
    assert (job.status, Path(media, job.berkas).stat().st_mode & 0o777) == ("disiapkan", 0o600)
    found = halaman.look(actor, job.pk, {})
    assert found.pemetaan["Nama Lengkap"] == "nama"
    assert found.diabaikan == ["Hobi"]
    assert (found.hasil.baru, found.hasil.ditolak) == (1, 2)
    assert not Orang.objects.exists()
    wrong = halaman.look(actor, job.pk, {}, {"NIK": "nik"})
    assert "Kolom nama tidak ada" in wrong.galat
    halaman.begin(actor, job.pk, found.pemetaan | {"Hobi": "alamat"})
    with pytest.raises(ImporDitolak, match="sudah dimulai"):
        halaman.begin(actor, job.pk, found.pemetaan)
    assert jalankan_impor(job.pk) == "selesai"
    seen = halaman.progress(actor, job.pk)
    assert (seen["status"], seen["persen"], seen["baru"], seen["ditolak"]) == ("selesai", 100, 1, 2)
    assert Orang.objects.get().alamat == "membaca"
    assert b"hanya dicatat oleh unit" in halaman.refused_file(actor, job.pk).read()
    # The same headings are matched so again.
    again = halaman.upload(actor, "pmks", 2024, uploaded(*lines, head=head))
    assert halaman.look(actor, again.pk, {}).pemetaan["Hobi"] == "alamat"
    assert PemetaanKolom.objects.count() == 1


def test_only_the_unit_that_uploaded_works_with_a_job(baseline, media):
    job = halaman.upload(staff("staf.fakirmiskin"), "pmks", 2024, uploaded(line()))
    for call in (halaman.progress, halaman.cancel, halaman.resume, halaman.refused_file):
        with pytest.raises(PekerjaanImpor.DoesNotExist):
            call(staff("staf.rehsos"), job.pk)
        with pytest.raises(PermissionDenied):
            call(staff("sekretariat"), job.pk)
    with pytest.raises(PermissionDenied):
        halaman.upload(staff("admin"), "pmks", 2024, uploaded(line()))


def test_a_file_that_is_none_leaves_nothing_behind(baseline, media):
    actor = staff("staf.fakirmiskin")
    for file in (uploaded(name="data.pdf"), uploaded(head="satu"), uploaded(head="")):
        with pytest.raises(BerkasDitolak):
            halaman.upload(actor, "pmks", 2024, file)
    assert not PekerjaanImpor.objects.exists()
    assert not list(media.rglob("*.csv"))


def test_a_job_that_is_stopped_keeps_its_rows_and_can_go_on(baseline, media, small_chunks):
    actor = staff("staf.fakirmiskin")
    job = halaman.upload(actor, "pmks", 2024, uploaded(*(line(f"Orang {at}") for at in range(6))))
    halaman.begin(actor, job.pk, halaman.remembered(job))

    def stop_after_two(running):
        if running.baris_selesai == 2:
            halaman.cancel(actor, running.pk)

    ended = run(job.pk, {}, pintu="peramban", on_chunk=stop_after_two)
    assert (ended.status, ended.baris_selesai) == ("dibatalkan", 4)
    assert Orang.objects.count() == 4
    assert not ringkasan.compare(2024)
    halaman.resume(actor, job.pk)
    assert jalankan_impor(job.pk) == "selesai"
    assert Orang.objects.count() == 6
    with pytest.raises(ImporDitolak, match="tidak terputus"):
        halaman.resume(actor, job.pk)


def test_a_job_that_another_process_works_on_is_left_alone(baseline, media, small_chunks):
    actor = staff("staf.fakirmiskin")
    job = halaman.upload(actor, "pmks", 2024, uploaded(line(), line(), line()))
    halaman.begin(actor, job.pk, halaman.remembered(job))
    # Process 1 of this machine lives.
    alive = {"status": "berjalan", "pemegang": f"{os.uname().nodename[:24]}:1", "denyut": timezone.now()}
    PekerjaanImpor.objects.filter(pk=job.pk).update(**alive)
    assert jalankan_impor(job.pk) == "dikerjakan proses lain"
    assert lanjutkan_terputus() == 0
    PekerjaanImpor.objects.filter(pk=job.pk).update(status="menunggu", pemegang="")

    def taken_over(running):
        PekerjaanImpor.objects.filter(pk=running.pk).update(pemegang="lain:1")

    with pytest.raises(SedangBerjalan, match="diambil alih"):
        run(job.pk, {}, pintu="peramban", on_chunk=taken_over)
    assert Orang.objects.count() == 2


def test_what_an_error_says_about_a_person_does_not_reach_the_log(baseline, media, monkeypatch, caplog):
    actor = staff("staf.fakirmiskin")
    job = halaman.upload(actor, "pmks", 2024, uploaded(line(nik=(nik := new_nik()))))
    halaman.begin(actor, job.pk, halaman.remembered(job))
    monkeypatch.setattr("pmks.impor.simpan.kripto.encryptor", lambda _: lambda text: [][int(text)])
    assert jalankan_impor(job.pk) == "gagal: IndexError"
    assert "IndexError" in caplog.text
    assert nik not in caplog.text
    job.refresh_from_db()
    assert job.status == "gagal"
