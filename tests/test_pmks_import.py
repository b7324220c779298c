"""Files of people and services: what is read, what is refused and why, and that nothing happens twice."""

import csv
import json
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from pmks import kripto, ringkasan
from pmks.impor.berkas import Bentuk, BerkasDitolak, detect
from pmks.impor.kolom import known_headings, suggest
from pmks.impor.tanggal import TanggalError, read_date
from pmks.models import Layanan, Orang, OrangKategori, PekerjaanImpor, RingkasanPMKS, RiwayatOrang, Wilayah
from pmks.penggabungan import merge
from tests.registry_people import BOJONEGARA, FAKIR_MISKIN, KRAMATWATU, MARGASANA, new_nik, person, staff

HEAD = "nik,no_kk,nama,jenis_kelamin,tanggal_lahir,kategori,kode_desa,alamat"
KODE = "1.6.5.02.02.3"

pytestmark = pytest.mark.usefixtures("baseline")


def row(nik="", nama="Siti", lahir="1980-05-01", kategori="24", desa=KRAMATWATU, kk="", sex="P", alamat="Kp. Uji"):
    return f"{nik},{kk},{nama},{sex},{lahir},{kategori},{desa},{alamat}"


def write(path: Path, *rows: str, head: str = HEAD, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join([head, *rows, ""]).encode(encoding))
    return path


def load(path: Path, *options: str, what: str = "import_pmks", tahun: int = 2024) -> dict:
    out, err = StringIO(), StringIO()
    call_command(what, str(path), "--tahun", str(tahun), "--format", "json", *options, stdout=out, stderr=err)
    return json.loads(out.getvalue()) | {"stderr": err.getvalue()}


def counts(found: dict) -> tuple[int, ...]:
    return tuple(found[name] for name in ("dibaca", "baru", "berubah", "sama", "ditolak", "peringatan"))


def refused(found: dict, separator: str = ",") -> list[list[str]]:
    with Path(found["berkas_ditolak"]).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=separator))


# People --------------------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(tmp_path):
    nik = new_nik()
    path = write(tmp_path / "a.csv", row(nik), row(nik, kategori="9"), row(nama="Tanpa Papan", desa=BOJONEGARA))
    first = load(path)
    assert counts(first) == (3, 3, 0, 0, 0, 0)
    assert first["berkas_ditolak"] is None
    stamp = list(Orang.objects.order_by("pk").values())
    assert counts(load(path)) == (3, 0, 0, 3, 0, 0)
    assert list(Orang.objects.order_by("pk").values()) == stamp
    assert OrangKategori.objects.count() == 3
    who = Orang.objects.with_nik(nik).get()
    assert (who.nama, who.tanggal_lahir, who.desa.kode) == ("Siti", date(1980, 5, 1), KRAMATWATU)
    assert not ringkasan.compare(2024)
    total = RingkasanPMKS.objects.get(tahun=2024, kategori=None, wilayah__kode="36.04")
    assert total.jumlah == 2


def test_bad_rows_come_back_with_reasons_and_can_be_mended(tmp_path):
    path = write(
        tmp_path / "data.csv",
        row(new_nik(), nama="Baik"),
        row("3.60405E+15", nama="Rusak"),
        row(new_nik(), nama="", kategori="27", desa="99.99"),
        row("", nama="Tanpa Lahir", lahir=""),
        row(new_nik(), nama="Masa Depan", lahir="2999-01-01"),
        row(new_nik(), nama="Jender", sex="X"),
    )
    found = load(path)
    assert counts(found) == (6, 1, 0, 0, 5, 0)
    assert found["berkas_ditolak"] == str(tmp_path / "data.ditolak.csv")
    back = refused(found)
    assert back[0] == [*HEAD.split(","), "alasan"]
    reasons = [line[-1] for line in back[1:]]
    assert "notasi ilmiah" in reasons[0]
    for part in ("nama: kosong", "kategori: “27” tidak dikenal", "kode_desa: 99.99 tidak ada"):
        assert part in reasons[1]
    assert "tanpa NIK" in reasons[2]
    assert "di luar 1900-01-01 sampai" in reasons[3]
    assert "tulis L atau P" in reasons[4]
    # Mended in the very file that came back, its last column still there.
    mended = Path(found["berkas_ditolak"])
    text = mended.read_text(encoding="utf-8-sig").replace(",X,", ",P,").replace("2999-01-01", "1980-05-01")
    mended.write_text(text, encoding="utf-8")
    again = load(mended)
    assert counts(again) == (5, 2, 0, 0, 3, 0)
    assert "tidak dibaca" not in again["stderr"]


def test_unknown_columns_are_named_and_ignored(tmp_path):
    path = write(tmp_path / "a.csv", f"{row(new_nik())},rahasia", head=f"{HEAD},Golongan Darah")
    found = load(path)
    assert counts(found) == (1, 1, 0, 0, 0, 0)
    assert "Golongan Darah" in found["stderr"]


def test_columns_come_in_any_order_and_case(tmp_path):
    head = "Alamat;Kode Desa;KATEGORI;Tanggal Lahir;NAMA;NIK"
    path = write(tmp_path / "a.csv", f"Kp.;{KRAMATWATU};24;17/05/1980;Siti;{new_nik()}", head=head)
    assert counts(load(path)) == (1, 1, 0, 0, 0, 1)
    assert Orang.objects.get().tanggal_lahir == date(1980, 5, 17)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encoding_and_separator_are_found_out(tmp_path, separator, encoding):
    path = tmp_path / "a.csv"
    head = HEAD.replace(",", separator)
    write(path, row(new_nik(), nama="Siti Nur’aini").replace(",", separator), head=head, encoding=encoding)
    assert counts(load(path)) == (1, 1, 0, 0, 0, 0)
    assert Orang.objects.get().nama == "Siti Nur’aini"


def test_a_person_without_papers_is_known_by_name_birth_date_and_village(tmp_path):
    path = write(
        tmp_path / "a.csv",
        row(nama="Mak Icih"),
        row(nama="MAK  ICIH", kategori="9"),
        row(nama="Mak Icih", desa=MARGASANA),
    )
    assert counts(load(path)) == (3, 3, 0, 0, 0, 1)  # the second writes the name otherwise
    assert Orang.objects.count() == 2


def test_what_a_later_row_says_otherwise_is_a_warning_and_not_taken(tmp_path):
    nik = new_nik()
    path = write(tmp_path / "a.csv", row(nik), row(nik, nama="Sity", kategori="9", desa=MARGASANA))
    found = load(path)
    assert counts(found) == (2, 2, 0, 0, 0, 1)
    assert "nama, kode_desa berbeda dengan baris 2" in found["stderr"]
    assert Orang.objects.get().nama == "Siti"
    assert counts(load(path)) == (2, 0, 0, 2, 0, 1)


def test_another_file_changes_what_it_says_and_leaves_what_it_does_not(tmp_path):
    nik, kk = new_nik(), "3604051204100007"
    load(write(tmp_path / "a.csv", row(nik, kk=kk, alamat="Kp. Lama"), row(nik, kategori="9")))
    path = write(tmp_path / "b.csv", row(nik, nama="Siti Aminah", alamat="", desa=MARGASANA))
    assert counts(load(path, "--user", "staf.linjamsos")) == (1, 0, 1, 0, 0, 0)
    who = Orang.objects.get()
    assert (who.nama, who.nama_cari, who.alamat, who.desa.kode) == ("Siti Aminah", "siti aminah", "Kp. Lama", MARGASANA)
    assert who.kk_samar.endswith("0007")
    history = {(item.kolom, item.dari, item.ke, str(item.pelaku)) for item in RiwayatOrang.objects.all()}
    by = str(staff("staf.linjamsos"))
    assert history == {("nama", "Siti", "Siti Aminah", by), ("desa", KRAMATWATU, MARGASANA, by)}
    # Both kinds of the year moved along.
    assert set(OrangKategori.objects.values_list("desa__kode", flat=True)) == {MARGASANA}
    assert not ringkasan.compare(2024)


def test_a_new_no_kk_is_kept_masked_in_the_history(tmp_path):
    nik = new_nik()
    load(write(tmp_path / "a.csv", row(nik, kk="3604051204100007")))
    assert counts(load(write(tmp_path / "b.csv", row(nik, kk="3604051204100008")))) == (1, 0, 1, 0, 0, 0)
    change = RiwayatOrang.objects.get()
    assert (change.kolom, change.dari[-4:], change.ke) == ("no_kk", "0007", "•" * 12 + "0008")


def test_a_nik_that_contradicts_birth_date_or_sex_is_stored_with_a_warning(tmp_path):
    found = load(write(tmp_path / "a.csv", row(new_nik(), lahir="1980-05-02", sex="L")))
    assert counts(found) == (1, 1, 0, 0, 0, 2)
    assert "tanggal lahir tidak sama dengan yang ada dalam NIK" in found["stderr"]


def test_a_row_about_a_merged_person_goes_to_the_one_it_was_merged_into(tmp_path):
    keep, twin = person("Siti"), person("Siti", nik=(nik := new_nik()), kode_desa=MARGASANA)
    merge(staff("staf.fakirmiskin"), keep.pk, twin.pk, "orang yang sama", pintu="peramban")
    found = load(write(tmp_path / "a.csv", row(nik, nama="Lain", kategori="23")))
    assert counts(found) == (1, 1, 0, 0, 0, 1)
    assert OrangKategori.objects.filter(orang=keep, kategori__nomor=23).exists()
    keep.refresh_from_db()
    assert keep.nama == "Siti"


def test_staff_import_only_kinds_that_their_unit_serves(tmp_path):
    path = write(tmp_path / "a.csv", row(new_nik()), row(new_nik(), kategori="16"))
    found = load(path, "--user", "staf.fakirmiskin")
    assert counts(found) == (2, 1, 0, 0, 1, 0)
    assert "hanya dicatat oleh unit yang melayaninya" in refused(found)[1][-1]
    with pytest.raises(CommandError, match="tidak berhak mengimpor"):
        load(path, "--user", "admin")
    with pytest.raises(CommandError, match="Akun siapa tidak ada"):
        load(path, "--user", "siapa")


def test_a_dry_run_counts_the_same_and_stores_nothing(tmp_path):
    nik = new_nik()
    path = write(tmp_path / "a.csv", row(nik), row(nik), row(nik, kategori="9"), row(new_nik(), sex="X"))
    assert counts(load(path, "--dry-run")) == (4, 2, 0, 1, 1, 0)
    assert not Orang.objects.exists()
    assert not PekerjaanImpor.objects.exists()
    assert not list(tmp_path.glob("*.ditolak.csv"))
    assert counts(load(path)) == (4, 2, 0, 1, 1, 0)


def test_rows_stored_in_small_chunks_come_out_the_same(tmp_path, monkeypatch):
    numbers = [new_nik() for _ in range(7)]
    path = write(tmp_path / "a.csv", *(row(nik) for nik in numbers), row(numbers[0], kategori="9", nama="Lain"))
    monkeypatch.setattr("pmks.impor.pekerjaan.POTONGAN", {"sqlite": 3, "postgresql": 3})
    assert counts(load(path, "--dry-run")) == (8, 8, 0, 0, 0, 0)
    assert counts(load(path)) == (8, 8, 0, 0, 0, 1)
    assert counts(load(path)) == (8, 0, 0, 8, 0, 1)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("36.04.05.2001", KRAMATWATU),
        ("3604052001", KRAMATWATU),
        ("desa kramatwatu", KRAMATWATU),
        ("Teluk  Terate", "36.04.05.2014"),
        ("Margasana, Kec. Kramatwatu", MARGASANA),
    ],
)
def test_a_village_is_known_by_code_or_by_a_name_of_its_own(tmp_path, text, where):
    cell = f'"{text}"' if "," in text else text
    found = load(write(tmp_path / "a.csv", row(new_nik(), desa=cell)))
    assert counts(found)[:2] == (1, 1)
    assert Orang.objects.get().desa.kode == where


def test_a_village_name_that_two_kecamatan_have_is_refused(tmp_path):
    names = list(Wilayah.objects.filter(tingkat="desa").values_list("nama", "induk__nama"))
    double = next(name for name, _ in names if sum(other == name for other, _ in names) > 1)
    where = sorted(district for name, district in names if name == double)
    path = write(tmp_path / "a.csv", row(new_nik(), desa=double), row(new_nik(), desa=f'"{double}, {where[0]}"'))
    found = load(path)
    assert counts(found) == (2, 1, 0, 0, 1, 0)
    assert all(part in refused(found)[1][-1] for part in ("tulis kodenya", *where))
    assert Orang.objects.get().desa.induk.nama == where[0]


@pytest.mark.parametrize("kind", ["24", "Fakir Miskin", "fakir  miskin", "24. Fakir Miskin"])
def test_a_kind_is_known_by_number_or_name(tmp_path, kind):
    assert counts(load(write(tmp_path / "a.csv", row(new_nik(), kategori=kind))))[:2] == (1, 1)
    assert OrangKategori.objects.get().kategori.nomor == FAKIR_MISKIN


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1980-05-17", date(1980, 5, 17)),
        ("17/05/1980", date(1980, 5, 17)),
        ("7-5-1980", date(1980, 5, 7)),
        ("17.05.1980", date(1980, 5, 17)),
        ("17 Mei 1980", date(1980, 5, 17)),
        ("17-Agustus-1980", date(1980, 8, 17)),
        ("1980-05-17 00:00:00", date(1980, 5, 17)),
    ],
)
def test_dates_are_read_in_the_usual_spellings(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("05/17/1980", "bulan 17"),
        ("17/05/80", "dua angka"),
        ("29358", "bilangan"),
        ("31/02/1980", "kalender"),
        ("1980-02-30", "kalender"),
        ("kemarin", "tidak terbaca"),
    ],
)
def test_dates_that_could_be_something_else_are_refused(text, why):
    with pytest.raises(TanggalError, match=why):
        read_date(text)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "kosong"),
        (b"\xd0\xcf\x11\xe0rest", "XLS lama"),
        (b"satu judul saja\nisi\n", "judul kolom"),
        (b"nik,\x81\x8d\n", "Pengodean"),
        (b"nik,nama\n1,2\n", "Kolom kategori tidak ada"),
        (b"nama,nama,kategori,kode_desa,nik\n", "Dua kolom dibaca sebagai nama"),
        (b'nik,nama,kategori,kode_desa\n"' + b"x" * 200_000, "tanda petik"),
        (b"PK\x03\x04bukan zip", "rusak"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, content, why):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=why):
        load(path)
    assert not Orang.objects.exists()


def test_a_row_with_cells_too_many_or_too_few_is_refused(tmp_path):
    path = write(tmp_path / "a.csv", f"{row(new_nik())},lebih", "3,4", "", row(new_nik()) + ",,")
    assert counts(load(path)) == (3, 1, 0, 0, 2, 0)


def test_a_cell_that_a_spreadsheet_would_run_goes_out_as_text_and_comes_back(tmp_path):
    found = load(write(tmp_path / "a.csv", row(new_nik(), alamat="=2+2", sex="X")))
    back = Path(found["berkas_ditolak"])
    assert refused(found)[1][7] == "'=2+2"
    back.write_text(back.read_text(encoding="utf-8-sig").replace(",X,", ",P,"), encoding="utf-8")
    load(back)
    assert Orang.objects.get().alamat == "=2+2"


def test_production_without_keys_refuses_in_one_line(tmp_path, settings):
    settings.PII_KEYS = ()
    with pytest.raises(CommandError, match="PII_KEYS belum diisi"):
        load(write(tmp_path / "a.csv", row(new_nik())))


def test_people_under_an_older_key_are_found_again(tmp_path, settings):
    nik, old = new_nik(), settings.PII_KEYS
    path = write(tmp_path / "a.csv", row(nik))
    load(path)
    settings.PII_KEYS = (b"n" * 32, *old)
    assert counts(load(path)) == (1, 0, 0, 1, 0, 0)
    services = write(tmp_path / "b.csv", f"{nik},{KODE},2024-03-01,sembako,", head=SERVICES)
    assert counts(load(services, what="import_layanan")) == (1, 1, 0, 0, 0, 0)
    assert kripto.key_id(Orang.objects.get().nik_sandi) != kripto.keys()[0].id


# Workbooks -----------------------------------------------------------------------------------------------------------


def workbook(path: Path, *rows: list, head: str = HEAD) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(head.split(","))
    for line in rows:
        sheet.append(line)
    book.save(path)
    return path


def test_a_workbook_is_read_with_its_dates_and_its_numeric_nik_refused(tmp_path):
    good, number = new_nik(), new_nik()
    path = workbook(
        tmp_path / "a.xlsx",
        [good, "", "Siti", "P", date(1980, 5, 1), 24, KRAMATWATU, "Kp."],
        [int(number), "", "Sari", "P", date(1980, 5, 1), 24, KRAMATWATU, "Kp."],
        [None] * 8,
    )
    found = load(path)
    assert counts(found) == (2, 1, 0, 0, 1, 0)
    assert "selnya berupa bilangan" in refused(found, ";")[1][-1]
    assert Orang.objects.get().tanggal_lahir == date(1980, 5, 1)
    assert counts(load(path)) == (2, 0, 0, 1, 1, 0)


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path):
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(CommandError, match="membengkak"):
        load(path)


def test_a_workbook_that_declares_entities_is_refused(tmp_path):
    path = tmp_path / "xxe.xlsx"
    with zipfile.ZipFile(workbook(tmp_path / "a.xlsx")) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            if name.endswith("sheet1.xml"):
                text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text
            archive.writestr(name, text)
    with pytest.raises(CommandError, match="deklarasi XML"):
        load(path)


def test_reading_a_workbook_has_a_limit_of_memory(tmp_path, monkeypatch):
    path = workbook(
        tmp_path / "a.xlsx", *([new_nik(), "", "Siti", "P", "1980-05-01", 24, KRAMATWATU, "Kp."] for _ in range(9))
    )
    source = Path("pmks/impor/lembar.py").read_text()
    small = tmp_path / "lembar.py"
    small.write_text(source.replace("MEMORY = 1_500_000_000", "MEMORY = 10_000_000"))
    monkeypatch.setattr("pmks.impor.berkas.lembar.__file__", str(small))
    with pytest.raises(CommandError, match=r"batas memori|terlalu besar|tidak terbaca"):
        load(path)


# Services ------------------------------------------------------------------------------------------------------------

SERVICES = "nik,kode_sub_kegiatan,tanggal,jenis_layanan,nilai_rp"


def test_services_are_given_to_registered_people_once(tmp_path):
    nik = new_nik()
    who = person("Siti", nik=nik)
    path = write(
        tmp_path / "a.csv",
        f"{nik},{KODE},2024-03-01,sembako,150000",
        f"{nik},1.06.05.2.02.03,2024-04-01,sembako,",
        f"{new_nik()},{KODE},2024-03-01,sembako,150000",
        f"{nik},9.9.9,2024-03-01,sembako,150000",
        f"{nik},{KODE},2023-03-01,sembako,150000",
        f"{nik},{KODE},2024-05-01,,12.34",
        head=SERVICES,
    )
    found = load(path, what="import_layanan")
    assert counts(found) == (6, 2, 0, 0, 4, 0)
    reasons = [line[-1] for line in refused(found)[1:]]
    assert "belum terdaftar" in reasons[0]
    assert "tidak ada dalam Renstra" in reasons[1]
    assert "di luar 2024-01-01" in reasons[2]
    assert "jenis_layanan: kosong" in reasons[3]
    assert "nilai_rp" in reasons[3]
    row_ = Layanan.objects.get(tanggal=date(2024, 3, 1))
    assert (row_.orang, row_.kode_sub_kegiatan, row_.nilai_rp) == (who, "1.06.05.2.02.03", 150000)
    assert row_.unit.kode == "linjamsos.jaminan"
    assert counts(load(path, what="import_layanan")) == (6, 0, 0, 2, 4, 0)


def test_a_service_with_another_value_is_changed_and_never_doubled(tmp_path):
    nik = new_nik()
    person("Siti", nik=nik)
    load(write(tmp_path / "a.csv", f"{nik},{KODE},2024-03-01,sembako,150000", head=SERVICES), what="import_layanan")
    path = write(
        tmp_path / "b.csv",
        f"{nik},{KODE},01/03/2024,sembako,200.000",
        f"{nik},{KODE},2024-03-01,sembako,",
        head=SERVICES,
    )
    assert counts(load(path, what="import_layanan")) == (2, 0, 1, 1, 0, 0)
    assert Layanan.objects.get().nilai_rp == 200000


def test_a_service_names_its_person_by_number_too(tmp_path):
    who = person("Siti", nik="")
    path = write(
        tmp_path / "a.csv",
        f"{who.pk},{KODE},2024-03-01,sembako,",
        f"{who.pk + 1},{KODE},2024-03-01,sembako,",
        head=SERVICES.replace("nik", "id"),
    )
    found = load(path, what="import_layanan")
    assert counts(found) == (2, 1, 0, 0, 1, 0)
    assert f"orang {who.pk + 1} tidak ada" in refused(found)[1][-1]


# Load ----------------------------------------------------------------------------------------------------------------


def test_invented_people_are_the_same_for_the_same_seed_and_all_good(tmp_path):
    one, two, other = (tmp_path / name for name in ("1.csv", "2.csv", "3.csv"))
    for path, seed in ((one, 7), (two, 7), (other, 8)):
        call_command("generate_registry", people=1500, seed=seed, output=path, stdout=StringIO())
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    found = load(one)
    assert found["ditolak"] == found["peringatan"] == found["sama"] == 0
    assert found["baru"] == found["dibaca"]
    assert Orang.objects.count() == 1500
    # 331.734 of 343.991 are fakir miskin (Tabel 3.1).
    share = RingkasanPMKS.objects.get(tahun=2024, kategori__nomor=24, wilayah__kode="36.04").jumlah / 1500
    assert 0.94 < share < 0.99
    assert Orang.objects.values("desa").distinct().count() > 100


# Matching columns ----------------------------------------------------------------------------------------------------


def test_headings_of_other_registers_are_suggested_not_taken():
    found = suggest("pmks", ["No KTP", "Nama Lengkap", "Desa/Kelurahan", "Jenis PMKS", "Tgl Lahir", "Hobi", "NIK"])
    assert found == {
        "NIK": "nik",
        "Nama Lengkap": "nama",
        "Desa/Kelurahan": "kode_desa",
        "Jenis PMKS": "kategori",
        "Tgl Lahir": "tanggal_lahir",
    }


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BerkasDitolak, match="tidak dapat dibaca"):
        detect(tmp_path / "tiada.csv", known_headings("pmks"))
    path = tmp_path / "a.csv"
    path.write_text("nik;nama\n", encoding="utf-16")
    assert detect(path, known_headings("pmks")) == Bentuk("utf-16", ";")
