"""Charts as plain geometry, and as SVG (``draw``) that ``templates/ui/grafik.html`` shows.

Drawn on the server: they need no script, obey the content security policy, print,
and stand beside the same figures as a table (``Grafik.tabel``). A chart library was
not taken because those of Python write inline styles and scripts (pygal) or pictures
that cannot follow the theme (matplotlib). Pure: imports nothing of Django.

Unknown values are gaps, never 0. Series differ by dash and marker, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from html import escape

from renstra.formats import UNKNOWN, format_number, round_half_up

Nilai = Decimal | int | None

# Widths at which the type of a drawing has the size of the page's: about what a chart
# gets on a phone, and in two or three columns on a desk screen.
LEBAR_GARIS, LEBAR_BATANG = 400, 460
_KIRI, _KANAN, _ATAS, _BAWAH = 44, 16, 20, 26
_TINGGI_GARIS = 200
# A group of bars: its label above them, then the bars; room for the figure to the right.
_TEBAL, _LABEL, _JARAK, _ANGKA = 11, 17, 10, 66
_TITIK_ANGKA = 9
_HURUF = 8
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


class Gaya(StrEnum):
    """How a series is drawn; the class of its shapes."""

    UTAMA = "utama"
    SASARAN = "sasaran"
    KEDUA = "kedua"


@dataclass(frozen=True, slots=True)
class Seri:
    """One series: a value for every label, None where it is not known."""

    nama: str
    nilai: tuple[Nilai, ...]
    gaya: Gaya = Gaya.UTAMA
    desimal: int | None = None

    def teks(self, at: int) -> str:
        """The value as people read it."""
        value = self.nilai[at]
        return format_number(Decimal(value) if value is not None else None, self.desimal)


@dataclass(frozen=True, slots=True)
class Titik:
    """A known value: its place, what it says, and the height of the figure beside it (empty: not written)."""

    x: str
    y: str
    teks: str
    teks_y: str = ""


@dataclass(frozen=True, slots=True)
class Jalur:
    """A drawn series: unbroken runs as SVG points, and each known value."""

    nama: str
    gaya: str
    ruas: tuple[str, ...]
    titik: tuple[Titik, ...]


@dataclass(frozen=True, slots=True)
class Batang:
    """A horizontal bar of a row of bars."""

    x: str
    y: str
    lebar: str
    tinggi: str
    gaya: str
    teks: str
    teks_x: str
    teks_y: str


@dataclass(frozen=True, slots=True)
class Garis:
    """A grid line with its label: at ``y`` in a line chart, at ``x`` in a bar chart."""

    posisi: str
    teks: str


@dataclass(frozen=True, slots=True)
class Label:
    """Text below the drawing (line chart) or above its bars; ``–`` where a bar is not known."""

    x: str
    y: str
    teks: str
    penuh: str


@dataclass(frozen=True, slots=True)
class Acuan:
    """A value to compare bars with: a line across them with its name above."""

    nilai: Decimal
    nama: str


@dataclass(frozen=True, slots=True)
class Grafik:
    """A chart ready to draw, with the table that says the same.

    ``tabel`` is one row a label: the label and the text of every series.
    """

    jenis: str
    judul: str
    lebar: int
    tinggi: int
    satuan: str
    label: tuple[Label, ...]
    garis: tuple[Garis, ...]
    jalur: tuple[Jalur, ...]
    batang: tuple[Batang, ...]
    legenda: tuple[tuple[str, str], ...]
    kepala: tuple[str, ...]
    tabel: tuple[tuple[str, ...], ...]
    kiri: int
    kanan: int
    atas: int
    bawah: int
    acuan: Garis | None = None
    acuan_rata: str = ""

    @property
    def ada(self) -> bool:
        """Whether there is anything to draw."""
        return any(line.titik for line in self.jalur) or bool(self.batang)


def line_chart(judul: str, label: Sequence[str], seri: Sequence[Seri], *, satuan: str = "") -> Grafik:
    """Values over time, one place a label; the axis begins at 0. Raises ``ValueError`` where lengths differ.

    The figures of the series in style ``UTAMA`` stand at their points, so that paper says them too.
    """
    _check(label, seri)
    top, step = _scale(_known(seri))
    bottom = _TINGGI_GARIS - _BAWAH
    height = bottom - _ATAS
    # Room for the longest figure of the axis.
    left = max(_KIRI, _HURUF * max(len(format_number(value)) for value in _ticks(top, step)) + 8)
    slot = Decimal(LEBAR_GARIS - left - _KANAN) / max(len(label), 1)

    def x(at: int) -> Decimal:
        return left + slot * at + slot / 2

    def y(value: Decimal) -> Decimal:
        return bottom - value / top * height

    lines = tuple(_line(item, seri, x, y) for item in seri)
    return Grafik(
        jenis="garis",
        judul=judul,
        lebar=LEBAR_GARIS,
        tinggi=_TINGGI_GARIS,
        satuan=satuan,
        label=tuple(Label(_n(x(at)), str(_TINGGI_GARIS - 7), text, text) for at, text in enumerate(label)),
        garis=tuple(Garis(_n(y(value)), format_number(value)) for value in _ticks(top, step)),
        jalur=lines,
        batang=(),
        legenda=_legend(seri),
        kepala=("", *(item.nama for item in seri)),
        tabel=_table(label, seri),
        kiri=left,
        kanan=LEBAR_GARIS - _KANAN,
        atas=_ATAS,
        bawah=bottom,
    )


def bar_chart(
    judul: str, label: Sequence[str], seri: Sequence[Seri], *, satuan: str = "", acuan: Acuan | None = None
) -> Grafik:
    """Horizontal bars, one group a label, a bar a series; raises ``ValueError`` where lengths differ.

    The axis begins at 0. A value far beyond the others (a capaian of 900 %) would flatten
    them: percent bars end at twice the median, at least 100, and then carry a ``›``;
    the figure beside them is always whole. ``acuan`` is a value on the same axis.
    """
    _check(label, seri)
    values = sorted(_known(seri))
    limit = (
        max(values[len(values) // 2] * 2, Decimal(100)) if values and satuan == "%" else (values or [Decimal(1)])[-1]
    )
    top, step = _scale([min(value, limit) for value in values] + ([acuan.nilai] if acuan else []))
    group = _LABEL + _TEBAL * len(seri) + _JARAK
    left, right = 4, LEBAR_BATANG - _ANGKA
    width = Decimal(right - left)
    labels, bars = [], []
    for at, text in enumerate(label):
        start = _ATAS + group * at
        labels.append(Label(str(left), str(start + _LABEL - 5), _short(text), text))
        for which, item in enumerate(seri):
            value = item.nilai[at]
            place = start + _LABEL + _TEBAL * which
            if value is None:
                labels.append(Label(str(left), str(place + _TEBAL - 1), UNKNOWN, UNKNOWN))
                continue
            full = Decimal(value)
            length = min(full, top) / top * width
            bars.append(
                Batang(
                    x=str(left),
                    y=str(place),
                    lebar=_n(length),
                    tinggi=str(_TEBAL - 1),
                    gaya=item.gaya.value,
                    teks=item.teks(at) + (" ›" if full > top else ""),
                    teks_x=_n(left + length + 5),
                    teks_y=str(place + _TEBAL - 1),
                )
            )
    bottom = _ATAS + group * len(label)
    return Grafik(
        jenis="batang",
        judul=judul,
        lebar=LEBAR_BATANG,
        tinggi=bottom + _BAWAH,
        satuan=satuan,
        label=tuple(labels),
        garis=tuple(Garis(_n(left + value / top * width), format_number(value)) for value in _ticks(top, step)),
        jalur=(),
        batang=tuple(bars),
        legenda=_legend(seri),
        kepala=("", *(item.nama for item in seri)),
        tabel=_table(label, seri),
        kiri=left,
        kanan=right,
        atas=_ATAS,
        bawah=bottom,
        acuan=Garis(_n(left + acuan.nilai / top * width), acuan.nama) if acuan else None,
        # Its name stands on the side with room.
        acuan_rata="" if acuan is None else "end" if acuan.nilai * 2 > top else "start",
    )


def draw(grafik: Grafik) -> str:
    """The drawing as one ``svg`` element, every text escaped.

    Written here and not by a template: a dashboard has a thousand shapes, and a template
    resolves and escapes each of their places one by one.
    """
    parts = [
        f'<svg class="grafik-gambar" viewBox="0 0 {grafik.lebar} {grafik.tinggi}" width="{grafik.lebar}" '
        f'height="{grafik.tinggi}" role="img" '
        f'aria-label="{escape(grafik.judul)}; angkanya ada pada tabel di bawah grafik" focusable="false">',
        *(_draw_grid(grafik, line) for line in grafik.garis),
    ]
    if grafik.acuan:
        x = grafik.acuan.posisi
        parts.append(
            f'<line class="acuan" x1="{x}" y1="{grafik.atas}" x2="{x}" y2="{grafik.bawah}"/>'
            f'<text class="sumbu" x="{x}" y="{grafik.atas}" dy="-6" text-anchor="{grafik.acuan_rata}">'
            f"{escape(grafik.acuan.teks)}</text>"
        )
    anchor = "middle" if grafik.jenis == "garis" else "start"
    for label in grafik.label:
        full = f"<title>{escape(label.penuh)}</title>" if label.penuh != label.teks else ""
        parts.append(
            f'<text class="label" x="{label.x}" y="{label.y}" text-anchor="{anchor}">{escape(label.teks)}{full}</text>'
        )
    parts += map(_draw_line, grafik.jalur)
    parts += (
        f'<rect class="batang-{bar.gaya}" x="{bar.x}" y="{bar.y}" width="{bar.lebar}" height="{bar.tinggi}"/>'
        f'<text class="angka-batang" x="{bar.teks_x}" y="{bar.teks_y}">{escape(bar.teks)}</text>'
        for bar in grafik.batang
    )
    return "".join((*parts, "</svg>"))


def _draw_grid(grafik: Grafik, line: Garis) -> str:
    at, text = line.posisi, escape(line.teks)
    if grafik.jenis == "garis":
        return (
            f'<line class="kisi" x1="{grafik.kiri}" y1="{at}" x2="{grafik.kanan}" y2="{at}"/>'
            f'<text class="sumbu" x="{grafik.kiri}" dx="-8" y="{at}" dy="4" text-anchor="end">{text}</text>'
        )
    return (
        f'<line class="kisi" x1="{at}" y1="{grafik.atas}" x2="{at}" y2="{grafik.bawah}"/>'
        f'<text class="sumbu" x="{at}" y="{grafik.bawah}" dy="16" text-anchor="middle">{text}</text>'
    )


def _draw_line(line: Jalur) -> str:
    parts = [f'<polyline class="seri-{line.gaya}" points="{run}"/>' for run in line.ruas]
    for point in line.titik:
        text = escape(point.teks)
        parts.append(
            f'<circle class="titik-{line.gaya}" cx="{point.x}" cy="{point.y}" r="3.6">'
            f"<title>{escape(line.nama)}: {text}</title></circle>"
        )
        if point.teks_y:
            parts.append(
                f'<text class="angka-titik" x="{point.x}" y="{point.teks_y}" text-anchor="middle">{text}</text>'
            )
    return "".join(parts)


def _check(label: Sequence[str], seri: Sequence[Seri]) -> None:
    for item in seri:
        if len(item.nilai) != len(label):
            raise ValueError(f"Series {item.nama!r} has {len(item.nilai)} values for {len(label)} labels.")


def _known(seri: Sequence[Seri]) -> list[Decimal]:
    return [Decimal(value) for item in seri for value in item.nilai if value is not None]


def _scale(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """A round top of the axis and the distance of its lines (four or five of them)."""
    highest = max(values, default=Decimal(1)) or Decimal(1)
    rough = highest / 4
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * factor for factor in _STEPS if power * factor >= rough)
    return step * (highest / step).to_integral_value(rounding=ROUND_CEILING), step


def _ticks(top: Decimal, step: Decimal) -> list[Decimal]:
    return [step * at for at in range(int(top / step) + 1)]


def _line(seri: Seri, beside: Sequence[Seri], x: Callable[[int], Decimal], y: Callable[[Decimal], Decimal]) -> Jalur:
    runs: list[list[Titik]] = [[]]
    for at, value in enumerate(seri.nilai):
        if value is None:
            runs.append([])
            continue
        place = y(Decimal(value))
        written = _n(_beside(place, at, seri, beside, y)) if seri.gaya is Gaya.UTAMA else ""
        runs[-1].append(Titik(_n(x(at)), _n(place), seri.teks(at), written))
    return Jalur(
        nama=seri.nama,
        gaya=seri.gaya.value,
        ruas=tuple(" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1),
        titik=tuple(point for run in runs for point in run),
    )


def _beside(place: Decimal, at: int, seri: Seri, beside: Sequence[Seri], y: Callable[[Decimal], Decimal]) -> Decimal:
    """Height of a figure: above its point, below it where the point of another series stands just above."""
    above = [y(Decimal(value)) for item in beside if item is not seri and (value := item.nilai[at]) is not None]
    crowded = any(0 <= place - other < 3 * _TITIK_ANGKA for other in above) and place < _TINGGI_GARIS - 3 * _BAWAH / 2
    return place + 2 * _TITIK_ANGKA - 1 if crowded else place - _TITIK_ANGKA


def _legend(seri: Sequence[Seri]) -> tuple[tuple[str, str], ...]:
    """Name and style of each series; a single one is named by the title."""
    return tuple((item.nama, item.gaya.value) for item in seri) if len(seri) > 1 else ()


def _table(label: Sequence[str], seri: Sequence[Seri]) -> tuple[tuple[str, ...], ...]:
    return tuple((text, *(item.teks(at) for item in seri)) for at, text in enumerate(label))


def _short(text: str, limit: int = 62) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _n(value: Decimal | int) -> str:
    # SVG wants a decimal point, whatever the reader's language.
    return f"{round_half_up(Decimal(value), 1):f}"
