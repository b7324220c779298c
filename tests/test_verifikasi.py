"""The board of the verifikator and the page of a row: what they show, what they do, what they cost."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.bukti import add_link
from indicators.entry import Typed
from indicators.models import Indikator, Komentar, Langkah, Periode, Perpanjangan, Realisasi, Tengok
from indicators.row_record import find_row
from tests.entry_office import TAHUN, build_office, take, verify

pytestmark = pytest.mark.django_db

AJUKAN, TARIK, VERIFIKASI, KEMBALIKAN, SETUJUI, BUKA = Langkah.Tindakan


@pytest.fixture
def office(db):
    return build_office()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def read(user, address, status=200):
    answer = signed_in(user).get(address)
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def post(user, address, **data):
    return signed_in(user).post(address, data, follow=True)


def text(answer):
    return " ".join(answer.content.decode().split())


def enter(who, row, kinerja="75", rupiah="500000", triwulan=0, **cells):
    done = save_realisasi(
        who,
        row.pk,
        TAHUN,
        Typed(kinerja=kinerja, rupiah=rupiah, **cells),
        versi=find_row(row.pk, TAHUN, triwulan).versi,
        pintu=Jejak.Pintu.PERAMBAN,
        triwulan=triwulan,
    )
    assert done.outcome is Outcome.SAVED, done


def period(office, days, triwulan=0):
    """A period whose last day lies ``days`` from today."""
    return Periode.objects.create(
        perangkat_daerah=office.dinas.perangkat_daerah,
        tahun=TAHUN,
        triwulan=triwulan,
        tutup=timezone.localdate() + timedelta(days=days),
    )


def row_of(html, unit):
    """The table row of a unit."""
    return next(part for part in html.split("<tr>") if f">{unit}</a></th>" in part)


BOARD = f"/verifikasi/?tahun={TAHUN}"


def test_the_board_counts_the_rows_of_each_unit_by_state(office):
    enter(office.staf, office.sub)
    enter(office.staf, office.sub_anak, rupiah="1")
    take(office, office.staf, AJUKAN, office.sub)
    line = row_of(read(office.verifikator, BOARD), "Bidang Rehabilitasi Sosial")
    counts = re.findall(r'class="angka[^"]*">(?:<[^>]*>)?(\d+)', line)
    # Five rows: program, kegiatan with two measures are empty, one sub is filled in, one submitted.
    assert counts[:7] == ["3", "1", "0", "1", "0", "0", "5"]
    assert "unit=rehsos&amp;keadaan=diajukan" in line


def test_late_units_stand_first_with_their_days(office):
    enter(office.staf_sekretariat, office.iku, kinerja="7", rupiah="")
    take(office, office.staf_sekretariat, AJUKAN, office.iku)
    period(office, -3)
    Perpanjangan.objects.create(
        periode=Periode.objects.get(),
        unit=office.rehsos,
        sampai=timezone.localdate() + timedelta(days=2),
        alasan="Banjir",
        oleh=office.sekretariat,
        pada=timezone.now(),
    )
    html = read(office.verifikator, BOARD)
    assert "1 unit terlambat" in html
    names = re.findall(r'class="kiri"><a href="[^"]*">([^<]*)</a></th>', html)
    assert names == ["Bidang Pemberdayaan Sosial", "Bidang Rehabilitasi Sosial", "Sekretariat"]
    assert "terlambat 3 hari" in row_of(html, names[0])
    assert "ditutup dalam 2 hari" in row_of(html, names[1])
    assert "semua diajukan" in row_of(html, names[2])


def test_without_dates_nobody_is_late(office):
    html = read(office.pimpinan, BOARD)
    assert "Tidak ada unit yang terlambat" in html
    assert "tanpa tanggal tutup" in html


def test_ticked_rows_are_verified_with_the_versions_that_were_seen(office):
    enter(office.staf, office.sub)
    enter(office.staf, office.sub_anak, rupiah="1")
    take(office, office.staf, AJUKAN, office.sub, office.sub_anak)
    enter(office.staf, office.sub_anak, rupiah="2")
    seen = [f"{office.sub.pk}:1", f"{office.sub_anak.pk}:1"]
    answer = post(office.verifikator, f"{BOARD}&unit=rehsos", aksi="verifikasi", baris=seen)
    assert f"Baris {office.sub.kode} tahun 2022 diverifikasi dan terkunci." in text(answer)
    assert f"{office.sub_anak.kode}: berubah sesudah halaman dibuka" in text(answer)
    states = dict(Realisasi.objects.values_list("indikator__kode", "status"))
    assert states == {office.sub.kode: "diverifikasi", office.sub_anak.kode: "diajukan"}


def test_a_whole_unit_is_approved_at_once(office):
    for row in (office.sub, office.sub_anak):
        enter(office.staf, row, rupiah="1")
    verify(office, office.sub, office.sub_anak)
    client = signed_in(office.pimpinan)
    html = client.get(f"{BOARD}&unit=rehsos").content.decode()
    assert "Setujui semua 2 baris di atas" in html
    whole = re.findall(r'name="seunit" value="([^"]+)"', html)
    client.post(f"{BOARD}&unit=rehsos", {"aksi": "setujui:semua", "seunit": whole})
    assert set(Realisasi.objects.values_list("status", flat=True)) == {"disetujui"}


def test_returning_without_a_note_keeps_ticks_and_says_why(office):
    enter(office.staf, office.sub)
    take(office, office.staf, AJUKAN, office.sub)
    token = f"{office.sub.pk}:1"
    answer = post(office.verifikator, f"{BOARD}&unit=rehsos", aksi="kembalikan", baris=[token], catatan=" ")
    assert answer.status_code == 422
    assert "Tulis alasannya" in text(answer)
    assert re.search(rf'value="{token}"[^>]* checked', text(answer))
    post(office.verifikator, f"{BOARD}&unit=rehsos", aksi="kembalikan", baris=[token], catatan="Cocokkan")
    assert Langkah.objects.first().catatan == "Cocokkan"


def test_who_only_reads_has_no_boxes_and_cannot_post(office):
    enter(office.staf, office.sub)
    take(office, office.staf, AJUKAN, office.sub)
    for reader in (office.sekretariat, office.administrator, office.pimpinan):
        assert 'name="baris"' not in read(reader, f"{BOARD}&unit=rehsos")
        assert post(reader, BOARD, aksi="verifikasi", baris=[f"{office.sub.pk}:1"]).status_code == 403
    assert read(office.staf, BOARD, status=403)
    assert Realisasi.objects.get().status == "diajukan"


def test_nothing_ticked_is_said_and_changes_nothing(office):
    assert "Centang dahulu" in text(post(office.verifikator, BOARD, aksi="verifikasi"))


def test_the_difference_to_the_submission_shows_each_cell_with_who(office):
    enter(office.staf, office.sub, faktor_pendorong="TKSK")
    take(office, office.staf, AJUKAN, office.sub)
    html = read(office.verifikator, f"{BOARD}&unit=rehsos")
    assert "berubah sesudah diajukan" not in html
    assert "Beda dengan" not in html
    enter(office.rekan, office.sub, kinerja="80", faktor_pendorong="TKSK")
    html = read(office.verifikator, f"{BOARD}&unit=rehsos")
    assert "berubah sesudah diajukan" in html
    assert "Beda dengan pengajuan terakhir (Staf Rehsos," in html
    cells = re.search(r"Realisasi kinerja</th> <td><del>75</del></td> <td><ins>80</ins></td> <td>Staf Rehsos2,", html)
    assert cells
    assert html.count("<del>") == 1


def test_a_mended_row_is_compared_with_the_submission_before(office):
    enter(office.staf, office.sub)
    take(office, office.staf, AJUKAN, office.sub)
    take(office, office.verifikator, KEMBALIKAN, office.sub, catatan="Periksa rupiahnya")
    enter(office.staf, office.sub, rupiah="400000")
    take(office, office.staf, AJUKAN, office.sub)
    html = read(office.verifikator, f"{BOARD}&unit=rehsos")
    assert "Beda dengan pengajuan sebelumnya" in html
    assert "<del>500.000</del></td> <td><ins>400.000</ins>" in html
    assert "berubah sesudah diajukan" not in html


def test_what_changed_since_the_last_look_is_named_and_filtered(office):
    enter(office.staf, office.sub)
    address = f"{BOARD}&baru=1"
    moment = timezone.now()
    post(office.verifikator, BOARD, aksi="lihat", saat=moment.isoformat())
    assert Tengok.objects.get().pada == moment
    assert "tidak ada yang berubah sejak itu" in read(office.verifikator, BOARD)
    take(office, office.staf, AJUKAN, office.sub)
    enter(office.staf_lain, office.sub_lain)
    Komentar.objects.create(
        indikator=office.program, tahun=TAHUN, teks="Mengapa kosong?", oleh=office.sekretariat, pada=timezone.now()
    )
    html = read(office.verifikator, BOARD)
    assert "3 baris berubah sejak itu" in html
    listed = read(office.verifikator, address)
    assert "Staf Rehsos: diajukan" in listed
    assert "Staf Dayasos: angka berubah" in listed
    assert "Sekretariat: komentar baru" in listed
    assert office.sub_anak.kode not in listed
    # One's own deeds are no news to oneself.
    assert "komentar baru" not in read(office.sekretariat, address)


def test_looking_never_goes_back_nor_into_the_future(office):
    for moment in (timezone.now(), timezone.now() - timedelta(days=3), timezone.now() + timedelta(days=3)):
        post(office.verifikator, BOARD, aksi="lihat", saat=moment.isoformat())
    assert Tengok.objects.get().pada <= timezone.now()
    assert timezone.now() - Tengok.objects.get().pada < timedelta(minutes=1)
    post(office.verifikator, BOARD, aksi="lihat", saat="kemarin")


@pytest.mark.parametrize("query", ["tahun=1999", "triwulan=5", "unit=tidakada", "keadaan=selesai"])
def test_an_address_that_means_nothing_is_not_found(office, query):
    read(office.verifikator, f"/verifikasi/?{query}", status=404)


@pytest.mark.parametrize("subs", [2, 20])
def test_the_board_takes_the_same_queries_for_few_and_many_rows(subs, django_assert_max_num_queries):
    office = build_office(subs=subs)
    for kode, row in office.indikator.items():
        if kode.startswith("1.6.4.02.01.") and row.subkegiatan_id:
            enter(office.staf, row, rupiah="1", triwulan=1)
            take(office, office.staf, AJUKAN, row, triwulan=1)
            enter(office.staf, row, rupiah="2", triwulan=1)
    for quarter in (0, 1):
        period(office, -1, quarter)
    Tengok.objects.create(pengguna=office.verifikator, tahun=TAHUN, triwulan=1, pada=timezone.now() - timedelta(days=1))
    client = signed_in(office.verifikator)
    client.get("/periode/")  # the session notes that it is in use
    for address in (f"{BOARD}&triwulan=1", f"{BOARD}&triwulan=1&unit=rehsos", BOARD):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


# One row -----------------------------------------------------------------------------------------------------------


def page_of(row, triwulan=0):
    return f"/verifikasi/{TAHUN}/baris/{row.pk}/" + (f"?triwulan={triwulan}" if triwulan else "")


def test_a_row_goes_its_whole_way_on_its_own_page(office):
    enter(office.staf, office.sub)
    address = page_of(office.sub)
    post(office.staf, address, aksi="ajukan", versi="1")
    post(office.verifikator, address, aksi="kembalikan", versi="1", catatan="Lampirkan bukti")
    html = read(office.staf, address)
    assert "Lampirkan bukti" in html
    post(office.staf, address, aksi="ajukan", versi="1")
    post(office.staf, address, aksi="tarik", versi="1")
    post(office.staf, address, aksi="ajukan", versi="1")
    post(office.verifikator, address, aksi="verifikasi", versi="1")
    post(office.pimpinan, address, aksi="setujui", versi="1")
    answer = post(office.pimpinan, address, aksi="buka", versi="1")
    assert answer.status_code == 422
    assert "Tulis alasannya" in text(answer)
    post(office.pimpinan, address, aksi="buka", versi="1", catatan="Salah jumlah")
    steps = Langkah.objects.order_by("pk").values_list("tindakan", flat=True)
    assert list(steps) == [AJUKAN, KEMBALIKAN, AJUKAN, TARIK, AJUKAN, VERIFIKASI, SETUJUI, BUKA]


def test_each_person_sees_only_the_buttons_of_the_own_role(office):
    enter(office.staf, office.sub)
    address = page_of(office.sub)

    def buttons(user):
        return set(re.findall(r'name="aksi" value="([a-z]+)"', read(user, address))) - {"komentar"}

    assert buttons(office.staf) == {"ajukan"}
    take(office, office.staf, AJUKAN, office.sub)
    assert buttons(office.staf) == {"tarik"}
    assert buttons(office.verifikator) == {"verifikasi", "kembalikan"}
    assert buttons(office.sekretariat) == buttons(office.pimpinan) == set()
    take(office, office.verifikator, VERIFIKASI, office.sub)
    assert buttons(office.verifikator) == {"buka"}
    assert buttons(office.pimpinan) == {"setujui", "kembalikan", "buka"}


def test_staff_of_another_unit_read_nothing_of_a_row(office):
    enter(office.staf, office.sub)
    assert read(office.staf_lain, page_of(office.sub), status=403)
    assert post(office.staf_lain, page_of(office.sub), aksi="komentar", komentar="x").status_code == 403
    assert read(office.staf_anak, page_of(office.sub), status=403)
    assert read(office.staf, page_of(office.sub_anak))
    assert read(office.verifikator, "/verifikasi/2022/baris/999999/", status=404)
    assert not Komentar.objects.exists()


def test_remarks_are_written_by_those_the_row_concerns_and_kept(office):
    for who, may in (
        (office.staf, True),
        (office.verifikator, True),
        (office.sekretariat, True),
        (office.pimpinan, True),
        (office.administrator, False),
    ):
        answer = post(who, page_of(office.sub, 1), aksi="komentar", komentar=" Sudah dicek \r\n ulang ")
        assert answer.status_code == (200 if may else 403)
    stored = Komentar.objects.first()
    assert (stored.teks, stored.triwulan, stored.oleh) == ("Sudah dicek \n ulang", 1, office.staf)
    assert Komentar.objects.count() == 4
    assert Jejak.objects.filter(objek="indicators.komentar", kolom="teks").count() == 4
    assert "Sudah dicek" in read(office.staf, page_of(office.sub, 1))
    assert "Sudah dicek" not in read(office.staf, page_of(office.sub))


@pytest.mark.parametrize(("remark", "said"), [("", "Tulis komentarnya"), ("x" * 4001, "Terlalu panjang: 4.001 huruf")])
def test_a_remark_that_cannot_be_kept_is_refused_and_not_lost(office, remark, said):
    answer = post(office.staf, page_of(office.sub), aksi="komentar", komentar=remark)
    assert answer.status_code == 422
    assert said in text(answer)
    assert remark in text(answer)


def test_the_history_of_a_cell_says_who_when_from_to_why_and_by_which_door(office):
    enter(office.staf, office.sub)
    enter(office.rekan, office.sub, kinerja="80,5")
    take(office, office.staf, AJUKAN, office.sub)
    take(office, office.verifikator, KEMBALIKAN, office.sub, catatan="Salah satuan")
    html = read(office.staf, f"{page_of(office.sub)}?sel=kinerja")
    assert html.count("Realisasi kinerja</td>") == 2
    assert "<td>Staf Rehsos2</td> <td>Realisasi kinerja</td> " in html
    assert '<td class="al-teks">75</td> <td class="al-teks">80,5</td> <td class="al-teks"></td> <td>Peramban' in html
    whole = read(office.staf, page_of(office.sub))
    assert '<td class="al-teks">Diajukan</td> <td class="al-teks">Dikembalikan</td> ' in whole
    assert '<td class="al-teks">Salah satuan</td>' in whole


def test_a_row_page_costs_few_queries_however_long_its_history(office, django_assert_max_num_queries):
    client = signed_in(office.staf)
    for turn in range(12):
        enter(office.staf, office.sub, kinerja=str(turn + 1), triwulan=1)
        client.post(page_of(office.sub, 1), {"aksi": "komentar", "komentar": f"ke-{turn}"})
        take(office, office.staf, AJUKAN, office.sub, triwulan=1)
        take(office, office.staf, TARIK, office.sub, triwulan=1)
    with django_assert_max_num_queries(12):
        assert client.get(page_of(office.sub, 1)).status_code == 200


# The log of a year -------------------------------------------------------------------------------------------------

LOG = f"/verifikasi/{TAHUN}/riwayat.xlsx"


def log(user):
    answer = signed_in(user).get(LOG)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="riwayat-realisasi-{TAHUN}-')
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book["Riwayat"].iter_rows()]


def test_the_log_of_a_year_has_every_change_with_numbers_as_numbers(office):
    enter(office.staf, office.sub, kinerja="75,5", triwulan=1)
    take(office, office.staf, AJUKAN, office.sub, triwulan=1)
    head, *rows = log(office.verifikator)
    names = [cell.value for cell in head]
    assert names[:5] == ["Waktu", "Pelaku", "Melalui", "Unit kerja", "Kode"]
    lines = [dict(zip(names, (cell.value for cell in row), strict=True)) for row in rows]
    kinerja = next(line for line in lines if line["Kolom"] == "Realisasi kinerja" and line["Periode"] == "TW 1")
    assert (kinerja["Dari"], kinerja["Menjadi"]) == (None, 75.5)
    assert (kinerja["Pelaku"], kinerja["Kode"]) == ("Staf Rehsos", office.sub.kode)
    assert kinerja["Unit kerja"] == "Bidang Rehabilitasi Sosial"
    assert kinerja["Waktu"].date() == timezone.localdate()
    rupiah = [line["Menjadi"] for line in lines if line["Kolom"] == "Realisasi Rp"]
    assert rupiah == [500_000, 500_000]  # the quarter, and the year that follows it
    status = next(line for line in lines if line["Kolom"] == "Status")
    assert (status["Dari"], status["Menjadi"]) == ("Draf", "Diajukan")


@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x","y")', "+1", "-1+2", "@SUM(A1)"])
def test_no_cell_of_the_log_is_a_formula(office, evil):
    enter(office.staf, office.sub, faktor_pendorong=evil)
    cells = [cell for row in log(office.verifikator) for cell in row if cell.value == evil]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_staff_get_the_log_of_their_own_unit_only(office):
    enter(office.staf, office.sub)
    enter(office.staf_lain, office.sub_lain)
    codes = {row[4].value for row in log(office.staf)[1:]}
    assert codes == {office.sub.kode}
    assert {row[4].value for row in log(office.administrator)[1:]} == {office.sub.kode, office.sub_lain.kode}


def test_the_log_has_no_other_year(office):
    enter(office.staf, office.sub)
    Realisasi.objects.update(tahun=TAHUN + 1)
    assert len(log(office.verifikator)) == 1


def test_board_and_row_page_lead_to_the_evidence(office):
    Indikator.objects.filter(pk=office.sub.pk).update(wajib_bukti=True)
    add_link(office.staf, office.sub.pk, TAHUN, 0, "https://serangkab.go.id/foto", "Foto kegiatan", pintu="peramban")
    save_realisasi(office.staf, office.sub.pk, TAHUN, Typed(kinerja="5", rupiah="1"), versi=0, pintu="peramban")
    take(office, office.staf, "ajukan", office.sub)
    client = Client()
    client.force_login(office.verifikator)
    address = f'href="/realisasi/{TAHUN}/bukti/{office.sub.pk}/"'
    for page in (f"/verifikasi/?tahun={TAHUN}&unit=rehsos", f"/verifikasi/{TAHUN}/baris/{office.sub.pk}/"):
        html = client.get(page).content.decode()
        assert address in html, page
        assert "1 bukti" in html
