"""Refused rows and warnings are counted by cause: exactly, in bounded room, each cause with how it is mended."""

import csv
import json
import re
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from indicators.kode_layanan import known_codes
from pmks.impor import halaman
from pmks.impor.pekerjaan import Hasil, run
from pmks.impor.sebab import NOMOR_BARIS, SEBAB, Keluhan, count, ranked
from pmks.models import PekerjaanImpor
from tests.registry_people import KRAMATWATU, new_nik, staff

HEAD = "nik,no_kk,nama,jenis_kelamin,tanggal_lahir,kategori,kode_desa,kecamatan,alamat"
SERVICES = "nik,id,kode_sub_kegiatan,tanggal,jenis_layanan,nilai_rp,kategori,bukti"
GOOD = {
    "nik": "",
    "no_kk": "",
    "nama": "Siti",
    "jenis_kelamin": "P",
    "tanggal_lahir": "1980-05-01",
    "kategori": "24",
    "kode_desa": KRAMATWATU,
    "kecamatan": "",
    "alamat": "",
}
SERVICE = {
    "nik": "",
    "id": "1",
    "kode_sub_kegiatan": "1.6.5.02.02.3",
    "tanggal": "2024-03-01",
    "jenis_layanan": "sembako",
    "nilai_rp": "",
    "kategori": "",
    "bukti": "",
}

pytestmark = pytest.mark.usefixtures("baseline")


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def write(path, rows, head=HEAD):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head.split(","))
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(path, *options, what="import_pmks"):
    out, err = StringIO(), StringIO()
    call_command(what, str(path), "--tahun", "2024", "--format", "json", *options, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def causes(job=None):
    found = job or PekerjaanImpor.objects.get()
    return {name: item["jumlah"] for name, item in found.sebab.items()}


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"nama": ""}, "nama-kosong"),
        ({"nama": "a" * 151}, "nama-panjang"),
        ({"nik": "3,6E+15"}, "nik-ilmiah"),
        ({"nik": "36040541058"}, "nik-panjang"),
        ({"nik": "36040541058X1234"}, "nik-tanda"),
        ({"nik": "0" * 16}, "nik-bukan"),
        ({"nik": "3604054105800000"}, "nik-bulat"),
        ({"no_kk": "12"}, "no_kk-panjang"),
        ({"jenis_kelamin": "X"}, "jenis_kelamin"),
        ({"tanggal_lahir": "kemarin"}, "lahir-salah"),
        ({"tanggal_lahir": "2999-01-01"}, "lahir-luar"),
        ({"tanggal_lahir": ""}, "lahir-kosong"),
        ({"kategori": ""}, "kategori-kosong"),
        ({"kategori": "27"}, "kategori-asing"),
        ({"kode_desa": ""}, "desa-kosong"),
        ({"kode_desa": "99.99"}, "desa-asing"),
        ({"kode_desa": "Sukamaju Tak Ada"}, "desa-asing"),
        ({"kode_desa": "Kramatwatu", "kecamatan": "Atlantis"}, "kecamatan-asing"),
        ({"alamat": "a" * 301}, "alamat-panjang"),
    ],
)
def test_each_kind_of_wrong_row_has_its_cause(tmp_path, changed, cause):
    load(write(tmp_path / "a.csv", [GOOD | changed]))
    assert causes() == {cause: 1}
    assert SEBAB[cause].menolak


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"id": ""}, "penerima-kosong"),
        ({"id": "satu"}, "penerima-salah"),
        ({"nik": "3604054105801234"}, "penerima-ganda"),
        ({"id": "999999"}, "penerima-asing"),
        ({"kode_sub_kegiatan": ""}, "kode-kosong"),
        ({"kode_sub_kegiatan": "9.9"}, "kode-asing"),
        ({"tanggal": ""}, "tanggal-kosong"),
        ({"tanggal": "kemarin"}, "tanggal-salah"),
        ({"tanggal": "2023-03-01"}, "tanggal-luar"),
        ({"jenis_layanan": ""}, "layanan-kosong"),
        ({"jenis_layanan": "a" * 151}, "layanan-panjang"),
        ({"nilai_rp": "banyak"}, "nilai-salah"),
        ({"bukti": "a" * 201}, "bukti-panjang"),
    ],
)
def test_each_kind_of_wrong_service_has_its_cause(tmp_path, changed, cause):
    load(write(tmp_path / "a.csv", [SERVICE | changed], SERVICES), what="import_layanan")
    assert causes() == {cause: 1}


def test_warnings_have_causes_too(tmp_path):
    nik = new_nik()
    rows = [
        GOOD | {"nik": nik, "jenis_kelamin": "L", "tanggal_lahir": "1980-05-02"},
        GOOD | {"nik": nik, "nama": "Sity"},
    ]
    found, _ = load(write(tmp_path / "a.csv", rows))
    assert causes() == {"nik-lahir": 1, "nik-kelamin": 1, "beda-baris": 1}
    assert found["peringatan"] == 3
    assert not any(SEBAB[name].menolak for name in causes())


def test_a_kind_another_unit_records_is_a_cause_of_its_own(tmp_path):
    load(write(tmp_path / "a.csv", [GOOD | {"kategori": "16"}]), "--user", "staf.fakirmiskin")
    assert causes() == {"kategori-wewenang": 1}


def test_counts_are_exact_however_many_rows_and_the_room_they_take_is_not(tmp_path):
    # A thousand different values are one cause; every third row has a second one.
    rows = [GOOD | {"kategori": f"jenis {at}", "nama": "" if at % 3 == 0 else "Siti"} for at in range(1000)]
    rows += [GOOD | {"jenis_kelamin": "X" * 9000}]
    found, told = load(write(tmp_path / "a.csv", rows))
    assert (found["ditolak"], found["peringatan"]) == (1001, 0)
    assert set(found) == {"dibaca", "baru", "berubah", "sama", "ditolak", "peringatan", "berkas_ditolak"}
    job = PekerjaanImpor.objects.get()
    assert causes(job) == {"kategori-asing": 1000, "nama-kosong": 334, "jenis_kelamin": 1}
    assert job.sebab["nama-kosong"]["baris"] == [2 + 3 * at for at in range(NOMOR_BARIS)]
    assert job.sebab["jenis_kelamin"]["baris"] == [1002]
    assert len(job.contoh) <= 5 * len(job.sebab)
    assert {note["baris"] for note in job.contoh} >= {2, 1002}
    assert len(json.dumps([job.sebab, job.contoh])) < 10_000
    lines = told.splitlines()
    assert lines[0].startswith("1000 baris ditolak: Jenis PMKS tidak dikenal (baris 2, 3, 4,")
    assert "dan 990 lagi). Tulis nomor 1-26" in lines[0]
    assert lines[1].startswith("334 baris ditolak: Nama kosong")


def test_an_import_that_goes_on_goes_on_counting(monkeypatch):
    monkeypatch.setattr("pmks.impor.pekerjaan.POTONGAN", {"sqlite": 2, "postgresql": 2})
    actor = staff("staf.fakirmiskin")
    text = HEAD + "\n" + "".join(f",,Siti {at},X,1980-05-01,24,{KRAMATWATU},,\n" for at in range(7))
    job = halaman.upload(actor, "pmks", 2024, SimpleUploadedFile("a.csv", text.encode()))
    halaman.begin(actor, job.pk, halaman.remembered(job))

    def stop(running):
        halaman.cancel(actor, running.pk)

    run(job.pk, {}, pintu="peramban", on_chunk=stop)
    job.refresh_from_db()
    assert causes(job)["jenis_kelamin"] == job.ditolak == 4
    halaman.resume(actor, job.pk)
    run(job.pk, {}, pintu="peramban")
    job.refresh_from_db()
    assert causes(job) == {"jenis_kelamin": 7}
    assert job.sebab["jenis_kelamin"]["baris"] == [2, 3, 4, 5, 6, 7, 8]


def test_the_page_names_causes_the_biggest_first_and_how_to_mend_them(client):
    client.force_login(staff("staf.fakirmiskin"))
    rows = [f",,Siti {at},P,1980-05-01,24,Atlantis,," for at in range(40)]
    rows += [f",,,P,1980-05-01,24,{KRAMATWATU},,", f"{new_nik()},,Ani,L,1980-05-01,24,{KRAMATWATU},,"]
    file = SimpleUploadedFile("a.csv", "\n".join([HEAD, *rows, ""]).encode())
    client.post("/pmks/impor/", {"jenis": "pmks", "tahun": "2024", "berkas": file})
    job = PekerjaanImpor.objects.get()
    where = f"/pmks/impor/{job.pk}/"
    looked = client.get(where)
    for page in (looked, _after(client, looked, where)):
        body = page.content.decode().split('id="sebab"')[1]
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
        order = [text.index(title) for title in ("Desa tidak ada di", "Jenis kelamin lain daripada", "Nama kosong")]
        assert order[0] == min(order)
        assert "40 ditolak Periksa ejaan namanya" in text
        assert "2, 3, 4, 5, 6, 7, 8, 9, 10, 11 dan 30 lagi" in text
        assert "desa “Atlantis” tidak ada" in text


def _after(client, looked, where):
    found = looked.context["pemetaan"]
    client.post(where, {"judul": [a for a, _ in found], "kolom": [b for _, b in found], "mulai": "1"})
    run(PekerjaanImpor.objects.get().pk, known_codes(), pintu="peramban")
    return client.get(where)


def test_causes_as_kept_are_ranked_by_count():
    kept = {}
    for at in range(3):
        count(kept, at + 2, [Keluhan("nama-kosong", "a"), Keluhan("nama-kosong", "b")])
    for at in range(5):
        count(kept, at + 9, [Keluhan("beda-baris", str(at))])
    first, second = ranked(json.loads(json.dumps(kept)))
    assert (first.sebab.nama, first.jumlah, second.sebab.nama, second.jumlah) == ("beda-baris", 5, "nama-kosong", 3)
    assert Hasil(sebab=kept).menurut_sebab == [first, second]
