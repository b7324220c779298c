"""Formulas of indicators: a small grammar, its checks and its evaluation; nothing is ever run as Python.

    rumus  = suku { ("+" | "−") suku }
    suku   = faktor { ("×" | "÷") faktor }
    faktor = angka | nama | "(" rumus ")"

``*`` ``×`` ``·`` multiply, ``/`` ``÷`` ``:`` divide, ``-`` ``−`` ``–`` subtract.
Numbers are Indonesian (``1.000`` is a thousand, ``7,5``); a dot that can only be a decimal (``0.5``) is
one. Arithmetic is ``Decimal``; unknown stays unknown, 0 ÷ 0 is *no event* (domain, "IKU formulas").
Pure: imports nothing of Django.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from indicators.entry import Keadaan
from renstra.formats import MAX_DECIMALS, MAX_INTEGER_DIGITS, format_number

MAX_LENGTH = 500
MAX_DEPTH = 20
# 16 digits of a component, a few multiplied: enough that no step rounds what is shown.
_PRECISION = 60

_SIGNS = {
    "+": "+",
    "-": "−",
    "−": "−",
    "–": "−",
    "*": "×",
    "×": "×",
    "·": "×",
    "/": "/",
    "÷": "/",
    ":": "/",
    "(": "(",
    ")": ")",
}
_TOKEN = re.compile(r"\s*(?:(?P<angka>[0-9][0-9.,]*)|(?P<nama>[^\W\d]\w*)|(?P<tanda>[-+−–*×·/÷:()]))")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?")
_COMMA = re.compile(r"[0-9]+(,[0-9]+)?")
_DOT = re.compile(r"[0-9]+\.[0-9]+")
_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "−": operator.sub,
    "×": operator.mul,
    "/": operator.truediv,
}
_RANK = {"+": 1, "−": 1, "×": 2, "/": 2}


class RumusError(ValueError):
    """The formula cannot be used; the message says why in Indonesian.

    ``posisi`` (from 0) and ``panjang`` mark the place in the text, for the field to show.
    """

    def __init__(self, pesan: str, posisi: int = 0, panjang: int = 1) -> None:
        super().__init__(pesan)
        self.posisi = posisi
        self.panjang = panjang


@dataclass(frozen=True, slots=True)
class Angka:
    """A number written in the formula."""

    nilai: Decimal
    posisi: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Nama:
    """A component, by its name in the formula."""

    nama: str
    posisi: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Operasi:
    """Two parts joined by ``+`` ``−`` ``×`` or ``/``."""

    tanda: str
    kiri: Simpul
    kanan: Simpul
    posisi: int = field(default=0, compare=False)


Simpul = Angka | Nama | Operasi


@dataclass(frozen=True, slots=True)
class _Token:
    jenis: str
    teks: str
    posisi: int


def parse(teks: str) -> Simpul:
    """Read a formula; raises ``RumusError`` with the place of the first mistake."""
    if not teks.strip():
        raise RumusError("Rumus masih kosong; tulis misalnya dilayani / jumlah_pmks × 100.", 0, 0)
    if len(teks) > MAX_LENGTH:
        raise RumusError(f"Rumus terlalu panjang: {len(teks)} huruf, paling banyak {MAX_LENGTH}.", MAX_LENGTH, 0)
    return _Parser(list(_tokens(teks)), len(teks.rstrip())).whole()


def _tokens(teks: str) -> Iterator[_Token]:
    place = 0
    end = len(teks.rstrip())
    while place < end:
        found = _TOKEN.match(teks, place)
        if found is None:
            place += len(teks[place:]) - len(teks[place:].lstrip())
            raise RumusError(
                f"Huruf ke-{place + 1}: “{teks[place]}” tidak dikenal. "
                "Rumus hanya berisi nama komponen, angka, + − × ÷ dan kurung.",
                place,
            )
        kind = found.lastgroup or ""
        word = found[kind]
        start = found.start(kind)
        yield _Token(kind, _SIGNS[word] if kind == "tanda" else word, start)
        place = found.end()


def _number(token: _Token) -> Decimal:
    text = token.teks
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif not _DOT.fullmatch(text):
        raise RumusError(
            f"Huruf ke-{token.posisi + 1}: “{text}” bukan angka yang jelas; "
            "tulis ribuan dengan titik dan desimal dengan koma, misalnya 1.000 atau 7,5.",
            token.posisi,
            len(token.teks),
        )
    whole, _, fraction = text.partition(".")
    if len(whole) > MAX_INTEGER_DIGITS or len(fraction) > MAX_DECIMALS:
        raise RumusError(
            f"Huruf ke-{token.posisi + 1}: “{token.teks}” terlalu panjang; "
            f"paling banyak {MAX_INTEGER_DIGITS} angka dan {MAX_DECIMALS} desimal.",
            token.posisi,
            len(token.teks),
        )
    return Decimal(text)


class _Parser:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens = tokens
        self.place = 0
        self.end = end
        self.depth = 0

    def whole(self) -> Simpul:
        found = self.sum()
        if (rest := self.peek()) is not None:
            raise self.wrong_after_operand(rest)
        return found

    def peek(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def sum(self) -> Simpul:
        return self.chain(("+", "−"), self.product)

    def product(self) -> Simpul:
        return self.chain(("×", "/"), self.factor)

    def chain(self, signs: Collection[str], part: Callable[[], Simpul]) -> Simpul:
        found = part()
        while (token := self.peek()) is not None and token.jenis == "tanda" and token.teks in signs:
            self.place += 1
            found = Operasi(token.teks, found, part(), token.posisi)
        return found

    def factor(self) -> Simpul:
        token = self.peek()
        if token is None:
            last = self.tokens[-1]
            if last.teks == "(":
                raise RumusError(f"Kurung buka di huruf ke-{last.posisi + 1} belum ada isinya.", last.posisi)
            raise RumusError(
                f"Rumus berakhir dengan “{last.teks}”; sesudahnya harus ada nama komponen atau angka.", last.posisi
            )
        self.place += 1
        if token.jenis == "angka":
            return Angka(_number(token), token.posisi)
        if token.jenis == "nama":
            return Nama(token.teks.lower(), token.posisi)
        if token.teks == "(":
            return self.bracket(token)
        raise self.wrong_before_operand(token)

    def bracket(self, opened: _Token) -> Simpul:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RumusError(f"Kurung bertingkat lebih dari {MAX_DEPTH}; sederhanakan rumusnya.", opened.posisi)
        found = self.sum()
        closing = self.peek()
        if closing is None:
            raise RumusError(f"Kurung buka di huruf ke-{opened.posisi + 1} belum ditutup.", opened.posisi)
        if closing.teks != ")":
            raise self.wrong_after_operand(closing)
        self.place += 1
        self.depth -= 1
        return found

    def wrong_before_operand(self, token: _Token) -> RumusError:
        at = f"Huruf ke-{token.posisi + 1}"
        before = self.tokens[self.place - 2] if self.place >= 2 else None
        if token.teks == ")":
            if before is not None and before.teks == "(":
                return RumusError(f"{at}: kurung ini tidak ada isinya.", token.posisi)
            if before is None:
                return RumusError(f"{at}: kurung tutup tanpa kurung buka.", token.posisi)
            return RumusError(f"{at}: sesudah “{before.teks}” harus ada nama atau angka.", token.posisi)
        if before is None or before.teks == "(":
            return RumusError(
                f"{at}: “{token.teks}” harus didahului nama komponen atau angka; angka minus ditulis (0 − angka).",
                token.posisi,
            )
        return RumusError(
            f"{at}: dua tanda berturut-turut, “{before.teks}” lalu “{token.teks}”; hapus salah satu.", token.posisi
        )

    def wrong_after_operand(self, token: _Token) -> RumusError:
        at = f"Huruf ke-{token.posisi + 1}"
        if token.teks == ")":
            return RumusError(f"{at}: kurung tutup tanpa kurung buka.", token.posisi)
        hint = "; perkalian ditulis × atau *" if token.teks.lower() == "x" else ""
        return RumusError(
            f"{at}: di antara bagian sebelumnya dan “{token.teks}” harus ada + − × atau ÷{hint}.",
            token.posisi,
            len(token.teks),
        )


def walk(simpul: Simpul) -> Iterator[Simpul]:
    """Every part of a formula, from the left."""
    if isinstance(simpul, Operasi):
        yield from walk(simpul.kiri)
        yield from walk(simpul.kanan)
    yield simpul


def names(simpul: Simpul) -> tuple[str, ...]:
    """Components a formula uses, each once, in reading order."""
    return tuple(dict.fromkeys(part.nama for part in walk(simpul) if isinstance(part, Nama)))


def write(simpul: Simpul, words: Mapping[str, str] | None = None) -> str:
    """The formula as text with as few brackets as keep its meaning; ``words`` replaces names.

    Without ``words``, ``parse(write(x)) == x``.
    """
    match simpul:
        case Angka(nilai):
            return format_number(nilai)
        case Nama(nama):
            return nama if words is None else words.get(nama, nama)
        case Operasi(tanda, kiri, kanan):
            left = write(kiri, words)
            right = write(kanan, words)
            if _rank(kiri) < _RANK[tanda]:
                left = f"({left})"
            if _rank(kanan) <= _RANK[tanda]:
                right = f"({right})"
            return f"{left} {tanda} {right}"


def _rank(simpul: Simpul) -> int:
    return _RANK[simpul.tanda] if isinstance(simpul, Operasi) else 3


def check_names(simpul: Simpul, known: Collection[str]) -> None:
    """Raise ``RumusError`` for the first name that is no component, naming the nearest one."""
    for part in walk(simpul):
        if isinstance(part, Nama) and part.nama not in known:
            near = difflib.get_close_matches(part.nama, known, n=1, cutoff=0.5)
            if near:
                hint = f"maksud Anda “{near[0]}”?"
            elif known:
                hint = f"yang ada: {', '.join(sorted(known))}."
            else:
                hint = "indikator ini belum punya komponen."
            raise RumusError(
                f"Huruf ke-{part.posisi + 1}: “{part.nama}” bukan komponen indikator ini; {hint}",
                part.posisi,
                len(part.nama),
            )


# Units ------------------------------------------------------------------------------------------------------------

_SAME_UNIT = {"jiwa": "orang", "org": "orang", "rupiah": "rp", "persen": "%", "persentase": "%"}


@dataclass(frozen=True, slots=True)
class Satuan:
    """Unit of a part of a formula: powers of units, and whether a ratio was brought to percent.

    ``persen`` counts factors 100 over a ratio: 1 is a percent figure (0-100), 0 a plain ratio.
    ``polos`` is a number written in the formula: it joins a ratio or a percent figure alike.
    """

    pangkat: tuple[tuple[str, int], ...] = ()
    persen: int = 0
    polos: bool = False

    def __str__(self) -> str:
        """As people write it: ``orang``, ``Rp/orang``, ``%``, ``tanpa satuan``."""
        above = [_power(unit, n) for unit, n in self.pangkat if n > 0]
        below = [_power(unit, -n) for unit, n in self.pangkat if n < 0]
        if not above and not below:
            return "%" if self.persen == 1 else "tanpa satuan"
        return ("·".join(above) or "1") + "".join(f"/{unit}" for unit in below)


def _power(unit: str, n: int) -> str:
    shown = "Rp" if unit == "rp" else unit
    return shown if n == 1 else f"{shown}^{n}"


def read_satuan(teks: str) -> Satuan:
    """Unit from the words of a component or indicator: ``Jiwa`` and ``Orang`` are one, ``Rp/orang`` a quotient."""
    percent = 0
    powers: dict[str, int] = {}
    for place, part in enumerate(teks.split("/")):
        unit = " ".join(part.lower().split()).rstrip(".")
        unit = _SAME_UNIT.get(unit, unit)
        if unit == "%":
            percent += 1 if place == 0 else -1
        elif unit:
            powers[unit] = powers.get(unit, 0) + (1 if place == 0 else -1)
    return Satuan(_sorted(powers), percent)


def _sorted(powers: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((unit, n) for unit, n in powers.items() if n))


def check_units(simpul: Simpul, satuan: Mapping[str, str], hasil: str) -> Satuan:
    """Unit of the whole; raises ``RumusError`` where units do not fit each other or the indicator.

    ``satuan`` gives the unit of each component, ``hasil`` that of the indicator. Only like is
    added to like (people to people, never to rupiah); a quotient of like is a
    ratio without unit; a ratio × 100 is %.
    """
    found = _unit_of(simpul, satuan)
    wanted = read_satuan(hasil)
    whole = len(write(simpul))
    if not hasil.strip() or (found.pangkat == wanted.pangkat and found.persen == wanted.persen):
        return found
    if wanted.persen == 1 and not wanted.pangkat and not found.pangkat:
        if found.persen == 0:
            raise RumusError(
                "Hasil rumus adalah rasio (0 sampai 1), padahal satuan indikator %; kalikan dengan 100.", 0, whole
            )
        raise RumusError("Hasil rumus dikalikan 100 lebih dari sekali, padahal satuan indikator %.", 0, whole)
    raise RumusError(f"Satuan hasil rumus {found}, padahal satuan indikator {hasil.strip()}.", 0, whole)


def _unit_of(simpul: Simpul, satuan: Mapping[str, str]) -> Satuan:
    match simpul:
        case Angka():
            return Satuan(polos=True)
        case Nama(nama):
            return read_satuan(satuan.get(nama, ""))
        case Operasi(tanda, kiri, kanan, posisi):
            left, right = _unit_of(kiri, satuan), _unit_of(kanan, satuan)
            if tanda in "×/":
                return _multiplied(simpul, left, right)
            if left.pangkat != right.pangkat:
                raise RumusError(
                    f"Huruf ke-{posisi + 1}: {left} {tanda} {right} tidak dapat dihitung; "
                    "yang ditambah atau dikurangi harus satu satuan.",
                    posisi,
                )
            if left.polos and right.polos:
                return left
            if left.polos or right.polos:
                return right if left.polos else left
            if left.persen != right.persen:
                raise RumusError(
                    f"Huruf ke-{posisi + 1}: angka % bertemu rasio (0 sampai 1); "
                    "kalikan rasionya dengan 100 lebih dahulu.",
                    posisi,
                )
            return left


def _multiplied(simpul: Operasi, left: Satuan, right: Satuan) -> Satuan:
    sign = 1 if simpul.tanda == "×" else -1
    powers = dict(left.pangkat)
    for unit, n in right.pangkat:
        powers[unit] = powers.get(unit, 0) + sign * n
    if left.polos and right.polos:
        return Satuan(polos=True)
    # "× 100" is what makes a percent of a ratio, in whatever order it is written.
    percent = left.persen + sign * right.persen + _hundreds(simpul.kiri) + sign * _hundreds(simpul.kanan)
    return Satuan(_sorted(powers), percent)


def _hundreds(simpul: Simpul) -> int:
    return 1 if isinstance(simpul, Angka) and simpul.nilai == 100 else 0


# Evaluation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Langkah:
    """One operation done: ``kiri tanda kanan = hasil``; values unrounded, None unknown or no event."""

    tanda: str
    kiri: Decimal | None
    kanan: Decimal | None
    hasil: Decimal | None
    catatan: str = ""

    def __str__(self) -> str:
        """As people read it, numbers shown with at most four decimals."""
        text = f"{_shown(self.kiri)} {self.tanda} {_shown(self.kanan)} = {_shown(self.hasil)}"
        return f"{text} ({self.catatan})" if self.catatan else text


def _shown(value: Decimal | None) -> str:
    if value is None:
        return format_number(None)
    # A step between is shown finer than a result, so that the next step can be followed.
    exponent = value.normalize().as_tuple().exponent
    finer = isinstance(exponent, int) and -exponent > MAX_DECIMALS
    return format_number(value, MAX_DECIMALS) if finer else format_number(value)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A formula worked out: the figure and its explanation are this one object.

    ``nilai`` is unrounded, None unless ``keadaan`` is TERISI. KOSONG is unknown with its ``sebab``
    (a component not entered, a division by zero), TIDAK_ADA_KEJADIAN is 0 ÷ 0.
    ``hitungan`` is the formula with its numbers, ``langkah`` every operation in order.
    """

    nilai: Decimal | None
    keadaan: Keadaan
    sebab: str
    hitungan: str
    langkah: tuple[Langkah, ...]
    kurang: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    nilai: Decimal | None
    keadaan: Keadaan
    sebab: str = ""


def evaluate(simpul: Simpul, nilai: Mapping[str, Decimal | None]) -> Evaluation:
    """Work a formula out with the values of its components; never raises for numbers.

    A component without value makes the whole unknown, whatever it is multiplied with. A number divided by
    zero is unknown; 0 ÷ 0 is *no event*, and so is what is computed with it.
    """
    steps: list[Langkah] = []
    missing = tuple(name for name in names(simpul) if nilai.get(name) is None)
    with localcontext() as context:
        context.prec = _PRECISION
        found = _value(simpul, nilai, steps)
    sebab = f"belum ada nilai {', '.join(missing)}" if missing else found.sebab
    shown = {name: _shown(nilai.get(name)) for name in names(simpul)}
    return Evaluation(found.nilai, found.keadaan, sebab, write(simpul, shown), tuple(steps), missing)


def _value(simpul: Simpul, nilai: Mapping[str, Decimal | None], steps: list[Langkah]) -> _Part:
    match simpul:
        case Angka(number):
            return _Part(number, Keadaan.TERISI)
        case Nama(nama):
            value = nilai.get(nama)
            return _Part(value, Keadaan.KOSONG if value is None else Keadaan.TERISI)
        case Operasi(tanda, kiri, kanan):
            left, right = _value(kiri, nilai, steps), _value(kanan, nilai, steps)
            found = _operate(tanda, left, right)
            steps.append(Langkah(tanda, left.nilai, right.nilai, found.nilai, found.sebab))
            return found


def _operate(tanda: str, left: _Part, right: _Part) -> _Part:
    for state in (Keadaan.KOSONG, Keadaan.TIDAK_ADA_KEJADIAN):
        for part in (left, right):
            if part.keadaan is state:
                return _Part(None, state, part.sebab)
    a, b = left.nilai, right.nilai
    assert a is not None
    assert b is not None
    if tanda == "/" and b == 0:
        if a == 0:
            return _Part(None, Keadaan.TIDAK_ADA_KEJADIAN, "0 dari 0: tidak ada kejadian")
        return _Part(None, Keadaan.KOSONG, "pembagi 0")
    return _Part(_ARITHMETIC[tanda](a, b), Keadaan.TERISI)


# References -------------------------------------------------------------------------------------------------------


def find_circle(rujukan: Mapping[str, Collection[str]], awal: str) -> tuple[str, ...]:
    """The way from ``awal`` back to itself over references of formulas to figures, empty when there is none."""
    path: list[str] = []
    done: set[str] = set()

    def search(node: str) -> bool:
        path.append(node)
        for target in rujukan.get(node, ()):
            if target == awal:
                path.append(target)
                return True
            if target not in done:
                done.add(target)
                if search(target):
                    return True
        path.pop()
        return False

    return tuple(path) if search(awal) else ()
