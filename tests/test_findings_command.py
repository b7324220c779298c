"""``audit_renstra`` and the end of ``load_baseline``, on the document and on nothing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indicators.findings import reconcile
from indicators.findings.reconciliation import reconciliation
from indicators.findings.registry import KUNCI_JSON
from tests.findings_plan import small_facts, small_plan


def run(*arguments):
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("audit_renstra", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue(), err.getvalue()


def test_json_is_a_list_of_the_contracts_objects(baseline):
    status, out, err = run("--format", "json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found
    assert all(tuple(item) == KUNCI_JSON for item in found)
    assert all(item["keterangan"] for item in found)
    known = [item for item in found if item["tercetak"] is not None and item["dihitung"] is not None]
    assert len(known) > 30
    assert all(isinstance(item["tercetak"], int | float) for item in known)
    assert all(item["tercetak"] - item["dihitung"] == pytest.approx(item["selisih"]) for item in known)
    assert all(item["selisih"] is None for item in found if item not in known)


def test_text_is_for_people_with_both_numbers_and_the_difference(baseline):
    status, out, err = run()
    assert (status, err) == (0, "")
    assert "Rp akhir bukan jumlah tahunnya (6)" in out
    line = next(line for line in out.splitlines() if "Makanan" in line and "1.6.6.02.01.1" in line)
    assert line.split()[:7] == ["6.2", "1.6.6.02.01.1", "Rp", "akhir", "2.542.052.000", "2.979.193.280", "−437.141.280"]


def test_two_runs_print_the_same(baseline):
    assert run("--format", "json") == run("--format", "json")


def test_strict_fails_when_there_are_findings(baseline):
    status, out, err = run("--strict", "--format", "json")
    assert status == 1
    assert err == f"{len(json.loads(out))} temuan terbuka.\n"


def test_strict_passes_when_nothing_contradicts(db, monkeypatch):
    monkeypatch.setattr("indicators.management.commands.audit_renstra.Renstra.current", lambda: "Renstra contoh")
    monkeypatch.setattr("indicators.management.commands.audit_renstra.load_facts", lambda renstra: small_facts())
    assert run("--strict") == (0, "Renstra contoh: tidak ada temuan dari 15 aturan.\n", "")
    assert run("--strict", "--format", "json") == (0, "[]\n", "")


def test_without_a_plan_it_refuses_in_one_line(db):
    with pytest.raises(CommandError, match="jalankan manage"):
        call_command("audit_renstra")
    assert len(reconcile()) == 1


def test_a_format_it_does_not_know_is_a_wrong_call(db):
    with pytest.raises(CommandError, match="format"):
        call_command("audit_renstra", "--format", "xml")


def test_reconciliation_names_totals_that_add_up_and_those_that_do_not(baseline):
    lines = [line.strip() for line in reconcile()]
    for line in (
        "✓ Tabel 6.2 Jumlah 2021: 14.431.005.295 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah 2022: 14.770.044.005 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah 2023: 14.298.149.105 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah 2024: 14.472.149.105 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah 2025: 14.842.149.105 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah 2026: 15.172.149.105 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah akhir: 87.985.645.720 = jumlah 7 program",
        "✓ Tabel 6.2 Jumlah akhir: 87.985.645.720 = jumlah 6 tahun",
        "✗ Tabel 6.2 Rp akhir = jumlah tahunnya: 88 dari 94 baris",
        "✗ Tabel 2.1 Jumlah: 56 ≠ 57 jumlah 6 baris (selisih −1)",
        "✓ Tabel 2.2 Jumlah: 37 = jumlah 2 baris",
        "✓ Tabel 3.1 Jumlah: 343.991 = jumlah 20 jenis PMKS",
        "✓ Tabel 3.2 Kuning dan Hijau: 11.268 = jumlah 18 jenis PMKS pada Tabel 3.1",
        "✗ Jumlah PNS, Tabel 2.1: 38 ≠ 37 (selisih +1)",
    ):
        assert line in lines


def test_reconciliation_of_a_document_that_adds_up_has_no_cross():
    lines = reconciliation(small_facts())
    assert not [line for line in lines if "✗" in line]
    assert lines[-1] == "Tidak ada temuan: semua angka tercetak cocok."


def test_reconciliation_does_not_confirm_a_sum_with_an_empty_cell():
    lines = [line.strip() for line in reconciliation(small_facts(small_plan(r1_2021=None)))]
    assert "? Tabel 6.2 Jumlah 2021: 300; 1 dari 1 program kosong" in lines


def test_load_baseline_ends_with_the_reconciliation(baseline):
    out = StringIO()
    call_command("load_baseline", stdout=out)
    assert "✗ Tabel 2.1 Jumlah: 56 ≠ 57" in out.getvalue()
    assert "46 temuan" in out.getvalue().splitlines()[-1]
