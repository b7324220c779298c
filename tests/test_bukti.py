"""Evidence of a row: who may add, replace and take away, what is refused, what the trail keeps, what the page shows."""

import io
import re
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Jejak
from indicators import bukti as services
from indicators.bukti import BuktiDitolak, BuktiSama
from indicators.models import Bukti, Indikator, Realisasi
from indicators.row_record import YearOutsidePlan
from renstra.berkas import BerkasDitolak
from renstra.penyimpanan import Keutuhan
from tests import bukti_files as files
from tests.entry_office import TAHUN, build_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db, media):
    made = build_office()
    made.media = media
    return made


def add(office, content=files.PDF, name="laporan.pdf", caption="Laporan", actor=None, row=None, triwulan=0, **more):
    return services.add_file(
        actor or office.staf,
        (row or office.sub).pk,
        TAHUN,
        triwulan,
        io.BytesIO(content),
        name,
        caption,
        pintu="peramban",
        **more,
    )


def link(office, address="https://drive.example.go.id/a", caption="Foto", actor=None, triwulan=0, **more):
    return services.add_link(
        actor or office.staf, office.sub.pk, TAHUN, triwulan, address, caption, pintu="peramban", **more
    )


def take_away(office, row, reason="Salah unggah", actor=None):
    return services.take_away(actor or office.staf, office.sub.pk, TAHUN, row.pk, reason, pintu="peramban")


def lock(row, status=Realisasi.Status.DIVERIFIKASI, triwulan=0):
    Realisasi.objects.create(indikator=row, tahun=TAHUN, triwulan=triwulan, status=status)


def stored(office):
    """Files in the folder, whatever the database says."""
    return sorted(path for path in office.media.rglob("*") if path.is_file())


def counting(office, triwulan=0):
    return services.bukti_of([office.sub.pk], TAHUN, triwulan)[office.sub.pk]


# --- adding --------------------------------------------------------------------------


def test_a_file_is_kept_with_hash_size_and_type_under_a_name_nobody_can_guess(office):
    row = add(office, name="Daftar hadir.pdf")
    assert (row.nama, row.tipe, row.ukuran) == ("Daftar hadir.pdf", "application/pdf", len(files.PDF))
    assert re.fullmatch(rf"bukti/{TAHUN}/[0-9a-f]{{32}}\.pdf", row.berkas.name)
    assert default_storage.open(row.berkas.name).read() == files.PDF
    assert oct(stored(office)[0].stat().st_mode & 0o777) == "0o640"


def test_a_new_piece_leaves_a_trail_of_what_and_who(office):
    row = add(office)
    trail = {(item.kolom, item.dari, item.ke) for item in Jejak.objects.filter(objek="indicators.bukti")}
    assert ("nama", "", "laporan.pdf") in trail
    assert ("sha256", "", row.sha256) in trail
    assert ("keterangan", "", "Laporan") in trail
    assert {item.pelaku for item in Jejak.objects.filter(objek="indicators.bukti")} == {office.staf}


@pytest.mark.parametrize("who", ["staf_lain", "sekretariat", "verifikator", "pimpinan", "administrator"])
def test_nobody_but_staff_of_the_own_unit_writes(office, who):
    row = add(office)
    stranger = getattr(office, who)
    with pytest.raises(PermissionDenied):
        add(office, actor=stranger, content=files.JPG, name="a.jpg")
    with pytest.raises(PermissionDenied):
        link(office, actor=stranger)
    with pytest.raises(PermissionDenied):
        take_away(office, row, actor=stranger)
    assert len(stored(office)) == 1
    assert counting(office) == [row]


@pytest.mark.parametrize("status", [Realisasi.Status.DIVERIFIKASI, Realisasi.Status.DISETUJUI])
def test_a_verified_row_takes_and_loses_nothing(office, status):
    row = add(office)
    lock(office.sub, status)
    for change in (lambda: add(office, files.JPG, "a.jpg"), lambda: link(office), lambda: take_away(office, row)):
        with pytest.raises(BuktiDitolak, match="sudah diverifikasi"):
            change()
    # The year is verified, and its quarters with it.
    with pytest.raises(BuktiDitolak, match="sudah diverifikasi"):
        add(office, files.JPG, "a.jpg", triwulan=2)
    assert len(stored(office)) == 1


@pytest.mark.parametrize("status", [Realisasi.Status.DRAF, Realisasi.Status.DIAJUKAN, Realisasi.Status.DIKEMBALIKAN])
def test_a_row_that_is_not_verified_takes_evidence(office, status):
    lock(office.sub, status)
    assert add(office).pk


def test_the_same_file_twice_is_one_piece_of_evidence_and_one_file(office):
    add(office)
    with pytest.raises(BuktiSama, match=r"laporan\.pdf sudah ada sebagai “Laporan” \(oleh Staf Rehsos\)"):
        add(office, name="salinan.pdf", caption="Lain")
    assert len(stored(office)) == 1
    # Another row or quarter may rest on the same file.
    assert add(office, triwulan=1).pk
    assert add(office, row=office.sub_anak).pk


def test_the_same_file_may_come_again_after_it_was_taken_away(office):
    take_away(office, add(office))
    assert add(office).pk


def test_what_is_refused_leaves_neither_row_nor_file(office, settings):
    settings.BUKTI_MAX_BYTES = 300
    for content, name in ((files.EXE, "a.pdf"), (b"", "a.pdf"), (files.PDF.ljust(301), "a.pdf")):
        with pytest.raises(BerkasDitolak):
            add(office, content, name)
    for caption in ("", "  ", "x" * 301):
        with pytest.raises(BuktiDitolak, match=r"eterangan"):
            add(office, caption=caption)
    with pytest.raises(BuktiDitolak, match="Triwulan"):
        add(office, triwulan=5)
    with pytest.raises(YearOutsidePlan):
        services.add_file(
            office.staf, office.sub.pk, 2035, 0, io.BytesIO(files.PDF), "a.pdf", "Laporan", pintu="peramban"
        )
    assert stored(office) == []
    assert not Bukti.objects.exists()


def test_a_row_that_cannot_be_written_takes_its_file_along(office):
    """A trail that fails is what a database that is full or locked looks like from here."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_jejak RENAME TO jejak_lain")
    with pytest.raises(Exception, match="accounts_jejak"):
        add(office)
    assert stored(office) == []


def test_a_storage_that_cannot_be_written_is_said_and_leaves_nothing(office, settings):
    office.media.mkdir()
    (office.media / "bukti").write_text("a file where the folder should be")
    with pytest.raises(BuktiDitolak, match="tempat penyimpanan penuh atau tidak menjawab"):
        add(office)
    assert not Bukti.objects.exists()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://host/a", "laporan", "https://", "https://a b.id", "data:text/html,x", ""]
)
def test_a_link_that_is_no_web_address_is_refused(office, address):
    with pytest.raises(BuktiDitolak, match="alamat lengkap"):
        link(office, address)


def test_the_same_link_twice_is_one(office):
    link(office)
    with pytest.raises(BuktiSama):
        link(office, caption="Sekali lagi")


# --- replacing, taking away ----------------------------------------------------------


def test_a_replacement_is_a_new_row_and_the_old_file_stays(office):
    old = add(office)
    new = add(office, files.JPG, "foto.jpg", "Foto", menggantikan=old.pk)
    assert new.menggantikan == old
    assert counting(office) == [new]
    assert len(stored(office)) == 2
    assert Jejak.objects.filter(objek="indicators.bukti", kolom="menggantikan", ke=str(old.pk)).exists()


def test_what_was_replaced_or_taken_away_is_not_replaced_again(office):
    old = add(office)
    add(office, files.JPG, "foto.jpg", menggantikan=old.pk)
    with pytest.raises(BuktiDitolak, match="sudah diganti"):
        add(office, files.PNG, "lain.png", menggantikan=old.pk)
    with pytest.raises(BuktiDitolak, match="sudah diganti"):
        take_away(office, old)
    other = link(office)
    take_away(office, other)
    with pytest.raises(BuktiDitolak, match="sudah dicabut"):
        take_away(office, other)
    assert len(stored(office)) == 2


def test_evidence_of_another_row_cannot_be_replaced_or_taken_away_through_this_one(office):
    other = add(office, row=office.sub_anak)
    with pytest.raises(Bukti.DoesNotExist):
        take_away(office, other)
    with pytest.raises(Bukti.DoesNotExist):
        add(office, files.JPG, "a.jpg", menggantikan=other.pk)
    assert len(stored(office)) == 1


def test_taking_away_needs_a_reason_and_keeps_row_file_and_trail(office):
    row = add(office)
    with pytest.raises(BuktiDitolak, match="mengapa"):
        take_away(office, row, "  ")
    take_away(office, row, "Salah unggah")
    row.refresh_from_db()
    assert (row.dicabut_oleh, row.alasan_dicabut) == (office.staf, "Salah unggah")
    assert counting(office) == []
    assert len(stored(office)) == 1
    trail = Jejak.objects.get(objek="indicators.bukti", objek_id=str(row.pk), kolom="alasan_dicabut")
    assert (trail.ke, trail.alasan) == ("Salah unggah", "Salah unggah")


# --- what counts ---------------------------------------------------------------------


def test_the_year_counts_its_quarters_and_a_quarter_only_its_own(office):
    year, second = add(office), link(office, triwulan=2)
    assert counting(office) == [year, second]
    assert counting(office, 2) == [second]
    assert counting(office, 1) == []
    assert services.count_bukti([office.sub.pk, office.sub_anak.pk], TAHUN, 0) == {office.sub.pk: 2}


def test_rows_that_ask_for_evidence_and_have_none_are_named(office):
    Indikator.objects.filter(pk__in=[office.sub.pk, office.sub_anak.pk]).update(wajib_bukti=True)
    rows = list(Indikator.objects.filter(subkegiatan__isnull=False).order_by("kode"))
    missing = services.missing_bukti(rows, TAHUN, 0)
    assert [row.kode for row in missing] == ["1.6.4.02.01.1", "1.6.4.02.01.2"]
    row = add(office)
    assert [row.kode for row in services.missing_bukti(rows, TAHUN, 0)] == ["1.6.4.02.01.2"]
    assert len(services.missing_bukti(rows, TAHUN, 1)) == 2
    take_away(office, row)
    assert len(services.missing_bukti(rows, TAHUN, 0)) == 2


@pytest.mark.parametrize("subs", [2, 20])
def test_looking_for_evidence_of_many_rows_is_one_query(db, media, subs):
    made = build_office(subs=subs)
    Indikator.objects.update(wajib_bukti=True)
    add(made)
    rows = list(Indikator.objects.all())
    for look in (
        lambda: services.bukti_of([row.pk for row in rows], TAHUN, 0),
        lambda: services.count_bukti([row.pk for row in rows], TAHUN, 0),
        lambda: services.missing_bukti(rows, TAHUN, 0),
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            look()
        assert len(queries) == 1


# --- the file in the storage ---------------------------------------------------------


def test_a_file_that_was_exchanged_or_lost_is_seen(office):
    row = add(office)
    assert services.verify_file(row) is Keutuhan.UTUH
    path = stored(office)[0]
    path.write_bytes(files.PDF.replace(b"Catalog", b"Katalog"))
    assert services.verify_file(row) is Keutuhan.BERUBAH
    path.write_bytes(files.PDF + b" ")
    assert services.verify_file(row) is Keutuhan.BERUBAH
    path.unlink()
    assert services.verify_file(row) is Keutuhan.HILANG
    assert services.verify_file(link(office)) is None


# --- page and download ---------------------------------------------------------------


def page_url(row, **query):
    return reverse("bukti", args=[TAHUN, row.pk], query=query or None)


def text_of(answer):
    return unescape(answer.content.decode())


def upload(client, office, *sent, user=None, **fields):
    client.force_login(user or office.staf)
    found = [SimpleUploadedFile(name, content, "application/x-apa-saja") for name, content in sent]
    return client.post(page_url(office.sub), {"aksi": "unggah", "keterangan": "Bukti", "berkas": found, **fields})


def test_several_files_come_in_one_go_and_can_be_downloaded_as_they_were(client, office):
    answer = upload(client, office, ("a.pdf", files.PDF), ("b.jpg", files.JPG), ("c.xlsx", files.xlsx()))
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert all(name in text_of(page) for name in ("a.pdf", "b.jpg", "c.xlsx", "utuh"))
    row = Bukti.objects.get(nama="b.jpg")
    answer = client.get(reverse("bukti-unduh", args=[TAHUN, office.sub.pk, row.pk]))
    assert answer.content == files.JPG
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == 'attachment; filename="b.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def test_of_several_files_the_good_ones_stay_and_each_bad_one_has_its_reason(client, office):
    answer = upload(client, office, ("a.pdf", files.PDF), ("b.pdf", files.EXE), ("c.jpg", files.HTML))
    assert answer.status_code == 422
    shown = text_of(answer)
    assert "b.pdf ditolak: isinya program Windows" in shown
    assert "c.jpg ditolak: isinya halaman web" in shown
    assert "1 berkas lainnya tersimpan" in shown
    assert 'value="Bukti"' in shown
    assert [row.nama for row in counting(office)] == ["a.pdf"]


def test_a_second_click_stores_nothing_and_says_so(client, office):
    upload(client, office, ("a.pdf", files.PDF))
    answer = client.get(upload(client, office, ("a.pdf", files.PDF))["Location"])
    assert "tidak disimpan dua kali" in text_of(answer)
    assert Bukti.objects.count() == 1


def test_an_upload_without_files_or_caption_says_what_is_missing(client, office):
    assert "Pilih berkasnya dahulu." in text_of(upload(client, office))
    assert "Tulis keterangannya" in text_of(upload(client, office, ("a.pdf", files.PDF), keterangan=" "))
    assert not Bukti.objects.exists()


def test_a_body_that_was_cut_off_is_said(client, office):
    client.force_login(office.staf)
    answer = client.post(page_url(office.sub), {})
    assert answer.status_code == 422
    assert "Kiriman tidak lengkap" in text_of(answer)


def test_link_replace_and_take_away_work_on_the_page(client, office):
    client.force_login(office.staf)
    client.post(
        page_url(office.sub, triwulan=2), {"aksi": "tautan", "tautan": "https://a.go.id/x", "keterangan": "Foto"}
    )
    old = Bukti.objects.get()
    assert (old.triwulan, old.tautan) == (2, "https://a.go.id/x")
    # From the page of the year: the new one still belongs to the quarter of the old one.
    new = SimpleUploadedFile("foto.png", files.PNG)
    client.post(page_url(office.sub), {"aksi": "ganti", "bukti": old.pk, "berkas": new, "keterangan": "Foto asli"})
    new = Bukti.objects.get(menggantikan=old)
    assert (new.triwulan, new.nama) == (2, "foto.png")
    refused = client.post(page_url(office.sub), {"aksi": "cabut", "bukti": new.pk, "alasan": ""})
    assert refused.status_code == 422
    assert "Tulis mengapa" in text_of(refused)
    client.post(page_url(office.sub), {"aksi": "cabut", "bukti": new.pk, "alasan": "Foto kegiatan lain"})
    shown = text_of(client.get(page_url(office.sub)))
    assert "dicabut oleh Staf Rehsos: Foto kegiatan lain" in shown
    assert "diganti “Foto asli” oleh Staf Rehsos" in shown


def test_a_replacement_is_one_file_or_one_link(client, office):
    old = link(office)
    client.force_login(office.staf)
    for more in ({}, {"tautan": "https://a.go.id", "berkas": SimpleUploadedFile("a.pdf", files.PDF)}):
        answer = client.post(page_url(office.sub), {"aksi": "ganti", "bukti": old.pk, "keterangan": "Baru", **more})
        assert "Pilih satu berkas baru atau tulis satu tautan baru." in text_of(answer)
    assert counting(office) == [old]


@pytest.mark.parametrize("who", ["sekretariat", "verifikator", "pimpinan", "administrator"])
def test_who_reads_all_units_reads_and_downloads_and_cannot_write(client, office, who):
    row = add(office)
    client.force_login(getattr(office, who))
    page = client.get(page_url(office.sub))
    assert "laporan.pdf" in text_of(page)
    assert 'name="aksi"' not in text_of(page)
    assert client.get(reverse("bukti-unduh", args=[TAHUN, office.sub.pk, row.pk])).content == files.PDF
    for fields in (
        {"aksi": "tautan", "tautan": "https://a.go.id", "keterangan": "x"},
        {"aksi": "cabut", "bukti": row.pk, "alasan": "x"},
        {"aksi": "unggah", "keterangan": "x", "berkas": SimpleUploadedFile("a.jpg", files.JPG)},
    ):
        assert client.post(page_url(office.sub), fields).status_code == 403
    assert counting(office) == [row]


def test_staff_of_another_unit_meet_neither_page_nor_file(client, office):
    row = add(office)
    client.force_login(office.staf_lain)
    assert client.get(page_url(office.sub)).status_code == 404
    assert client.post(page_url(office.sub), {"aksi": "cabut", "bukti": row.pk, "alasan": "x"}).status_code == 404
    assert client.get(reverse("bukti-unduh", args=[TAHUN, office.sub.pk, row.pk])).status_code == 404
    # Neither by the address of a row of their own.
    assert client.get(reverse("bukti-unduh", args=[TAHUN, office.sub_lain.pk, row.pk])).status_code == 404
    assert counting(office) == [row]


def test_staff_below_read_and_write_their_own_rows_only(client, office):
    add(office)
    client.force_login(office.staf_anak)
    assert client.get(page_url(office.sub)).status_code == 404
    assert client.get(page_url(office.sub_anak)).status_code == 200


def test_a_file_that_was_exchanged_is_marked_and_not_handed_out(client, office):
    row = add(office)
    stored(office)[0].write_bytes(files.PDF.replace(b"Catalog", b"Katalog"))
    client.force_login(office.verifikator)
    assert "berkas di penyimpanan bukan lagi yang diunggah" in text_of(client.get(page_url(office.sub)))
    answer = client.get(reverse("bukti-unduh", args=[TAHUN, office.sub.pk, row.pk]))
    assert answer.status_code == 409
    assert b"Katalog" not in answer.content
    assert "Minta Administrator memulihkannya dari cadangan" in text_of(answer)


def test_a_locked_row_shows_its_evidence_without_forms(client, office):
    add(office)
    lock(office.sub)
    client.force_login(office.staf)
    shown = text_of(client.get(page_url(office.sub)))
    assert "laporan.pdf" in shown
    assert "bukti tidak berubah lagi" in shown
    assert 'name="aksi"' not in shown


def test_the_page_says_first_that_evidence_is_asked_for(client, office):
    Indikator.objects.filter(pk=office.sub.pk).update(wajib_bukti=True)
    client.force_login(office.staf)
    assert "wajib, belum ada" in text_of(client.get(page_url(office.sub)))
    link(office)
    assert "wajib, belum ada" not in text_of(client.get(page_url(office.sub)))


@pytest.mark.parametrize("query", ["5", "-1", "x", ""])
def test_a_quarter_that_does_not_exist_is_not_found(client, office, query):
    client.force_login(office.staf)
    assert client.get(page_url(office.sub, triwulan=query)).status_code == 404


def test_a_year_outside_the_plan_is_not_found(client, office):
    client.force_login(office.staf)
    assert client.get(reverse("bukti", args=[2035, office.sub.pk])).status_code == 404


@pytest.mark.parametrize("pieces", [2, 20])
def test_the_page_asks_the_database_as_often_for_many_pieces_as_for_few(client, office, pieces):
    for number in range(pieces):
        link(office, f"https://a.go.id/{number}")
    client.force_login(office.staf)
    with CaptureQueriesContext(connection) as queries:
        client.get(page_url(office.sub))
    assert len(queries) <= 13


def test_the_summary_of_a_row_says_count_or_that_evidence_is_missing(office):
    shown = {"tahun": TAHUN, "indikator": office.sub.pk, "nama": office.sub.kode}
    some = render_to_string("realisasi/bukti_ringkas.html", {**shown, "jumlah": 3, "wajib": True})
    assert f'href="{page_url(office.sub)}"' in some
    assert "3 bukti" in some
    assert "wajib, belum ada" in render_to_string("realisasi/bukti_ringkas.html", {**shown, "wajib": True})
    assert "wajib" not in render_to_string("realisasi/bukti_ringkas.html", {**shown, "wajib": False})
    quarter = render_to_string("realisasi/bukti_ringkas.html", {**shown, "jumlah": 1, "triwulan": 3})
    assert f'href="{page_url(office.sub, triwulan=3)}"' in quarter


def test_the_command_names_each_file_that_is_not_what_was_uploaded(office, capsys):
    whole = add(office)
    exchanged = add(office, files.JPG, "foto.jpg")
    call_command("periksa_bukti")
    assert capsys.readouterr().out == "2 berkas bukti utuh.\n"
    (office.media / exchanged.berkas.name).write_bytes(files.PNG)
    with pytest.raises(CommandError, match="1 berkas bukti tidak utuh"):
        call_command("periksa_bukti", tahun=TAHUN)
    told = capsys.readouterr().out
    assert f"1.6.4.02.01.1 {TAHUN}: foto.jpg ({exchanged.berkas.name}) berubah" in told
    assert whole.berkas.name not in told
    call_command("periksa_bukti", tahun=TAHUN + 1)
