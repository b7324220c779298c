"""Saving components, changing formulas, approving a year: what is stored, what is refused, what the trail keeps."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.actions_rumus import (
    Ditolak,
    hitung_ulang,
    preview_rumus,
    save_definisi,
    save_komponen,
    save_rumus,
)
from indicators.alur import LangkahDitolak, ambil_langkah
from indicators.entry import Typed
from indicators.models import Komponen, Langkah, NilaiBeku, NilaiKomponen, Realisasi, Rumus, Target
from pmks.models import JumlahPMKS
from programs.models import Renstra
from tests.entry_office import TAHUN, take, verify
from tests.formula_office import build_formula_office

pytestmark = pytest.mark.django_db
PINTU = Jejak.Pintu.PERAMBAN


@pytest.fixture
def office(db):
    return build_formula_office()


def enter(office, teks, kode="direhabilitasi", row=None, actor=None, versi=0, tahun=TAHUN):
    row = row or office.program
    return save_komponen(actor or office.staf, row.pk, kode, tahun, teks, versi=versi, pintu=PINTU)


def iku(office, kode, teks, **options):
    return enter(office, teks, kode=kode, row=office.iku, actor=office.staf_sekretariat, **options)


def reached(row, tahun=TAHUN):
    return Realisasi.objects.get(indikator=row, tahun=tahun, triwulan=0)


def type_percentage(office, teks, versi=0, row=None, actor=None):
    row = row or office.program
    return save_realisasi(actor or office.staf, row.pk, TAHUN, Typed(kinerja=teks), versi=versi, pintu=PINTU)


def approve(office, *rows, tahun=TAHUN):
    verify(office, *rows, tahun=tahun)
    return take(office, office.pimpinan, Langkah.Tindakan.SETUJUI, *rows, tahun=tahun)


# --- components -----------------------------------------------------------------------


def test_a_component_gives_the_percentage(office):
    result = enter(office, "815")
    assert (result.outcome, result.dibaca, result.nilai.versi) == (Outcome.SAVED, "815 Jiwa", 1)
    row = reached(office.program)
    # 815 / 11.268 × 100 by hand: 7.2328718494…
    assert row.kinerja == Decimal("7.2328718495")
    assert (row.keadaan, row.rumus.versi, row.diubah_oleh) == ("terisi", 1, office.staf)


def test_the_trail_names_component_and_figure(office):
    enter(office, "815")
    enter(office, "816", versi=1)
    rows = Jejak.objects.order_by("id").values_list("objek", "kolom", "dari", "ke", "alasan")
    assert ("indicators.nilaikomponen", "nilai", None, "815", "") in rows
    assert ("indicators.nilaikomponen", "nilai", "815", "816", "") in rows
    assert ("indicators.realisasi", "kinerja", None, "7.2328718495", "Dihitung dari PMKS direhabilitasi.") in rows


def test_saving_the_same_again_is_one_save_and_an_old_token_is_a_conflict(office):
    enter(office, "815")
    assert enter(office, "815", versi=0).outcome is Outcome.UNCHANGED
    other = enter(office, "900", versi=0, actor=office.rekan)
    assert other.outcome is Outcome.CONFLICT
    assert (other.nilai.nilai, other.nilai.diubah_oleh) == (815, office.staf)
    assert reached(office.program).kinerja == Decimal("7.2328718495")


def test_one_component_of_two_leaves_the_figure_empty_and_locked_for_typing(office):
    iku(office, "dipulangkan", "5")
    row = reached(office.iku)
    assert (row.keadaan, row.kinerja) == ("kosong", None)
    assert row.rumus_id
    iku(office, "semua", "20")
    assert reached(office.iku).kinerja == 25


def test_nobody_to_bring_home_is_no_event_and_a_division_by_zero_unknown(office):
    iku(office, "dipulangkan", "0")
    iku(office, "semua", "0")
    assert (reached(office.iku).keadaan, reached(office.iku).kinerja) == ("nihil", None)
    iku(office, "dipulangkan", "3", versi=1)
    assert (reached(office.iku).keadaan, reached(office.iku).kinerja) == ("kosong", None)


def test_clearing_all_components_gives_the_row_back_for_typing(office):
    enter(office, "815")
    assert enter(office, "", versi=1).outcome is Outcome.SAVED
    row = reached(office.program)
    assert (row.keadaan, row.kinerja, row.rumus) == ("kosong", None, None)
    assert type_percentage(office, "7,5", versi=row.versi).outcome is Outcome.SAVED


def test_the_finished_percentage_is_typed_until_components_are_entered(office):
    assert type_percentage(office, "7,5").outcome is Outcome.SAVED
    enter(office, "815")
    versi = reached(office.program).versi
    refused = type_percentage(office, "9", versi=versi)
    assert refused.outcome is Outcome.INVALID
    assert "dihitung dari komponen" in refused.reading.errors["kinerja"]
    # The texts of the row are still typed, with the figure left as it is shown or left out.
    for kinerja, text in (("7,23", "baik"), ("", "sekali")):
        typed = Typed(kinerja=kinerja, faktor_pendorong=text)
        versi = reached(office.program).versi
        result = save_realisasi(office.staf, office.program.pk, TAHUN, typed, versi=versi, pintu=PINTU)
        assert result.outcome is Outcome.SAVED
    assert reached(office.program).kinerja == Decimal("7.2328718495")
    assert reached(office.program).faktor_pendorong == "sekali"


@pytest.mark.parametrize(
    ("teks", "words"),
    [
        ("abc", "bukan angka"),
        ("12.34", "bisa berarti"),
        ("-3", "tidak boleh kurang dari 0"),
        ("7%", "adalah persen"),
        ("Rp 5", "adalah rupiah"),
        ("2,5", "ditulis bulat"),
    ],
)
def test_what_is_no_count_is_refused_and_nothing_stored(office, teks, words):
    result = enter(office, teks)
    assert result.outcome is Outcome.INVALID
    assert words in result.error
    assert not NilaiKomponen.objects.exists()
    assert not Realisasi.objects.exists()


def test_a_year_that_is_not_open_is_refused(office):
    assert "di luar Renstra" in enter(office, "5", tahun=2027).error
    Renstra.objects.update(status=Renstra.Status.DRAF)
    assert "tidak diisi di sini" in enter(office, "5").error
    assert not NilaiKomponen.objects.exists()


@pytest.mark.parametrize(("target", "words"), [(None, "tidak punya target 2022"), (0, "Target 2022 adalah 0")])
def test_a_year_without_a_target_to_measure_against_is_refused(office, target, words):
    Target.objects.filter(indikator=office.program, tahun=TAHUN).update(target=target)
    result = enter(office, "5")
    assert result.outcome is Outcome.INVALID
    assert words in result.error
    assert not NilaiKomponen.objects.exists()


def test_other_units_and_other_roles_enter_nothing(office):
    for actor in (office.staf_lain, office.staf_anak, office.pimpinan, office.administrator, office.sekretariat):
        with pytest.raises(PermissionDenied):
            enter(office, "5", actor=actor)
    assert not NilaiKomponen.objects.exists()


def test_a_counted_component_is_not_typed(office):
    with pytest.raises(Komponen.DoesNotExist):
        enter(office, "5", kode="jumlah_pmks")


def test_a_typed_value_of_the_base_year_decides_all_years(office):
    Komponen.objects.filter(kode="semua").update(kebijakan="tahun dasar")
    iku(office, "dipulangkan", "5")
    iku(office, "dipulangkan", "6", tahun=2023)
    assert "hanya tahun 2020" in iku(office, "semua", "20").error
    assert iku(office, "semua", "20", tahun=2020).outcome is Outcome.SAVED
    assert [reached(office.iku, year).kinerja for year in (2022, 2023)] == [25, 30]


def refer(office, row, other, **fields):
    """Give ``row`` a formula that takes the figure of ``other``."""
    Rumus.objects.filter(indikator=row).delete()
    part = Komponen(
        kode="angka_lain", nama="Angka lain", satuan="%", jenis_sumber="tabel", acuan=f"indikator:{other.kode}"
    )
    save_definisi(office.administrator, row.pk, part, alasan="", pintu=PINTU)
    return save_rumus(office.administrator, row.pk, "angka_lain / 2", 2021, "", versi=0, pintu=PINTU)


def test_a_figure_that_refers_to_another_follows_it(office):
    refer(office, office.iku, office.program)
    enter(office, "1.127")  # 10,0018 %
    assert reached(office.iku).kinerja == Decimal("5.0008874690")
    enter(office, "", versi=1)
    type_percentage(office, "8", versi=reached(office.program).versi)
    assert reached(office.iku).kinerja == 4
    assert Jejak.objects.filter(objek="indicators.realisasi", alasan=f"Mengikuti {office.program.kode}.").exists()


def test_a_figure_taken_from_a_table_that_changed_is_computed_again_on_request(office):
    enter(office, "815")
    JumlahPMKS.objects.update(jumlah=8150)
    assert hitung_ulang(office.staf, office.program.pk, TAHUN, pintu=PINTU)
    assert reached(office.program).kinerja == 10
    assert not hitung_ulang(office.staf, office.program.pk, TAHUN, pintu=PINTU)
    with pytest.raises(PermissionDenied):
        hitung_ulang(office.staf_lain, office.program.pk, TAHUN, pintu=PINTU)


# --- formulas -------------------------------------------------------------------------


def change(office, ekspresi, berlaku=2021, alasan="Surat Bupati", versi=1, row=None, actor=None):
    row = row or office.program
    return save_rumus(actor or office.administrator, row.pk, ekspresi, berlaku, alasan, versi=versi, pintu=PINTU)


def test_a_change_is_a_new_version_with_its_reason_and_years_follow(office):
    enter(office, "815")
    enter(office, "815", tahun=2023)
    new = change(office, "direhabilitasi * 2 : jumlah_pmks * 100", berlaku=2023)
    assert (new.versi, new.ekspresi, new.alasan) == (2, "direhabilitasi × 2 / jumlah_pmks × 100", "Surat Bupati")
    assert Rumus.objects.get(indikator=office.program, versi=1).ekspresi == "direhabilitasi / jumlah_pmks × 100"
    assert reached(office.program).kinerja == Decimal("7.2328718495")
    assert reached(office.program, 2023).kinerja == Decimal("14.4657436990")
    assert Jejak.objects.filter(objek="indicators.rumus", kolom="ekspresi", alasan="Surat Bupati").exists()


@pytest.mark.parametrize(
    ("ekspresi", "words"),
    [
        ("direhab / jumlah_pmks * 100", "maksud Anda “direhabilitasi”"),
        ("direhabilitasi / jumlah_pmks", "kalikan dengan 100"),
        ("(direhabilitasi / jumlah_pmks", "belum ditutup"),
        ("100", "tidak memakai satu komponen"),
        ("", "kosong"),
        ("direhabilitasi / jumlah_pmks × 100", "sama dengan yang berlaku"),
    ],
)
def test_a_formula_that_cannot_be_used_is_refused_at_its_field(office, ekspresi, words):
    with pytest.raises(Ditolak) as caught:
        change(office, ekspresi)
    assert words in caught.value.galat["ekspresi"]
    assert Rumus.objects.filter(indikator=office.program).count() == 1


def test_reason_year_and_token_are_asked_for(office):
    with pytest.raises(Ditolak) as caught:
        change(office, "jumlah_pmks / direhabilitasi × 100", alasan=" ", berlaku=2030)
    assert set(caught.value.galat) == {"alasan", "berlaku_mulai"}
    with pytest.raises(Ditolak, match="diubah orang lain"):
        change(office, "jumlah_pmks / direhabilitasi × 100", versi=0)
    for actor in (office.staf, office.pimpinan, office.sekretariat):
        with pytest.raises(PermissionDenied):
            change(office, "jumlah_pmks / direhabilitasi × 100", actor=actor)


def test_a_formula_that_comes_back_to_itself_is_refused_with_the_way(office):
    refer(office, office.iku, office.program)
    part = Komponen(kode="iku", nama="IKU", satuan="%", jenis_sumber="tabel", acuan="indikator:IKU-1")
    with pytest.raises(Ditolak) as caught:
        save_definisi(office.administrator, office.program.pk, part, alasan="", pintu=PINTU)
    assert "1.6.4 → IKU-1 → 1.6.4" in caught.value.galat["acuan"]
    own = Komponen(kode="diri", nama="Diri", satuan="%", jenis_sumber="tabel", acuan="indikator:1.6.4")
    with pytest.raises(Ditolak, match=r"1\.6\.4 → 1\.6\.4"):
        save_definisi(office.administrator, office.program.pk, own, alasan="", pintu=PINTU)
    assert not Komponen.objects.filter(indikator=office.program, jenis_sumber="tabel").exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kode": "9salah"}, "kode", "diawali huruf"),
        ({"kode": "direhabilitasi"}, "kode", "sudah dipakai"),
        ({"jenis_sumber": "tabel"}, "acuan", "Acuan diisi"),
        ({"jenis_sumber": "tabel", "acuan": "pmks:warna:ungu"}, "acuan", "kelompok warna"),
        ({"jenis_sumber": "dihitung", "acuan": "pmks:jumlah", "satuan": "Rp"}, "satuan", "bersatuan Jiwa"),
        ({"nama": ""}, "nama", ""),
    ],
)
def test_a_component_that_cannot_be_is_refused_at_its_field(office, changes, field, words):
    values = {"kode": "baru", "nama": "Baru", "satuan": "Jiwa"} | changes
    with pytest.raises(Ditolak) as caught:
        save_definisi(office.administrator, office.program.pk, Komponen(**values), alasan="", pintu=PINTU)
    assert words in caught.value.galat[field]
    assert Komponen.objects.filter(indikator=office.program).count() == 2


def test_a_component_in_use_keeps_its_name_and_a_unit_that_fits(office):
    part = Komponen.objects.get(indikator=office.program, kode="direhabilitasi")
    part.kode = "lain"
    with pytest.raises(Ditolak, match="dipakai dalam rumus"):
        save_definisi(office.administrator, office.program.pk, part, alasan="x", pintu=PINTU)
    part.kode, part.satuan = "direhabilitasi", "Rp"
    with pytest.raises(Ditolak) as caught:
        save_definisi(office.administrator, office.program.pk, part, alasan="x", pintu=PINTU)
    assert "Tidak cocok dengan rumus" in caught.value.galat["satuan"]
    assert Komponen.objects.get(pk=part.pk).satuan == "Jiwa"


def test_the_preview_shows_real_figures_and_stores_nothing(office):
    enter(office, "815")
    enter(office, "815", tahun=2023)
    approve(office, office.program, tahun=2023)
    rows = {row.tahun: row for row in preview_rumus(office.program, "direhabilitasi × 2 / jumlah_pmks × 100", 2022)}
    assert round(rows[2022].sekarang.hasil.nilai, 4) == Decimal("7.2329")
    assert round(rows[2022].nanti.hasil.nilai, 4) == Decimal("14.4657")
    assert rows[2022].berubah
    assert rows[2023].tetap == "sudah disetujui"
    assert rows[2021].tetap == "rumus ini baru berlaku 2022"
    assert rows[2024].tetap == "komponennya belum diisi"
    assert Rumus.objects.filter(indikator=office.program).count() == 1


# --- approval -------------------------------------------------------------------------


def test_approval_freezes_copies_and_later_changes_leave_the_year_alone(office):
    enter(office, "815")
    done = approve(office, office.program)
    assert (done.kode, done.ditolak) == (["1.6.4"], ())
    frozen = NilaiBeku.objects.get()
    assert frozen.hasil == Decimal("7.2328718495")
    assert [(part["kode"], part["nilai"], part["tahun"]) for part in frozen.komponen] == [
        ("direhabilitasi", "815", 2022),
        ("jumlah_pmks", "11268", 2020),
    ]
    assert enter(office, "900", versi=1).outcome is Outcome.LOCKED
    assert type_percentage(office, "9", versi=9).outcome is not Outcome.SAVED
    JumlahPMKS.objects.update(jumlah=1)
    change(office, "direhabilitasi × 2 / jumlah_pmks × 100")
    assert reached(office.program).kinerja == Decimal("7.2328718495")
    assert reached(office.program).rumus.versi == 1
    assert reached(office.program).status == "disetujui"


def test_a_typed_figure_is_approved_without_copies(office):
    type_percentage(office, "7,5")
    assert approve(office, office.program).kode == ["1.6.4"]
    assert not NilaiBeku.objects.exists()


def test_what_is_empty_changed_or_out_of_date_is_not_approved(office):
    enter(office, "815")
    verify(office, office.program)
    Realisasi.objects.update(versi=2)
    seen = {office.program.pk: 1, office.iku.pk: 0}
    done = ambil_langkah(office.pimpinan, TAHUN, seen, Langkah.Tindakan.SETUJUI, pintu=PINTU)
    assert {row.indikator.kode: reason for row, reason in done.ditolak} == {
        "IKU-1": "belum diisi: kinerja",
        "1.6.4": "berubah sesudah halaman dibuka; periksa angkanya lagi",
    }
    JumlahPMKS.objects.update(jumlah=1)
    done = take(office, office.pimpinan, Langkah.Tindakan.SETUJUI, office.program)
    assert "menghitung ulang" in done.ditolak[0][1]
    assert not NilaiBeku.objects.exists()
    for actor in (office.staf, office.administrator, office.verifikator):
        with pytest.raises(PermissionDenied):
            ambil_langkah(actor, TAHUN, seen, Langkah.Tindakan.SETUJUI, pintu=PINTU)


def test_opening_again_needs_a_reason_and_goes_back_to_the_unit(office):
    enter(office, "815")
    approve(office, office.program)
    with pytest.raises(LangkahDitolak, match="alasan"):
        take(office, office.pimpinan, Langkah.Tindakan.BUKA, office.program, catatan="  ")
    with pytest.raises(PermissionDenied):
        take(office, office.staf, Langkah.Tindakan.BUKA, office.program, catatan="x")
    take(office, office.pimpinan, Langkah.Tindakan.BUKA, office.program, catatan="Salah hitung")
    assert reached(office.program).status == "dikembalikan"
    assert not NilaiBeku.objects.exists()
    trail = Jejak.objects.filter(alasan="Salah hitung").values_list("objek", "kolom", "dari", "ke")
    assert ("indicators.realisasi", "status", "disetujui", "dikembalikan") in trail
    assert ("indicators.nilaibeku", "hasil", "7.2328718495", None) in trail
    assert enter(office, "900", versi=1).outcome is Outcome.SAVED
    done = take(office, office.pimpinan, Langkah.Tindakan.BUKA, office.program, catatan="lagi")
    assert [reason for _, reason in done.ditolak] == ["sudah dikembalikan"]


@pytest.mark.django_db(transaction=True)
def test_two_people_typing_the_two_components_at_once_give_the_right_figure(office):
    start = Barrier(2)

    def save(kode, teks):
        try:
            start.wait()
            return iku(office, kode, teks).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(save, ("dipulangkan", "semua"), ("5", "20")))
    assert done == [Outcome.SAVED, Outcome.SAVED]
    assert reached(office.iku).kinerja == 25


def test_saving_a_component_takes_a_fixed_number_of_queries(office, django_assert_max_num_queries):
    assert office.staf.peran
    assert office.staf.unit
    with django_assert_max_num_queries(18):
        enter(office, "815")
