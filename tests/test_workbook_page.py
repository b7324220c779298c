"""The pages of the workbook: who takes and sends it, what is seen before it is stored, what is kept how long."""

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Jejak
from indicators.actions import save_realisasi
from indicators.entry import Typed
from indicators.models import Realisasi
from indicators.row_record import find_row
from indicators.workbook import pending
from tests.entry_office import TAHUN, build_office
from tests.workbook_files import export, filled, opened, row_of

pytestmark = pytest.mark.django_db
K, RP = "Realisasi Kinerja", "Realisasi (Rp)"


@pytest.fixture
def office(db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return build_office()


def url(name="realisasi-berkas", tahun=TAHUN):
    return reverse(name, args=[tahun])


CHECK = "realisasi-berkas-periksa"


def upload(client, content, tahun=TAHUN, nama="isian.xlsx", follow=True):
    return client.post(url(tahun=tahun), {"berkas": SimpleUploadedFile(nama, content)}, follow=follow)


def kept():
    folder = Path(default_storage.path(pending.FOLDER))
    return sorted(folder.iterdir()) if folder.exists() else []


def confirm(client, page, **more):
    return client.post(url(CHECK), {"sidik": page.context["sidik"], **more}, follow=True)


def test_staff_take_the_file_of_their_unit(client, office):
    client.force_login(office.staf)
    answer = client.get(url("realisasi-berkas-unduh"))
    assert answer["Content-Disposition"] == 'attachment; filename="realisasi-2022-rehsos.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"
    assert opened(answer.content)["Realisasi"].max_row == 6
    below = client.get(url("realisasi-berkas-unduh"), {"unit": "rehsos.anak", "triwulan": "2"})
    assert below["Content-Disposition"] == 'attachment; filename="realisasi-2022-tw2-rehsos.anak.xlsx"'
    assert opened(below.content)["Realisasi"].max_row == 2


def test_staff_take_no_file_of_another_unit(client, office):
    client.force_login(office.staf)
    answer = client.get(url("realisasi-berkas-unduh"), {"unit": "dayasos"})
    assert answer.status_code == 404
    assert "bukan bagian dari unit Anda" in answer.content.decode()


def test_who_reads_all_units_takes_a_sheet_a_unit_and_sends_nothing(client, office):
    client.force_login(office.verifikator)
    answer = client.get(url("realisasi-berkas-unduh"))
    assert opened(answer.content).sheetnames[:2] == ["Sekretariat", "Bidang Rehabilitasi Sosial"]
    assert 'type="file"' not in client.get(url()).content.decode()
    assert upload(client, export(office)).status_code == 403
    assert client.get(url(CHECK)).status_code == 403
    assert kept() == []


def test_what_changes_is_seen_before_it_is_stored(client, office):
    client.force_login(office.staf)
    page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): "7,5", (office.sub, RP): 100}))
    text = page.content.decode()
    assert "2 sel akan berubah di 1 baris" in text
    assert not Realisasi.objects.exists()
    assert [(item.kolom, item.dari, item.ke) for item in page.context["ubahan"]] == [(K, "", "7,5"), (RP, "", "100")]
    done = confirm(client, page)
    assert "isian.xlsx: 2 sel di 1 baris tahun 2022 tersimpan." in done.content.decode()
    assert done.redirect_chain[-1][0] == reverse("realisasi", args=[TAHUN])
    row = Realisasi.objects.get(indikator=office.sub)
    assert (row.kinerja, row.rupiah, row.diubah_oleh) == (7.5, 100, office.staf)
    assert Jejak.objects.filter(pintu="berkas").count() == 3  # state, figure and money
    assert kept() == []


def test_refused_cells_are_listed_and_cannot_be_stored(client, office):
    client.force_login(office.staf)
    content = filled(export(office, office.rehsos), {(office.sub, K): "<b>banyak</b>", (office.sub_anak, K): 3})
    page = upload(client, content)
    text = page.content.decode()
    assert "1 sel ditolak, belum ada yang disimpan" in text
    assert f"Realisasi!H{row_of(content, office.sub)}" in text
    assert "&lt;b&gt;banyak&lt;/b&gt;" in text
    assert "tombol-utama" not in text
    confirm(client, page)
    assert not Realisasi.objects.exists()


def test_a_file_that_is_not_taken_is_refused_at_once_and_not_kept(client, office):
    client.force_login(office.staf)
    for content, said in (
        (b"nama;nilai", "bukan buku kerja Excel"),
        (export(office, office.dayasos), "Bidang Pemberdayaan Sosial"),
        (export(office, office.rehsos, tahun=2023), "untuk tahun 2023"),
        (b"", "kosong"),
    ):
        answer = upload(client, content)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), said
    assert "Pilih dahulu berkas" in client.post(url()).content.decode()
    assert kept() == []


def test_a_change_meanwhile_is_shown_before_anything_is_stored(client, office):
    client.force_login(office.staf)
    page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5, (office.sub_anak, K): 3}))
    save_realisasi(
        office.rekan, office.sub.pk, TAHUN, Typed(kinerja="5"), versi=0, pintu=Jejak.Pintu.PERAMBAN
    )  # the same value: what would be stored is less now
    again = confirm(client, page)
    assert again.status_code == 409
    assert "berubah sejak Anda memeriksa" in again.content.decode()
    assert find_row(office.sub_anak.pk, TAHUN).realisasi is None
    assert "1 sel di 1 baris" in confirm(client, again).content.decode()
    assert find_row(office.sub_anak.pk, TAHUN).realisasi.kinerja == 3


def test_a_conflict_meanwhile_is_shown_and_nothing_is_stored(client, office):
    client.force_login(office.staf)
    page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5, (office.sub_anak, K): 3}))
    save_realisasi(office.rekan, office.sub.pk, TAHUN, Typed(kinerja="6"), versi=0, pintu=Jejak.Pintu.PERAMBAN)
    again = confirm(client, page)
    assert (again.status_code, again.context["hasil"].ditolak[0].nilai) == (409, "5")
    assert office.rekan.nama in again.content.decode()
    assert find_row(office.sub_anak.pk, TAHUN).realisasi is None


def test_confirming_twice_stores_once(client, office):
    client.force_login(office.staf)
    page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5}))
    confirm(client, page)
    trail = Jejak.objects.count()
    assert "Tidak ada berkas yang menunggu" in confirm(client, page).content.decode()
    assert Jejak.objects.count() == trail


def test_a_file_can_be_called_off(client, office):
    client.force_login(office.staf)
    page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5}))
    assert len(kept()) == 1
    assert "tidak ada yang disimpan" in confirm(client, page, batal="1").content.decode()
    assert (kept(), Realisasi.objects.exists()) == ([], False)


def test_the_file_of_one_person_is_not_another_ones(client, office):
    client.force_login(office.staf)
    upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5}))
    client.force_login(office.rekan)
    assert client.get(url(CHECK)).status_code == 302
    assert len(kept()) == 1


def test_a_new_file_takes_the_place_of_the_one_before(client, office):
    client.force_login(office.staf)
    for value in (5, 6):
        page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): value}))
    assert len(kept()) == 1
    assert page.context["ubahan"][0].ke == "6"
    assert "sudah diperiksa tetapi belum disimpan" in client.get(url()).content.decode()


def test_a_file_is_kept_for_an_hour(client, office, monkeypatch):
    client.force_login(office.staf)
    upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5}))
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.get(url(CHECK)).status_code == 302
    assert kept() == []


def test_what_others_left_behind_is_cleared_after_an_hour(client, office):
    old = Path(default_storage.path(default_storage.save(f"{pending.FOLDER}/lama.xlsx", BytesIO(b"x"))))
    then = (timezone.now() - timedelta(hours=2)).timestamp()
    os.utime(old, (then, then))
    client.force_login(office.staf)
    upload(client, export(office, office.rehsos))
    assert not old.exists()
    assert len(kept()) == 1


def test_a_file_that_was_exchanged_on_the_disk_is_not_stored(client, office):
    client.force_login(office.staf)
    page = upload(client, filled(export(office, office.rehsos), {(office.sub, K): 5}))
    kept()[0].write_bytes(filled(export(office, office.rehsos), {(office.sub, K): 6}))
    confirm(client, page)
    assert not Realisasi.objects.exists()


def test_the_name_of_a_file_leads_nowhere(client, office):
    client.force_login(office.staf)
    upload(client, export(office, office.rehsos), nama="../../jahat.xlsx")
    (found,) = kept()
    assert found.parent == Path(default_storage.path(pending.FOLDER))
    assert "jahat" not in found.name


def test_a_file_that_changes_nothing_says_so(client, office):
    client.force_login(office.staf)
    page = upload(client, export(office, office.rehsos))
    assert "Berkas ini tidak mengubah apa pun" in page.content.decode()


def test_a_year_outside_the_plan_offers_the_others(client, office):
    client.force_login(office.staf)
    for name in ("realisasi-berkas", "realisasi-berkas-unduh"):
        answer = client.get(url(name, 2030))
        assert (answer.status_code, "di luar masa Renstra" in answer.content.decode()) == (404, True)


def test_staff_without_a_unit_read_why(client, office):
    office.staf.unit = None
    office.staf.save()
    client.force_login(office.staf)
    assert "belum terhubung ke unit kerja" in client.get(url()).content.decode()
    assert client.get(url("realisasi-berkas-unduh")).status_code == 403


def test_a_disk_that_takes_nothing_is_told_and_loses_nothing(client, office, settings, tmp_path):
    (tmp_path / "penuh").write_text("bukan folder")
    settings.MEDIA_ROOT = str(tmp_path / "penuh")
    client.force_login(office.staf)
    answer = upload(client, export(office, office.rehsos))
    assert (answer.status_code, "tidak dapat menyimpan berkas" in answer.content.decode()) == (503, True)
