"""What stands around a table: letterhead, closing, signatures; bands on paper; the parameters that ask for it."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from accounts.models import PerangkatDaerah, UnitKerja, User
from indicators.models import Realisasi, Target
from programs.models import Renstra
from reports.export import export
from reports.matrix import (
    TITIK,
    Angka,
    Baris,
    Kolom,
    Kop,
    Matrix,
    Peran,
    Sel,
    TandaTangan,
    Teks,
    Uang,
    Uraian,
    bands,
    leaves,
    number_cells,
    parts,
    problems,
    shown,
)
from reports.renderers import pdf
from reports.report import Tingkat
from tests.report_cells import build, pdf_text, read_json, read_xlsx, squeeze
from tests.test_export_report import export as run_export
from tests.test_reports_renderers import _pieces

EMPTY = TandaTangan("Disetujui oleh", "Serang", "", "", "", "", "", "")
FULL = TandaTangan(
    "Disusun oleh", "Serang", "24 November 2026", "Kepala Dinas", "Kabupaten Uji", "Nama Uji", "Pembina, IV/a", "1972"
)


def around(**fields):
    kolom = (Kolom("Nama", "nama", judul_baris=True), Kolom("Jumlah", "jumlah"))
    rows = (Baris(Peran.BARIS, (Teks("a"), Angka(1))),)
    return Matrix("uji", "Formulir U", "Judul", kolom, rows, **fields)


# --- the same in every format --------------------------------------------------------


def all_texts(matrix):
    """The report as text: page, spreadsheet, paper."""
    _, sheet = read_xlsx(export(matrix, "xlsx"))
    excel = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return {
        "html": squeeze(export(matrix, "html").decode()),
        "xlsx": squeeze(excel),
        "pdf": squeeze(pdf_text(export(matrix, "pdf"))),
    }


def test_closing_paragraphs_letterhead_and_signatures_stand_in_every_format():
    matrix = around(
        kop=Kop("Pemerintah Kabupaten Uji", "Dinas Uji", ("Jalan Uji 1",)),
        penutup=(
            Uraian("pendorong", "Faktor pendorong", "Baris satu\nBaris dua"),
            Uraian("tindak", "Tindak lanjut", ""),
        ),
        tanda_tangan=(FULL, EMPTY),
    )
    lines = ["DinasUji", "JalanUji1", "Faktorpendorong", "Barissatu", "Barisdua", "Tindaklanjut"]
    lines += [squeeze(line) for block in (FULL, EMPTY) for line in (*block.atas(), *block.bawah())]
    for name, text in all_texts(matrix).items():
        for line in lines:
            # Paper prints the letterhead in capitals.
            assert line.lower() in text.lower(), f"{line} tidak ada di {name}"
    document = read_json(export(matrix, "json"))
    assert document["kop"] == ["Pemerintah Kabupaten Uji", "Dinas Uji", "Jalan Uji 1"]
    assert document["penutup"] == [
        {"kunci": "pendorong", "label": "Faktor pendorong", "teks": "Baris satu\nBaris dua"},
        {"kunci": "tindak", "label": "Tindak lanjut", "teks": None},
    ]
    assert document["tanda_tangan"][0]["nip"] == "1972"
    assert document["tanda_tangan"][1] == {
        "keterangan": "Disetujui oleh",
        "tempat": "Serang",
        **dict.fromkeys(("tanggal", "jabatan", "instansi", "nama", "pangkat", "nip")),
    }


def test_a_report_without_them_has_none():
    assert set(read_json(export(around(), "json"))) == {"slug", "judul", "parameter", "kolom", "baris", "catatan"}
    for text in all_texts(around()).values():
        assert "NIP" not in text


def test_what_is_not_filled_in_is_a_dotted_line():
    assert EMPTY.atas() == (f"Serang, {TITIK}", "Disetujui oleh", TITIK)
    assert EMPTY.bawah() == (TITIK, f"NIP {TITIK}")
    assert FULL.atas() == ("Serang, 24 November 2026", "Disusun oleh", "Kepala Dinas", "Kabupaten Uji")
    assert FULL.bawah() == ("Nama Uji", "Pembina, IV/a", "NIP 1972")


def test_text_around_the_table_is_no_formula_and_no_markup():
    evil = "=1+1"
    matrix = around(penutup=(Uraian("a", "<b>", evil),), tanda_tangan=(FULL,), kop=Kop("<i>", "=2", ()))
    _, sheet = read_xlsx(export(matrix, "xlsx"))
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value in (evil, "=2")]
    assert [cell.data_type for cell in found] == ["s", "s"]
    assert all(cell.quotePrefix for cell in found)
    html = export(matrix, "html").decode()
    assert "<b>" not in html
    assert "<i>" not in html


# --- who signs -----------------------------------------------------------------------


def test_the_dinas_signs_with_its_own_data(baseline):
    """Names of the preface and the approval page of the document; nobody is named to approve."""
    left, right = build("e-80", tanda_tangan=True).tanda_tangan
    assert left.jabatan == "Kepala Dinas Sosial"
    assert (left.nama, left.nip) == ("Drs. SUBUR PRIANTO, M.Si", "19721023 199203 1 002")
    assert (left.tempat, left.tanggal, left.instansi) == ("Serang", "", "Kabupaten Serang")
    assert (right.keterangan, right.jabatan, right.nama) == ("Disetujui oleh", "", "")


def test_place_date_and_approver_are_data_of_the_unit(baseline):
    UnitKerja.objects.filter(kode="dinas").update(
        tempat_tanda_tangan="Ciruas",
        tanggal_tanda_tangan=date(2024, 1, 31),
        pengesah_jabatan="Kepala Bappeda",
        pengesah_nama="Nama Uji",
    )
    left, right = build("e-80", tanda_tangan=True).tanda_tangan
    assert (left.tempat, left.tanggal) == ("Ciruas", "31 Januari 2024")
    assert (right.tempat, right.jabatan, right.nama) == ("Ciruas", "Kepala Bappeda", "Nama Uji")


def test_a_bidang_is_approved_by_the_head_of_the_dinas(baseline):
    unit = UnitKerja.objects.get(kode="rehsos")
    left, right = build("e-80", tanda_tangan=True, unit=unit).tanda_tangan
    assert (left.jabatan, left.instansi) == ("Kepala Bidang Rehabilitasi Sosial", "Dinas Sosial Kabupaten Serang")
    assert right.nama == "Drs. SUBUR PRIANTO, M.Si"


def test_the_letterhead_leaves_out_what_is_not_known(baseline):
    kop = build("tabel-6-2", kop=True).kop
    assert (kop.atas, kop.nama) == ("Pemerintah Kabupaten Serang", "Dinas Sosial")
    assert kop.bawah[1].startswith("Telepon (0254) 200304 · Surel ")
    PerangkatDaerah.objects.update(telepon="", email="", situs="", alamat="")
    assert build("tabel-6-2", kop=True).kop.bawah == ()


# --- bands ---------------------------------------------------------------------------


def wide(groups, width=20, fixed=2):
    kolom = (
        *(Kolom(f"N{at}", f"n{at}", bobot=10) for at in range(fixed)),
        *(
            Kolom(f"G{at}", anak=(Kolom("K", f"k{at}", bobot=width), Kolom("R", f"r{at}", bobot=width)))
            for at in range(groups)
        ),
    )
    count = fixed + 2 * groups
    label = Sel((Teks("rata"),), lebar=fixed + 1)
    rows = (
        Baris(Peran.BARIS, tuple(Angka(at) for at in range(count))),
        # A label over the naming columns and one more, as below the table of E.80.
        Baris(Peran.PENUTUP, (label, *[None] * fixed, *[Angka(9)] * (count - fixed - 1))),
    )
    return Matrix("uji", "U", "Judul", kolom, rows, kolom_tetap=fixed)


def test_a_table_that_fits_stays_whole():
    matrix = wide(3)
    assert bands(matrix, 140) == (matrix,)
    assert len(bands(matrix, 139)) == 2


@given(st.integers(1, 8), st.integers(5, 60), st.integers(60, 200))
def test_bands_hold_every_column_once_beside_the_naming_ones(groups, width, room):
    matrix = wide(groups, width)
    found = bands(matrix, room)
    for part in found:
        assert problems(part) == []
        assert [column.kunci for column in leaves(part.kolom)][:2] == ["n0", "n1"]
    own = [column.kunci for part in found for column in leaves(part.kolom)[2:]]
    assert own == [column.kunci for column in leaves(matrix.kolom)[2:]]
    figures = [shown(cell) for part in found for cell in part.baris[0].sel[2:]]
    assert figures == [shown(cell) for cell in matrix.baris[0].sel[2:]]
    for part in found:
        assert [shown(item) for item in parts(part.baris[1].sel[0])] == ["rata"]


def test_a_group_is_divided_only_where_it_may_be():
    inner = tuple(Kolom(f"T{at}", anak=(Kolom("K", f"k{at}", bobot=30),)) for at in range(4))
    for divided, count in ((True, 2), (False, 1)):
        kolom = (Kolom("N", "n", bobot=10), Kolom("Target", anak=inner, terbagi=divided))
        rows = (Baris(Peran.BARIS, tuple(map(Angka, range(5)))),)
        assert len(bands(Matrix("u", "U", "J", kolom, rows, kolom_tetap=1), 70)) == count


def test_neighbours_with_one_number_share_its_cell():
    kolom = (
        Kolom("A", "a", nomor="1"),
        Kolom("B", anak=(Kolom("K", "k", nomor="2"), Kolom("R", "r", nomor="2"))),
        Kolom("C", "c"),
        Kolom("D", "d"),
    )
    assert number_cells(kolom) == [(0, 1, "1"), (1, 2, "2"), (3, 1, ""), (4, 1, "")]
    assert number_cells(kolom[2:]) == []


@pytest.mark.parametrize(("slug", "count"), [("e-80", 3), ("e-81", 2)])
def test_a_wide_form_is_printed_in_bands_with_their_heads(baseline, slug, count):
    content = export(build(slug, tingkat=Tingkat.PROGRAM), "pdf")
    texts = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    for at in range(1, count + 1):
        page = next(text for text in texts if f"Bagian {at} dari {count}" in text)
        assert "Indikator Kinerja" in page
    assert f"dari {count + 1}" not in "".join(line for line in "".join(texts).split("\n") if "Bagian" in line)


@pytest.mark.parametrize("slug", ["e-80", "e-81", "t-c-27"])
@pytest.mark.parametrize("kertas", ["f4-lanskap", "a4-lanskap"])
def test_the_widest_money_fits_its_column_on_paper(baseline, slug, kertas):
    """Bold program rows, with the whole pagu spent; measured in the font and size they are set in."""
    from fontTools.ttLib import TTFont

    renstra = Renstra.current()
    for target in Target.objects.filter(indikator__renstra=renstra, indikator__subkegiatan__isnull=False, pagu__gt=0):
        Realisasi.objects.create(
            indikator_id=target.indikator_id, tahun=target.tahun, rupiah=target.pagu, status="disetujui"
        )
    matrix = build(slug, 2026, tingkat=Tingkat.PROGRAM)
    sizes = {round(size, 1) for size, _ in _pieces(export(matrix, "pdf", kertas))}
    assert min(sizes) >= 5.99
    font = TTFont(pdf._ASSETS / "IBMPlexSansCondensed-700.woff2")
    metrics, cmap, em = font["hmtx"], font.getBestCmap(), font["head"].unitsPerEm
    sheet = pdf.KERTAS[kertas].lebar - pdf.MARGIN
    printed = bands(matrix, round(sheet * pdf.MUAT))
    tight = "rapat" in pdf._size(printed, sheet)
    for part in printed:
        columns = leaves(part.kolom)
        total = sum(column.bobot for column in columns)
        size = (6.0 if tight else 6.2) if kertas == "a4-lanskap" else 6.2 if tight else 7.0
        padding = 0.5 if tight else 0.8
        for at, column in enumerate(columns):
            room = (column.bobot * min(1, sheet / total) - 2 * padding) * 72 / 25.4
            for row in part.baris:
                if isinstance(row.sel[at], Uang):
                    width = sum(metrics[cmap[ord(letter)]][0] for letter in shown(row.sel[at])) / em * size
                    assert width <= room, f"{column.kunci}: {shown(row.sel[at])} perlu {width:.1f} pt, ada {room:.1f}"


# --- parameters ----------------------------------------------------------------------


@pytest.fixture
def reader(client, baseline):
    client.force_login(User.objects.get(username="sekretariat"))
    return client


def test_unit_level_letterhead_and_signatures_are_part_of_the_address(reader):
    address = "?tahun=2022&unit=rehsos&tingkat=program&kop=ya&ttd=tidak"
    text = reader.get(f"/laporan/e-80/{address}").content.decode()
    assert '<option value="rehsos" selected>' in text
    assert '<option value="program" selected>' in text
    assert 'class="kop"' in text
    assert 'class="tanda-tangan"' not in text
    assert f'href="/laporan/e-80.pdf{address.replace("&", "&amp;")}"' in text
    document = json.loads(reader.get(f"/laporan/e-80.json{address}").content)
    assert document["parameter"]["unit"] == "rehsos"
    assert document["parameter"]["tingkat"] == "program"
    assert "kop" in document
    assert "tanda_tangan" not in document


def test_e_80_is_signed_unless_asked_otherwise_and_other_reports_the_other_way(reader):
    assert "tanda_tangan" in json.loads(reader.get("/laporan/e-80.json").content)
    assert "tanda_tangan" not in json.loads(reader.get("/laporan/tabel-7-1.json").content)
    assert "tanda_tangan" in json.loads(reader.get("/laporan/tabel-7-1.json?ttd=ya").content)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("unit=tidakada", "tidak ada; tulis kode unit"),
        ("tingkat=seksi", "seksi bukan pilihan laporan ini"),
        ("kop=1", "1 bukan pilihan laporan ini; pilih ya atau tidak"),
        ("ttd=x", "x bukan pilihan"),
    ],
)
def test_a_wrong_parameter_is_told_at_the_field(reader, query, words):
    response = reader.get(f"/laporan/e-80/?{query}")
    assert response.status_code == 400
    assert words in response.content.decode()
    assert reader.get(f"/laporan/e-80.pdf?{query}").status_code == 400


@pytest.mark.parametrize("slug", ["e-80", "e-81", "t-c-27", "t-c-29"])
def test_the_page_of_a_form_takes_few_queries(reader, slug):
    reader.get(f"/laporan/{slug}/")
    with CaptureQueriesContext(connection) as queries:
        reader.get(f"/laporan/{slug}/?unit=rehsos&kop=ya&ttd=ya")
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]


def test_the_command_takes_the_same_parameters(databases, tmp_path):
    name = databases.copy()
    target = tmp_path / "e.json"
    try:
        arguments = ("--unit", "rehsos", "--tingkat", "program", "--kop", "--tanda-tangan", "tidak", "--tahun", "2022")
        done = run_export(databases.url_of(name), "e-80", "--output", target, *arguments)
        assert done.returncode == 0, done.stderr
        document = json.loads(target.read_text())
        assert document["parameter"] == {
            "renstra": document["parameter"]["renstra"],
            "tahun": 2022,
            "angka": "dokumen",
            "unit": "rehsos",
            "tingkat": "program",
        }
        assert "kop" in document
        assert "tanda_tangan" not in document
        done = run_export(databases.url_of(name), "e-80", "--output", target, "--unit", "lain")
        assert done.returncode == 1
        assert "Unit 'lain' tidak ada" in done.stderr
    finally:
        databases.drop(name)


def test_a_unit_of_another_office_is_not_offered(reader):
    other = PerangkatDaerah.objects.create(kode="lain", nama="Dinas Lain", pemerintah_daerah="X", ibu_kota="X")
    UnitKerja.objects.create(perangkat_daerah=other, kode="lain", nama="Dinas Lain", jenis="dinas", urutan=99)
    assert Renstra.current().perangkat_daerah.kode == "dinsos"
    assert reader.get("/laporan/e-80/?unit=lain").status_code == 400
