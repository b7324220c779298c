"""Two imports at once: nobody is doubled, no row is lost, and neither fails because of the other."""

import json
from contextlib import suppress
from random import Random
from threading import Barrier, BrokenBarrierError, Event, Thread

import pytest
from django.db import DatabaseError, connections, transaction

from pmks import ringkasan
from pmks.impor import simpan
from pmks.impor.pekerjaan import run, start_job
from pmks.impor.simpan import PenyimpanPMKS
from pmks.models import Orang, OrangKategori, PekerjaanImpor, RingkasanPMKS, RiwayatOrang
from tests.registry_people import KRAMATWATU, new_nik, person
from tests.test_pmks_import_killed import HEAD, started

ROWS = 12_000


def lines(prefix: str = "Orang") -> list[str]:
    return [f"{new_nik()};{prefix} {at};P;1980-05-01;24;{KRAMATWATU}" for at in range(ROWS)]


def write(path, rows):
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return path


def both(databases, *paths):
    """Two commands at once; exit status and output of each."""
    calls = [("import_pmks", str(path), "--tahun", "2024", "--format", "json") for path in paths]
    with started(databases, *calls[0]) as one, started(databases, *calls[1]) as two:
        told = [process.communicate(timeout=240)[0] for process in (one, two)]
        return [(process.returncode, out) for process, out in zip((one, two), told, strict=True)]


def counts(out: str) -> dict:
    return json.loads(next(text for text in out.splitlines() if text.startswith("{")))


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_in_another_order_give_each_of_them_once(baseline, databases, tmp_path):
    rows = lines()
    mixed = list(rows)
    Random(1).shuffle(mixed)
    ended = both(databases, write(tmp_path / "a.csv", rows), write(tmp_path / "b.csv", mixed))
    for status, out in ended:
        assert status == 0, out
        assert "deadlock" not in out.lower()
    assert Orang.objects.count() == OrangKategori.objects.count() == ROWS
    found = [counts(out) for _, out in ended]
    assert sum(item["baru"] for item in found) == ROWS
    assert all(item["dibaca"] == ROWS and item["ditolak"] == 0 for item in found)
    assert not ringkasan.compare(2024)
    assert set(PekerjaanImpor.objects.values_list("status", flat=True)) == {"selesai"}


@pytest.mark.django_db(transaction=True)
def test_two_imports_that_wait_for_each_other_both_end(baseline, tmp_path, monkeypatch):
    """Each writes first what the other writes last: on PostgreSQL one of them is stopped and has to try again."""
    monkeypatch.setattr("pmks.impor.pekerjaan.POTONGAN", {"sqlite": 2000, "postgresql": 2000})
    rows = lines()[:2000]
    jobs = [
        start_job("pmks", 2024, write(tmp_path / name, part), None)
        for name, part in (("a.csv", rows), ("b.csv", rows[::-1]))
    ]
    pour, met = simpan._pour, Barrier(2, timeout=5)

    def pour_together(table, columns, poured):
        if table == "pmks_orang" and not met.broken:
            # Both have looked and found nobody; on SQLite the second one has not got so far, and nobody waits on.
            with suppress(BrokenBarrierError):
                met.wait(2)
        pour(table, columns, poured)

    monkeypatch.setattr("pmks.impor.simpan._pour", pour_together)
    ended = []

    def work(job):
        try:
            ended.append(run(job.pk, {}, pintu="perintah").status)
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == ["selesai", "selesai"]
    assert Orang.objects.count() == OrangKategori.objects.count() == 2000
    assert sorted(PekerjaanImpor.objects.values_list("baru", "sama")) == [(0, 2000), (2000, 0)]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_by_two_processes_is_one_import(baseline, databases, tmp_path):
    path = write(tmp_path / "a.csv", lines())
    ended = both(databases, path, path)
    assert Orang.objects.count() == ROWS
    assert PekerjaanImpor.objects.filter(status="selesai", baru=ROWS).count() == 1
    for status, out in ended:
        # The later one waits for nothing: it is told, or comes when all is done and changes nothing.
        if status:
            assert "sedang dikerjakan proses lain" in out
        else:
            assert counts(out)["baru"] in (0, ROWS)
    assert 0 in [status for status, _ in ended]
    assert not ringkasan.compare(2024)


@pytest.mark.django_db(transaction=True)
def test_a_change_by_hand_between_looking_and_writing_is_not_undone(baseline, tmp_path, monkeypatch):
    """Only PostgreSQL lets somebody write in between; on SQLite the change waits and comes after the file."""
    nik = new_nik()
    row = f"{nik};Siti;P;1980-05-01;24;{KRAMATWATU}"
    run(start_job("pmks", 2024, write(tmp_path / "a.csv", [row]), None).pk, {}, pintu="perintah")
    look = PenyimpanPMKS._people

    def by_hand():
        Orang.objects.update(alamat="Kp. Tangan", versi=2)
        connections.close_all()

    hands = []

    def look_then_wait(self, rows):
        found = look(self, rows)
        if not hands:
            hands.append(Thread(target=by_hand))
            hands[0].start()
            hands[0].join(1)
        return found

    monkeypatch.setattr(PenyimpanPMKS, "_people", look_then_wait)
    other = write(tmp_path / "b.csv", [row.replace("Siti", "Siti Aminah")])
    job = run(start_job("pmks", 2024, other, None).pk, {}, pintu="perintah")
    hands[0].join()
    assert (job.status, job.berubah) == ("selesai", 1)
    who = Orang.objects.get()
    assert (who.nama, who.alamat) == ("Siti Aminah", "Kp. Tangan")
    assert list(RiwayatOrang.objects.values_list("kolom", "dari", "ke")) == [("nama", "Siti", "Siti Aminah")]


@pytest.mark.django_db(transaction=True)
def test_two_imports_that_end_at_once_count_the_summary_one_after_the_other(baseline):
    person("Siti")
    counted, failed = Event(), []

    def count_later():
        try:
            counted.wait(10)
            ringkasan.recount(2024)
        except DatabaseError as error:
            failed.append(error)
        finally:
            connections.close_all()

    other = Thread(target=count_later)
    other.start()
    with transaction.atomic():
        ringkasan.recount(2024)
        counted.set()
        other.join(1)
    other.join()
    assert failed == []
    assert not ringkasan.compare(2024)
    assert RingkasanPMKS.objects.filter(tahun=2024, wilayah__kode="36.04", kategori=None).get().jumlah == 1
