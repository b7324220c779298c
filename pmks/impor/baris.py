"""One row of a file: read, checked, and either good (perhaps with warnings) or refused with every reason.

Reading asks the database nothing: areas, kinds and sub kegiatan are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pmks import kripto
from pmks.impor.berkas import Angka
from pmks.impor.kolom import LAYANAN, PMKS
from pmks.impor.sebab import Keluhan
from pmks.impor.tanggal import TanggalError, read_date
from pmks.models import KategoriPMKS, Wilayah
from pmks.nama import normalise
from pmks.nik import KELAMIN_BEDA, LAHIR_BEDA, NikError, differences, holds_number, mask_numbers, read_number
from renstra.formats import FormatError, parse_rupiah

LAHIR_AWAL = date(1900, 1, 1)
MAX_NAMA = 150
MAX_ALAMAT = 300
_SEBAB_NIK = {LAHIR_BEDA: "nik-lahir", KELAMIN_BEDA: "nik-kelamin"}


BERNOMOR = "ada NIK atau No KK di dalamnya, padahal kolom ini terbaca; pindahkan ke kolomnya"


class BarisDitolak(ValueError):
    """The row cannot be stored, for every one of these complaints.

    They are kept with the import and quote what they refuse: a number in the wrong column is masked.
    """

    def __init__(self, *keluhan: Keluhan) -> None:
        self.keluhan = tuple(replace(item, pesan=mask_numbers(item.pesan)) for item in keluhan)
        super().__init__("; ".join(item.pesan for item in self.keluhan))


def _refusal(sebab: str, pesan: str) -> BarisDitolak:
    return BarisDitolak(Keluhan(sebab, pesan))


@dataclass(slots=True)
class BarisPMKS:
    """A good row of the register: a person under a kind in a year. ``kunci`` is what stands for the person."""

    nomor: int
    kunci: str
    nik: str
    nik_hash: str
    nik_sandi: str
    kk_hash: str
    kk_sandi: str
    nama: str
    nama_cari: str
    jenis_kelamin: str
    tanggal_lahir: date | None
    desa: int
    kategori: int
    alamat: str
    peringatan: Sequence[Keluhan]


@dataclass(slots=True)
class BarisLayanan:
    """A good row of services; exactly one of ``nik_hash`` and ``orang`` says to whom."""

    nomor: int
    nik: str
    nik_hash: str
    orang: int | None
    kode: str
    tanggal: date
    jenis_layanan: str
    nilai_rp: int | None
    kategori: int | None
    unit: int | None
    bukti: str
    peringatan: Sequence[Keluhan]


def _clean(text: str) -> str:
    """One cell: blanks at the ends and double ones go, and what nobody sees (control and zero-width signs)."""
    if not text:
        return ""
    if text.isprintable() and "  " not in text and text[0] not in " '" and text[-1] != " ":
        return str(text)
    # A sign that a spreadsheet would take for a formula goes out behind an apostrophe; it comes back without.
    if text[0] == "'" and text[1:2] in {"=", "+", "-", "@"}:
        text = text[1:]
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


class _Reader:
    """What both kinds of rows share: where columns stand, and reasons collected."""

    def __init__(self, kolom: Mapping[str, int], lebar: int) -> None:
        self.kolom = kolom
        self.lebar = lebar
        self.galat: list[Keluhan] = []
        self.hash_of = kripto.hasher()

    def at(self, name: str) -> int:
        """Where a column stands; one that is not in the file is the empty cell behind the others."""
        return self.kolom.get(name, self.lebar)

    def begin(self, row: list[str]) -> list[str]:
        """The cells and an empty one behind; a row of another length is refused: something has slipped."""
        self.galat = []
        if len(row) != self.lebar and (len(row) < self.lebar or any(cell.strip() for cell in row[self.lebar :])):
            raise _refusal("sel-geser", f"baris ini punya {len(row)} sel, judulnya {self.lebar}; periksa pemisah kolom")
        return [*row[: self.lebar], ""]

    def refuse(self, sebab: str, pesan: str) -> None:
        """Note a reason; the row is read to its end, so that everything wrong with it is told at once."""
        self.galat.append(Keluhan(sebab, pesan))

    def number(self, text: str, name: str, label: str) -> str:
        if isinstance(text, Angka):
            self.refuse(
                f"{name}-bilangan",
                f"{name}: selnya berupa bilangan, dan Excel hanya menyimpan 15 angka; "
                "ambil lagi dari sumbernya dan simpan kolomnya sebagai teks",
            )
            return ""
        try:
            return read_number(text, label)
        except NikError as error:
            self.refuse(f"{name}-{error.jenis}", f"{name}: {error}")
            return ""

    def date(self, text: str, name: str, sebab: str, first: date, last: date) -> date | None:
        if not text or text == "-":
            return None
        try:
            found = read_date(text)
        except TanggalError as error:
            self.refuse(f"{sebab}-salah", f"{name}: “{text[:30]}” {error}")
            return None
        if not first <= found <= last:
            self.refuse(f"{sebab}-luar", f"{name}: {found} di luar {first} sampai {last}")
            return None
        return found

    def finish(self) -> None:
        if self.galat:
            raise BarisDitolak(*self.galat)


class Jenis:
    """Kinds by number or name, and which of them whoever imports may record."""

    def __init__(self, boleh: frozenset[int] | None) -> None:
        self.boleh = boleh
        self._ids: dict[str, int] = {}
        self.sifat: dict[int, KategoriPMKS] = {}
        for row in KategoriPMKS.objects.all():
            self.sifat[row.pk] = row
            for text in (str(row.nomor), row.nama, row.nama_baru, f"{row.nomor} {row.nama}"):
                if text:
                    self._ids[normalise(text)] = row.pk

    def find(self, text: str) -> int:
        """Id of a kind; raises ``BarisDitolak``."""
        found = self._ids.get(text) or self._ids.get(normalise(text))
        if found is None:
            if not text:
                raise _refusal("kategori-kosong", "kategori: kosong")
            raise _refusal(
                "kategori-asing",
                f"kategori: “{text[:60]}” tidak dikenal; tulis nomor 1-26 atau nama seperti Tabel 3.1",
            )
        if self.boleh is not None and found not in self.boleh:
            raise _refusal(
                "kategori-wewenang", f"kategori: {self.sifat[found]} hanya dicatat oleh unit yang melayaninya"
            )
        return found


class Desa:
    """Desa by code or by a name that names only one."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._names: dict[str, list[tuple[int, str]]] = {}
        self._districts: dict[str, str] = {}
        for pk, code, name, district in Wilayah.objects.filter(tingkat=Wilayah.Tingkat.DESA).values_list(
            "pk", "kode", "nama", "induk__nama"
        ):
            self._codes[code] = self._codes[code.replace(".", "")] = pk
            self._names.setdefault(_plain_area(name), []).append((pk, district))
            self._districts[_plain_area(district)] = district

    def find(self, text: str, kecamatan: str) -> int:
        """Id of a desa; ``"Sukamaju, Kramatwatu"`` names the kecamatan too. Raises ``BarisDitolak``."""
        code = self._codes.get(text)
        if code is not None:
            return code
        if not text:
            raise _refusal("desa-kosong", "kode_desa: kosong")
        name, _, behind = text.partition(",")
        district = behind or kecamatan
        if not any(sign.isalpha() for sign in text):
            raise _refusal(
                "desa-asing", f"kode_desa: {text[:20]} tidak ada di Kabupaten Serang; tulis misalnya 36.04.05.2001"
            )
        found = self._names.get(_plain_area(name), [])
        if district:
            wanted = self._districts.get(_plain_area(district))
            if wanted is None:
                raise _refusal("kecamatan-asing", f"kecamatan: “{district.strip()[:40]}” tidak ada di Kabupaten Serang")
            found = [item for item in found if item[1] == wanted]
        if not found:
            raise _refusal("desa-asing", f"kode_desa: desa “{text[:60]}” tidak ada; periksa namanya atau tulis kodenya")
        if len(found) > 1:
            where = ", ".join(sorted(item[1] for item in found))
            raise _refusal("desa-ganda", f"kode_desa: ada {len(found)} desa {name.strip()} (di {where}); tulis kodenya")
        return found[0][0]


_PREFIXES = ("desa ", "kelurahan ", "kel ", "ds ", "kecamatan ", "kec ")


def _plain_area(text: str) -> str:
    """A name without what stands before it, and without blanks: ``Desa Teluk Terate`` → ``telukterate``."""
    found = normalise(text)
    for prefix in _PREFIXES:
        found = found.removeprefix(prefix)
    return found.replace(" ", "")


_LETTERS = frozenset("LP")
_SEX = {
    "l": "L",
    "p": "P",
    "laki laki": "L",
    "lakilaki": "L",
    "laki": "L",
    "pria": "L",
    "perempuan": "P",
    "wanita": "P",
}


class PembacaPMKS(_Reader):
    """Reads rows of people."""

    def __init__(self, kolom: Mapping[str, int], lebar: int, hari_ini: date, boleh: frozenset[int] | None) -> None:
        super().__init__(kolom, lebar)
        self.hari_ini = hari_ini
        self.jenis = Jenis(boleh)
        self.desa = Desa()
        self.places = [self.at(column.nama) for column in PMKS]
        # Encrypted here and not where rows are stored: rows are read while the database works on earlier ones.
        self.seal_nik, self.seal_kk = kripto.encryptor("nik"), kripto.encryptor("kk")

    def read(self, row: list[str], nomor: int) -> BarisPMKS:
        """A good row; raises ``BarisDitolak``."""
        cells = self.begin(row)
        nik_text, kk_text, nama, sex, born_text, kind, area, district, alamat = [cells[at] for at in self.places]
        galat = self.galat
        nama = _clean(nama)
        plain = normalise(nama)
        if not plain:
            self.refuse("nama-kosong", "nama: kosong")
        elif len(nama) > MAX_NAMA:
            self.refuse("nama-panjang", f"nama: lebih dari {MAX_NAMA} huruf")
        elif holds_number(nama):
            self.refuse("nomor-bocor", f"nama: {BERNOMOR}")
        nik = self.number(nik_text, "nik", "NIK")
        no_kk = self.number(kk_text, "no_kk", "No KK")
        if sex not in _LETTERS:
            sex = self._sex(_clean(sex))
        born = self.date(_clean(born_text), "tanggal_lahir", "lahir", LAHIR_AWAL, self.hari_ini)
        desa = kategori = 0
        try:
            kategori = self.jenis.find(_clean(kind))
        except BarisDitolak as error:
            galat.extend(error.keluhan)
        try:
            desa = self.desa.find(_clean(area), _clean(district))
        except BarisDitolak as error:
            galat.extend(error.keluhan)
        alamat = _clean(alamat)
        if len(alamat) > MAX_ALAMAT:
            self.refuse("alamat-panjang", f"alamat: lebih dari {MAX_ALAMAT} huruf")
        elif holds_number(alamat):
            self.refuse("nomor-bocor", f"alamat: {BERNOMOR}")
        if not nik and not born and not galat:
            self.refuse(
                "lahir-kosong",
                "tanggal_lahir: tanpa NIK, orang dikenali dari nama, tanggal lahir, dan desa; isi tanggalnya",
            )
        if galat:
            self.finish()
        nik_hash = self.hash_of(nik)
        return BarisPMKS(
            nomor,
            nik_hash or f"{plain}|{born}|{desa}",
            nik,
            nik_hash,
            self.seal_nik(nik),
            self.hash_of(no_kk),
            self.seal_kk(no_kk),
            nama,
            plain,
            sex,
            born,
            desa,
            kategori,
            alamat,
            [Keluhan(_SEBAB_NIK[text], text) for text in differences(nik, born, sex)] if nik else (),
        )

    def _sex(self, text: str) -> str:
        if not text or text == "-":
            return ""
        found = _SEX.get(normalise(text), "")
        if not found:
            self.refuse("jenis_kelamin", f"jenis_kelamin: “{text[:20]}” tidak dikenal; tulis L atau P")
        return found


class PembacaLayanan(_Reader):
    """Reads rows of services. ``kode`` are the codes of the plan: as written, each with its canonical one and unit."""

    def __init__(
        self,
        kolom: Mapping[str, int],
        lebar: int,
        hari_ini: date,
        boleh: frozenset[int] | None,
        tahun: int,
        kode: Mapping[str, tuple[str, int | None]],
    ) -> None:
        super().__init__(kolom, lebar)
        self.awal, self.akhir = date(tahun, 1, 1), min(date(tahun, 12, 31), hari_ini)
        self.jenis = Jenis(boleh)
        self.kode = kode
        self.places = [self.at(column.nama) for column in LAYANAN]

    def read(self, row: list[str], nomor: int) -> BarisLayanan:
        """A good row; raises ``BarisDitolak``."""
        cells = self.begin(row)
        nik_text, *rest = [cells[at] for at in self.places]
        number, kode, day_text, what, value_text, kind, bukti = [_clean(text) for text in rest]
        galat = self.galat
        if number and nik_text.startswith("•"):
            nik_text = ""  # masked in a list exported from here; its number says who it is
        nik = self.number(nik_text, "nik", "NIK")
        orang = None
        if number:
            if number.isascii() and number.isdigit() and len(number) < 19:
                orang = int(number)
            else:
                self.refuse("penerima-salah", f"id: “{number[:20]}” bukan nomor orang")
        if nik and orang is not None:
            self.refuse("penerima-ganda", "nik: isi nik atau id, tidak keduanya")
        elif not nik and orang is None and not galat:
            self.refuse("penerima-kosong", "nik: kosong; tulis NIK atau id orang")
        canonical, unit = self.kode.get(kode, ("", None))
        if not canonical:
            if kode:
                self.refuse("kode-asing", f"kode_sub_kegiatan: {kode[:30]} tidak ada dalam Renstra")
            else:
                self.refuse("kode-kosong", "kode_sub_kegiatan: kosong")
        day = self.date(day_text, "tanggal", "tanggal", self.awal, self.akhir)
        if day is None and not any(item.sebab.startswith("tanggal-") for item in galat):
            self.refuse("tanggal-kosong", "tanggal: kosong")
        if not what:
            self.refuse("layanan-kosong", "jenis_layanan: kosong")
        elif len(what) > 150:
            self.refuse("layanan-panjang", "jenis_layanan: lebih dari 150 huruf")
        elif holds_number(what):
            self.refuse("nomor-bocor", f"jenis_layanan: {BERNOMOR}")
        value = self._rupiah(value_text)
        kategori = None
        if kind:
            try:
                kategori = self.jenis.find(kind)
            except BarisDitolak as error:
                galat.extend(error.keluhan)
        if len(bukti) > 200:
            self.refuse("bukti-panjang", "bukti: lebih dari 200 huruf")
        elif holds_number(bukti):
            self.refuse("nomor-bocor", f"bukti: {BERNOMOR}")
        if galat:
            self.finish()
        assert day is not None
        return BarisLayanan(
            nomor, nik, self.hash_of(nik), orang, canonical, day, what, value, kategori, unit, bukti, ()
        )

    def _rupiah(self, text: str) -> int | None:
        if not text or text == "-":
            return None
        try:
            value = parse_rupiah(text)
        except FormatError as error:
            self.refuse("nilai-salah", f"nilai_rp: {error}")
            return None
        if value < 0:
            self.refuse("nilai-salah", "nilai_rp: kurang dari 0")
            return None
        return value
