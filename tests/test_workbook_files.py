"""Files that are no workbook of ours, or mean harm: each is named, none costs much memory or time."""

import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from indicators.workbook import xlsx_child
from indicators.workbook.reading import MAX_FILE, BerkasDitolak, Sel, address, bounds, read_workbook
from tests.workbook_files import members, packed, rewritten, saved

SHEET = "xl/worksheets/sheet1.xml"


def book(rows=((1, "a"),)):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return saved(made)


def reason(content):
    with pytest.raises(BerkasDitolak) as caught:
        read_workbook(content)
    return str(caught.value)


def test_cells_come_as_kind_and_text():
    made = Workbook()
    sheet = made.active
    sheet.append([7.23, "1.234,5", True, None, "=1+1", "#N/A"])
    sheet["A2"], sheet["B2"], sheet["C2"] = 0.0723, 44627, "a\r\nb "
    sheet["A2"].number_format, sheet["B2"].number_format = "0.00%", "dd/mm/yyyy"
    sheet.merge_cells("A3:B3")
    (found,) = read_workbook(saved(made))
    assert (found.nama, found.tersembunyi, found.gabung) == ("Sheet", False, ("A3:B3",))
    assert found.baris[1] == {
        1: Sel("angka", "7.23"),
        2: Sel("teks", "1.234,5"),
        3: Sel("logika", "1"),
        5: Sel(rumus="1+1"),
        6: Sel("galat", "#N/A"),
    }
    assert found.baris[2] == {
        1: Sel("angka", "7.23", persen=True),
        2: Sel("tanggal", "7 Maret 2022"),
        3: Sel("teks", "a\nb"),
    }
    assert [cell.ditulis for cell in found.baris[2].values()] == ["7,23%", "7 Maret 2022", "a\nb"]


@pytest.mark.parametrize(
    ("format_", "kind"),
    [
        ("0%", "persen"),
        ('0.0 "%"', ""),
        ("#,##0.00", ""),
        ("General", ""),
        ("yyyy-mm-dd", "tanggal"),
        ("[$-421]dd mmmm yyyy", "tanggal"),
        ("[Red]#,##0", ""),
        ('#,##0 "hari"', ""),
        ("h:mm", "tanggal"),
        ("0.00E+00", ""),
    ],
)
def test_the_kind_of_a_number_format(format_, kind):
    styles = xlsx_child.Styles()
    styles.codes["164"] = format_
    assert styles.kind("164") == kind


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"nama;nilai\n1;2\n", "bukan buku kerja Excel"),
        (b"%PDF-1.7\n", "bukan buku kerja Excel"),
        (b"PK\x03\x04 terpotong", "rusak"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "Excel lama (.xls)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
        (b"\0" * (MAX_FILE + 1), "paling besar 5 MB"),
        (packed({"catatan.txt": b"halo"}), "berkas zip"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
    ],
)
def test_what_is_no_xlsx_is_named(content, said):
    assert said in reason(content)


def test_a_document_of_another_program_is_named():
    word = members(book())
    word["_rels/.rels"] = word["_rels/.rels"].replace(b"xl/workbook.xml", b"word/document.xml")
    word["word/document.xml"] = b"<document/>"
    assert "dokumen Office lain" in reason(packed(word))


def test_a_binary_workbook_is_named():
    binary = members(book())
    binary["_rels/.rels"] = binary["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/workbook.bin")
    assert ".xlsb" in reason(packed(binary))


def test_a_truncated_workbook_is_named():
    assert "rusak" in reason(book()[:-200])


def test_broken_xml_is_named():
    assert "rusak" in reason(rewritten(book(), SHEET, lambda xml: xml[: len(xml) // 2]))


def test_a_member_with_a_password_is_named():
    content = bytearray(book())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "kata sandi" in reason(bytes(content))


def test_entities_are_refused_and_never_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for head in (bomb, outside):
        content = rewritten(book(), SHEET, lambda xml, head=head: head + xml[xml.index(b"<worksheet") :])
        assert "deklarasi XML" in reason(content)


def test_a_bomb_is_refused_by_what_it_declares():
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        for name, data in members(book()).items():
            package.writestr(name, data)
        with package.open("xl/media/besar.bin", "w", force_zip64=True) as member:
            for _ in range(70):
                member.write(b"\0" * 1024 * 1024)
    assert len(buffer.getvalue()) < 200_000
    assert "jauh lebih besar" in reason(buffer.getvalue())


def test_a_bomb_that_declares_less_than_it_holds_is_not_unpacked():
    row = b"<row><c><v>1</v></c></row>" * 2_000_000
    content = rewritten(book(), SHEET, lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>"))
    size = len(members(book())[SHEET])
    with ZipFile(BytesIO(content)) as package:
        true_size = package.getinfo(SHEET).file_size
    assert true_size > 50_000_000
    lying = content.replace(true_size.to_bytes(4, "little"), size.to_bytes(4, "little"))
    started = time.monotonic()
    assert "rusak" in reason(lying)
    assert time.monotonic() - started < 10


def test_one_text_repeated_a_million_times_is_refused():
    files = members(book())
    files["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rS" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    cells = b'<row><c t="s"><v>0</v></c></row>' * 5000
    files[SHEET] = files[SHEET].replace(b"</sheetData>", cells + b"</sheetData>")
    assert "jauh lebih besar" in reason(packed(files))


def test_more_rows_than_a_plan_can_have_are_refused():
    row = b"<row><c><v>1</v></c></row>" * 20_001
    assert "jauh lebih besar" in reason(
        rewritten(book(), SHEET, lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>"))
    )


@pytest.mark.parametrize("value", [b"nan", b"inf", b"satu"])
def test_a_number_that_is_none_is_refused(value):
    content = rewritten(book([(1,)]), SHEET, lambda xml: xml.replace(b"<v>1</v>", b"<v>" + value + b"</v>"))
    assert "rusak" in reason(content)


def test_a_reader_that_hangs_or_swallows_memory_is_stopped(monkeypatch, tmp_path):
    greedy = tmp_path / "rakus.py"
    greedy.write_text(
        "import runpy\n"
        f"child = runpy.run_path({xlsx_child.__file__!r})\n"
        "child['limit']()\n"
        "held = [b'x' * 10_000_000 for _ in range(200)]\n"
    )
    monkeypatch.setattr(xlsx_child, "__file__", str(greedy))
    assert "jauh lebih besar" in reason(book())
    greedy.write_text("import time; time.sleep(60)")
    monkeypatch.setattr("indicators.workbook.reading.WALL_SECONDS", 1)
    assert "jauh lebih besar" in reason(book())


def test_addresses():
    assert [address(8, 12), address(27, 1), address(60, 3)] == ["H12", "AA1", "BH3"]
    assert bounds("H5:I7") == (8, 5, 9, 7)
    assert bounds("H5") == (8, 5, 8, 5)
    assert bounds("apa") is None
