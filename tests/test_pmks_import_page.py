"""``/pmks/impor/``: upload, columns, preview, the way to the refused rows; who may see which import."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.kode_layanan import known_codes
from pmks.impor.pekerjaan import run
from pmks.models import CatatanAkses, Orang, PekerjaanImpor
from tests.registry_people import staff

pytestmark = pytest.mark.usefixtures("baseline")
PAGE = "/pmks/impor/"
NIK = "3604054105800123"
ROWS = f"""No KTP;Nama Lengkap;JK;Tgl Lahir;Jenis PMKS;Desa;Kec;Telepon
{NIK};Siti;P;01-05-1980;24;Kramatwatu;Kramatwatu;081
3,60405E+15;Rusak;P;01-05-1980;24;Kramatwatu;Kramatwatu;
"""


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def poor(client):
    """The client of who serves fakir miskin."""
    client.force_login(staff("staf.fakirmiskin"))
    return client


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def upload(client, content=ROWS, name="orang.csv", jenis="pmks"):
    file = SimpleUploadedFile(name, content.encode())
    answer = client.post(PAGE, {"jenis": jenis, "tahun": "2024", "berkas": file})
    return answer, PekerjaanImpor.objects.order_by("-pk").first()


def mapping(answer):
    found = answer.context["pemetaan"]
    return {"judul": [text for text, _ in found], "kolom": [name for _, name in found]}


def test_a_file_is_looked_at_before_anything_is_stored(poor):
    answer, job = upload(poor)
    assert answer["Location"] == f"{PAGE}{job.pk}/"
    page = poor.get(answer["Location"])
    text = text_of(page)
    for words in ("belum disimpan", "notasi ilmiah", "Tidak dibaca: Telepon"):
        assert words in text
    assert (page.context["lihat"].hasil.baru, page.context["lihat"].hasil.ditolak) == (1, 1)
    assert not Orang.objects.exists()


def test_the_preview_masks_numbers_and_nothing_else(poor):
    _, job = upload(poor, ROWS.replace("Kramatwatu;Kramatwatu;081", "36.04.05.2001;;081"))
    body = poor.get(f"{PAGE}{job.pk}/").content.decode()
    assert NIK not in body
    assert "••••0123" in body
    assert "36.04.05.2001" in body


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("orang.pdf", "x", "Pilih berkas CSV atau XLSX."),
        ("orang.csv", "", "Berkas ini kosong."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(poor, name, content, why):
    answer, job = upload(poor, content, name)
    assert (answer.status_code, job) == (422, None)
    assert why in text_of(answer)
    assert "isian-salah" in answer.content.decode()


def test_a_broken_workbook_says_so_on_its_page_and_starts_nothing(poor):
    answer, job = upload(poor, "PK\x03\x04rusak", "orang.xlsx")
    page = poor.get(answer["Location"])
    assert page.status_code == 422
    assert "Belum dapat diimpor" in text_of(page)
    assert "Mulai impor" not in text_of(page)
    assert poor.post(answer["Location"], {"mulai": "1"}).status_code == 422
    job.refresh_from_db()
    assert job.status == "disiapkan"


def test_columns_that_do_not_do_are_told_and_the_choice_is_remembered(poor):
    _, job = upload(poor)
    where = f"{PAGE}{job.pk}/"
    chosen = mapping(poor.get(where))
    without = chosen | {"kolom": ["" if name == "nama" else name for name in chosen["kolom"]], "mulai": "1"}
    answer = poor.post(where, without)
    assert "Kolom nama tidak ada" in text_of(answer)
    assert "Mulai impor" not in text_of(answer)
    swapped = chosen | {"kolom": ["alamat" if name == "" else name for name in chosen["kolom"]]}
    assert poor.post(where, swapped | {"mulai": "1"}).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.pemetaan["Telepon"]) == ("menunggu", "alamat")
    _, second = upload(poor)
    assert dict(poor.get(f"{PAGE}{second.pk}/").context["pemetaan"])["Telepon"] == "alamat"


def test_refused_rows_come_back_as_a_file_and_the_download_is_recorded(poor):
    _, job = upload(poor)
    where = f"{PAGE}{job.pk}/"
    poor.post(where, mapping(poor.get(where)) | {"mulai": "1"})
    assert "Menunggu giliran" in text_of(poor.get(where))
    run(job.pk, known_codes(), pintu="peramban")
    text = text_of(poor.get(where))
    for words in ("selesai", "Unduh baris yang ditolak", "notasi ilmiah"):
        assert words in text
    answer = poor.get(f"{where}ditolak.csv")
    assert "notasi ilmiah" in b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert CatatanAkses.objects.get(jenis="ekspor").jumlah == 1
    assert poor.get(f"{where}kemajuan/").content.decode().count("hx-get") == 0


def test_an_import_is_stopped_and_goes_on(poor):
    _, job = upload(poor)
    where = f"{PAGE}{job.pk}/"
    poor.post(where, mapping(poor.get(where)) | {"mulai": "1"})
    assert 'hx-trigger="every 1s"' in poor.get(where).content.decode()
    poor.post(f"{where}batal/")
    assert "Lanjutkan" in text_of(poor.get(where))
    poor.post(f"{where}lanjut/")
    job.refresh_from_db()
    assert job.status == "menunggu"


def test_another_unit_finds_no_import_of_ours(poor):
    _, job = upload(poor)
    poor.force_login(staff("staf.rehsos"))
    for part in ("", "kemajuan/", "ditolak.csv"):
        assert poor.get(f"{PAGE}{job.pk}/{part}").status_code == 404
    assert poor.post(f"{PAGE}{job.pk}/batal/").status_code == 404
    assert "orang.csv" not in text_of(poor.get(PAGE))


@pytest.mark.parametrize("name", ["pimpinan", "admin", "verifikator", "sekretariat", "staf.sekretariat"])
def test_who_may_not_record_people_imports_none(client, name):
    client.force_login(staff(name))
    assert client.get(PAGE).status_code == 403


def test_how_many_rows_there_are_leaves_the_headings_out(poor):
    for content in (ROWS, ROWS.rstrip("\n")):
        _, job = upload(poor, content)
        assert "sekitar 2 baris" in text_of(poor.get(f"{PAGE}{job.pk}/"))


def test_a_file_of_headings_alone_says_so_and_is_not_started(poor):
    _, job = upload(poor, ROWS.splitlines()[0] + "\n")
    text = text_of(poor.get(f"{PAGE}{job.pk}/"))
    assert "hanya berisi judul kolom" in text
    assert "Mulai impor" not in text


def test_services_are_imported_by_codes_of_the_plan(poor):
    _, job = upload(poor)
    run_now(poor, job)
    rows = f"nik;kode_sub_kegiatan;tanggal;jenis_layanan;nilai_rp\n{NIK};1.6.5.02.02.3;2024-03-01;sembako;150.000\n"
    _, job = upload(poor, rows, jenis="layanan")
    page = poor.get(f"{PAGE}{job.pk}/")
    assert (page.context["lihat"].hasil.baru, page.context["lihat"].hasil.ditolak) == (1, 0)


def run_now(client, job):
    where = f"{PAGE}{job.pk}/"
    client.post(where, mapping(client.get(where)) | {"mulai": "1"})
    run(job.pk, known_codes(), pintu="peramban")
