"""A perubahan of the Renstra: copied, edited, determined, compared; what was typed before stays attached.

Figures are those of Tabel 6.2. Sub kegiatan 1.6.4.02.01.1 has a pagu of 359.345.000 in 2024,
its kegiatan 1.118.345.000, its program 1.671.344.850, the whole plan 14.472.149.105.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Jejak
from indicators.actions import Outcome, save_realisasi
from indicators.entry import Typed
from indicators.entry_sheet import load_sheet
from indicators.findings.load import load_facts
from indicators.findings.registry import audit
from indicators.models import Indikator, Realisasi, Target
from indicators.node_page import load_node
from indicators.row_record import YearOutsidePlan
from indicators.versions import editing
from indicators.versions.compare import Jenis, compare
from indicators.versions.copying import create_perubahan
from indicators.versions.rules import PerubahanRefused
from programs.models import Kegiatan, Program, Renstra, Sasaran, SubKegiatan
from programs.versions import VersionNotFound, find_version, version_at
from reports.registry import REPORTS
from reports.report import Params
from tests.people import person

pytestmark = pytest.mark.django_db

SUB = "1.6.4.02.01.1"
ALASAN = "Penyesuaian RPJMD 2021-2026"
TANGGAL = date(2023, 3, 1)


@pytest.fixture
def induk(baseline):
    return Renstra.current()


@pytest.fixture
def admin(baseline):
    return person("admin")


@pytest.fixture
def draft(induk, admin):
    return create_perubahan(admin, induk, alasan=ALASAN, pintu="peramban")


def node(plan, kode=SUB):
    return SubKegiatan.objects.get(renstra=plan, kode=kode)


def pagu(plan, kode, tahun=2024):
    return Target.objects.get(indikator__renstra=plan, indikator__kode=kode, tahun=tahun).pagu


def change(admin, plan, row, *, level="subkegiatan", alasan="Pagu RKPD 2024", teks=None, target=None, pagu=None):
    item = editing.indicators_of(level, row)[0]
    return editing.change_row(
        admin,
        plan,
        level,
        row.pk,
        teks=teks or (row.nama if level in editing.NODES else row.teks),
        rows={item.pk: editing.RowChange(item.uraian, item.satuan, target or {}, pagu or {})},
        alasan=alasan,
        token=editing.token_of(level, row),
        pintu="peramban",
    )


def determine(admin, plan):
    editing.determine(admin, plan, nomor="050/12/2023", tanggal=TANGGAL, alasan="", pintu="peramban")
    plan.refresh_from_db()


def cells(plan, slug="tabel-6-2", tahun=2024):
    return [row.sel for row in REPORTS[slug].build(Params(plan, tahun)).baris]


def test_a_draft_holds_every_row_of_the_plan_and_knows_what_each_continues(induk, draft):
    assert (draft.kode, draft.perubahan_ke, draft.status) == ("renstra-2021-2026-p1", 1, "draf")
    assert (draft.asal, draft.akar) == (induk, induk)
    for model in (Program, Kegiatan, SubKegiatan, Indikator):
        old = dict(model.objects.filter(renstra=induk).values_list("kode", "pk"))
        assert dict(model.objects.filter(renstra=draft).values_list("kode", "akar_id")) == old
    served = Indikator.objects.filter(renstra=draft, melayani__isnull=False)
    assert served.exists()
    assert not served.exclude(melayani__renstra=draft).exists()
    assert not Indikator.objects.filter(renstra=draft, ukuran_dari__isnull=False).exclude(ukuran_dari__renstra=draft)
    assert compare(induk, draft).beda == []


def test_a_draft_is_not_the_version_in_force(induk, draft):
    assert Renstra.current() == induk


def test_program_and_kegiatan_follow_a_changed_pagu_and_the_old_version_stays(induk, draft, admin):
    assert change(admin, draft, node(draft), pagu={2024: 123_456_789})
    assert pagu(draft, SUB) == 123_456_789
    assert pagu(draft, "1.6.4.02.01") == 1_118_345_000 - 359_345_000 + 123_456_789
    assert pagu(draft, "1.6.4") == 1_671_344_850 - 359_345_000 + 123_456_789
    assert (pagu(induk, SUB), pagu(induk, "1.6.4")) == (359_345_000, 1_671_344_850)
    row = Jejak.objects.get(objek="indicators.target", kolom="pagu", ke="123456789")
    assert (row.dari, row.alasan, row.pelaku, row.pintu) == ("359345000", "Pagu RKPD 2024", admin, "peramban")


def test_the_comparison_tells_from_to_and_why_with_both_totals(induk, draft, admin):
    change(admin, draft, node(draft), pagu={2024: 123_456_789}, teks="Penyediaan permakanan dan sandang")
    found = compare(induk, draft)
    told = {(item.kode, item.jenis): item for item in found.beda}
    money = told[SUB, Jenis.PAGU]
    assert (money.hal, money.dari, money.ke) == ("Pagu (Rp) 2024", 359_345_000, 123_456_789)
    assert (money.selisih, money.alasan) == (123_456_789 - 359_345_000, "Pagu RKPD 2024")
    assert told[SUB, Jenis.BUNYI].ke == "Penyediaan permakanan dan sandang"
    assert told["1.6.4", Jenis.PAGU].alasan == f"mengikuti {SUB}: Pagu RKPD 2024"
    assert len(found.beda) == 4
    assert found.jumlah[2024] == (14_472_149_105, 14_472_149_105 - 359_345_000 + 123_456_789)
    assert found.jumlah[2023][0] == found.jumlah[2023][1]


def test_an_ended_row_keeps_its_past_and_loses_its_future(induk, draft, admin):
    row = node(draft, "1.6.1.02.01.4")
    editing.end_row(admin, draft, "subkegiatan", row.pk, 2025, alasan="Digabung", pintu="peramban")
    years = {item.tahun: (item.target, item.pagu) for item in Target.objects.filter(indikator__subkegiatan=row)}
    assert years[2024][1] is not None
    assert years[2025] == years[2026] == (None, None)
    ended = [item for item in compare(induk, draft).beda if item.jenis is Jenis.BERAKHIR]
    assert [(item.kode, item.ke, item.alasan) for item in ended] == [("1.6.1.02.01.4", "2025", "Digabung")]
    editing.undo_end(admin, draft, "subkegiatan", row.pk, alasan="Tetap berjalan", pintu="peramban")
    assert [item for item in compare(induk, draft).beda if item.kode == "1.6.1.02.01.4"] == []


def test_a_kegiatan_ends_with_everything_below_it(induk, draft, admin):
    kegiatan = Kegiatan.objects.filter(renstra=draft, induk__kode="1.6.1").order_by("kunci_urut")[0]
    before = pagu(draft, "1.6.1", 2026)
    own = pagu(draft, kegiatan.kode, 2026)
    editing.end_row(admin, draft, "kegiatan", kegiatan.pk, 2026, alasan="Dialihkan", pintu="peramban")
    assert set(kegiatan.anak.values_list("berakhir_sejak", flat=True)) == {2026}
    assert pagu(draft, kegiatan.kode, 2026) is None
    assert pagu(draft, "1.6.1", 2026) == before - own


def test_a_row_that_carries_money_cannot_end_before_what_stands_below(draft, admin):
    program = Program.objects.get(renstra=draft, kode="1.6.4")
    first = editing.indicators_of("program", program)[0]
    with pytest.raises(PerubahanRefused, match="akhiri sub kegiatan itu dahulu"):
        editing.end_row(admin, draft, "program", program.pk, 2025, alasan="x", pintu="peramban", indikator=first.pk)


def test_a_new_row_adds_up_and_can_be_taken_out_again(induk, draft, admin):
    new = editing.NewRow("1.6.4.02.01", "1.6.4.02.01.99", "Layanan baru", node(draft).unit, "Jumlah orang", "Orang")
    level, added = editing.add_node(admin, draft, new, alasan="Tugas baru", pintu="peramban")
    assert (level, added.kode_kanonik, added.akar) == ("subkegiatan", "1.06.04.2.01.99", None)
    change(admin, draft, added, pagu={2025: 10_000_000}, target={2025: Decimal(5)}, alasan="Tugas baru")
    assert pagu(draft, "1.6.4.02.01", 2025) == pagu(induk, "1.6.4.02.01", 2025) + 10_000_000
    news = [item for item in compare(induk, draft).beda if item.jenis is Jenis.BARU]
    assert [(item.kode, item.alasan) for item in news] == [("1.6.4.02.01.99", "Tugas baru")]
    editing.remove_added(admin, draft, "subkegiatan", added.pk, alasan="Batal", pintu="peramban")
    assert pagu(draft, "1.6.4.02.01", 2025) == pagu(induk, "1.6.4.02.01", 2025)
    assert compare(induk, draft).beda == []


@pytest.mark.parametrize(
    ("induk_kode", "kode", "field", "says"),
    [
        ("1.6.4.02.01", "1.6.4.02.01.1", "kode", "sudah ada"),
        ("1.6.4.02.01", "1.6.2.02.01.9", "kode", "harus berada di bawah"),
        ("1.6.4.02.01", "1.6.4", "kode", "berdiri sendiri"),
        ("1.6.4.02.01", "abc", "kode", "tidak terbaca"),
        ("", "1.6.4.02.01.77", "kode", "harus berada di bawah"),
    ],
)
def test_a_code_in_the_wrong_place_is_refused_at_its_field(draft, admin, induk_kode, kode, field, says):
    new = editing.NewRow(induk_kode, kode, "Nama", node(draft).unit, "Indikator", "Orang")
    with pytest.raises(PerubahanRefused, match=says) as refused:
        editing.add_node(admin, draft, new, alasan="x", pintu="peramban")
    assert refused.value.field == field


def test_determined_versions_and_other_people_are_refused(induk, draft, admin):
    with pytest.raises(PerubahanRefused, match="sudah ditetapkan dan tidak diubah lagi"):
        change(admin, induk, node(induk), pagu={2024: 1})
    for username in ("sekretariat", "pimpinan", "verifikator", "staf.rehsos"):
        with pytest.raises(PermissionDenied):
            change(person(username), draft, node(draft), pagu={2024: 1})
        with pytest.raises(PermissionDenied):
            create_perubahan(person(username), induk, alasan="x", pintu="peramban")
    with pytest.raises(PerubahanRefused, match="Tulis alasan"):
        change(admin, draft, node(draft), pagu={2024: 1}, alasan=" ")
    with pytest.raises(PerubahanRefused, match="Masih ada draf"):
        create_perubahan(admin, induk, alasan="x", pintu="peramban")
    assert pagu(induk, SUB) == pagu(draft, SUB) == 359_345_000


def test_nobody_writes_over_what_somebody_else_changed_meanwhile(draft, admin):
    row = node(draft)
    item = editing.indicators_of("subkegiatan", row)[0]
    seen = editing.token_of("subkegiatan", row)
    change(admin, draft, row, pagu={2024: 1_000})
    with pytest.raises(PerubahanRefused, match="diubah orang lain"):
        editing.change_row(
            admin, draft, "subkegiatan", row.pk, teks=row.nama, alasan="x", token=seen, pintu="peramban",
            rows={item.pk: editing.RowChange(item.uraian, item.satuan, {}, {2024: 2_000})},
        )  # fmt: skip
    assert pagu(draft, SUB) == 1_000


def test_targets_of_an_approved_year_stay(induk, draft, admin):
    first = Indikator.objects.get(renstra=induk, kode=SUB)
    Realisasi.objects.create(
        indikator=first, tahun=2022, keadaan="terisi", kinerja=Decimal(400), rupiah=1, status="disetujui"
    )
    with pytest.raises(PerubahanRefused, match=r"Realisasi 2022 untuk .* sudah disetujui"):
        change(admin, draft, node(draft), pagu={2022: 5})
    assert change(admin, draft, node(draft), pagu={2024: 5})


@pytest.mark.parametrize(
    ("nomor", "tanggal", "field"),
    [
        ("", TANGGAL, "nomor"),
        ("1/2023", None, "tanggal"),
        ("1/2023", timezone.localdate() + timedelta(days=1), "tanggal"),
        ("1/2023", date(2021, 11, 18), "tanggal"),
    ],
)
def test_a_determination_needs_a_number_and_a_date_after_the_version_before(draft, admin, nomor, tanggal, field):
    change(admin, draft, node(draft), pagu={2024: 5})
    with pytest.raises(PerubahanRefused) as refused:
        editing.determine(admin, draft, nomor=nomor, tanggal=tanggal, alasan="", pintu="peramban")
    assert refused.value.field == field
    draft.refresh_from_db()
    assert draft.draf


def test_an_unchanged_draft_is_not_determined(draft, admin):
    with pytest.raises(PerubahanRefused, match="masih sama"):
        determine(admin, draft)


def test_after_determination_each_version_prints_its_own_figures(induk, draft, admin):
    old = cells(induk)
    change(admin, draft, node(draft), pagu={2024: 123_456_789})
    determine(admin, draft)
    assert Renstra.current() == draft
    assert cells(induk) == old
    assert cells(draft) != old
    trail = Jejak.objects.get(objek="programs.renstra", objek_id=str(draft.pk), kolom="status", ke="ditetapkan")
    assert (trail.dari, trail.pelaku) == ("draf", admin)
    with pytest.raises(PerubahanRefused, match="sudah ditetapkan"):
        change(admin, draft, node(draft), pagu={2024: 7})


def test_the_version_in_force_on_a_day(induk, draft, admin):
    change(admin, draft, node(draft), pagu={2024: 5})
    assert version_at(date(2024, 1, 1)) == induk  # a draft is in force on no day
    determine(admin, draft)
    assert version_at(TANGGAL - timedelta(days=1)) == induk
    assert version_at(TANGGAL) == draft
    assert find_version(per="2022-05-01") == induk
    assert find_version(renstra=induk.kode) == induk
    assert find_version() == draft
    for renstra, per, field in (
        (induk.kode, "2023-01-01", "per"),
        ("tidak-ada", "", "renstra"),
        ("", "1-5-2023", "per"),
    ):
        with pytest.raises(VersionNotFound) as refused:
            find_version(renstra, per)
        assert refused.value.field == field
    with pytest.raises(VersionNotFound):
        version_at(date(2010, 1, 1))


def test_realisasi_typed_before_stands_in_the_new_version_and_goes_on_there(induk, draft, admin):
    staff = person("staf.rehsos")
    first = Indikator.objects.get(renstra=induk, kode=SUB)
    typed = Typed(kinerja="400", rupiah="300.000.000")
    assert save_realisasi(staff, first.pk, 2022, typed, versi=0, pintu="peramban").outcome is Outcome.SAVED
    change(admin, draft, node(draft), pagu={2024: 123_456_789})
    determine(admin, draft)
    sheet = load_sheet(draft, 2022, staff, unit=staff.unit)
    row = next(row for row in sheet.rows if row.kode == SUB and row.jenis == "subkegiatan")
    assert (row.values.kinerja, row.values.rupiah, row.versi) == (Decimal(400), 300_000_000, 1)
    measure = load_node(draft, SUB, staff).measures[0]
    assert [year.rupiah for year in measure.tahun if year.tahun == 2022] == ["300.000.000"]
    again = save_realisasi(staff, row.id, 2022, Typed(kinerja="405", rupiah="300.000.000"), versi=1, pintu="peramban")
    assert again.outcome is Outcome.SAVED
    stored = Realisasi.objects.get(tahun=2022, indikator__kode=SUB)
    assert (stored.indikator, stored.kinerja, stored.versi) == (first, Decimal(405), 2)
    assert save_realisasi(staff, row.id, 2023, typed, versi=0, pintu="peramban").outcome is Outcome.SAVED
    assert Realisasi.objects.get(tahun=2023, indikator__kode=SUB).indikator == first
    with pytest.raises(YearOutsidePlan, match="sudah diganti"):
        save_realisasi(staff, first.pk, 2022, Typed(kinerja="1", rupiah="2"), versi=2, pintu="peramban")


def test_a_changed_iku_target_stands_in_the_tables_and_the_rest_as_printed(induk, draft, admin):
    sasaran = Sasaran.objects.get(tujuan__renstra=draft)
    item = editing.indicators_of("sasaran", sasaran)[0]
    old = cells(induk, "tabel-4-1")
    change(admin, draft, sasaran, level="sasaran", target={2026: Decimal("9.5")}, alasan="RPJMD perubahan")
    assert item.satuan == "%"
    new = cells(draft, "tabel-4-1")
    different = [(a, b) for one, two in zip(old, new, strict=True) for a, b in zip(one, two, strict=True) if a != b]
    assert [getattr(b, "nilai", None) for _, b in different] == [Decimal("9.5")]
    assert cells(induk, "tabel-4-1") == old


@pytest.mark.parametrize("slug", REPORTS)
def test_every_report_speaks_of_a_perubahan_too(induk, draft, slug):
    old = REPORTS[slug].build(Params(induk, 2024))
    new = REPORTS[slug].build(Params(draft, 2024))
    assert len(new.baris) == len(old.baris)


def test_a_perubahan_raises_only_findings_of_its_own(induk, draft, admin):
    """An ended row is no missing cell; a kegiatan target that still counts it is a finding."""
    change(admin, draft, node(draft), pagu={2024: 123_456_789})
    ended = node(draft, "1.6.1.02.01.4")
    editing.end_row(admin, draft, "subkegiatan", ended.pk, 2025, alasan="Digabung", pintu="peramban")
    old = {(item.aturan, item.kode, item.kolom) for item in audit(load_facts(induk))}
    new = {(item.aturan, item.kode, item.kolom) for item in audit(load_facts(draft))}
    assert new - old == {
        ("target-induk-bukan-jumlah-anak", "1.6.1.02.01", f"target_{year}") for year in (2025, 2026, "akhir")
    }


def test_the_baseline_loads_twice_beside_a_perubahan_and_changes_nothing(draft, admin, capsys):
    change(admin, draft, node(draft), pagu={2024: 5})
    determine(admin, draft)
    trail = Jejak.objects.count()
    for _ in range(2):
        call_command("load_baseline")
    assert pagu(draft, SUB) == 5
    assert Jejak.objects.count() == trail
    assert "Dipertahankan" not in capsys.readouterr().out


def test_a_second_perubahan_continues_the_first(induk, draft, admin):
    change(admin, draft, node(draft), pagu={2024: 5}, alasan="pertama")
    determine(admin, draft)
    second = create_perubahan(admin, draft, alasan="lagi", pintu="peramban")
    assert (second.kode, second.akar, second.asal) == ("renstra-2021-2026-p2", induk, draft)
    assert node(second).akar == node(induk)
    change(admin, second, node(second), pagu={2025: 6}, alasan="kedua")
    told = {item.hal: item.alasan for item in compare(induk, second).beda if item.kode == SUB}
    assert told == {"Pagu (Rp) 2024": "pertama", "Pagu (Rp) 2025": "kedua"}


def test_a_discarded_draft_leaves_nothing_but_its_trail(induk, draft, admin):
    change(admin, draft, node(draft), pagu={2024: 5})
    editing.discard(admin, draft, alasan="Tidak jadi", pintu="peramban")
    assert not Renstra.objects.filter(perubahan_ke__gt=0).exists()
    assert not Indikator.objects.filter(akar__isnull=False).exists()
    assert Jejak.objects.filter(objek="programs.renstra", kolom="kode", ke=None, alasan="Tidak jadi").exists()
    assert create_perubahan(admin, induk, alasan="Ulang", pintu="peramban").kode == "renstra-2021-2026-p1"


def test_the_database_refuses_two_rows_that_continue_one(draft):
    row = Indikator.objects.filter(renstra=draft, akar__isnull=False)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Indikator.objects.create(renstra=draft, kode="x", uraian="x", akar=row.akar, milik_renstra=draft)
    sub = node(draft)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubKegiatan.objects.create(
            renstra=draft,
            kode="1.6.4.02.01.98",
            kode_kanonik="x",
            nama="x",
            unit=sub.unit,
            induk=sub.induk,
            akar=sub.akar,
        )


def test_the_comparison_asks_the_same_few_questions_whatever_changed(
    induk, draft, admin, django_assert_max_num_queries
):
    with django_assert_max_num_queries(7):
        compare(induk, draft)
    for kode in (SUB, "1.6.1.02.01.4"):
        change(admin, draft, node(draft, kode), pagu={2024: 5})
    with django_assert_max_num_queries(7):
        compare(induk, draft)


def test_the_admin_pages_show_a_replaced_version_and_change_it_no_more(induk, draft, admin, client):
    client.force_login(admin)
    old = node(induk)
    address = f"/admin/programs/subkegiatan/{old.pk}/change/"
    assert 'name="_save"' in client.get(address).content.decode()
    change(admin, draft, node(draft), pagu={2024: 5})
    determine(admin, draft)
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'name="_save"' not in answer.content.decode()
    assert client.post(address, {"nama": "lain"}).status_code == 403
    target = Indikator.objects.get(renstra=induk, kode=SUB)
    assert 'name="_save"' not in client.get(f"/admin/indicators/indikator/{target.pk}/change/").content.decode()
    html = client.get(f"/admin/programs/renstra/{draft.pk}/change/").content.decode()
    assert 'name="status"' not in html


def test_the_pages_of_a_draft_refuse_other_people_and_bad_input(induk, draft, admin, client):
    row = node(draft)
    address = f"/renstra/versi/{draft.kode}/subkegiatan/{row.pk}/"
    client.force_login(person("sekretariat"))
    assert client.get(address).status_code == 403
    assert client.get(f"/renstra/versi/{draft.kode}/").status_code == 200
    assert client.post(f"/renstra/versi/{draft.kode}/", {"aksi": "hapus", "alasan": "x"}).status_code == 403
    assert client.post("/renstra/versi/", {"alasan": "x"}).status_code == 403
    client.force_login(admin)
    assert client.get("/renstra/versi/tidak-ada/").status_code == 404
    assert client.get(f"/renstra/versi/{draft.kode}/subkegiatan/{node(induk).pk}/").status_code == 404
    answer = client.post(address, {"aksi": "akhiri", "tahun": "", "alasan": "x"})
    assert (answer.status_code, "Pilih tahun antara 2021 dan 2026" in answer.content.decode()) == (400, True)
    answer = client.post(f"/renstra/versi/{draft.kode}/", {"aksi": "tetapkan", "nomor": "1", "tanggal": "2023-03-01"})
    assert (answer.status_code, "masih sama" in answer.content.decode()) == (200, True)
    for query, says in (("?renstra=x", "Tidak ada Renstra berkode"), ("?per=besok", "tidak terbaca")):
        assert client.get(f"/renstra/{query}").status_code == 404
        answer = client.get(f"/laporan/tabel-6-2/{query}")
        assert (answer.status_code, says in answer.content.decode()) == (400, True)
        assert client.get(f"/laporan/tabel-6-2.json{query}").status_code == 400
