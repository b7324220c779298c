"""Files of imports lie encrypted: nothing to read, nothing to change unseen, and a new key takes them over."""

import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pmks import kripto
from pmks.impor import brankas
from pmks.impor.berkas import BerkasDitolak, detect, open_rows
from pmks.impor.ditolak import BerkasDitolakPenulis
from pmks.impor.kolom import known_headings
from pmks.kripto import KunciError
from renstra.uploads import NamelessFileUploadHandler

FRAME = brankas.FRAME
SECRET = b"3604054105800123;Siti;P\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.sandi"


def write(path, data, size=10_000):
    path.unlink(missing_ok=True)
    with brankas.create(path) as out:
        for at in range(0, len(data), size):
            out.write(data[at : at + size])


def read(path, panjang=None):
    with brankas.open_read(path, panjang) as file:
        return file.read()


# Whole files ---------------------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    size=st.sampled_from([0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 7]),
    block=st.integers(1_000, 200_000),
)
def test_what_is_written_comes_back_and_cannot_be_read_on_the_disk(path, size, block):
    data = (SECRET * (size // len(SECRET) + 1))[:size]
    write(path, data, block)
    assert read(path) == data
    lies = path.read_bytes()
    assert SECRET[:16] not in lies
    assert SECRET[:8] not in lies
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_big_file_takes_little_memory(path):
    tracemalloc.start()
    try:
        with brankas.create(path) as out:
            for _ in range(300):
                out.write(bytes(100_000))
        with brankas.open_read(path) as file:
            assert sum(len(block) for block in iter(lambda: file.read(100_000), b"")) == 30_000_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def frames(path):
    """The head, and the frames behind it."""
    data = path.read_bytes()
    found, at = [], 74
    while at < len(data):
        end = at + 17 + int.from_bytes(data[at : at + 4], "big")
        found.append(data[at:end])
        at = end
    return data[:74], found


@pytest.mark.parametrize(
    "change",
    [
        lambda head, found: (head, [found[1], found[0], found[2]]),
        lambda head, found: (head, [found[0], found[0], found[2]]),
        lambda head, found: (head, [found[0], found[2]]),
        lambda head, found: (head, found[:2]),
        lambda head, found: (head, [*found, found[0]]),
        lambda head, found: (head, [*found[:2], found[2][:-1]]),
        lambda head, found: (head, [found[0], found[1][:4] + b"\x01" + found[1][5:]]),
        lambda head, found: (head[:20] + bytes([head[20] ^ 1]) + head[21:], found),
        lambda head, found: (b"nik,nama" + head[8:], found),
        lambda head, found: (head[:50], []),
        lambda head, found: (b"", []),
    ],
    ids=[
        "swapped",
        "twice",
        "left out",
        "end cut off",
        "more behind",
        "last byte",
        "made last",
        "key",
        "mark",
        "short",
        "empty",
    ],
)
def test_whatever_is_changed_is_noticed(path, change):
    write(path, SECRET * 7000)
    head, found = frames(path)
    assert len(found) == 3
    assert read(path) == SECRET * 7000
    changed_head, changed = change(head, found)
    path.write_bytes(changed_head + b"".join(changed))
    with pytest.raises(KunciError, match="rusak"):
        read(path)


def test_a_byte_changed_anywhere_in_a_frame_is_noticed(path):
    write(path, SECRET)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(KunciError):
            read(path)


def test_a_file_put_in_the_place_of_another_is_refused(path):
    write(path, SECRET)
    other = path.with_name("b.sandi")
    path.rename(other)
    with pytest.raises(KunciError, match="ditukar"):
        read(other)


def test_a_plain_file_under_a_sealed_name_is_refused_and_other_names_are_read_as_they_are(path):
    path.write_bytes(SECRET * 10)
    with pytest.raises(BerkasDitolak, match="rusak"):
        detect(path, known_headings("pmks"))
    plain = path.with_name("a.csv")
    plain.write_bytes(SECRET)
    assert read(plain) == SECRET


# Growing files -------------------------------------------------------------------------------------------------------


def test_a_growing_file_is_cut_back_to_what_is_stored(path):
    first = brankas.append(path, 0, b"satu\n")
    second = brankas.append(path, first, b"dua\n" * 40_000)  # more than a frame
    assert path.stat().st_size == second
    # The run that wrote this was killed before it was stored: the next one writes over it.
    brankas.append(path, second, SECRET)
    assert read(path, second) == b"satu\n" + b"dua\n" * 40_000
    third = brankas.append(path, second, b"tiga\n")
    assert path.stat().st_size == third
    assert read(path, third).endswith(b"dua\ntiga\n")
    with pytest.raises(KunciError):
        read(path)  # without its length nobody knows whether it ends here
    with pytest.raises(KunciError):
        read(path, third + 1)


def test_refused_rows_that_were_lost_begin_again_with_their_heading(path):
    writer = BerkasDitolakPenulis(path, ["nik", "nama"], ";", 0)
    writer.append([(["1", "Siti"], "satu")])
    path.unlink()
    length = writer.append([(["2", "Sari"], "dua")])
    assert read(path, length).decode("utf-8-sig") == "nik;nama;alasan\r\n2;Sari;dua\r\n"


# Keys ----------------------------------------------------------------------------------------------------------------


def test_a_new_key_takes_files_over_while_they_are_read_and_written(path, settings):
    old = settings.PII_KEYS
    grown = path.with_name("b.sandi")
    write(path, SECRET * 7000)
    length = brankas.append(grown, 0, b"satu\n")
    settings.PII_KEYS = (b"n" * 32, *old)
    with brankas.open_read(path) as file:
        begun = file.read(100)
        assert (brankas.rewrap(path), brankas.rewrap(grown)) == (True, True)
        assert begun + file.read() == SECRET * 7000
    assert (brankas.rewrap(path), brankas.rewrap(grown)) == (False, False)
    length = brankas.append(grown, length, b"dua\n")
    settings.PII_KEYS = (b"n" * 32,)
    assert (read(path), read(grown, length)) == (SECRET * 7000, b"satu\ndua\n")
    settings.PII_KEYS = old
    with pytest.raises(KunciError, match="tidak ada dalam PII_KEYS"):
        read(path)
    with pytest.raises(BerkasDitolak, match="tidak ada dalam PII_KEYS"):
        detect(path, known_headings("pmks"))


def test_the_key_of_files_is_not_the_one_of_numbers():
    key = kripto.keys()[0]
    sealed = key.berkas.encrypt(bytes(12), SECRET, b"")
    assert sealed != key.cipher.encrypt(bytes(12), SECRET, b"")


# Reading as rows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_sealed_csv_is_read_as_a_plain_one(path, encoding):
    text = "nik;nama;kategori\r\n" + "3604054105800123;Siti “É”;24\r\n" * 5000
    write(path, text.encode(encoding))
    found = detect(path, known_headings("pmks"))
    assert (found.pengodean, found.pemisah) == (encoding, ";")
    with open_rows(path, found) as isi:
        rows = list(isi.baris)
    assert (len(rows), rows[1], rows[5000]) == (5001, rows[5000], ["3604054105800123", "Siti “É”", "24"])


def test_a_sealed_workbook_is_read_without_a_plain_copy_on_the_disk(path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(path.parent))
    monkeypatch.setattr("tempfile.tempdir", None)
    book = Workbook()
    for at in range(300):
        book.active.append(["nik", "nama"] if not at else [f"36040541058{at:05d}", "Siti"])
    data = io.BytesIO()
    book.save(data)
    write(path, data.getvalue())
    found = detect(path, known_headings("pmks"))
    assert found.xlsx
    with open_rows(path, found) as isi:
        first = next(isi.baris)
        assert list(path.parent.iterdir()) == [path]
        rest = list(isi.baris)
    assert (first, len(rest), rest[-1]) == (["nik", "nama"], 299, ["3604054105800299", "Siti"])


def test_a_sealed_workbook_that_was_changed_is_refused(path):
    write(path, b"PK\x03\x04" + bytes(FRAME * 2))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    found = detect(path, known_headings("pmks"))
    with pytest.raises(BerkasDitolak, match="rusak"), open_rows(path, found):
        pass


def test_an_upload_on_its_way_in_has_no_name_on_the_disk(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    handler = NamelessFileUploadHandler()
    handler.new_file("berkas", "orang.csv", "text/csv", None, None)
    handler.receive_data_chunk(SECRET, 0)
    assert not list(Path(tmp_path).iterdir())
    file = handler.file_complete(len(SECRET))
    assert (file.name, file.size, b"".join(file.chunks())) == ("orang.csv", len(SECRET), SECRET)
    other = NamelessFileUploadHandler()
    other.new_file("berkas", "orang.csv", "text/csv", None, None)
    other.upload_interrupted()
    assert other.file.closed
