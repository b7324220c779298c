"""The fixtures against the printed document; every expected figure was read off the page, not off the fixtures.

Tables: 2.1-2.14, 3.1-3.9, 4.1-4.2, 5.1, 6.1-6.2, 7.1-7.3, the 31 of the document's own list of tables.
"""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db.models import Sum
from django.test import TestCase

from accounts.models import UnitKerja
from indicators.models import Definisi, Indikator, Realisasi, Sebutan, Target
from pmks.models import JumlahPMKS, JumlahWarna, KategoriPMKS, NilaiSeri
from programs import codes
from programs.models import (
    ArahKebijakan,
    BarisProfil,
    Kegiatan,
    Misi,
    Program,
    Renstra,
    Sasaran,
    SubKegiatan,
    TabelDokumen,
    TotalTercetak,
)

FILES = sorted(Path(settings.BASE_DIR, "fixtures").glob("*.json"))
NAMES = [path.stem for path in FILES]
TABLES = [
    *(f"2.{n}" for n in range(1, 15)),
    *(f"3.{n}" for n in range(1, 10)),
    *["4.1", "4.2", "5.1", "6.1", "6.2", "7.1", "7.2", "7.3"],
]
YEARS = range(2021, 2027)
NEW, OLD = "renstra-2021-2026", "renstra-2016-2021"

# Tabel 6.2, row "Jumlah".
PRINTED_TOTAL = {
    2021: 14_431_005_295,
    2022: 14_770_044_005,
    2023: 14_298_149_105,
    2024: 14_472_149_105,
    2025: 14_842_149_105,
    2026: 15_172_149_105,
    "akhir": 87_985_645_720,
}

# Tabel 6.2: row, code, year (or "akhir"), target, Rp. None: the cell is empty, missing or not the point.
CELLS = [
    (1, "1.6.1", 2021, "100", 7_773_349_105),
    (1, "1.6.1", "akhir", "100", 50_040_094_630),
    (3, "1.6.1.02.01.1", 2026, "1", 70_371_000),
    (8, "1.6.1.02.01.6", 2022, "3", 2_467_000),
    (8, "1.6.1.02.01.6", "akhir", "18", 15_954_000),
    (9, "1.6.1.02.01.7", 2021, "4", 3_075_000),
    (10, "1.6.1.02.02", 2021, "1", 6_263_152_011),
    (11, "1.6.1.02.02.1", "akhir", "6", 37_578_912_321),
    (14, "1.6.1.02.06.2", 2025, "1", 220_116_043),
    (17, "1.6.1.02.06.6", 2024, "12", 7_200_000),
    (19, "1.6.1.02.06.9", "akhir", "72", 1_739_532_836),
    (20, "1.6.1.02.08", 2022, "24", 474_094_896),
    (22, "1.6.1.02.08.4", 2026, "12", 320_000_000),
    (25, "1.6.1.02.09.11", 2022, "1", 240_342_346),
    (26, "1.6.2", 2021, "80", 3_356_582_630),
    (26, "1.6.2", "akhir", "80", 10_787_586_122),
    (27, "1.6.2.02.02", 2021, "0", 0),
    (27, "1.6.2.02.02", 2022, "1", 25_000_000),
    (28, "1.6.2.02.02.1", 2026, "1", 77_125_260),
    (29, "1.6.2.02.03", "akhir", "366", 10_515_057_130),
    (30, "1.6.2.02.03.1", "akhir", "6", 942_621_900),
    (32, "1.6.2.02.03.3", 2021, "2", 2_127_786_580),
    (34, "1.6.2.02.03.5", 2025, "50", 120_000_000),
    (35, "1.6.3", 2021, "100", 6_228_000),
    (37, "1.6.3.02.01.1", "akhir", "6", 56_228_000),
    (38, "1.6.4", 2023, "7.23", 1_458_344_850),
    (38, "1.6.4", "akhir", "43.38", 9_117_253_880),
    (40, "1.6.4.02.01.1", "akhir", "2790", 1_730_135_000),
    (42, "1.6.4.02.01.3", 2025, "70", 360_280_000),
    (43, "1.6.4.02.01.4", "akhir", "100", 33_750_000),
    (46, "1.6.4.02.01.7", 2022, "30", 9_000_000),
    (49, "1.6.4.02.01.10", "akhir", "500", 55_810_000),
    (52, "1.6.4.02.02", 2021, "72", 301_251_000),
    (53, "1.6.4.02.02.1", 2025, "12", 444_248_390),
    (54, "1.6.4.02.02.2", 2022, "1", 35_990_000),
    (57, "1.6.4.02.02.5", 2021, "30", 105_000_000),
    (59, "1.6.4.02.02.7", 2022, "15", 25_000_500),
    (65, "1.6.4.02.02.13", 2021, "2", 142_500_000),
    (67, "1.6.5", 2022, "0.08", 1_842_343_028),
    (67, "1.6.5", "akhir", "0.48", 10_564_410_956),
    (72, "1.6.5.02.02", "akhir", "22", 2_888_934_056),
    (73, "1.6.5.02.02/2", 2021, "2", 1_093_726_900),
    (74, "1.6.5.02.02/3", "akhir", "1530", 5_601_350_000),
    (75, "1.6.5.02.02.1", 2022, "2", 358_346_028),
    (78, "1.6.5.02.02.4", 2021, "175", 851_350_000),
    (78, "1.6.5.02.02.4", "akhir", "1050", 3_231_250_000),
    (79, "1.6.5.02.02.4/2", 2021, "80", None),
    (79, "1.6.5.02.02.4/2", 2022, "80", 303_750_000),
    (79, "1.6.5.02.02.4/2", "akhir", "80", 303_750_000),
    (80, "1.6.6", 2024, "100", 1_088_838_000),
    (82, "1.6.6.02.01.1", "akhir", "55500", 2_542_052_000),
    (84, "1.6.6.02.01.3", "akhir", "2500", 685_262_000),
    (87, "1.6.6.02.02", 2022, "4", 299_832_000),
    (90, "1.6.7", "akhir", "100", 1_146_784_852),
    (91, "1.6.7.02.01", 2021, "3", 46_385_880),
    (94, "1.6.7.02.01.3", "akhir", "12", 353_000_000),
]

# Printed final Rp that is not the sum of its years: code -> sum of the years.
FINAL_NOT_SUM = {
    "1.6.5.02.02.4": 4_082_600_000,
    "1.6.5.02.02.4/2": 1_518_750_000,
    "1.6.6.02.01.1": 2_979_193_280,
    "1.6.6.02.02.1": 813_999_000,
    "1.6.7.02.01.2": 519_784_852,
    "1.6.7.02.01.3": 377_000_000,
}
# Printed final Rp of a kegiatan indicator that is not the sum of its sub kegiatan: code -> sum below.
FINAL_NOT_CHILDREN = {
    "1.6.5.02.02/3": 3_535_000_000,
    "1.6.6.02.01": 4_202_314_000,
    "1.6.6.02.02": 1_629_832_000,
    "1.6.7.02.01": 1_100_398_972,
}


def records(model=None):
    """Every record of every file as (file, model, fields)."""
    for path in FILES:
        for item in json.loads(path.read_text(encoding="utf-8")):
            if model in (None, item["model"]):
                yield path.stem, item["model"], item["fields"]


def snapshot():
    """Contents of every table a fixture writes, keys of rows included."""
    labels = dict.fromkeys(model for _, model, _ in records())
    return {label: serializers.serialize("json", apps.get_model(label).objects.order_by("pk")) for label in labels}


# --- the files ----------------------------------------------------------------------


def test_every_table_of_the_list_of_tables_has_its_file():
    names = {f"tabel_2_{int(n.split('.')[1]):02d}" if n[0] == "2" else f"tabel_{n.replace('.', '_')}" for n in TABLES}
    assert names == {name for name in NAMES if name.startswith("tabel_")}
    assert NAMES[:4] == ["00_kantor", "01_renstra", "02_tabel_dokumen", "03_rencana"]


def test_no_record_carries_a_database_key():
    for path in FILES:
        for item in json.loads(path.read_text(encoding="utf-8")):
            assert set(item) == {"model", "fields"}, (path.name, item)


def test_every_record_says_where_it_is_printed():
    for name, model, fields in records():
        if model == "indicators.indikator":
            assert fields["tabel"], (name, fields)
            assert fields["baris"], (name, fields)
        elif model not in ("indicators.target", "programs.tabeldokumen"):
            assert fields["sumber"], (name, fields)


def test_what_was_interpreted_keeps_the_printed_text_and_the_reason():
    for name, model, fields in records():
        if fields.get("teks_tercetak") not in (None, "", "-"):
            assert fields["catatan_transkripsi"], (name, model, fields)
    interpreted = {fields["baris"] for _, _, fields in records("indicators.indikator") if fields.get("teks_tercetak")}
    assert interpreted == {4, 12, 39, 79}


def test_every_figure_of_tabel_6_2_is_text_or_a_whole_number():
    # A JSON float could not be told from the digits that were printed.
    for _, _, fields in records("indicators.target"):
        assert fields["target"] is None or isinstance(fields["target"], str)
        assert fields["pagu"] is None or isinstance(fields["pagu"], int)


# --- loaded -------------------------------------------------------------------------


class LoadedTestCase(TestCase):
    """An empty database into which each file was loaded alone, in sorted order."""

    @classmethod
    def setUpTestData(cls):
        for name in NAMES:
            call_command("loaddata", name, verbosity=0)


class LoadingTests(LoadedTestCase):
    def test_a_second_load_of_all_files_changes_nothing(self):
        before = snapshot()
        call_command("loaddata", *NAMES, verbosity=0)
        assert snapshot() == before

    def test_as_many_rows_arrive_as_the_files_hold(self):
        for label, count in Counter(model for _, model, _ in records()).items():
            assert apps.get_model(label).objects.count() == count, label

    def test_every_row_passes_the_rules_of_its_form(self):
        # SQLite lets a text grow past its column, PostgreSQL does not: lengths are checked here too.
        for label in dict.fromkeys(model for _, model, _ in records()):
            for row in apps.get_model(label).objects.all():
                row.full_clean()


class PlanTests(LoadedTestCase):
    def test_the_office_has_one_sekretariat_and_four_bidang_with_three_units_each(self):
        assert Counter(UnitKerja.objects.values_list("jenis", flat=True)) == {
            "dinas": 1,
            "sekretariat": 1,
            "subbagian": 3,
            "bidang": 4,
            "seksi": 12,
        }
        for unit in UnitKerja.objects.exclude(kode="dinas"):
            assert unit.induk.kode == (unit.kode.rpartition(".")[0] or "dinas")

    def test_only_the_head_whom_the_document_names_has_a_name(self):
        assert list(UnitKerja.objects.exclude(kepala_nama="").values_list("kode", "kepala_nama", "kepala_nip")) == [
            ("dinas", "Drs. SUBUR PRIANTO, M.Si", "19721023 199203 1 002")
        ]

    def test_the_plan_in_force_is_the_one_of_2021(self):
        plan = Renstra.current()
        assert (plan.kode, plan.tahun_awal, plan.tahun_akhir, plan.tahun_dasar) == (NEW, 2021, 2026, 2020)
        assert plan.tanggal_penetapan.isoformat() == "2021-11-18"
        assert Renstra.objects.get(kode=OLD).status == "berakhir"

    def test_the_office_carries_misi_4_of_6(self):
        assert Misi.objects.count() == 6
        assert [misi.nomor for misi in Misi.objects.filter(diampu=True)] == [4]

    def test_one_sasaran_is_printed_in_two_wordings(self):
        sasaran = Sasaran.objects.get()
        assert sasaran.teks == "Meningkatnya Perlindungan dan Pemberdayaan Sosial"
        assert sasaran.teks_tabel_5_1 == "Meningkatnya perlindungan dan pemberdayaan social"
        assert ArahKebijakan.objects.count() == 5

    def test_tables_stand_in_the_order_of_the_document(self):
        assert list(TabelDokumen.objects.order_by("id").values_list("nomor", flat=True)) == TABLES
        assert list(TabelDokumen.objects.values_list("nomor", flat=True)) == TABLES
        assert TabelDokumen.objects.get(nomor="3.6").judul == "Jumlah Fasilitas Bantuan Sosial Pangan"
        assert TabelDokumen.objects.get(nomor="3.6").judul_daftar == "Jumlah Fasilitasi Bantuan Sosial Pangan"
        assert [TabelDokumen.objects.get(nomor=n).halaman for n in ("2.1", "3.1", "6.2", "7.3")] == [15, 25, 38, 50]

    def test_codes_are_canonical_unique_and_ordered_as_printed(self):
        for model, count in ((Program, 7), (Kegiatan, 15), (SubKegiatan, 69)):
            nodes = list(model.objects.all())
            assert len(nodes) == count
            assert [node.kode for node in nodes] == [n.kode for n in sorted(nodes, key=lambda n: codes.parts(n.kode))]
            rows = [int(node.sumber.removeprefix("Tabel 6.2, baris ")) for node in nodes]
            assert rows == sorted(rows)
            for node in nodes:
                assert node.kunci_urut == codes.sort_key(node.kode)
                assert node.nomenklatur == "050-3708/2020"
                if model is not Program:
                    assert node.induk.kode == codes.parent(node.kode)
        canonical = dict(SubKegiatan.objects.values_list("kode", "kode_kanonik"))
        assert len(set(canonical.values())) == 69
        assert canonical["1.6.1.02.01.1"] == "1.06.01.2.01.01"
        assert canonical["1.6.1.02.09.11"] == "1.06.01.2.09.11"
        assert canonical["1.6.4.02.02.14"] == "1.06.04.2.02.14"
        assert Kegiatan.objects.get(kode="1.6.5.02.02").kode_kanonik == "1.06.05.2.02"
        assert Program.objects.get(kode="1.6.7").kode_kanonik == "1.06.07"

    def test_every_node_has_an_owner_and_says_that_the_assignment_is_ours(self):
        for model in (Program, Kegiatan, SubKegiatan):
            for node in model.objects.all():
                assert node.unit
                assert node.dasar_penugasan.startswith("Penugasan oleh penyusun data")
        assert not SubKegiatan.objects.filter(unit__jenis__in=["dinas", "bidang", "sekretariat"]).exists()
        owner = dict(SubKegiatan.objects.values_list("kode", "unit__kode"))
        assert owner["1.6.4.02.01.3"] == "rehsos.disabilitas"
        assert owner["1.6.5.02.01.2"] == "rehsos.anak"
        assert owner["1.6.5.02.02.4"] == "fakirmiskin.pedesaan"


class Tabel62Tests(LoadedTestCase):
    def setUp(self):
        self.rows = Indikator.objects.filter(tabel__nomor="6.2", ukuran_dari=None)

    def sums(self, rows):
        """Rp of the years of some rows, each row's printed final beside it."""
        years = dict(
            Target.objects.filter(indikator__in=rows, pagu__isnull=False).values_list("tahun").annotate(Sum("pagu"))
        )
        return years | {"akhir": rows.aggregate(Sum("akhir_pagu"))["akhir_pagu__sum"]}

    def test_it_has_94_rows_numbered_as_printed(self):
        assert list(self.rows.values_list("baris", flat=True)) == list(range(1, 95))
        assert self.rows.filter(program__isnull=False).count() == 7
        assert self.rows.filter(kegiatan__isnull=False).count() == 17
        assert self.rows.filter(subkegiatan__isnull=False).count() == 70
        assert self.rows.values("kode").distinct().count() == 94

    def test_every_row_has_six_years_and_a_final(self):
        for row in self.rows:
            assert list(row.target.values_list("tahun", flat=True)) == list(YEARS), row
            assert row.akhir_target is not None
            assert row.akhir_pagu is not None

    def test_cells_say_what_is_printed(self):
        for baris, kode, year, target, rupiah in CELLS:
            row = self.rows.get(baris=baris)
            cell = (row.akhir_target, row.akhir_pagu)
            if year != "akhir":
                cell = row.target.values_list("target", "pagu").get(tahun=year)
            assert (row.kode, *cell) == (kode, Decimal(target), rupiah), (baris, year)

    def test_printed_totals_are_stored(self):
        stored = dict(TotalTercetak.objects.filter(tabel__nomor="6.2").values_list("kunci", "nilai"))
        assert stored == {f"pagu_{year}": rupiah for year, rupiah in PRINTED_TOTAL.items()}

    def test_all_seven_printed_totals_agree_with_programs_and_kegiatan(self):
        assert self.sums(self.rows.filter(program__isnull=False)) == PRINTED_TOTAL
        assert self.sums(self.rows.filter(kegiatan__isnull=False)) == PRINTED_TOTAL

    def test_sub_kegiatan_agree_every_year_but_not_in_the_final(self):
        found = self.sums(self.rows.filter(subkegiatan__isnull=False))
        assert found.pop("akhir") == 85_431_768_560
        assert found == {year: PRINTED_TOTAL[year] for year in YEARS}

    def test_six_printed_finals_are_not_the_sum_of_their_years(self):
        found = {}
        for row in self.rows.annotate(years=Sum("target__pagu")):
            if row.years != row.akhir_pagu:
                found[row.kode] = row.years
        assert found == FINAL_NOT_SUM

    def test_every_kegiatan_is_the_sum_of_the_rows_that_serve_it_except_four_finals(self):
        wrong = {}
        for row in self.rows.filter(kegiatan__isnull=False):
            served = self.sums(row.dilayani_oleh.all())
            for year in YEARS:
                assert served[year] == row.target.get(tahun=year).pagu, (row.kode, year)
            if served["akhir"] != row.akhir_pagu:
                wrong[row.kode] = served["akhir"]
        assert wrong == FINAL_NOT_CHILDREN

    def test_every_program_is_the_sum_of_its_kegiatan(self):
        for row in self.rows.filter(program__isnull=False):
            below = self.sums(self.rows.filter(kegiatan__induk=row.program))
            for year in YEARS:
                assert below[year] == row.target.get(tahun=year).pagu, (row.kode, year)
            assert below["akhir"] == row.akhir_pagu, row.kode

    def test_only_two_printed_final_targets_do_not_follow_their_rule(self):
        wrong = {}
        for row in Indikator.objects.filter(tabel__nomor="6.2"):
            years = [number for number in row.target.values_list("target", flat=True) if number is not None]
            end = sum(years) if row.akumulasi == "jumlah" else years[-1]
            if end != row.akhir_target:
                wrong[row.kode] = (int(row.akhir_target), int(end))
        assert wrong == {"1.6.4.02.01.10": (500, 100), "1.6.5.02.02.4/2": (80, 480)}
        assert set(Indikator.objects.values_list("akumulasi", flat=True)) == {"jumlah", "akhir"}

    def test_the_shifted_row_is_put_back_and_its_missing_target_stays_unknown(self):
        row = self.rows.get(kode="1.6.1.02.06")
        assert list(row.target.values_list("target", "pagu")) == [
            (None, 422_510_311),
            (32, 812_531_801),
            (32, 540_816_043),
            (32, 640_816_043),
            (32, 765_816_043),
            (32, 945_816_043),
        ]
        assert (row.akhir_target, row.akhir_pagu) == (160, 4_128_306_284)
        assert row.teks_tercetak.startswith("Kegiatan | - | 422.510.311 | 32 | 812.531.801 | 32 |")
        assert row.teks_tercetak.endswith("| 160 | 4.128.306.284")
        assert "Target 2021 dibiarkan tak diketahui" in row.catatan_transkripsi

    def test_only_three_cells_are_unknown(self):
        unknown = Target.objects.filter(indikator__tabel__nomor="6.2", indikator__ukuran_dari=None)
        assert list(unknown.filter(target=None).values_list("indikator__kode", "tahun")) == [("1.6.1.02.06", 2021)]
        assert list(unknown.filter(pagu=None).values_list("indikator__kode", "tahun")) == [("1.6.5.02.02.4/2", 2021)]
        assert list(self.rows.filter(satuan="").values_list("baris", flat=True)) == [11]

    def test_the_stacked_row_is_two_measures(self):
        first = self.rows.get(kode="1.6.4.02.01")
        second = first.ukuran_lain.get()
        assert (first.satuan, second.satuan, second.kode, second.baris) == ("%", "PMKS", "1.6.4.02.01/2", 39)
        assert list(first.target.values_list("target", flat=True)) == [100] * 6
        assert list(second.target.values_list("target", flat=True)) == [1275, 976, 986, 1026, 1029, 1084]
        assert (first.akhir_target, second.akhir_target) == (100, 6376)
        assert (first.akhir_pagu, second.akhir_pagu) == (5_882_973_500, None)
        assert list(first.target.values_list("pagu", flat=True)) == [
            388_733_500,
            1_107_500_000,
            1_005_345_000,
            1_118_345_000,
            1_131_525_000,
            1_131_525_000,
        ]
        assert not second.target.filter(pagu__isnull=False).exists()
        assert first.kegiatan == second.kegiatan

    def test_base_values_keep_their_text_and_unit(self):
        def base(kode):
            row = self.rows.get(kode=kode)
            return row.data_awal_teks, row.data_awal, row.data_awal_satuan

        assert base("1.6.5") == ("332.723 Jiwa", 332_723, "Jiwa")
        assert base("1.6.4") == ("11.268 jiwa", 11_268, "jiwa")
        assert base("1.6.4.02.01") == ("9.747 jiwa", 9_747, "jiwa")
        assert base("1.6.2") == ("7 PSKS", 7, "PSKS")
        assert base("1.6.1") == ("-", None, "")
        assert base("1.6.1.02.01.1") == ("", None, "")

    def test_every_sub_kegiatan_row_serves_an_indicator_of_its_kegiatan(self):
        for row in self.rows.filter(subkegiatan__isnull=False).select_related("subkegiatan", "melayani"):
            assert row.melayani.kegiatan_id == row.subkegiatan.induk_id, row
        served = dict(self.rows.filter(kode__startswith="1.6.5.02.02.").values_list("kode", "melayani__kode"))
        assert served == {
            "1.6.5.02.02.1": "1.6.5.02.02",
            "1.6.5.02.02.2": "1.6.5.02.02",
            "1.6.5.02.02.3": "1.6.5.02.02/2",
            "1.6.5.02.02.4": "1.6.5.02.02/3",
            "1.6.5.02.02.4/2": "1.6.5.02.02/3",
        }

    def test_texts_are_printed_with_their_mistakes(self):
        assert Kegiatan.objects.get(kode="1.6.1.02.02").nama == "Adminstrasi Keuangan Perangkat Daerah"
        assert self.rows.get(baris=12).uraian == "Terseleenggaranya Administrasi Umum Perangkat Daerah"
        assert self.rows.get(baris=26).uraian == "Persentase Fasilitas Pembinaan Tenaga Kesejahteraan Sosial"
        assert self.rows.get(baris=94).uraian == "Jumlah Penjaga Taman Makam Pahlwan Nasional Kabupaten/Kota"


class OtherTablesTests(LoadedTestCase):
    def test_printed_totals_of_profile_tables_agree_except_tabel_2_1(self):
        found = {}
        for total in BarisProfil.objects.filter(jenis="jumlah").select_related("tabel"):
            rows = BarisProfil.objects.filter(tabel=total.tabel, jenis="baris")
            found[total.tabel.nomor] = (total.jumlah, rows.aggregate(Sum("jumlah"))["jumlah__sum"])
        assert found == {
            "2.1": (56, 57),
            "2.2": (37, 37),
            "2.3": (37, 37),
            "2.4": (19, 19),
            "2.5": (37, 37),
            "2.6": (37, 37),
            "2.7": (26, 26),
            "2.8": (11, 11),
        }

    def test_profile_tables_have_their_rows(self):
        rows = Counter(BarisProfil.objects.filter(jenis="baris").values_list("tabel__nomor", flat=True))
        assert rows == {
            "2.1": 6,
            "2.2": 2,
            "2.3": 3,
            "2.4": 4,
            "2.5": 7,
            "2.6": 5,
            "2.7": 3,
            "2.8": 3,
            "2.9": 24,
            "2.10": 6,
            "2.11": 67,
            "3.3": 8,
        }

    def test_tabel_2_11_counts_its_things_in_the_printed_units(self):
        rows = BarisProfil.objects.filter(tabel__nomor="2.11")
        assert rows.aggregate(Sum("jumlah"))["jumlah__sum"] == 742
        assert Counter(rows.values_list("satuan", flat=True)) == {
            "buah": 52,
            "unit": 5,
            "set": 4,
            "Unit": 3,
            "Buah": 2,
            "paket": 1,
        }

    def test_profile_rows_say_what_is_printed(self):
        def row(tabel, urutan):
            found = BarisProfil.objects.get(tabel__nomor=tabel, urutan=urutan)
            return found.nomor, found.uraian, found.rincian, found.rincian_lanjut, found.jumlah, found.satuan

        assert row("2.1", 6) == ("6.", "Pegawai Non ASN Lainnya", "", "", 10, "Orang")
        assert row("2.6", 1) == ("1.", "Kepala Dinas", "II.b", "", 0, "orang")
        assert row("2.9", 6) == ("", "", "Non PNS", "D3", 1, "Orang")
        assert row("2.9", 18) == (
            "11.",
            "Kasi Rehabilitasi Sosial Penyandang Cacat (IV/a)",
            "Non PNS",
            "S1",
            6,
            "Orang",
        )
        assert row("2.10", 1) == ("", "2021", "", "", 5_979_050_393, "Rp")
        assert row("2.10", 6) == ("", "2026", "", "", 7_709_068_000, "Rp")
        assert row("2.11", 2) == ("2", "Kendaraan Roda 2", "", "", 165, "Unit")
        assert row("2.11", 16) == ("16", "Meja ½ biro", "", "", 41, "buah")
        assert row("2.11", 67) == ("67", "Papan data bencana", "", "", 5, "buah")
        assert row("3.3", 7)[3] == "Belum adanya rumah singgah sebagai shelter bagi PMKS yang terlantar"

    def test_tabel_2_12_keeps_targets_results_and_ratios(self):
        def series(kode):
            row = Indikator.objects.get(renstra__kode=OLD, kode=kode)
            target = list(row.target.values_list("target", flat=True))
            return target, *zip(*row.realisasi.values_list("kinerja", "rasio_tercetak"), strict=True)

        target, kinerja, rasio = series("LAYANAN-1")
        assert target == [25_931, 25_894, 25_893, 25_893, 25_893]
        assert kinerja == (130_070, 125_019, 111_155, 96_944, 93_338)
        assert rasio == tuple(map(Decimal, ("501.60", "482.81", "429.29", "374.40", "360.48")))
        target, kinerja, rasio = series("LAYANAN-2")
        assert target == [16] * 5
        assert kinerja == tuple(map(Decimal, ("44.69", "48.29", "51.72", "61.87", "98.24")))
        assert rasio == tuple(map(Decimal, ("279.31", "301.81", "323.25", "386.69", "614")))
        assert Indikator.objects.get(kode="LAYANAN-1").arah == "turun"
        assert Indikator.objects.get(kode="LAYANAN-2").arah == "naik"

    def test_tabel_2_13_and_2_14_keep_their_rows(self):
        former = Realisasi.objects.filter(indikator__renstra__kode=OLD)
        assert set(former.values_list("status", "triwulan")) == {("disetujui", 0)}
        poor = former.filter(indikator__kode="FAKIRMISKIN-1")
        assert list(poor.values_list("kinerja", "rasio_tercetak")) == [
            (Decimal(text), None) for text in ("2", "4.99", "5.42", "7.88", "4.75")
        ]
        money = former.filter(indikator__kode="PENDANAAN-1")
        assert list(money.values_list("rupiah", flat=True)) == [
            5_927_748_941,
            11_564_316_817,
            8_629_490_989,
            12_785_982_561,
            5_576_865_756,
        ]
        assert set(money.values_list("keadaan", "kinerja")) == {("kosong", None)}
        assert list(Target.objects.filter(indikator__kode="PENDANAAN-1").values_list("pagu", flat=True)) == [
            6_175_746_696,
            11_950_789_000,
            9_003_256_216,
            12_999_110_000,
            5_888_479_324,
        ]

    def test_every_printed_ratio_is_the_one_of_its_own_figures(self):
        for row in Realisasi.objects.exclude(rasio_tercetak=None):
            target = Target.objects.get(indikator=row.indikator, tahun=row.tahun)
            ratio = Decimal(row.rupiah) / target.pagu if row.rupiah else row.kinerja / target.target
            assert ratio * 100 == pytest.approx(row.rasio_tercetak, abs=Decimal("0.005")), row

    def test_the_26_kinds_add_up_to_the_printed_total_and_the_two_colours(self):
        assert KategoriPMKS.objects.count() == 26
        printed = TotalTercetak.objects.get(tabel__nomor="3.1", kunci="jumlah").nilai
        assert printed == 343_991 == JumlahPMKS.objects.aggregate(Sum("jumlah"))["jumlah__sum"]
        colours = dict(JumlahWarna.objects.values_list("kelompok__kode", "jumlah"))
        assert colours == {"biru": 332_723, "kuning-hijau": 11_268}
        for kode, jumlah in colours.items():
            rows = JumlahPMKS.objects.filter(kategori__kelompok__kode=kode)
            assert rows.aggregate(Sum("jumlah"))["jumlah__sum"] == jumlah

    def test_a_dash_is_unknown_and_not_zero(self):
        dashes = JumlahPMKS.objects.filter(jumlah=None)
        assert [row.kategori.nomor for row in dashes] == [16, 17, 21, 22, 25, 26]
        assert set(dashes.values_list("teks_tercetak", flat=True)) == {"-"}
        assert NilaiSeri.objects.get(seri__tabel="3.6", tahun=2016).jumlah == 0

    def test_series_3_4_to_3_9(self):
        found = {}
        for row in NilaiSeri.objects.select_related("seri").order_by("seri__tabel", "seri__urutan", "tahun"):
            found.setdefault((row.seri.tabel, row.seri.kepala_kolom), []).append(row.jumlah)
        assert found == {
            ("3.4", "Jumlah (Orang)"): [20, 30, 75, 59, 50],
            ("3.5", "Jumlah (Orang)"): [130_070, 294_541, 323_449, 310_678, 343_991],
            ("3.6", "Jumlah (Orang)"): [0, 53_427, 53_427, 53_426, 72_011],
            ("3.7", "KUBE (Orang)"): [1_670, 1_490, 943, 1_710, 500],
            ("3.7", "PRSE (Orang)"): [55, 80, 55, 29, 120],
            ("3.8", "Jumlah (Orang)"): [2_000, 2_198, 1_384, 2_318, 15_210],
            ("3.9", "Jumlah (Orang)"): [198, 198, 198, 198, 198],
        }

    def test_one_iku_is_worded_three_ways(self):
        wordings = dict(Sebutan.objects.filter(indikator__kode="IKU-1").values_list("tabel__nomor", "teks"))
        assert wordings == {
            "4.1": "Prosentase PMKS yang Mendapatkan Program Pelayanan Sosial",
            "4.2": "Prosentase PMKS yang Mendapatkan Prgram Pelayanan Sosial",
            "7.1": "Persentase PMKS yang Mendapatkan Program Pelayanan Sosial",
        }
        iku = Indikator.objects.get(kode="IKU-1")
        assert list(iku.target.values_list("target", flat=True)) == [3] * 6
        assert (iku.data_awal, iku.akhir_target, iku.akumulasi) == (Decimal("17.38"), 18, "jumlah")

    def test_tabel_7_1_prints_the_targets_of_tabel_6_2(self):
        rows = Sebutan.objects.filter(tabel__nomor="7.1")
        assert [(row.data_awal_teks, row.nilai["2021"]["teks"], row.akhir_teks) for row in rows] == [
            ("17,38%", "3%", "18%"),
            ("7 PSKS", "80%", "80%"),
            ("0", "100%", "100%"),
            ("11.268 PMKS", "7,23%", "43,38%"),
            ("332.723 Jiwa", "0,08%", "0,48%"),
            ("0", "100%", "100%"),
            ("2 Makam", "100%", "100%"),
        ]
        for row in rows:
            assert row.akhir == row.indikator.akhir_target
            for target in row.indikator.target.all():
                assert Decimal(row.nilai[str(target.tahun)]["nilai"]) == target.target

    def test_tabel_6_1_words_six_programs_its_own_way(self):
        rows = Sebutan.objects.filter(tabel__nomor="6.1").order_by("urutan")
        assert [row.indikator.kode for row in rows] == ["1.6.2", "1.6.3", "1.6.4", "1.6.5", "1.6.6", "1.6.7"]
        assert rows[0].teks == "Persentase Pembinaan Tenaga Kesejahteraan Sosial"
        assert Program.objects.get(kode="1.6.1").nama_tabel_6_1 == ""
        assert Program.objects.get(kode="1.6.6").sasaran_program == (
            "Meningkatnya Kualitas Pemberian Bantuan bagi Korban Bencana Alam/Sosial"
        )

    def test_seven_definitions_twice_and_one_denominator_is_lost(self):
        assert Counter(Definisi.objects.values_list("tabel__nomor", flat=True)) == {"7.2": 7, "7.3": 7}
        assert set(Definisi.objects.values_list("pengali", flat=True)) == {100}
        lost = Definisi.objects.get(penyebut="")
        assert (lost.tabel.nomor, lost.urutan) == ("7.3", 7)
        assert lost.catatan_transkripsi
        assert Definisi.objects.get(tabel__nomor="7.3", urutan=4).cara_hitung == (
            "Jumlah PMKS yang telah mendapatkan Rehabilitasi Sosial Tahun Berjalan "
            "dibagi Jumlah PMKS Data Awal (2020) dikali 100"
        )
