"""What an uploaded file is: by content, never by what it says; size, unpacked size, macros, names."""

import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renstra import berkas
from renstra.berkas import DOCX, JPG, PDF, PNG, XLSX, BerkasDitolak, clean_name, examine, size_words
from tests import bukti_files as files

MB = 1024 * 1024


def look(content, name, limit=MB):
    return examine(io.BytesIO(content), name, batas=limit)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (files.PDF, "laporan.pdf", PDF),
        (files.JPG, "foto.jpg", JPG),
        (files.JPG, "FOTO.JPEG", JPG),
        (files.PNG, "layar.png", PNG),
        (files.xlsx(), "hadir.xlsx", XLSX),
        (files.docx(), "berita acara.docx", DOCX),
    ],
)
def test_each_accepted_type_is_recognised_with_size_and_hash(content, name, kind):
    found = look(content, name)
    assert found.jenis is kind
    assert found.ukuran == len(content)
    assert found.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (files.EXE, "laporan.pdf", "program Windows"),
        (files.HTML, "foto.jpg", "halaman web"),
        (files.OLE, "lama.xlsx", "Office lama"),
        (b"hanya teks", "catatan.pdf", "tidak dikenal"),
        (files.archive(a="x"), "berkas.docx", "arsip ZIP"),
        (files.PDF, "laporan.docx", "isinya PDF"),
        (files.PDF, "laporan", "tanpa akhiran"),
        (files.xlsx(), "hadir.docx", "isinya buku kerja XLSX"),
        (files.JPG, "laporan.pdf", "isinya gambar JPG"),
        (b"", "kosong.pdf", "kosong"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_the_reason(content, name, reason):
    with pytest.raises(BerkasDitolak) as refused:
        look(content, name)
    assert reason in str(refused.value)
    assert name in str(refused.value)


def test_a_file_above_the_limit_is_refused_and_one_at_the_limit_is_taken():
    content = files.PDF.ljust(1000, b" ")
    assert look(content, "a.pdf", limit=1000).ukuran == 1000
    with pytest.raises(BerkasDitolak, match="lebih dari 999 byte"):
        look(content, "a.pdf", limit=999)


@pytest.mark.parametrize(
    "content",
    [
        files.docx(kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
        files.docx(word__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"),
        files.docx(word__activeX__activeX1="x"),
        files.docx(
            types='<Types><Override PartName="/word/document.xml" ContentType="{kind}"/>'
            '<Override PartName="/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
        ),
        # The same word written with a character reference.
        files.docx(
            types='<Types><Override PartName="/word/document.xml" ContentType="{kind}"/>'
            '<Override PartName="/x.bin" ContentType="application/vnd.ms-office.v&#98;aProject"/></Types>'
        ),
    ],
    ids=["macro-enabled type", "vbaProject.bin", "ActiveX", "declared only", "declared by reference"],
)
def test_macros_are_refused_wherever_they_show(content):
    with pytest.raises(BerkasDitolak, match="berisi makro"):
        look(content, "surat.docx")


def test_a_zip_that_unpacks_to_too_much_is_refused_without_unpacking_it(monkeypatch):
    monkeypatch.setattr(berkas, "MAX_UNPACKED", 2 * MB)
    bomb = files.docx(word__media="0" * 3 * MB)
    assert len(bomb) < 10_000
    with pytest.raises(BerkasDitolak, match="setelah dibuka lebih dari 2 MB"):
        look(bomb, "surat.docx")


def test_a_zip_that_lies_about_its_unpacked_size_is_refused():
    content = bytearray(files.docx(word__media="0" * MB))
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        size = made.getinfo("word/media").file_size.to_bytes(4, "little")
    # Both headers of the part say 10 bytes instead of a million.
    lying = bytes(content).replace(size, (10).to_bytes(4, "little"))
    assert lying != bytes(content)
    with pytest.raises(BerkasDitolak, match="rusak"):
        look(lying, "surat.docx")


def test_a_zip_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(berkas, "MAX_PARTS", 20)
    with pytest.raises(BerkasDitolak, match="berisi 32 bagian, paling banyak 20"):
        look(files.docx(**{f"word__{number}": "x" for number in range(30)}), "surat.docx")


def test_entities_in_a_document_are_not_expanded():
    laughs = (
        '<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<Types><Override PartName="/word/document.xml" ContentType="{kind}"/><x>&b;&f;</x></Types>'
    )
    with pytest.raises(BerkasDitolak, match="rusak"):
        look(files.docx(types=laughs), "surat.docx")


def test_a_workbook_with_a_password_or_a_missing_end_is_refused_with_what_to_do():
    whole = files.xlsx()
    with pytest.raises(BerkasDitolak, match="simpan ulang"):
        look(whole[: len(whole) // 2], "hadir.xlsx")
    # Bit 0 of the flags, in the central directory, says encrypted.
    at = whole.index(b"PK\x01\x02") + 8
    locked = whole[:at] + bytes([whole[at] | 1]) + whole[at + 1 :]
    with pytest.raises(BerkasDitolak, match="bersandi"):
        look(locked, "hadir.xlsx")


@given(st.data())
def test_no_damaged_document_ends_in_anything_but_an_answer(data):
    content = bytearray(files.docx())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        look(bytes(content), "surat.docx")
    except BerkasDitolak as refused:
        assert "surat.docx" in str(refused)


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\staf\\Laporan Mei.pdf", "Laporan Mei.pdf"),
        ("laporan\u202efdp.exe.pdf", "laporan fdp.exe.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("..pdf", "pdf"),
        (".pdf", "pdf"),
        ("", "berkas"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("Daftar  hadir.PDF", "Daftar hadir.PDF"),
    ],
)
def test_a_name_keeps_what_people_read_and_nothing_else(given_name, cleaned):
    assert clean_name(given_name) == cleaned


@given(st.text(max_size=300))
def test_every_name_becomes_one_that_is_safe_and_stays_the_same(name):
    cleaned = clean_name(name)
    assert cleaned
    assert len(cleaned) <= 150
    assert not set(cleaned) & set('/\\\0\r\n"<>')
    assert not cleaned.startswith(".")
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 byte"), (1023, "1023 byte"), (1024, "1 KB"), (15_000, "15 KB"), (10 * MB, "10 MB"), (2_500_000, "2,4 MB")],
)
def test_sizes_are_said_as_people_read_them(size, words):
    assert size_words(size) == words
