"""Plan, capaian, explanations, periods and reports: the same figures as pages and files, from the printed document."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from indicators.models import Periode, Perpanjangan
from programs.models import Renstra
from reports.registry import REPORTS
from tests.api_client import caller
from tests.people import kepala, person, staff


@pytest.fixture
def program(baseline):
    return caller(kepala())


def test_the_tree_has_what_tabel_6_2_prints(program):
    plan = program.get("rencana")
    assert plan["renstra"]["berlaku"] is True
    assert plan["tahun"] == [2021, 2022, 2023, 2024, 2025, 2026]
    assert [item["kode"] for item in plan["program"]] == [f"1.6.{at}" for at in range(1, 8)]
    rows = {row["kode"]: row for node in nodes(plan["program"]) for row in node["indikator"]}
    # 1.6.4.02.01 packs two measures into its cells: "% / PMKS", 100 / 1.275.
    second = rows["1.6.4.02.01/2"]
    assert (second["ukuran_dari"], second["satuan"]) == ("1.6.4.02.01", "PMKS")
    assert second["tahunan"][0] == {"tahun": 2021, "target": 1275, "pagu": None}
    iku = [row for aim in plan["tujuan"] for goal in aim["sasaran"] for row in goal["indikator"]]
    assert iku[0]["kode"] == "IKU-1"
    assert iku[0]["tahunan"][0]["target"] == 3  # Tabel 7.1


def nodes(tree):
    for item in tree:
        yield item
        yield from nodes(item.get("kegiatan", []) + item.get("subkegiatan", []))


def test_another_version_is_asked_for_by_code_or_date(program):
    assert program.get("rencana?renstra=renstra-2021-2026")["renstra"]["kode"] == "renstra-2021-2026"
    assert program.get("rencana?per=2023-05-01")["renstra"]["kode"] == "renstra-2021-2026"
    assert "2023-05-01" in program.get("rencana?per=kemarin", 422)["galat"]["sel"]["per"]
    assert "renstra" in program.get("rencana?renstra=x", 422)["galat"]["sel"]
    assert [item["kode"] for item in program.get("renstra")] == ["renstra-2021-2026"]


def test_indicators_are_listed_found_and_told(program):
    whole = program.get("indikator?tahun=2022&batas=500")
    assert whole["jumlah"] == len(whole["indikator"]) == 96
    assert whole["indikator"][0]["kode"] == "IKU-1"
    assert program.get("indikator?jenis=program")["jumlah"] == 7
    found = program.get("indikator?cari=rehabilitasi&unit=rehsos&tahun=2022")
    assert 0 < found["jumlah"] < 96
    assert all(row["unit"].startswith("rehsos") for row in found["indikator"])
    assert program.get("indikator?unit=x", 404)
    one = program.get("indikator/1.6.4.02.01/2")
    assert (one["kode"], one["jenis"], one["kode_simpul"]) == ("1.6.4.02.01/2", "kegiatan", "1.6.4.02.01")
    assert program.get("indikator/1.6.4/", 404)
    assert program.get("indikator?tahun=2030", 404)


def test_an_iku_brings_its_definition_formula_and_components(program):
    iku = program.get("indikator/IKU-1")
    assert iku["definisi"]
    names = {part["kode"] for part in iku["komponen"]}
    assert iku["rumus"]
    assert all(name in iku["rumus"][0]["ekspresi"] for name in names)


def test_the_plan_is_open_to_staff_of_every_unit(baseline):
    assert caller(staff()).get("indikator?tahun=2022")["jumlah"] == 96


def test_capaian_is_that_of_the_report(baseline):
    sekretariat = caller(person("staf.sekretariat"))
    row = sekretariat.get("realisasi/2022/IKU-1")
    sent = {"versi": row["versi"], "isian": {"kinerja": "2,5"}}
    sekretariat.put("realisasi/2022/IKU-1", sent)
    reader = caller(kepala())
    found = reader.get("capaian/2022?jenis=sasaran")
    iku = next(item for item in found["baris"] if item["kode"] == "IKU-1")
    reached = Decimal("2.5")
    # Tabel 7.1 prints 3 % for 2022: 2,5 / 3 × 100 = 83,33.
    assert (iku["target"], iku["realisasi"], iku["capaian"]) == (3, reached, Decimal("83.33"))
    report = reader.get("laporan/lkip-capaian?tahun=2022")
    printed = next(item["sel"] for item in report["baris"] if item["sel"].get("realisasi") == reached)
    assert (printed["capaian"], printed["predikat"]) == (iku["capaian"], iku["predikat"])
    assert found["ringkasan"]["dari"] == 1
    assert found["ringkasan"]["rata_capaian"] == iku["capaian"]


def test_a_figure_is_explained_as_the_command_does(program):
    found = program.get("kenapa/2022/1.6.4.02.01")
    assert [item["kunci"] for item in found["angka"]] == [
        "target",
        "kinerja",
        "capaian",
        "pagu",
        "rupiah",
        "serapan",
        "akhir",
    ]
    out = StringIO()
    call_command("explain", "1.6.4.02.01", "--tahun", "2022", "--format", "json", stdout=out)
    assert json.loads(out.getvalue(), parse_float=Decimal) == found


def test_periods_say_when_and_how_far(baseline):
    plan = Renstra.current()
    closed = Periode.objects.create(
        perangkat_daerah=plan.perangkat_daerah, tahun=2022, triwulan=1, buka=date(2022, 4, 1), tutup=date(2022, 4, 10)
    )
    mine = caller(staff())
    mine.patch("realisasi/2022?triwulan=2", {"baris": [{"kode": code(mine), "versi": 0, "isian": {"kinerja": 1}}]})
    quarters = mine.get("periode/2022")["periode"]
    assert [(item["triwulan"], item["terbuka"]) for item in quarters] == [
        (0, True),
        (1, False),
        (2, True),
        (3, True),
        (4, True),
    ]
    assert (quarters[1]["tutup"], quarters[1]["sampai"]) == ("2022-04-10", "2022-04-10")
    assert "ditutup 10 April 2022" in quarters[1]["keterangan"]
    assert quarters[2]["status"] == {"draf": 1}
    Perpanjangan.objects.create(
        periode=closed,
        unit=staff().unit,
        sampai=date(2999, 1, 1),
        alasan="bencana",
        oleh=person("sekretariat"),
        pada="2022-04-11T00:00Z",
    )
    later = mine.get("periode/2022")["periode"][1]
    assert (later["terbuka"], later["sampai"]) == (True, "2999-01-01")
    assert caller(person("staf.dayasos")).get("periode/2022")["periode"][2]["status"] == {}


def code(program):
    return program.get("realisasi/2022?jenis=subkegiatan")["baris"][0]["kode"]


@pytest.mark.parametrize(
    "query", ["tabel-6-2", "tabel-6-2?angka=dihitung&kop=ya", "e-81?tahun=2022&triwulan=2&unit=rehsos"]
)
def test_a_report_is_the_file_of_its_page(program, query):
    client = Client()
    client.force_login(kepala())
    slug, _, rest = query.partition("?")
    assert program.send("GET", f"laporan/{query}").content == client.get(f"/laporan/{slug}.json?{rest}").content


def test_every_report_is_listed_with_the_parameters_that_change_it(program):
    listed = {item["slug"]: item for item in program.get("laporan")["laporan"]}
    assert list(listed) == list(REPORTS)
    assert "triwulan" in listed["e-81"]["parameter"]
    assert "tahun" not in listed["tabel-6-2"]["parameter"]


def test_a_report_that_is_asked_for_wrongly_says_what_and_how(program):
    galat = program.get("laporan/lkip-capaian?tahun=2019&angka=lain", 422)["galat"]
    assert "2021-2026" in galat["sel"]["tahun"]
    assert "dokumen" in galat["sel"]["angka"]
    assert "tabel-6-2" in program.get("laporan/tabel-6-3", 404)["galat"]["pesan"]
