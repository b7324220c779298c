"""export_template and import_realisasi as scripts call them: files, JSON, exit status, messages."""

import json

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from indicators.models import Realisasi
from renstra.commands import Ditolak
from tests.databases import manage


@pytest.fixture(scope="module")
def office(databases):
    """A copy of the document of its own, since other processes write it."""
    name = databases.copy()
    yield databases.url_of(name)
    databases.drop(name)


def run(office, *arguments):
    done = manage(office, *map(str, arguments), check=False)
    assert "Traceback" not in done.stderr
    return done


def export(office, target, *more):
    done = run(office, "export_template", "realisasi", "--tahun", 2023, "--output", target, *more)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return target


def type_into(file, cells):
    book = load_workbook(file)
    for place, value in cells.items():
        book["Realisasi"][place] = value
    book.save(file)


def row(file, kode):
    """Row of a sub kegiatan."""
    sheet = load_workbook(file)["Realisasi"]
    return next(number for number in range(2, sheet.max_row + 1) if sheet[f"B{number}"].value == kode)


def imported(office, file, *more):
    done = run(office, "import_realisasi", file, "--format", "json", *more)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_out_filled_in_and_back_in(office, tmp_path):
    file = export(office, tmp_path / "semua.xlsx")
    sheet = load_workbook(file)["Realisasi"]
    assert sheet.max_row - 1 == 96  # 94 rows of Tabel 6.2, the second measure of 1.6.4.02.01, one IKU
    at = row(file, "1.6.4.02.01.1")
    type_into(file, {f"H{at}": 100, f"I{at}": 1_000_000})
    tried = imported(office, file, "--dry-run")
    assert tried[:2] == (0, {"dibaca": 96, "berubah": 1, "sama": 95, "ditolak": []})
    assert "1 akan berubah" in tried[2]
    assert imported(office, file)[:2] == (0, {"dibaca": 96, "berubah": 1, "sama": 95, "ditolak": []})
    assert imported(office, file)[:2] == (0, {"dibaca": 96, "berubah": 0, "sama": 96, "ditolak": []})
    again = load_workbook(export(office, tmp_path / "lagi.xlsx"))["Realisasi"]
    assert (again[f"H{at}"].value, again[f"I{at}"].value) == (100, 1_000_000)


def test_refused_cells_are_named_and_nothing_is_stored(office, tmp_path):
    file = export(office, tmp_path / "rehsos.xlsx", "--unit", "rehsos")
    at = row(file, "1.6.4.02.01.2")
    type_into(file, {f"H{at}": "banyak", f"I{at}": -1, f"H{at + 1}": 5})
    status, answer, said = imported(office, file, "--user", "staf.rehsos")
    assert status == 1
    assert (answer["berubah"], [item["sel"] for item in answer["ditolak"]]) == (
        0,
        [f"Realisasi!H{at}", f"Realisasi!I{at}"],
    )
    assert [item["nilai"] for item in answer["ditolak"]] == ["banyak", "-1"]
    assert all(item["alasan"] for item in answer["ditolak"])
    assert "tidak satu pun disimpan" in said
    fresh = load_workbook(export(office, tmp_path / "lagi.xlsx", "--unit", "rehsos"))["Realisasi"]
    assert fresh[f"H{at + 1}"].value is None


def test_the_person_may_write_own_rows_only(office, tmp_path):
    file = export(office, tmp_path / "rehsos.xlsx", "--unit", "rehsos")
    type_into(file, {f"H{row(file, '1.6.4.02.01.3')}": 5})
    assert imported(office, file, "--user", "staf.dayasos")[0] == 1
    assert imported(office, file, "--user", "staf.rehsos", "--dry-run")[0] == 0
    done = run(office, "import_realisasi", file, "--user", "verifikator")
    assert (done.returncode, "hanya dikirim oleh staf" in done.stderr) == (1, True)
    done = run(office, "import_realisasi", file, "--user", "siapa")
    assert (done.returncode, "siapa tidak ada" in done.stderr) == (1, True)
    status, answer, _ = imported(office, file, "--user", "verifikator")
    assert (status, "hanya dikirim oleh staf" in answer["ditolak"][0]["alasan"]) == (1, True)


def test_a_quarter_and_a_sheet_a_unit(office, tmp_path):
    file = export(office, tmp_path / "tw.xlsx", "--triwulan", "1", "--per-unit")
    book = load_workbook(file)
    assert len(book.sheetnames) == 6
    assert "triwulan I 2023" in imported(office, file, "--dry-run")[2]


def test_text_for_people_names_old_and_new(office, tmp_path):
    file = export(office, tmp_path / "semua.xlsx")
    at = row(file, "1.6.5.02.02.1")
    type_into(file, {f"H{at}": "nihil"})
    done = run(office, "import_realisasi", file, "--dry-run")
    assert done.stdout.strip() == f"Realisasi!H{at}\t(kosong) → tidak ada kejadian"


def test_a_file_that_is_no_workbook_is_one_line_and_json_as_well(office, tmp_path):
    file = tmp_path / "isian.xlsx"
    file.write_text("nama;nilai")
    status, answer, said = imported(office, file)
    assert (status, answer["dibaca"], len(answer["ditolak"])) == (1, 0, 1)
    assert "bukan buku kerja Excel" in answer["ditolak"][0]["alasan"]
    assert said.startswith("Ditolak: isian.xlsx ditolak. Berkas ini bukan buku kerja Excel.")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["import_realisasi", "/tmp/tidak-ada.xlsx"], 1, "tidak ada"),
        (["import_realisasi", "/tmp"], 1, "itu folder"),
        (["import_realisasi"], 2, "Panggilan salah"),
        (["export_template", "realisasi", "--output", "x.xlsx"], 2, "--tahun"),
        (["export_template", "realisasi", "--tahun", "2022"], 2, "--output"),
        (["export_template", "pmks", "--tahun", "2022", "--output", "x.xlsx"], 2, "pilihan tidak ada"),
        (["export_template", "realisasi", "--tahun", "duaribu", "--output", "x.xlsx"], 2, "bukan bilangan bulat"),
        (["export_template", "realisasi", "--tahun", "2030", "--output", "/tmp/x.xlsx"], 1, "2021 sampai 2026"),
        (["export_template", "realisasi", "--tahun", "2022", "--unit", "x", "--output", "/tmp/x.xlsx"], 1, "rehsos"),
        (["export_template", "realisasi", "--tahun", "2022", "--triwulan", "5", "--output", "x.xlsx"], 2, "pilihan"),
        (["export_template", "realisasi", "--tahun", "2022", "--output", "/tidak/ada/x.xlsx"], 1, "Folder"),
    ],
)
def test_wrong_calls_and_refusals_differ_by_exit_status(office, arguments, status, said):
    done = run(office, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_empty_database_says_what_is_missing(db, tmp_path):
    with pytest.raises(Ditolak, match="Renstra"):
        call_command("export_template", "realisasi", "--tahun", "2022", "--output", str(tmp_path / "x.xlsx"))
    assert not list(tmp_path.iterdir())
    assert not Realisasi.objects.exists()
