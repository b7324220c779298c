"""The steps of a row: each way that is allowed, each that is not, and what is kept of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import product
from threading import Barrier

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from accounts.models import Jejak, Peran
from indicators.actions import Outcome, save_realisasi
from indicators.alur import LangkahDitolak, ambil_langkah, may_take
from indicators.entry import Typed
from indicators.models import Bukti, Indikator, Langkah, Periode, Realisasi
from indicators.row_record import YearOutsidePlan, find_row
from tests.entry_office import TAHUN, build_office, take, verify

pytestmark = pytest.mark.django_db

AJUKAN, TARIK, VERIFIKASI, KEMBALIKAN, SETUJUI, BUKA = Langkah.Tindakan
PERAMBAN = Jejak.Pintu.PERAMBAN
ROLES = ("staf", "staf_lain", "verifikator", "sekretariat", "pimpinan", "administrator")
# domain.md, "People who use it": who takes which step from which state, and where it leads.
WAYS = {
    (AJUKAN, "draf", "staf"): "diajukan",
    (AJUKAN, "dikembalikan", "staf"): "diajukan",
    (TARIK, "diajukan", "staf"): "draf",
    (VERIFIKASI, "diajukan", "verifikator"): "diverifikasi",
    (KEMBALIKAN, "diajukan", "verifikator"): "dikembalikan",
    (KEMBALIKAN, "diverifikasi", "pimpinan"): "dikembalikan",
    (SETUJUI, "diverifikasi", "pimpinan"): "disetujui",
    (BUKA, "diverifikasi", "verifikator"): "dikembalikan",
    (BUKA, "diverifikasi", "pimpinan"): "dikembalikan",
    (BUKA, "disetujui", "pimpinan"): "dikembalikan",
}


@pytest.fixture
def office(db):
    return build_office()


def enter(office, row, who=None, triwulan=0, kinerja="75", rupiah="500000", versi=None, **cells):
    if versi is None:
        versi = find_row(row.pk, TAHUN, triwulan).versi
    done = save_realisasi(
        who or office.staf,
        row.pk,
        TAHUN,
        Typed(kinerja=kinerja, rupiah=rupiah, **cells),
        versi=versi,
        pintu=PERAMBAN,
        triwulan=triwulan,
    )
    assert done.outcome is Outcome.SAVED, done
    return done


def status(row, triwulan=0):
    return Realisasi.objects.get(indikator=row, tahun=TAHUN, triwulan=triwulan).status


def put(row, value, triwulan=0):
    Realisasi.objects.filter(indikator=row, tahun=TAHUN, triwulan=triwulan).update(status=value)


def attempt(office, role, step, row, **more):
    """Whether the step was taken, and why not."""
    try:
        done = take(office, getattr(office, role), step, row, **more)
    except PermissionDenied as error:
        return False, str(error)
    return bool(done.selesai), "".join(reason for _, reason in done.ditolak)


@pytest.mark.parametrize(("step", "start"), list(product(Langkah.Tindakan, Realisasi.Status)))
def test_each_role_takes_the_steps_of_the_table_and_no_other(office, step, start):
    enter(office, office.sub)
    for role in ROLES:
        put(office.sub, start)
        before = Langkah.objects.count()
        done, reason = attempt(office, role, step, office.sub, catatan="Alasannya")
        wanted = WAYS.get((step, start.value, role))
        assert done == (wanted is not None), (role, reason)
        assert done or reason, f"{role} is refused without a word"
        assert status(office.sub) == (wanted or start)
        assert Langkah.objects.count() == before + done
        if role != "staf_lain":  # whose row it is, is no business of the buttons
            assert may_take(getattr(office, role), step, start) == done


@pytest.mark.parametrize("step", [VERIFIKASI, SETUJUI, BUKA, KEMBALIKAN])
def test_a_refused_person_reads_whose_step_it_is(office, step):
    enter(office, office.sub)
    with pytest.raises(PermissionDenied, match=r"verifikator|pimpinan"):
        take(office, office.staf, step, office.sub, catatan="x")


def test_a_whole_unit_goes_at_once_and_each_row_is_judged_by_itself(office):
    enter(office, office.sub)
    enter(office, office.sub_anak, rupiah="2000000")
    enter(office, office.sub_lain, who=office.staf_lain)
    rows = [office.sub, office.sub_anak, office.sub_lain, office.kegiatan]
    done = take(office, office.staf, AJUKAN, *rows)
    assert {row.indikator for row in done.selesai} == {office.sub, office.sub_anak}
    reasons = {row.indikator: reason for row, reason in done.ditolak}
    assert reasons == {office.sub_lain: "milik Bidang Pemberdayaan Sosial", office.kegiatan: "belum diisi: kinerja"}
    assert [status(row) for row in (office.sub, office.sub_anak, office.sub_lain)] == ["diajukan", "diajukan", "draf"]


def test_a_seksi_submits_its_own_rows_and_not_those_of_its_bidang(office):
    enter(office, office.sub)
    enter(office, office.sub_anak, rupiah="1")
    done = take(office, office.staf_anak, AJUKAN, office.sub, office.sub_anak)
    assert [row.indikator for row in done.selesai] == [office.sub_anak]


def test_a_figure_that_moved_since_the_page_was_opened_is_not_verified_unseen(office):
    enter(office, office.sub)
    take(office, office.staf, AJUKAN, office.sub)
    seen = {office.sub.pk: 1}
    enter(office, office.sub, kinerja="80")  # a submitted row can still be mended
    done = ambil_langkah(office.verifikator, TAHUN, seen, VERIFIKASI, pintu=PERAMBAN)
    assert done.ditolak[0][1] == "berubah sesudah halaman dibuka; periksa angkanya lagi"
    assert status(office.sub) == "diajukan"
    assert take(office, office.verifikator, VERIFIKASI, office.sub).selesai


def test_nobody_verifies_what_he_typed_himself(office):
    office.verifikator.groups.add(Group.objects.get(name=Peran.STAF.value))
    enter(office, office.sub, who=office.verifikator)
    take(office, office.staf, AJUKAN, office.sub)
    done = take(office, office.verifikator, VERIFIKASI, office.sub)
    assert "Anda sendiri yang mengisinya" in done.ditolak[0][1]
    assert status(office.sub) == "diajukan"


@pytest.mark.parametrize(
    ("cells", "lacks"),
    [
        ({"kinerja": ""}, "belum lengkap: kinerja"),
        ({"rupiah": ""}, "belum lengkap: rupiah"),
        ({"rupiah": "1500000"}, "belum lengkap: alasan lebih pagu"),
    ],
)
def test_an_incomplete_row_is_not_submitted(office, cells, lacks):
    enter(office, office.sub, **cells)
    assert take(office, office.staf, AJUKAN, office.sub).ditolak[0][1] == lacks
    assert status(office.sub) == "draf"


def test_what_nobody_filled_in_has_no_steps(office):
    for who, step in ((office.staf, AJUKAN), (office.verifikator, VERIFIKASI), (office.pimpinan, SETUJUI)):
        assert take(office, who, step, office.sub).ditolak[0][1] == "belum diisi: kinerja, rupiah"


def test_evidence_is_asked_for_where_the_indicator_asks(office):
    Indikator.objects.filter(pk=office.sub.pk).update(wajib_bukti=True)
    enter(office, office.sub)
    assert "wajib bukti" in take(office, office.staf, AJUKAN, office.sub).ditolak[0][1]
    proof = Bukti.objects.create(
        indikator=office.sub,
        tahun=TAHUN,
        tautan="https://contoh.go.id/foto",
        keterangan="Foto kegiatan",
        oleh=office.staf,
        pada=timezone.now(),
    )
    Bukti.objects.update(dicabut_pada=timezone.now())
    assert take(office, office.staf, AJUKAN, office.sub).ditolak
    Bukti.objects.filter(pk=proof.pk).update(dicabut_pada=None, tahun=TAHUN + 1)
    assert take(office, office.staf, AJUKAN, office.sub).ditolak
    Bukti.objects.update(tahun=TAHUN)
    assert take(office, office.staf, AJUKAN, office.sub).selesai


def test_a_year_is_proven_by_its_quarters_and_a_quarter_only_by_itself(office):
    Indikator.objects.filter(pk=office.sub.pk).update(wajib_bukti=True)
    enter(office, office.sub, triwulan=1)
    enter(office, office.sub, triwulan=2)
    Bukti.objects.create(
        indikator=office.sub,
        tahun=TAHUN,
        triwulan=1,
        tautan="https://contoh.go.id/foto",
        keterangan="Foto",
        oleh=office.staf,
        pada=timezone.now(),
    )
    assert take(office, office.staf, AJUKAN, office.sub, triwulan=1).selesai
    assert take(office, office.staf, AJUKAN, office.sub, triwulan=2).ditolak
    assert take(office, office.staf, AJUKAN, office.sub).selesai


@pytest.mark.parametrize(("step", "start"), [(KEMBALIKAN, "diajukan"), (BUKA, "diverifikasi"), (BUKA, "disetujui")])
@pytest.mark.parametrize("note", ["", "  \n "])
def test_going_back_asks_for_a_reason(office, step, start, note):
    enter(office, office.sub)
    put(office.sub, start)
    who = office.verifikator if start == "diajukan" else office.pimpinan
    with pytest.raises(LangkahDitolak, match="Tulis alasannya"):
        take(office, who, step, office.sub, catatan=note)
    assert status(office.sub) == start


def test_the_database_too_refuses_a_return_without_a_reason(office):
    item = enter(office, office.sub).record.realisasi
    with pytest.raises(IntegrityError), transaction.atomic():
        Langkah.objects.create(
            realisasi=item,
            tindakan=KEMBALIKAN,
            dari="diajukan",
            ke="dikembalikan",
            versi=1,
            isi={},
            oleh=office.verifikator,
            pada=timezone.now(),
        )


def test_a_quarter_goes_its_own_way(office):
    enter(office, office.sub, triwulan=1)
    verify(office, office.sub, triwulan=1)
    assert (status(office.sub, 1), status(office.sub)) == ("diverifikasi", "draf")
    assert take(office, office.pimpinan, SETUJUI, office.sub, triwulan=1).selesai
    assert (status(office.sub, 1), status(office.sub)) == ("disetujui", "draf")


def test_a_verified_year_locks_its_quarters_until_it_is_unlocked(office):
    enter(office, office.sub, triwulan=1)
    verify(office, office.sub)

    def type_more():
        versi = find_row(office.sub.pk, TAHUN, 1).versi
        cells = Typed(kinerja="90", rupiah="500000")
        return save_realisasi(office.staf, office.sub.pk, TAHUN, cells, versi=versi, pintu=PERAMBAN, triwulan=1).outcome

    assert type_more() is Outcome.LOCKED
    take(office, office.verifikator, BUKA, office.sub, catatan="Angka TW I salah")
    assert type_more() is Outcome.SAVED


def test_a_returned_row_can_be_typed_into_again_and_a_verified_one_cannot(office):
    enter(office, office.sub)
    verify(office, office.sub)
    cells = Typed(kinerja="80", rupiah="1")
    assert save_realisasi(office.staf, office.sub.pk, TAHUN, cells, versi=1, pintu=PERAMBAN).outcome is Outcome.LOCKED
    take(office, office.pimpinan, KEMBALIKAN, office.sub, catatan="Cocokkan dengan berita acara")
    assert save_realisasi(office.staf, office.sub.pk, TAHUN, cells, versi=1, pintu=PERAMBAN).outcome is Outcome.SAVED


def test_a_row_is_submitted_also_after_the_closing_date(office):
    enter(office, office.sub)
    Periode.objects.create(perangkat_daerah=office.dinas.perangkat_daerah, tahun=TAHUN, tutup=date(TAHUN, 12, 31))
    assert take(office, office.staf, AJUKAN, office.sub).selesai


def test_a_step_keeps_who_when_the_note_and_the_values_of_that_moment(office):
    enter(office, office.sub, faktor_pendorong="Dukungan TKSK")
    take(office, office.staf, AJUKAN, office.sub)
    take(office, office.verifikator, KEMBALIKAN, office.sub, catatan="  Lampirkan daftar hadir. ")
    back, sent = Langkah.objects.all()
    assert (sent.tindakan, sent.dari, sent.ke, sent.oleh, sent.versi) == ("ajukan", "draf", "diajukan", office.staf, 1)
    assert sent.isi == {"kinerja": "75", "rupiah": "500.000", "faktor_pendorong": "Dukungan TKSK"}
    assert (back.ke, back.oleh, back.catatan) == ("dikembalikan", office.verifikator, "Lampirkan daftar hadir.")
    assert back.pada <= timezone.now()
    trail = Jejak.objects.filter(kolom="status").order_by("pk").values_list("pelaku_nama", "dari", "ke", "alasan")
    assert list(trail) == [
        ("Staf Rehsos", "draf", "diajukan", ""),
        ("Verifikator", "diajukan", "dikembalikan", "Lampirkan daftar hadir."),
    ]


def test_a_step_does_not_move_the_version_of_the_figures(office):
    enter(office, office.sub)
    verify(office, office.sub)
    assert Realisasi.objects.get(indikator=office.sub).versi == 1


def test_who_is_too_early_or_too_late_reads_the_state_of_the_row(office):
    enter(office, office.sub)
    assert take(office, office.verifikator, VERIFIKASI, office.sub).ditolak[0][1] == "masih draf"
    verify(office, office.sub)
    assert take(office, office.staf, AJUKAN, office.sub).ditolak[0][1] == "sudah diverifikasi"
    done = take(office, office.verifikator, KEMBALIKAN, office.sub, catatan="x")
    assert done.ditolak[0][1] == "sudah diverifikasi; langkah ini untuk Pimpinan"


def test_a_year_outside_the_plan_has_no_steps(office):
    with pytest.raises(YearOutsidePlan):
        ambil_langkah(office.staf, 2031, {office.sub.pk: 0}, AJUKAN, pintu=PERAMBAN)


def test_a_row_that_does_not_exist_is_left_out(office):
    done = ambil_langkah(office.staf, TAHUN, {999_999: 0}, AJUKAN, pintu=PERAMBAN)
    assert (done.selesai, done.ditolak) == ((), ())


@pytest.mark.parametrize("subs", [1, 14])
def test_many_rows_at_once_take_the_queries_of_one(subs, django_assert_max_num_queries):
    office = build_office(subs=subs)
    own = [row for kode, row in office.indikator.items() if kode.startswith("1.6.4.02.01.") and row.subkegiatan_id]
    for row in own:
        enter(office, row, rupiah="1")
    seen = {row.pk: 1 for row in own}
    assert len(own) == subs
    # savepoint, lock, rows, status, steps, trail, people, notices, release
    with django_assert_max_num_queries(9):
        done = ambil_langkah(office.staf, TAHUN, seen, AJUKAN, pintu=PERAMBAN)
    assert len(done.selesai) == subs


@pytest.mark.django_db(transaction=True)
def test_two_verifikators_at_once_leave_one_step(office):
    other = type(office.verifikator).objects.create_user("verifikator2", nama="Kedua", unit=office.dinas)
    other.groups.add(Group.objects.get(name=Peran.VERIFIKATOR.value))
    enter(office, office.sub)
    take(office, office.staf, AJUKAN, office.sub)
    start = Barrier(2)

    def step(who, name):
        try:
            start.wait()
            done = ambil_langkah(who, TAHUN, {office.sub.pk: 1}, name, pintu=PERAMBAN, catatan="Salah")
            return len(done.selesai), [reason for _, reason in done.ditolak]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(step, office.verifikator, VERIFIKASI)
        second = pool.submit(step, other, KEMBALIKAN)
        results = [first.result(), second.result()]
    assert sorted(count for count, _ in results) == [0, 1]
    refused = next(reasons for count, reasons in results if not count)
    assert refused[0] in {"sudah diverifikasi; langkah ini untuk Pimpinan", "sudah dikembalikan"}
    assert Langkah.objects.exclude(tindakan=AJUKAN).count() == 1
    assert Jejak.objects.filter(kolom="status").count() == 2
