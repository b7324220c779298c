"""The crosswalk of codes: shown as known, imported all or nothing, never guessed."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from openpyxl import Workbook

from accounts.models import Jejak
from programs.crosswalk import COLUMNS, BerkasDitolak, crosswalk, import_crosswalk
from programs.models import PadananKode, Renstra
from tests.people import ONE_A_ROLE, person

pytestmark = pytest.mark.django_db

ASAL, TUJUAN = "050-3708/2020", "900.1.15.5-1317/2023"
HEAD = ";".join(COLUMNS)
ROW = f"{ASAL};1.06.04.2.01.01;{TUJUAN};1.06.04.2.01.0007;Penyediaan Permakanan;"


def client_of(username):
    client = Client()
    client.force_login(person(username))
    return client


def csv(*rows):
    return "\n".join((HEAD, *rows)).encode()


def bring(content, name="padanan.csv", username="admin"):
    return import_crosswalk(person(username), name, content, pintu="berkas")


def test_without_a_list_no_successor_is_known(baseline):
    rows = crosswalk(Renstra.current())
    assert len(rows) == 7 + 15 + 69
    assert not any(row.terpetakan for row in rows)
    html = client_of("staf.rehsos").get("/renstra/padanan/").content.decode()
    assert html.count("belum dipetakan</span>") == 2 * (7 + 15 + 69)
    assert "0 dari 91 baris" in html
    assert 'name="berkas"' not in html


def test_a_list_is_stored_once_with_its_trail(baseline):
    assert bring(csv(ROW)).berubah == 1
    row = PadananKode.objects.get()
    assert (row.kode_asal, row.kode_tujuan) == ("1.06.04.2.01.01", "1.06.04.2.01.0007")
    trail = Jejak.objects.get(objek="programs.padanankode", kolom="kode_tujuan")
    assert (trail.ke, trail.pintu) == ("1.06.04.2.01.0007", "berkas")
    before = Jejak.objects.count()
    assert bring(csv(ROW)).berubah == 0
    assert Jejak.objects.count() == before
    assert "1.06.04.2.01.0007" in client_of("pimpinan").get("/renstra/padanan/").content.decode()


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (f"{ASAL};1.06.04.2.01.01;{TUJUAN};1.06.04.2.01.07;;", "kode_tujuan", "empat angka"),
        (f"{ASAL};1.06.04.2.01.0001;{TUJUAN};1.06.04.2.01.0007;;", "kode_asal", "dua angka"),
        (f"{ASAL};1.6.4.2.1.1;{TUJUAN};1.06.04.2.01.0007;;", "kode_asal", "Bentuk kode"),
        (f"{ASAL};1.06.04.2.01.01;{TUJUAN};1.06.04.2.01;;", "kode_tujuan", "Tingkatnya lain"),
        (f"{ASAL};1.06.04.2.01.01;{ASAL};1.06.04.2.01.02;;", "nomenklatur_tujuan", "Sama dengan"),
        (f"lain;1.06.04.2.01.01;{TUJUAN};1.06.04.2.01.0002;;", "nomenklatur_asal", "tidak dikenal"),
        (f"{ASAL};;{TUJUAN};1.06.04.2.01.0002;;", "kode_asal", "Wajib diisi"),
        (f"{ASAL};1.06.04.2.01.02;{TUJUAN};=1+1;;", "kode_tujuan", "rumus"),
        (f"{ASAL};1.06.04.2.01.02;{TUJUAN};1.06.04.2.01.0002;{'x' * 401};", "nama_tujuan", "Terlalu panjang"),
        (ROW, "kode_asal", "Sudah ada pada baris 2"),
    ],
)
def test_one_bad_cell_refuses_the_whole_file_and_names_it(baseline, row, column, says):
    found = bring(csv(ROW, row))
    assert [(item.baris, item.kolom) for item in found.ditolak] == [(3, column)]
    assert says in found.ditolak[0].alasan
    assert not PadananKode.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "kosong"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"PK\x03\x04 rusak", "tidak terbaca"),
        (b"kode;nama\n1;2", "Kolom nomenklatur_asal"),
        (HEAD.encode(), "tidak berisi baris"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_in_one_line(baseline, content, says):
    with pytest.raises(BerkasDitolak, match=says):
        bring(content)


def workbook(*rows):
    book = Workbook()
    for row in (COLUMNS, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_and_a_numeric_code_refused(baseline):
    good = (ASAL, "1.06.04", TUJUAN, "1.06.04", "PROGRAM", "")
    assert bring(workbook(good), "p.xlsx").berubah == 1
    found = bring(workbook(good, (ASAL, 1.06, TUJUAN, "1.06.05", "", "")), "p.xlsx")
    assert [(item.baris, item.kolom) for item in found.ditolak] == [(3, "kode_asal")]
    assert "menjadi teks" in found.ditolak[0].alasan


def test_what_is_exported_comes_back_unchanged(baseline):
    bring(csv(ROW))
    answer = client_of("sekretariat").get("/renstra/padanan.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").splitlines()[0] == HEAD
    found = bring(answer.content)
    assert (found.dibaca, found.berubah, found.ditolak) == (2 * 91, 0, ())


def test_only_the_administrator_imports(baseline):
    for username in ONE_A_ROLE:
        if username != "admin":
            with pytest.raises(PermissionDenied):
                bring(csv(ROW), username=username)
            file = io.BytesIO(csv(ROW))
            assert client_of(username).post("/renstra/padanan/", {"berkas": file}).status_code == 403
    assert not PadananKode.objects.exists()


def test_the_page_tells_what_was_refused_where(baseline):
    client = client_of("admin")
    answer = client.post("/renstra/padanan/", {"berkas": io.BytesIO(csv(f"{ASAL};x;{TUJUAN};;;"))})
    assert answer.status_code == 400
    assert "Tidak ada yang disimpan" in answer.content.decode()
    assert "Bentuk kode" in answer.content.decode()
    assert client.post("/renstra/padanan/").status_code == 400
    assert client.post("/renstra/padanan/", {"berkas": io.BytesIO(csv(ROW))}).status_code == 302


def test_the_crosswalk_takes_four_queries(baseline, django_assert_num_queries):
    plan = Renstra.current()
    with django_assert_num_queries(4):
        crosswalk(plan)
