"""“Kenapa angka ini?”: the figure, its formula and its inputs with their source, on the document's own rows."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from indicators.actions import save_realisasi
from indicators.actions_rumus import save_komponen
from indicators.entry import Typed
from indicators.explain import explain, find_indikator
from indicators.models import Indikator
from indicators.plan_sums import add_up, contributors, load_plan
from programs.models import Renstra

pytestmark = pytest.mark.django_db

# Tabel 6.2, program 1.6.4 (row 38): target 7,23 every year; its sub kegiatan "Penyediaan Permakanan".
PROGRAM, SUB = "1.6.4", "1.6.4.02.01.1"


@pytest.fixture
def typed(baseline):
    """Staff of Rehabilitasi Sosial typed 8,5 % on the programme and Rp 300.000.000 on a sub kegiatan in 2022."""
    staff = User.objects.get(username="staf.rehsos")
    renstra = Renstra.current()
    for kode, cells in ((PROGRAM, Typed(kinerja="8,5")), (SUB, Typed(kinerja="60", rupiah="300.000.000"))):
        row = Indikator.objects.get(renstra=renstra, kode=kode)
        save_realisasi(staff, row.pk, 2022, cells, versi=0, pintu="peramban")
    return staff


def of(kode, tahun=2022):
    return explain(find_indikator(Renstra.current(), kode), tahun)


def test_capaian_says_formula_numbers_and_sources(typed):
    capaian = of(PROGRAM).get("capaian")
    # 8,5 / 7,23 × 100 by hand
    assert capaian.nilai == Decimal("8.5") / Decimal("7.23") * 100
    assert capaian.teks == "117,57%"
    assert capaian.kata == "Sangat Tinggi"
    assert capaian.rumus == "R / T × 100"
    assert capaian.hitungan == "8,5 / 7,23 × 100 = 117,57"
    target, realisasi = capaian.masukan
    assert (target.teks, target.asal) == ("7,23", "Tabel 6.2, baris 38")
    assert (realisasi.teks, realisasi.oleh) == ("8,5", typed.nama)
    assert realisasi.pada.utcoffset() == timedelta(hours=7)  # WIB, as the office reads the clock
    assert "peramban" in realisasi.asal
    assert any("tidak dibatasi 100" in text.lower() for text in capaian.ketentuan)


def test_money_of_a_program_names_the_rows_it_is_the_sum_of(typed):
    rupiah = of(PROGRAM).get("rupiah")
    assert rupiah.nilai == 300_000_000
    assert rupiah.rumus == "Jumlah 26 baris sub kegiatan"
    known = [item for item in rupiah.masukan if item.nilai is not None]
    assert [item.nama for item in known] == [f"{SUB} Penyediaan Permakanan"]
    serapan = of(PROGRAM).get("serapan")
    # 300.000.000 / 1.730.890.000 × 100 by hand
    assert serapan.teks == "17,33%"
    assert serapan.hitungan == "300.000.000 / 1.730.890.000 × 100 = 17,33"


def test_an_unknown_figure_says_why_and_is_not_zero(baseline):
    capaian = of(PROGRAM).get("capaian")
    assert capaian.nilai is None
    assert (capaian.teks, capaian.sebab) == ("–", "realisasi belum ada")


def test_the_final_target_follows_its_rule_and_names_the_printed_one(baseline):
    akhir = of(PROGRAM).get("akhir")
    assert akhir.nilai == Decimal("43.38")  # 6 × 7,23, as printed
    iku = of("IKU-1").get("akhir")
    assert iku.nilai == 18
    assert iku.masukan[-1].teks == "18"


def test_contributors_are_exactly_what_is_added_up(baseline):
    plan = load_plan(Renstra.current(), [2022])
    money = {key: row.pagu for key, row in plan.target.items()}
    _, sums = add_up(plan, money, 2022)
    checked = 0
    for rows in plan.indikator.values():
        for row in rows:
            below = contributors(plan, row)
            if below:
                assert sum(money[other.id, 2022] or 0 for _, other in below) == sums[row.id]
                checked += 1
    assert checked == 7 + 17  # the programs and the kegiatan rows of Tabel 6.2


def test_the_command_prints_text_and_json(typed):
    out = StringIO()
    call_command("explain", PROGRAM, "--tahun", "2022", stdout=out)
    assert "8,5 / 7,23 × 100 = 117,57" in out.getvalue()
    out = StringIO()
    call_command("explain", PROGRAM, "--tahun", "2022", "--format", "json", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["kode"], found["tahun"]) == (PROGRAM, 2022)
    capaian = next(item for item in found["angka"] if item["kunci"] == "capaian")
    assert capaian["predikat"] == "Sangat Tinggi"
    assert capaian["masukan"][1]["oleh"] == typed.nama


@pytest.mark.parametrize(
    ("kode", "tahun", "pesan"),
    [("9.9.9", "2022", "'9.9.9' tidak ada"), (PROGRAM, "2031", "di luar periode Renstra 2021-2026")],
)
def test_the_command_refuses_in_one_line(baseline, kode, tahun, pesan):
    with pytest.raises(CommandError, match=pesan):
        call_command("explain", kode, "--tahun", tahun)


def test_the_page_and_its_part_say_the_same(client, typed):
    row = Indikator.objects.get(kode=PROGRAM)
    client.force_login(typed)
    page = client.get(f"/indikator/kenapa/2022/{row.pk}/").content.decode()
    part = client.get(
        f"/indikator/kenapa/2022/{row.pk}/?angka=capaian", headers={"HX-Request": "true"}
    ).content.decode()
    for text in (page, part):
        assert "8,5 / 7,23 × 100 = 117,57" in text
    assert "<html" in page
    assert "<html" not in part
    assert "Serapan 2022" not in part


def test_staff_do_not_read_the_realisasi_of_another_unit(client, typed):
    row = Indikator.objects.get(kode=PROGRAM)
    client.force_login(User.objects.get(username="staf.linjamsos"))
    answer = client.get(f"/indikator/kenapa/2022/{row.pk}/")
    assert answer.status_code == 403
    assert "8,5" not in answer.content.decode()


def test_it_takes_the_same_few_queries_for_any_row(typed, django_assert_max_num_queries):
    for kode in (PROGRAM, SUB, "1.6.5.02.02", "IKU-1"):
        row = find_indikator(Renstra.current(), kode)
        with django_assert_max_num_queries(16):
            explain(row, 2022)


def test_a_computed_figure_names_formula_components_and_policy(baseline):
    staff = User.objects.get(username="staf.rehsos")
    row = Indikator.objects.get(kode=PROGRAM)
    (typed_in,) = row.komponen.filter(jenis_sumber="diketik")
    save_komponen(staff, row.pk, typed_in.kode, 2022, "845", versi=0, pintu="peramban")
    kinerja = of(PROGRAM).get("kinerja")
    # Tabel 7.3: 845 / 11.268 × 100; the denominator is the base year's (Tabel 3.1, kuning and hijau).
    assert kinerja.teks == "7,5"
    assert Decimal("7.499") < kinerja.nilai < Decimal("7.5")
    assert [item.nilai for item in kinerja.masukan] == [845, 11268]
    assert kinerja.masukan[0].oleh == staff.nama
    assert any("tahun dasar Renstra, 2020" in text for text in kinerja.ketentuan)
    assert of(PROGRAM).get("capaian").nilai == kinerja.nilai / Decimal("7.23") * 100


def test_a_year_that_follows_its_quarters_says_so(typed):
    row = Indikator.objects.get(renstra=Renstra.current(), kode="1.6.4.02.01.2")
    for quarter, kinerja, rupiah in ((1, "10", "1.000.000"), (2, "5", "500.000")):
        save_realisasi(
            typed, row.pk, 2022, Typed(kinerja=kinerja, rupiah=rupiah), versi=0, pintu="peramban", triwulan=quarter
        )
    found = of("1.6.4.02.01.2")
    reached, spent = found.get("kinerja"), found.get("rupiah")
    assert (reached.nilai, spent.nilai) == (15, 1_500_000)
    assert reached.rumus == "Setahun mengikuti triwulan: dijumlahkan"
    assert reached.hitungan == "TW 1 10; TW 2 5 → 15"
    assert [part.teks for part in reached.masukan] == ["10", "5", "–", "–"]
    assert {part.oleh for part in reached.masukan[:2]} == {typed.nama}
    assert spent.hitungan == "TW 1 1.000.000; TW 2 500.000 → 1.500.000"
