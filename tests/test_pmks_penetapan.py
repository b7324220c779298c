"""Freezing the counts of a year: who may, what is shown before, what is written, and what the reports show after."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import Jejak
from pmks.actions import Ditolak
from pmks.models import JumlahPMKS, JumlahWarna
from pmks.penetapan import freeze_counts, plan_freeze
from renstra.formats import format_tanggal
from tests.registry_people import DISABILITAS, FAKIR_MISKIN, HIV, person, staff

pytestmark = pytest.mark.usefixtures("baseline")
PAGE = "/pmks/tetapkan/2024/"


def text_of(response):
    body = response.content.decode().split('id="isi"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def freeze(tahun=2024):
    return freeze_counts(staff("pimpinan"), tahun, pintu="peramban")


def poor(many):
    for at in range(many):
        person(f"Miskin {at}")


def confirm(client, sidik=None, **more):
    return client.post(PAGE, {"yakin": "on", "sidik": sidik or plan_freeze(2024).sidik} | more)


def rows_of(client, slug, name="pimpinan"):
    client.force_login(staff(name))
    found = client.get(f"/laporan/{slug}.json?tahun=2024").json()
    return {row["sel"].get("no") or row["jenis"]: row["sel"] for row in found["baris"]}, found


# Who may, and what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["staf.linjamsos", "verifikator", "sekretariat", "admin"])
def test_only_the_head_freezes(client, name):
    poor(6)
    client.force_login(staff(name))
    assert client.get(PAGE).status_code == 403
    assert confirm(client).status_code == 403
    assert "Tetapkan jumlah" not in text_of(client.get("/pmks/?tahun=2024"))
    with pytest.raises(PermissionDenied):
        freeze_counts(staff(name), 2024, pintu="peramban")
    assert not JumlahPMKS.objects.filter(tahun=2024).exists()


def test_a_year_without_names_and_one_before_them_are_refused(client):
    poor(1)
    client.force_login(staff("pimpinan"))
    for tahun, words in ((2020, "sejak 2021"), (2023, "Belum ada orang")):
        with pytest.raises(Ditolak, match=words):
            freeze(tahun)
        page = client.get(f"/pmks/tetapkan/{tahun}/")
        assert words in text_of(page)
        assert "<button" not in page.content.decode().split('id="isi"')[1].split("</main>")[0]


@pytest.mark.parametrize("model", [JumlahPMKS, JumlahWarna])
def test_a_count_from_another_source_is_never_overwritten(client, model):
    poor(6)
    freeze()
    model.objects.filter(tahun=2024).update(sumber="SK Bupati 12/2025")
    poor_now = plan_freeze(2024)
    with pytest.raises(Ditolak, match="sumber lain"):
        freeze()
    client.force_login(staff("pimpinan"))
    assert "SK Bupati 12/2025" in text_of(client.get(PAGE))
    assert confirm(client, poor_now.sidik).status_code == 409
    assert set(model.objects.filter(tahun=2024).values_list("sumber", flat=True)) == {"SK Bupati 12/2025"}


# The page -------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_would_be_written_beside_what_stands_and_the_difference(client):
    poor(6)
    freeze()
    poor(2)
    client.force_login(staff("pimpinan"))
    assert f'href="{PAGE}"' in client.get("/pmks/?tahun=2024").content.decode()
    text = text_of(client.get(PAGE))
    assert "24. Fakir Miskin 8 6 +2" in text
    assert f"ditetapkan {format_tanggal(timezone.localdate())} oleh" in text
    assert JumlahPMKS.objects.get(tahun=2024, kategori__nomor=FAKIR_MISKIN).jumlah == 6


def test_one_button_writes_after_a_confirmation_and_a_second_click_changes_nothing(client):
    poor(6)
    client.force_login(staff("pimpinan"))
    unsure = client.post(PAGE, {"sidik": plan_freeze(2024).sidik})
    assert (unsure.status_code, "Centang dahulu" in text_of(unsure)) == (422, True)
    assert not JumlahPMKS.objects.filter(tahun=2024).exists()
    sidik = plan_freeze(2024).sidik
    done = confirm(client, sidik)
    assert done["Location"] == "/pmks/?tahun=2024"
    assert "28 jumlah berubah" in text_of(client.get(done["Location"]))
    trail = Jejak.objects.filter(objek="pmks.jumlahpmks").count()
    again = confirm(client, sidik)
    assert (again.status_code, "berubah sesudah halaman dibuka" in text_of(again)) == (409, True)
    assert "tidak ada yang perlu diganti" in text_of(client.get(PAGE))
    assert Jejak.objects.filter(objek="pmks.jumlahpmks").count() == trail


def test_what_changed_since_the_page_was_opened_is_shown_again_and_not_written(client):
    poor(6)
    client.force_login(staff("pimpinan"))
    old = plan_freeze(2024).sidik
    person("Baru")
    clash = confirm(client, old)
    assert clash.status_code == 409
    assert "24. Fakir Miskin 7 –" in text_of(clash)
    assert not JumlahPMKS.objects.filter(tahun=2024).exists()
    new = re.search(r'name="sidik" value="(\w+)"', clash.content.decode())[1]
    assert confirm(client, new).status_code == 302
    assert JumlahPMKS.objects.get(tahun=2024, kategori__nomor=FAKIR_MISKIN).jumlah == 7


def test_small_counts_of_sensitive_kinds_stay_hidden_on_the_page_and_are_written_as_they_are(client):
    poor(6)
    for at in range(3):
        person(f"Peka {at}", HIV, actor="staf.rehsos")
    client.force_login(staff("pimpinan"))
    assert re.search(r"16\. [^0-9]+ &lt; 5 – –", text_of(client.get(PAGE)))
    confirm(client)
    assert JumlahPMKS.objects.get(tahun=2024, kategori__nomor=HIV).jumlah == 3
    text = text_of(client.get(PAGE))
    assert re.search(r"16\. [^0-9]+ &lt; 5 &lt; 5 …", text)
    # The overview does not give the frozen count back either, nor its colour's difference.
    client.force_login(staff("verifikator"))
    assert re.search(r"16\. [^0-9]+ &lt; 5 &lt; 5 …", text_of(client.get("/pmks/?tahun=2024")))
    client.force_login(staff("staf.rehsos"))
    assert re.search(r"16\. [^0-9]+ 3 3 0", text_of(client.get("/pmks/?tahun=2024")))


def test_the_page_asks_as_often_whatever_there_is(client):
    client.force_login(staff("pimpinan"))
    counts = []
    for many in (2, 12):
        poor(many)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


# What is written ------------------------------------------------------------------------------------------------


def test_what_was_frozen_before_is_replaced_as_a_whole_and_the_trail_keeps_it():
    poor(6)
    person("Disabilitas", DISABILITAS, actor="staf.rehsos")
    assert freeze() == 28  # 26 kinds and 2 colours
    assert freeze() == 0
    assert JumlahPMKS.objects.get(tahun=2024, kategori__nomor=1).jumlah == 0
    assert JumlahWarna.objects.get(tahun=2024, kelompok__kode="kuning-hijau").jumlah == 1
    JumlahPMKS.objects.filter(tahun=2024).update(sumber="Data menurut nama, ditetapkan 1 Januari 2025 oleh Kepala")
    person("Lagi")
    assert freeze() == 2  # kind 24 and its colour
    row = JumlahPMKS.objects.get(tahun=2024, kategori__nomor=FAKIR_MISKIN)
    assert row.jumlah == 7
    # One date for the whole table, also of counts that stayed.
    assert set(JumlahPMKS.objects.filter(tahun=2024).values_list("sumber", flat=True)) == {row.sumber}
    assert f"ditetapkan {format_tanggal(timezone.localdate())} oleh" in row.sumber
    kept = Jejak.objects.get(objek="pmks.jumlahpmks", objek_id=str(row.pk), kolom="jumlah", dari="6")
    assert (kept.ke, kept.pelaku.username) == ("7", "pimpinan")


# The reports ----------------------------------------------------------------------------------------------------


def test_the_tables_show_frozen_counts_with_their_date_beside_the_live_ones(client):
    poor(6)
    person("Disabilitas", DISABILITAS, FAKIR_MISKIN, actor="staf.linjamsos")
    freeze()
    poor(3)
    rows, found = rows_of(client, "tabel-3-1", "staf.linjamsos")
    assert found["kolom"] == ["no", "jenis_pmks", "jumlah", "diumumkan", "selisih", "satuan"]
    assert [rows[24][name] for name in ("jumlah", "diumumkan", "selisih")] == [10, 7, 3]
    assert [rows[9][name] for name in ("jumlah", "diumumkan", "selisih")] == [1, 1, 0]
    # People once, and the sum of the kinds as published.
    assert [rows["Jumlah"][name] for name in ("jumlah", "diumumkan", "selisih")] == [10, 8, None]
    today = format_tanggal(timezone.localdate())
    assert any(f"ditetapkan {today}" in note for note in found["catatan"])
    rows, found = rows_of(client, "tabel-3-2", "staf.linjamsos")
    assert [[row[name] for name in ("jumlah", "diumumkan", "selisih")] for row in rows.values()] == [
        [10, 7, 3],
        [1, 1, 0],
    ]
    assert any(f"ditetapkan {today}" in note for note in found["catatan"])


def test_people_are_not_subtracted_from_a_sum_of_kinds(client):
    poor(6)
    for at in range(6):
        person(f"Dua jenis {at}", DISABILITAS, FAKIR_MISKIN, actor="staf.linjamsos")
    freeze()
    client.force_login(staff("pimpinan"))
    page = client.get("/pmks/?tahun=2024")
    data = page.context["data"]
    # Twelve people, 12 + 6 in the kinds: nothing changed since, so there is no difference to show.
    assert data.jumlah.teks == ("12", "18", "–")
    assert next(row for row in data.tahunan if row.tahun == 2024).angka.teks == ("12", "18", "–")
    assert next(row for row in data.jenis if row.kategori.nomor == 24).angka.teks == ("12", "12", "0")
    assert "orang dengan dua jenis terhitung dua kali" in text_of(page)
    page = client.get(f"/pmks/?tahun=2024&kategori={FAKIR_MISKIN}")
    assert page.context["data"].jumlah.teks == ("12", "12", "0")
    assert "terhitung dua kali" not in text_of(page)


@pytest.mark.parametrize("slug", ["tabel-3-1", "tabel-3-2"])
def test_every_format_shows_both_with_the_date(client, slug):
    poor(6)
    freeze()
    poor(11)
    client.force_login(staff("pimpinan"))
    today = format_tanggal(timezone.localdate())
    page = text_of(client.get(f"/laporan/{slug}/?tahun=2024"))
    sheet = load_workbook(BytesIO(client.get(f"/laporan/{slug}.xlsx?tahun=2024").content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    paper = PdfReader(BytesIO(client.get(f"/laporan/{slug}.pdf?tahun=2024").content))
    printed = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in paper.pages))
    for words in (page, " ".join(cells), printed):
        assert f"DITETAPKAN {today.upper()}" in words.upper()
        assert "17 6 11" in words
    assert str(client.get(f"/laporan/{slug}.json?tahun=2024").json()).count("'diumumkan': 6") >= 1


def test_a_year_without_published_counts_keeps_the_columns_of_the_document(client):
    poor(6)
    assert rows_of(client, "tabel-3-1")[1]["kolom"] == ["no", "jenis_pmks", "jumlah", "satuan"]


def test_frozen_small_counts_are_hidden_in_reports_as_live_ones_are(client):
    poor(9)
    for at in range(3):
        person(f"Peka {at}", HIV, actor="staf.rehsos")
    freeze()
    for name, wanted in (("staf.rehsos", [3, 3, 0]), ("verifikator", [None, None, None])):
        rows, _ = rows_of(client, "tabel-3-1", name)
        assert [rows[16][column] for column in ("jumlah", "diumumkan", "selisih")] == wanted
    rows, _ = rows_of(client, "tabel-3-2", "verifikator")
    assert [row["diumumkan"] for row in rows.values()] == [None, None] or None in [
        row["diumumkan"] for row in rows.values()
    ]
