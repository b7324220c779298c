"""``manage.py export_report``: files, statuses, and what it says when it refuses."""

import json
from pathlib import Path

import openpyxl
import pytest

from reports.registry import REPORTS
from tests.databases import manage


@pytest.fixture(scope="module")
def plan(databases):
    name = databases.copy()
    yield databases.url_of(name)
    databases.drop(name)


def export(plan, *arguments, **env):
    return manage(plan, "export_report", *map(str, arguments), check=False, **env)


def assert_refused(done, status, *words):
    assert done.returncode == status, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    for word in words:
        assert word in lines[0]


def test_the_format_follows_the_suffix(plan, tmp_path):
    for suffix, start in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("json", b"{"), ("html", b"<!doctype html>")):
        target = tmp_path / f"tabel.{suffix}"
        done = export(plan, "tabel-7-1", "--output", target)
        assert done.returncode == 0, done.stderr
        assert target.read_bytes().startswith(start)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tabel.html", "tabel.json", "tabel.pdf", "tabel.xlsx"]


def test_the_format_can_be_named(plan, tmp_path):
    assert export(plan, "tabel-7-1", "--output", tmp_path / "x.txt", "--format", "json").returncode == 0
    assert json.loads((tmp_path / "x.txt").read_text())["slug"] == "tabel-7-1"


def test_year_and_figures_are_parameters(plan, tmp_path):
    export(plan, "lkip-capaian", "--output", tmp_path / "a.json", "--tahun", "2024")
    assert json.loads((tmp_path / "a.json").read_text())["parameter"]["tahun"] == 2024
    export(plan, "tabel-2-1", "--output", tmp_path / "b.xlsx", "--angka", "dihitung")
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").worksheets[0]
    assert sheet.cell(sheet.max_row, 3).value == 57


def test_list_prints_slugs_and_titles(plan):
    done = export(plan, "--list")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == list(REPORTS)
    assert "tabel-6-2\tTabel 6.2 Rencana Program" in done.stdout


def test_all_writes_every_report_in_every_format(plan, tmp_path):
    done = export(plan, "--all", "--output", tmp_path / "semua")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (tmp_path / "semua").iterdir()}
    assert names == {f"{slug}.{suffix}" for slug in REPORTS for suffix in ("html", "xlsx", "pdf", "json")}


def test_an_unknown_slug_names_near_ones(plan, tmp_path):
    done = export(plan, "tabel-6-22", "--output", tmp_path / "x.pdf")
    assert_refused(done, 1, "'tabel-6-22' tidak ada", "tabel-6-2")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tahun", ["2020", "2027", "1999"])
def test_a_year_outside_the_plan_is_refused(plan, tmp_path, tahun):
    done = export(plan, "lkip-capaian", "--output", tmp_path / "x.pdf", "--tahun", tahun)
    assert_refused(done, 1, f"Tahun {tahun} di luar periode Renstra 2021-2026")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--tahun", "dua"], "tidak terbaca"),
        (["--triwulan", "5"], "Triwulan"),
        (["--angka", "lain"], "lain bukan pilihan"),
        (["--kertas", "a3"], "a3 bukan pilihan laporan ini; pilih f4-lanskap atau a4-lanskap"),
    ],
)
def test_a_wrong_value_is_refused(plan, tmp_path, arguments, word):
    assert_refused(export(plan, "tabel-6-2", "--output", tmp_path / "x.json", *arguments), 1, word)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["tabel-6-2"], "--output"),
        (["--output", "x.pdf"], "Slug"),
        (["tabel-6-2", "--output", "x.docx"], "tidak dikenal"),
        (["tabel-6-2", "--output", "x"], "tidak dikenal"),
        (["tabel-6-2", "--all", "--output", "x"], "bukan keduanya"),
        (["tabel-6-2", "--output", "x.pdf", "--format", "docx"], "docx"),
        (["tabel-6-2", "--keluar", "x.pdf"], "--keluar"),
    ],
)
def test_a_wrong_call_is_status_two(plan, tmp_path, arguments, word):
    done = manage(plan, "export_report", *arguments, check=False)
    assert_refused(done, 2, word)


def test_a_folder_that_is_not_there_is_named(plan, tmp_path):
    done = export(plan, "tabel-6-2", "--output", tmp_path / "tidak" / "ada.pdf")
    assert_refused(done, 1, str(tmp_path / "tidak"), "tidak ada")


def test_a_file_in_the_place_of_the_folder_is_refused(plan, tmp_path):
    (tmp_path / "berkas").write_text("isi")
    assert_refused(export(plan, "--all", "--output", tmp_path / "berkas"), 1, "berkas", "sudah ada berkas")


def test_all_writes_nothing_when_one_target_cannot_be_written(plan, tmp_path):
    (tmp_path / "tabel-7-1.json").mkdir()
    assert_refused(export(plan, "--all", "--output", tmp_path), 1, "tabel-7-1.json adalah folder")
    assert [item.name for item in tmp_path.iterdir()] == ["tabel-7-1.json"]


def test_a_folder_as_target_is_refused(plan, tmp_path):
    assert_refused(export(plan, "tabel-6-2", "--output", tmp_path, "--format", "pdf"), 1, "adalah folder")


def test_a_device_that_takes_no_file_leaves_nothing(plan):
    # /proc refuses new files even for root.
    done = export(plan, "tabel-7-1", "--output", "/proc/laporan.json")
    assert_refused(done, 1, "/proc", "tulis")


def test_an_existing_file_survives_a_refusal(plan, tmp_path):
    target = tmp_path / "lama.pdf"
    target.write_bytes(b"lama")
    export(plan, "lkip-capaian", "--output", target, "--tahun", "1999")
    assert target.read_bytes() == b"lama"


def test_an_empty_database_is_one_line(databases, tmp_path):
    done = manage(
        f"sqlite:///{tmp_path / 'kosong.sqlite3'}",
        "export_report",
        "tabel-6-2",
        "--output",
        str(tmp_path / "x.pdf"),
        check=False,
    )
    assert_refused(done, 1, "migrate")
    assert not Path(tmp_path / "x.pdf").exists()
