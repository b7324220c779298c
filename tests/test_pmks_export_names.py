"""Export of names: who, what for, and what a file may hold."""

import csv
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from pmks.models import CatatanAkses, Layanan, OrangKategori
from tests.registry_people import DISABILITAS, HIV, kinds, new_nik, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
EXPORT = "/pmks/orang/ekspor/"
PURPOSE = "penyaluran sembako tahap II"


@pytest.fixture
def poor(client):
    """The client of who serves fakir miskin."""
    client.force_login(staff("staf.fakirmiskin"))
    return client


def read_csv(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_names_leave_only_for_a_purpose_and_the_record_comes_first(poor):
    person("Siti")
    for purpose in ("", "perlu"):
        answer = poor.post(EXPORT, {"tujuan": purpose, "format": "csv"})
        assert answer.status_code == 422
        assert "ntuk apa daftar ini dipakai" in answer.content.decode()
    assert not CatatanAkses.objects.exists()
    answer = poor.post(f"{EXPORT}?tahun=2024", {"tujuan": PURPOSE, "format": "csv"})
    row = CatatanAkses.objects.get()
    assert (row.jenis, row.jumlah, row.tujuan, row.rincian) == ("ekspor", 1, PURPOSE, "csv: tahun 2024")
    assert answer["Content-Disposition"].endswith('.csv"')


@pytest.mark.parametrize("name", ["pimpinan", "sekretariat", "verifikator", "admin"])
def test_roles_without_the_right_export_no_names(client, name):
    client.force_login(staff(name))
    assert client.post(EXPORT, {"tujuan": PURPOSE, "format": "csv"}).status_code == 403


def test_a_file_holds_the_list_as_it_was_filtered_with_numbers_masked(poor):
    nik = new_nik()
    person("Siti", nik=nik, no_kk="3604051204100007")
    person("Sari", tahun=2023)
    rows = read_csv(poor.post(f"{EXPORT}?tahun=2024", {"tujuan": PURPOSE, "format": "csv"}))
    assert [row["nama"] for row in rows] == ["Siti"]
    assert rows[0]["nik"] == "•" * 12 + nik[-4:]
    assert (rows[0]["kategori"], rows[0]["desa"], rows[0]["kode_desa"]) == ("24", "Kramatwatu", "36.04.05.2001")
    assert nik not in str(rows)
    assert "3604051204100007" not in str(rows)


def test_an_exported_list_becomes_a_file_of_services(poor, tmp_path):
    who = [person("Siti", nik=new_nik()), person("Sari", nik="")]
    rows = read_csv(poor.post(EXPORT, {"tujuan": PURPOSE, "format": "csv"}))
    path = tmp_path / "layanan.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*rows[0], "kode_sub_kegiatan", "tanggal", "jenis_layanan", "nilai_rp"])
        writer.writerows([*row.values(), "1.6.5.02.02.3", "2024-03-01", "sembako", ""] for row in rows)
    call_command("import_layanan", str(path), tahun=2024, format="json", stdout=StringIO())
    assert {row.orang_id for row in Layanan.objects.all()} == {row.pk for row in who}


@pytest.mark.parametrize("name", ["=1+1", "+62", "-2", "@SUM(A1)"])
def test_a_name_like_a_formula_stays_text(poor, name):
    person(f"{name} Siti")
    rows = read_csv(poor.post(EXPORT, {"tujuan": PURPOSE, "format": "csv"}))
    assert rows[0]["nama"] == f"'{name} Siti"
    answer = poor.post(EXPORT, {"tujuan": PURPOSE, "format": "xlsx"})
    cell = load_workbook(BytesIO(answer.content)).active["B2"]
    assert (cell.value, cell.data_type) == (f"{name} Siti", "s")


def test_a_kind_the_reader_does_not_serve_is_in_no_file(client):
    who = person("Siti", DISABILITAS, actor="staf.rehsos")
    OrangKategori.objects.create(orang=who, tahun=2024, kategori=kinds(HIV)[0], desa=who.desa)
    for name, found in (("staf.linjamsos", "9"), ("staf.rehsos", "9, 16")):
        client.force_login(staff(name))
        rows = read_csv(client.post(EXPORT, {"tujuan": PURPOSE, "format": "csv"}))
        assert rows[0]["kategori"] == found


def test_there_is_no_pdf_and_a_list_too_long_is_refused_before_it_is_made(poor, monkeypatch):
    person("Siti")
    person("Sari")
    answer = poor.post(EXPORT, {"tujuan": PURPOSE, "format": "pdf"})
    assert answer.status_code == 422
    monkeypatch.setitem(__import__("pmks.ekspor", fromlist=["BATAS"]).BATAS, "xlsx", 1)
    answer = poor.post(EXPORT, {"tujuan": PURPOSE, "format": "xlsx"})
    assert answer.status_code == 422
    assert "Lebih dari 1 orang" in answer.content.decode()
    assert not CatatanAkses.objects.exists()
