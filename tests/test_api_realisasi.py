"""Realisasi through the API: what is read, what is written, how each refusal looks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Jejak
from indicators.models import Periode, Realisasi
from tests.api_client import caller
from tests.entry_office import build_office, verify

SUB = "1.6.4.02.01.1"
OTHER = "1.6.4.02.01.2"  # of the Seksi below
ROW = f"realisasi/2022/{SUB}"


@pytest.fixture
def office(db):
    return build_office()


@pytest.fixture
def staf(office):
    return caller(office.staf)


def write(program, isian, versi=0, address=ROW, status=200, **more):
    return program.put(address, {"versi": versi, "isian": isian, **more}, status)


# Reading -------------------------------------------------------------------------------------------------------------


def test_staff_read_the_rows_of_their_unit_and_below_and_nobody_elses(office, staf):
    rows = staf.get("realisasi/2022")["baris"]
    assert {row["unit"] for row in rows} == {"rehsos", "rehsos.anak"}
    stranger = caller(office.staf_lain)
    assert {row["unit"] for row in stranger.get("realisasi/2022")["baris"]} == {"dayasos"}
    galat = stranger.get(ROW, 403)["galat"]
    assert "Bidang Rehabilitasi Sosial" in galat["pesan"]
    assert stranger.get(f"kenapa/2022/{SUB}", 403)["galat"]["kode"] == "tidak_berhak"


def test_who_reads_all_units_may_choose_one_and_staff_may_not_choose_another(office, staf):
    kepala = caller(office.pimpinan)
    assert kepala.get("realisasi/2022")["jumlah"] == 9
    assert {row["unit"] for row in kepala.get("realisasi/2022?unit=dayasos")["baris"]} == {"dayasos"}
    assert staf.get("realisasi/2022?unit=rehsos.anak")["jumlah"] == 1
    assert staf.get("realisasi/2022?unit=dayasos", 404)["galat"]["sel"] == {"unit": "Unit tidak ada."}


def test_an_account_without_unit_and_role_reads_nothing(office):
    office.staf.unit = None
    office.staf.save()
    assert "belum punya unit" in caller(office.staf).get("realisasi/2022", 403)["galat"]["pesan"]


def test_a_row_says_plan_cells_and_what_follows_from_them(staf):
    write(staf, {"kinerja": 80, "rupiah": 750_000})
    row = staf.get(ROW)
    assert row["isian"]["kinerja"] == 80
    assert row["isian"]["keadaan"] == "terisi"
    expected = {"target": 100, "capaian": 80, "predikat": "Tinggi", "pagu": 1_000_000, "realisasi_rp": 750_000}
    assert {key: row[key] for key in expected} == expected
    assert (row["serapan"], row["versi"], row["status"]) == (75, 1, "draf")
    assert row["diubah_oleh"] == "Staf Rehsos"
    above = staf.get("realisasi/2022/1.6.4.02.01")
    assert (above["realisasi_rp"], above["isian"]["rupiah"]) == (750_000, None)


def test_what_is_not_known_is_null_and_never_zero(staf):
    row = staf.get(ROW)
    for name in ("realisasi_rp", "capaian", "predikat", "serapan", "diubah_oleh", "diubah_pada"):
        assert row[name] is None, name
    assert row["isian"]["kinerja"] is None
    assert staf.get("realisasi/2022/IKU-1", 403)  # the Sekretariat's


def test_the_list_can_be_narrowed_and_taken_in_parts(staf):
    write(staf, {"kinerja": 80, "rupiah": 750_000})
    assert [row["kode"] for row in staf.get("realisasi/2022?keisian=lengkap")["baris"]] == [SUB]
    assert staf.get("realisasi/2022?status=disetujui")["jumlah"] == 0
    assert {row["jenis"] for row in staf.get("realisasi/2022?jenis=kegiatan")["baris"]} == {"kegiatan"}
    whole = staf.get("realisasi/2022")
    assert (whole["jumlah"], whole["terisi"], whole["diminta"]) == (5, 1, 5)
    part = staf.get("realisasi/2022?mulai=1&batas=2")
    assert part["jumlah"] == 5
    assert part["baris"] == whole["baris"][1:3]
    hour_ago = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [row["kode"] for row in staf.get(f"realisasi/2022?berubah_sejak={hour_ago}")["baris"]] == [SUB]
    assert staf.get("realisasi/2022?berubah_sejak=2200-01-01T00:00:00")["jumlah"] == 0


def test_a_year_outside_the_plan_is_said_with_the_years_there_are(staf):
    assert "2021 sampai 2026" in staf.get("realisasi/2019", 404)["galat"]["pesan"]
    assert "1.6.99" in staf.get("realisasi/2022/1.6.99", 404)["galat"]["pesan"]


@pytest.mark.parametrize("subs", [2, 20])
def test_a_whole_year_costs_the_same_few_queries_at_any_size(db, subs, django_assert_max_num_queries):
    office = build_office(subs=subs)
    staf, kepala = caller(office.staf), caller(office.pimpinan)
    for program, most, address in (
        (staf, 6, "realisasi/2022"),
        (kepala, 8, "realisasi/2022?unit=rehsos&triwulan=1"),
        (kepala, 6, "capaian/2022"),
        (kepala, 13, "rencana"),
        (kepala, 6, "indikator"),
        (kepala, 8, "periode/2022"),
        (staf, 9, ROW),
    ):
        with django_assert_max_num_queries(most):
            program.get(address)


# Writing one row -----------------------------------------------------------------------------------------------------


def test_what_is_written_is_stored_with_the_door_the_reason_and_the_person(office, staf):
    done = write(staf, {"kinerja": 7.25, "rupiah": 100}, alasan="Dari SIPD")
    assert done["hasil"] == "tersimpan"
    assert done["dibaca"] == {"kinerja": "7,25 Orang", "rupiah": "Rp 100"}
    assert done["baris"]["versi"] == 1
    stored = Realisasi.objects.get()
    assert (stored.kinerja, stored.rupiah, stored.diubah_oleh) == (Decimal("7.25"), 100, office.staf)
    trail = Jejak.objects.get(objek="indicators.realisasi", kolom="kinerja")
    assert (trail.pintu, trail.alasan, trail.pelaku, trail.ke) == (Jejak.Pintu.API, "Dari SIPD", office.staf, "7.25")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (0, "0"),
        (7.2, "7.2"),
        ("1.234,5", "1234.5"),
        ("7,23", "7.23"),
        (1e3, "1000"),
        (12345678901.2345, "12345678901.2345"),
    ],
)
def test_numbers_come_as_json_or_as_the_office_writes_them(staf, sent, kept):
    write(staf, {"kinerja": sent})
    assert Realisasi.objects.get().kinerja == Decimal(kept)


def test_no_digit_is_lost_on_the_way_in_and_out(staf):
    # Fifteen digits: more than that SQLite keeps of no number.
    body = b'{"versi": 0, "isian": {"kinerja": 98765432109.8765, "rupiah": 999999999999999}}'
    assert staf.send("PUT", ROW, body).status_code == 200
    assert Realisasi.objects.get().kinerja == Decimal("98765432109.8765")
    content = staf.send("GET", ROW).content
    assert b'"kinerja": 98765432109.8765,' in content
    assert b'"rupiah": 999999999999999,' in content


@pytest.mark.parametrize(
    ("isian", "cell", "said"),
    [
        ({"kinerja": "12.34"}, "kinerja", "12,34"),
        ({"kinerja": -1}, "kinerja", "negatif"),
        ({"kinerja": 1.23456}, "kinerja", "paling banyak 4"),
        ({"kinerja": 1e39}, "kinerja", "paling banyak 15"),
        ({"kinerja": True}, "isian.kinerja", "angka, teks, atau null"),
        ({"kinerja": [1]}, "isian.kinerja", "angka, teks, atau null"),
        ({"rupiah": 10.5}, "rupiah", "sen"),
        ({"keadaan": "tb"}, "alasan_keadaan", "mengapa"),
        ({"keadaan": "nihil", "kinerja": 5}, "keadaan", "tidak punya angka"),
        ({"keadaan": "kosong", "kinerja": 5}, "keadaan", "tidak punya angka"),
        ({"keadaan": "terisi"}, "kinerja", "minta angka"),
        ({"keadaan": "terisi", "kinerja": None}, "kinerja", "minta angka"),
        ({"keadaan": "lupa"}, "isian.keadaan", "Pilih salah satu"),
        ({"faktor_pendorong": "x" * 4001}, "faktor_pendorong", "Terlalu panjang"),
        ({"faktor_pendorong": 5}, "isian.faktor_pendorong", "teks atau null"),
        ({"kinreja": 5}, "isian.kinreja", "tidak dikenal"),
    ],
)
def test_a_cell_that_cannot_be_understood_is_refused_by_name_and_nothing_is_stored(staf, isian, cell, said):
    galat = write(staf, isian, status=422)["galat"]
    assert galat["kode"] == "isian_salah"
    assert said in galat["sel"][cell]
    assert said in galat["pesan"]
    assert not Realisasi.objects.exists()


def test_rupiah_of_a_kegiatan_follows_from_below_and_is_refused(staf):
    galat = write(staf, {"rupiah": 5}, address="realisasi/2022/1.6.4.02.01", status=422)["galat"]
    assert "sub kegiatan" in galat["sel"]["rupiah"]


def test_cells_that_are_not_named_stay_and_null_empties(staf):
    write(staf, {"kinerja": 5, "rupiah": 100, "tindak_lanjut": "terus"})
    write(staf, {"kinerja": 6}, versi=1)
    assert staf.get(ROW)["isian"] | {} == {
        "keadaan": "terisi",
        "kinerja": 6,
        "alasan_keadaan": "",
        "rupiah": 100,
        "alasan_lebih_pagu": "",
        "faktor_pendorong": "",
        "faktor_penghambat": "",
        "tindak_lanjut": "terus",
    }
    row = write(staf, {"kinerja": None, "rupiah": None}, versi=2)["baris"]
    assert (row["isian"]["keadaan"], row["isian"]["kinerja"], row["isian"]["rupiah"]) == ("kosong", None, None)


def test_the_four_states_come_in_by_name_and_a_new_one_takes_the_old_reason_along(staf):
    row = write(staf, {"keadaan": "tb", "alasan_keadaan": "tidak dianggarkan"})["baris"]
    assert (row["isian"]["keadaan"], row["isian"]["alasan_keadaan"]) == ("tb", "tidak dianggarkan")
    row = write(staf, {"keadaan": "nihil"}, versi=1)["baris"]
    assert (row["isian"]["keadaan"], row["isian"]["alasan_keadaan"]) == ("nihil", "")
    # "No number" is how it is: null beside a state that has none takes nothing away.
    assert write(staf, {"kinerja": None}, versi=2)["hasil"] == "sama"
    row = write(staf, {"keadaan": "kosong"}, versi=2)["baris"]
    assert row["isian"]["keadaan"] == "kosong"


@pytest.mark.parametrize(
    "isian",
    [
        {"kinerja": 94.5, "rupiah": 5},
        {"keadaan": "nihil"},
        {"keadaan": "tb", "alasan_keadaan": "tidak dianggarkan"},
        {"rupiah": 0},
    ],
)
def test_a_row_that_is_read_and_sent_back_changes_nothing(staf, isian):
    write(staf, isian)
    row = staf.get(ROW)
    again = write(staf, {**row["isian"], "kinerja": number(row["isian"]["kinerja"])}, versi=row["versi"])
    assert again["hasil"] == "sama"
    assert again["baris"] == row


def number(value):
    return float(value) if isinstance(value, Decimal) else value


def test_a_year_that_follows_its_quarters_is_sent_back_without_harm_and_not_typed_over(staf):
    for at, figure in ((1, 10), (2, 20)):
        write(staf, {"kinerja": figure, "rupiah": figure}, address=f"{ROW}?triwulan={at}")
    year = staf.get(ROW)
    assert (year["isian"]["kinerja"], year["isian"]["rupiah"]) == (30, 30)
    assert year["dihitung"] == ["kinerja", "rupiah"]
    assert write(staf, year["isian"], versi=year["versi"])["hasil"] == "sama"
    galat = write(staf, {"kinerja": 31}, versi=year["versi"], status=422)["galat"]
    assert "mengikuti triwulannya" in galat["sel"]["kinerja"]


def test_the_same_again_is_one_save_whatever_version_it_names(staf):
    write(staf, {"kinerja": 5})
    assert write(staf, {"kinerja": 5}, versi=0)["hasil"] == "sama"
    assert Realisasi.objects.get().versi == 1


def test_two_people_in_one_row_both_values_are_told_and_nothing_is_overwritten(office, staf):
    write(caller(office.rekan), {"kinerja": 40, "rupiah": 7})
    galat = write(staf, {"kinerja": 50}, versi=0, status=409)["galat"]
    assert galat["kode"] == "bentrok"
    assert "Staf Rehsos2" in galat["pesan"]
    assert {item["sel"]: (item["isian_anda"], item["tersimpan"]) for item in galat["beda"]} == {"kinerja": ("50", "40")}
    assert (galat["tersimpan"]["versi"], galat["tersimpan"]["isian"]["kinerja"]) == (1, 40)
    assert write(staf, {"kinerja": 50}, versi=1)["baris"]["isian"]["kinerja"] == 50


def test_a_locked_row_and_a_closed_period_are_423_with_the_reason(office, staf):
    write(staf, {"kinerja": 5, "rupiah": 5})
    verify(office, office.sub)
    galat = write(staf, {"kinerja": 6}, versi=2, status=423)["galat"]
    assert galat["kode"] == "terkunci"
    assert "diverifikasi" in galat["pesan"]
    yesterday = timezone.localdate() - timedelta(days=1)
    Periode.objects.create(perangkat_daerah=office.dinas.perangkat_daerah, tahun=2022, triwulan=3, tutup=yesterday)
    galat = write(staf, {"kinerja": 6}, address=f"realisasi/2022/{OTHER}?triwulan=3", status=423)["galat"]
    assert galat["kode"] == "ditutup"
    assert "triwulan III 2022 ditutup" in galat["pesan"]
    assert not Realisasi.objects.filter(triwulan=3).exists()


def test_nobody_writes_rows_of_another_unit(office):
    assert write(caller(office.staf_lain), {"kinerja": 5}, status=403)["galat"]["kode"] == "tidak_berhak"
    assert not Realisasi.objects.exists()


def test_a_mistyped_parameter_writes_into_no_other_period(staf):
    galat = write(staf, {"kinerja": 5}, address=f"{ROW}?triwulann=2", status=422)["galat"]
    assert "triwulann" in galat["sel"]
    assert write(staf, {"kinerja": 5}, address=f"{ROW}?triwulan=5", status=422)["galat"]["sel"].keys() == {"triwulan"}
    assert not Realisasi.objects.exists()


# Writing many --------------------------------------------------------------------------------------------------------


def many(*rows, **more):
    return {"baris": [{"kode": kode, "versi": versi, "isian": isian} for kode, versi, isian in rows], **more}


def test_many_rows_are_stored_in_one_go(office, staf):
    body = many((SUB, 0, {"kinerja": 5, "rupiah": "1.000"}), (OTHER, 0, {"keadaan": "nihil"}), alasan="Rekap")
    done = staf.patch("realisasi/2022", body)
    assert done["disimpan"] == 2
    assert [(row["kode"], row["hasil"], row["versi"]) for row in done["baris"]] == [
        (SUB, "tersimpan", 1),
        (OTHER, "tersimpan", 1),
    ]
    assert set(Jejak.objects.filter(objek="indicators.realisasi").values_list("pintu", "alasan")) == {("api", "Rekap")}
    again = staf.patch("realisasi/2022", body)
    assert [row["hasil"] for row in again["baris"]] == ["sama", "sama"]
    assert again["disimpan"] == 0


def test_one_refused_row_keeps_all_out_unless_asked_otherwise(office, staf):
    rows = (
        (SUB, 0, {"kinerja": 5}),
        (OTHER, 0, {"kinerja": "12.34"}),
        ("1.6.4.02.02.1", 0, {"kinerja": 5}),
        ("9.9", 0, {"kinerja": 5}),
        ("1.6.4", 0, {"kinerja": 5, "keadaan": "nihil"}),
    )
    galat = staf.patch("realisasi/2022", many(*rows), 422)["galat"]
    assert "4 dari 5 baris ditolak" in galat["pesan"]
    assert [row["hasil"] for row in galat["baris"]] == ["siap", "salah", "terkunci", "tidak_ada", "salah"]
    assert [set(row["sel"]) for row in galat["baris"]] == [set(), {"kinerja"}, {"kinerja"}, {"kode"}, {"keadaan"}]
    assert not Realisasi.objects.exists()
    done = staf.patch("realisasi/2022", many(*rows, semua=False))
    assert done["disimpan"] == 1
    assert [row["hasil"] for row in done["baris"]] == ["tersimpan", "salah", "terkunci", "tidak_ada", "salah"]
    assert Realisasi.objects.get().indikator.kode == SUB


def test_a_trial_judges_and_stores_nothing(staf):
    done = staf.patch(
        "realisasi/2022?triwulan=1", many((SUB, 0, {"kinerja": 5}), (OTHER, 3, {"kinerja": "x"}), coba=True)
    )
    assert [row["hasil"] for row in done["baris"]] == ["siap", "salah"]
    assert done["disimpan"] == 0
    assert not Realisasi.objects.exists()


def test_a_stale_row_of_many_tells_both_values(office, staf):
    write(caller(office.rekan), {"kinerja": 40})
    galat = staf.patch("realisasi/2022", many((SUB, 0, {"kinerja": 50})), 422)["galat"]
    line = galat["baris"][0]
    assert (line["hasil"], line["versi"]) == ("bentrok", 1)
    assert [(item["isian_anda"], item["tersimpan"]) for item in line["beda"]] == [("50", "40")]


def test_quarters_of_many_rows_take_their_year_along(staf):
    staf.patch("realisasi/2022?triwulan=1", many((SUB, 0, {"kinerja": 5}), (OTHER, 0, {"kinerja": 7})))
    assert [staf.get(f"realisasi/2022/{kode}")["isian"]["kinerja"] for kode in (SUB, OTHER)] == [5, 7]


@pytest.mark.parametrize(
    ("body", "cell"),
    [
        (many(), "baris"),
        (many((SUB, 0, {}), (SUB, 0, {})), "baris.1.kode"),
        (many((SUB, -1, {})), "baris.0.versi"),
        (many((SUB, 0, {})) | {"cobaa": True}, "cobaa"),
        (many(*[(f"x{at}", 0, {}) for at in range(501)]), "baris"),
        ([], "isi"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_by_the_place(staf, body, cell):
    assert cell in staf.patch("realisasi/2022", body, 422)["galat"]["sel"]


def test_many_rows_cost_few_queries_each(db, django_assert_max_num_queries):
    office = build_office(subs=20)
    staf = caller(office.staf)
    rows = [(f"1.6.4.02.01.{at}", 0, {"kinerja": at}) for at in range(3, 21)]
    with django_assert_max_num_queries(10 + 4 * len(rows)):
        assert staf.patch("realisasi/2022", many(*rows))["disimpan"] == 18
