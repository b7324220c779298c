"""Reports that count people by name: which year, who sees small counts, what stays as printed."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from pmks.actions import IsianLayanan, save_layanan
from tests.registry_people import BOJONEGARA, DISABILITAS, FAKIR_MISKIN, HIV, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
KODE = "1.06.05.2.02.03"
CIRUAS = "36.04.09.2001"


def read(client, name, slug, query="tahun=2024"):
    client.force_login(staff(name))
    found = client.get(f"/laporan/{slug}.json?{query}").json()
    return {row["sel"].get("no") or row["sel"].get("kode") or row["jenis"]: row["sel"] for row in found["baris"]}, found


def test_the_default_view_is_the_document_even_when_people_are_registered(client):
    person("Siti")
    rows, found = read(client, "pimpinan", "tabel-3-1", "")
    assert (rows[24]["jumlah"], rows["Jumlah"]["no"]) == (331734, "Jumlah")
    assert rows["Jumlah"]["jumlah"] == 343991
    assert found["judul"].endswith("Tahun 2020")
    assert read(client, "pimpinan", "tabel-3-1", "tahun=2020")[1]["baris"] == found["baris"]
    rows, _ = read(client, "pimpinan", "tabel-3-2", "")
    assert [row["jumlah"] for row in rows.values()] == [332723, 11268]


def test_a_year_of_the_registry_counts_by_name_and_people_once(client):
    for at in range(6):
        person(f"Orang {at}", FAKIR_MISKIN, DISABILITAS, actor="staf.linjamsos")
    person("Satu lagi")
    rows, found = read(client, "staf.linjamsos", "tabel-3-1")
    assert (rows[24]["jumlah"], rows[9]["jumlah"], rows[1]["jumlah"], rows["Jumlah"]["jumlah"]) == (7, 6, 0, 7)
    assert found["judul"].endswith("Tahun 2024")
    assert "tahun 2024" not in str(read(client, "staf.linjamsos", "tabel-3-1", "")[1]).lower()
    rows, _ = read(client, "staf.linjamsos", "tabel-3-2")
    assert [row["jumlah"] for row in rows.values()] == [7, 6]


def test_the_page_is_named_after_the_year_it_shows(client):
    person("Siti")
    client.force_login(staff("pimpinan"))
    for tahun in (2020, 2024):
        text = client.get(f"/laporan/tabel-3-1/?tahun={tahun}").content.decode()
        assert f"(PMKS) Tahun {tahun} – " in text.split("</title>")[0]


def test_a_year_without_names_shows_the_printed_table_and_says_so(client):
    rows, found = read(client, "pimpinan", "tabel-3-1", "tahun=2023")
    assert rows["Jumlah"]["jumlah"] == 343991
    assert any("Tahun 2023 belum ada data menurut nama" in note for note in found["catatan"])


def test_small_counts_are_hidden_from_those_who_do_not_serve_the_kind(client):
    for at in range(3):
        person(f"Peka {at}", HIV, actor="staf.rehsos")
    for at in range(9):
        person(f"Miskin {at}")
    rows, _ = read(client, "staf.rehsos", "tabel-3-1")
    assert rows[16]["jumlah"] == 3
    for name in ("staf.fakirmiskin", "pimpinan", "admin"):
        rows, found = read(client, name, "tabel-3-1")
        assert rows[16]["jumlah"] is None
        assert any("disamarkan" in note for note in found["catatan"])
        page = client.get("/laporan/tabel-3-1/?tahun=2024").content.decode()
        assert "&lt; 5" in page
        sheet = load_workbook(BytesIO(client.get("/laporan/tabel-3-1.xlsx?tahun=2024").content)).active
        assert 3 not in [cell.value for cell in list(sheet.columns)[2]]


def test_kecamatan_by_kind_counts_and_hides_alike(client):
    for at in range(6):
        person(f"A {at}")
    for at in range(7):
        person(f"B {at}", kode_desa=BOJONEGARA)
    person("Sendiri", DISABILITAS, actor="staf.linjamsos", kode_desa=BOJONEGARA)
    client.force_login(staff("staf.linjamsos"))
    found = client.get("/laporan/pmks-kecamatan.json?tahun=2024").json()
    rows = {row["sel"]["kecamatan"] or "Jumlah": row["sel"] for row in found["baris"]}
    assert len(rows) == 30
    assert (rows["Kramatwatu"]["jenis_24"], rows["Bojonegara"]["jenis_24"], rows["Bojonegara"]["jenis_9"]) == (6, 7, 1)
    assert (rows["Bojonegara"]["jumlah"], rows["Jumlah"]["jumlah"], rows["Jumlah"]["jenis_24"]) == (8, 14, 13)
    client.force_login(staff("staf.dayasos"))
    found = client.get("/laporan/pmks-kecamatan.json?tahun=2024").json()
    rows = {row["sel"]["kecamatan"] or "Jumlah": row["sel"] for row in found["baris"]}
    assert rows["Bojonegara"]["jenis_9"] is None
    assert rows["Jumlah"]["jenis_9"] is None


def test_a_total_of_a_kecamatan_goes_where_lines_and_columns_together_would_tell(client):
    # Bojonegara 7 = 4 + 3, and at most 4 of the second kind in all: then 3 of them there, and 1 in Kramatwatu.
    # Ciruas is hidden beside Kramatwatu, so that no total of people goes for that reason alone.
    person("Sendiri", DISABILITAS, actor="staf.linjamsos")
    for at in range(6):
        person(f"C {at}", kode_desa=CIRUAS)
    for at in range(4):
        person(f"A {at}", kode_desa=BOJONEGARA)
    for at in range(3):
        person(f"B {at}", DISABILITAS, actor="staf.linjamsos", kode_desa=BOJONEGARA)
    shown = {}
    for name in ("staf.linjamsos", "admin"):
        client.force_login(staff(name))
        found = client.get("/laporan/pmks-kecamatan.json?tahun=2024").json()
        shown[name] = {row["sel"]["kecamatan"] or "Jumlah": row["sel"] for row in found["baris"]}
    open_, hidden = shown["staf.linjamsos"]["Bojonegara"], shown["admin"]["Bojonegara"]
    assert (open_["jenis_24"], open_["jenis_9"], open_["jumlah"]) == (4, 3, 7)
    assert (hidden["jenis_24"], hidden["jenis_9"], hidden["jumlah"]) == (None, None, None)


def test_services_are_counted_by_sub_kegiatan_and_people_once(client):
    giver = staff("staf.linjamsos")
    for at in range(5):
        who = person(f"Orang {at}", actor="staf.linjamsos")
        for day in (1, 2):
            isian = IsianLayanan(KODE, date(2024, 3, day), "paket sembako", 100_000)
            save_layanan(giver, who.pk, isian, {KODE: giver.unit_id}, pintu="peramban")
    rows, _ = read(client, "pimpinan", "layanan-sub-kegiatan")
    assert {name: rows["1.6.5.02.02.3"][name] for name in ("orang", "layanan", "nilai_rp")} == {
        "orang": 5,
        "layanan": 10,
        "nilai_rp": 1_000_000,
    }
    assert rows["Jumlah"]["orang"] == 5


def test_few_people_served_are_hidden_with_what_tells_about_them(client):
    giver, who = staff("staf.linjamsos"), person("Siti", actor="staf.linjamsos")
    isian = IsianLayanan(KODE, date(2024, 3, 1), "paket sembako", 100_000)
    save_layanan(giver, who.pk, isian, {KODE: giver.unit_id}, pintu="peramban")
    rows, _ = read(client, "pimpinan", "layanan-sub-kegiatan")
    assert [rows["1.6.5.02.02.3"][name] for name in ("orang", "layanan", "nilai_rp")] == [None, None, None]
    assert rows["Jumlah"]["nilai_rp"] is None
    rows, _ = read(client, "staf.linjamsos", "layanan-sub-kegiatan")
    assert rows["1.6.5.02.02.3"]["orang"] == 1


@pytest.mark.parametrize("slug", ["tabel-3-1", "tabel-3-2", "pmks-kecamatan", "layanan-sub-kegiatan"])
def test_every_format_is_made_and_the_page_takes_few_queries(client, slug):
    giver = staff("staf.linjamsos")
    counts = []
    for people in (2, 18):
        for at in range(people):
            who = person(f"Orang {people} {at}", actor="staf.linjamsos")
            isian = IsianLayanan(KODE, date(2024, 3, 1), f"paket {at}", 100_000)
            save_layanan(giver, who.pk, isian, {KODE: giver.unit_id}, pintu="peramban")
        client.force_login(staff("pimpinan"))
        client.get(f"/laporan/{slug}/?tahun=2024")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/laporan/{slug}/?tahun=2024").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
    for suffix in ("xlsx", "pdf", "json"):
        assert client.get(f"/laporan/{slug}.{suffix}?tahun=2024").status_code == 200
