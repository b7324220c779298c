"""How a figure came about, as plain values: formula, the same with numbers, inputs with their source, the rules used.

The figure and its explanation are one evaluation: the value here *is* the one of
``capaian.py``, ``rumus.py`` or ``plan_sums.py``. Page, command and files print the
same lines. Pure: imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from indicators.capaian import (
    HUNDRED,
    Akumulasi,
    Arah,
    Hasil,
    RumusTurun,
    accumulate,
    compute_serapan,
    evaluate_capaian,
    mean,
    mean_growth,
    predikat,
    scale,
)
from renstra.formats import format_number, format_persen, format_rupiah, format_waktu

Angka = int | Decimal

AKUMULASI = {
    Akumulasi.JUMLAH: "dijumlahkan",
    Akumulasi.AKHIR: "nilai tahun terakhir",
    Akumulasi.RATA_RATA: "rata-rata",
    Akumulasi.MAKSIMUM: "nilai tertinggi",
}
AKUMULASI_TRIWULAN = {**AKUMULASI, Akumulasi.AKHIR: "nilai triwulan terakhir"}
ARAH = {
    Arah.NAIK: "makin tinggi makin baik",
    Arah.TURUN: "makin rendah makin baik",
    Arah.RENTANG: "dijaga dalam rentang",
    Arah.TEPAT: "ada atau tidak",
}
RUMUS_TURUN = {RumusTurun.SELISIH: "(2T − R) / T × 100", RumusTurun.RASIO: "T / R × 100"}
PEMBULATAN = "Dihitung tanpa pembulatan; hanya tampilannya dibulatkan ke dua desimal (setengah ke atas)."


@dataclass(frozen=True, slots=True)
class Rujukan:
    """Where an input is kept: ``target``, ``pagu``, ``kinerja`` or ``rupiah`` of an indicator in a period.

    ``indikator`` is the id of the plan's row; ``triwulan`` 0 is the year.
    """

    indikator: int
    tahun: int
    kolom: str
    triwulan: int = 0


@dataclass(frozen=True, slots=True)
class Masukan:
    """One input of a figure: what it is, its value, and where it comes from.

    ``teks`` is the value as people read it; ``nilai`` None is unknown. ``asal`` is the printed
    table, file or page; ``oleh`` and ``pada`` who put it there, empty for the baseline. An input with
    a ``rujukan`` gets these when its explanation is read (``explain.with_sources``).
    """

    nama: str
    nilai: Angka | None
    teks: str
    asal: str = ""
    oleh: str = ""
    pada: datetime | None = None
    catatan: str = ""
    rujukan: Rujukan | None = None

    @property
    def sumber(self) -> str:
        """Source, person and time on one line."""
        who = f"{self.oleh}, {format_waktu(self.pada)}" if self.oleh and self.pada else self.oleh
        return "; ".join(part for part in (self.asal, who, self.catatan) if part)


@dataclass(frozen=True, slots=True)
class Penjelasan:
    """A figure with everything it is made of.

    ``kunci`` is ``target``, ``kinerja``, ``capaian``, ``pagu``, ``rupiah``, ``serapan``, ``akhir``,
    or names another figure of a report; ``nilai`` unrounded (percent 0-100, rupiah, or the indicator's unit), None when
    unknown, with ``sebab``. ``hitungan`` is the formula with its numbers.
    """

    kunci: str
    judul: str
    nilai: Angka | None
    teks: str
    kata: str = ""
    rumus: str = ""
    hitungan: str = ""
    masukan: tuple[Masukan, ...] = ()
    ketentuan: tuple[str, ...] = ()
    sebab: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain values; numbers as numbers, unknown as null, times in ISO 8601."""
        return {
            "kunci": self.kunci,
            "judul": self.judul,
            "nilai": _number(self.nilai),
            "tampil": self.teks,
            "predikat": self.kata or None,
            "rumus": self.rumus,
            "hitungan": self.hitungan,
            "masukan": [
                {
                    "nama": item.nama,
                    "nilai": _number(item.nilai),
                    "tampil": item.teks,
                    "asal": item.asal,
                    "oleh": item.oleh or None,
                    "pada": item.pada.isoformat() if item.pada else None,
                    "catatan": item.catatan,
                }
                for item in self.masukan
            ],
            "ketentuan": list(self.ketentuan),
            "sebab": self.sebab,
        }

    def lines(self) -> list[str]:
        """The same as text, one fact a line."""
        out = [f"{self.judul}: {self.teks}{f' ({self.kata})' if self.kata else ''}"]
        if self.sebab:
            out.append(f"  Sebab    : {self.sebab}")
        if self.rumus:
            out.append(f"  Rumus    : {self.rumus}")
        if self.hitungan:
            out.append(f"  Hitungan : {self.hitungan}")
        out += [f"  Masukan  : {item.nama} = {item.teks} [{item.sumber}]" for item in self.masukan]
        out += [f"  Ketentuan: {text}" for text in self.ketentuan]
        return out


# How a figure came about, told when somebody asks: a report makes thousands and is asked for few.
Asal = Callable[[], Penjelasan]


def rule_words(
    arah: str, rumus_turun: str, batas_bawah: Decimal | None = None, batas_atas: Decimal | None = None
) -> tuple[str, ...]:
    """Settings of an indicator that decide its capaian, in words; in the order of ``KOLOM_ATURAN``."""
    out = [f"Arah indikator: {ARAH[Arah(arah)]}."]
    if arah == Arah.TURUN:
        out.append(f"Rumus untuk arah turun: {RUMUS_TURUN[RumusTurun(rumus_turun)]}.")
    if arah == Arah.RENTANG and batas_bawah is not None:
        out.append(f"Rentang: {format_number(batas_bawah)} sampai {format_number(batas_atas)}.")
    out.append("Tidak dibatasi 100; batas 100 hanya dipakai di dalam rata-rata.")
    return tuple(out)


def explain_capaian(
    judul: str, target: Masukan, realisasi: Masukan, *aturan: object, ketentuan: Sequence[str] = ()
) -> Penjelasan:
    """Capaian of a year; ``aturan`` are the columns ``KOLOM_ATURAN`` of the indicator."""
    found = evaluate_capaian(target.nilai, realisasi.nilai, *aturan)  # type: ignore[arg-type]
    word = predikat(found.nilai)
    return Penjelasan(
        kunci="capaian",
        judul=judul,
        nilai=found.nilai,
        teks=_persen(found.nilai),
        kata=word.value if word else "",
        rumus=found.rumus,
        hitungan=_counted(found),
        masukan=(target, realisasi),
        ketentuan=(*ketentuan, *_scale_words(found.nilai)),
        sebab=found.sebab,
    )


def explain_serapan(judul: str, pagu: Masukan, realisasi: Masukan) -> Penjelasan:
    """Absorption of a year in percent: realisasi Rp / pagu × 100."""
    value = compute_serapan(_whole(pagu.nilai), _whole(realisasi.nilai))
    unknown = ""
    if value is None:
        unknown = (
            "pagu tidak ada" if pagu.nilai is None else "pagu 0" if pagu.nilai == 0 else "realisasi rupiah belum ada"
        )
    return Penjelasan(
        kunci="serapan",
        judul=judul,
        nilai=value,
        teks=_persen(value),
        rumus="Realisasi Rp / Pagu × 100",
        hitungan="" if value is None else f"{realisasi.teks} / {pagu.teks} × 100 = {format_persen(value)}",
        masukan=(pagu, realisasi),
        ketentuan=(PEMBULATAN,) if value is not None else (),
        sebab=unknown,
    )


def explain_sum(
    kunci: str,
    judul: str,
    nilai: Angka | None,
    bagian: Sequence[Masukan],
    ketentuan: Sequence[str] = (),
    *,
    baris: str = "sub kegiatan",
    rupiah: bool = True,
) -> Penjelasan:
    """A figure that is the sum of rows or years (``baris``); ``nilai`` as it was added up, e.g. by ``plan_sums``."""
    known = [item for item in bagian if item.nilai is not None]
    shown = " + ".join(item.teks for item in known[:6]) + (" + …" if len(known) > 6 else "")
    return Penjelasan(
        kunci=kunci,
        judul=judul,
        nilai=nilai,
        teks=_rupiah(_whole(nilai)) if rupiah else format_number(nilai),
        rumus=f"Jumlah {len(bagian)} baris {baris}",
        hitungan="" if nilai is None else f"{shown} = {format_number(nilai)}",
        masukan=tuple(bagian),
        ketentuan=tuple(ketentuan),
        sebab="" if nilai is not None else "belum ada satu pun angka di bawahnya",
    )


def explain_value(kunci: str, judul: str, masukan: Masukan, ketentuan: Sequence[str] = ()) -> Penjelasan:
    """A figure that was printed or typed as it stands."""
    return Penjelasan(
        kunci=kunci,
        judul=judul,
        nilai=masukan.nilai,
        teks=masukan.teks,
        masukan=(masukan,),
        ketentuan=tuple(ketentuan),
        sebab="" if masukan.nilai is not None else masukan.catatan or "belum diisi",
    )


def explain_quarters(
    kunci: str, judul: str, masukan: Masukan, triwulan: Sequence[Masukan], aturan: str, ketentuan: Sequence[str] = ()
) -> Penjelasan:
    """A year that follows its quarters; ``masukan`` is the year as it is stored, ``aturan`` the rule in words."""
    known = [item for item in triwulan if item.nilai is not None]
    shown = "; ".join(f"{item.nama} {item.teks}" for item in known)
    return Penjelasan(
        kunci=kunci,
        judul=judul,
        nilai=masukan.nilai,
        teks=masukan.teks,
        rumus=f"Setahun mengikuti triwulan: {aturan}",
        hitungan="" if masukan.nilai is None else f"{shown} → {masukan.teks}",
        masukan=tuple(triwulan),
        ketentuan=tuple(ketentuan),
        sebab="" if masukan.nilai is not None else masukan.catatan or "ada triwulan yang belum diisi",
    )


def explain_final(judul: str, akumulasi: str, tahun: Sequence[Masukan], tercetak: Masukan | None) -> Penjelasan:
    """Value at the end of the plan from its years by the rule of the indicator, beside what is printed."""
    value = accumulate([None if item.nilai is None else Decimal(item.nilai) for item in tahun], akumulasi)
    rules = [f"Aturan akumulasi indikator: {AKUMULASI[Akumulasi(akumulasi)]}."]
    if tercetak is not None and tercetak.nilai is not None and value is not None and value != tercetak.nilai:
        gap = Decimal(tercetak.nilai) - value
        rules.append(f"Dokumen mencetak {tercetak.teks} ({tercetak.asal}), selisih {format_number(gap)}.")
    inputs = (*tahun, tercetak) if tercetak is not None else tuple(tahun)
    return Penjelasan(
        kunci="akhir",
        judul=judul,
        nilai=value,
        teks=format_number(value),
        rumus=f"{AKUMULASI[Akumulasi(akumulasi)].capitalize()} dari {len(tahun)} tahun",
        masukan=inputs,
        ketentuan=tuple(rules),
        sebab="" if value is not None else "nilai satu tahun atau lebih belum ada",
    )


def explain_accumulated(judul: str, nilai: Angka | None, akumulasi: str, bagian: Sequence[Masukan]) -> Penjelasan:
    """Several periods as one by the accumulation rule; ``nilai`` as the report put them together."""
    word = AKUMULASI[Akumulasi(akumulasi)]
    return Penjelasan(
        kunci="sampai",
        judul=judul,
        nilai=nilai,
        teks=format_number(nilai),
        rumus=f"{word.capitalize()} dari {len(bagian)} periode",
        masukan=tuple(bagian),
        ketentuan=(
            f"Aturan akumulasi: {word}.",
            "Periode tanpa kejadian atau yang tidak berlaku dilewati; satu periode yang belum diisi membuat jumlah "
            "dan rata-rata tidak diketahui.",
        ),
        sebab="" if nilai is not None else "satu periode atau lebih belum diisi",
    )


def explain_mean(
    judul: str, bagian: Iterable[tuple[str, Decimal | None]], batas: Decimal | None = HUNDRED
) -> Penjelasan:
    """Mean of the known percent figures, each counted as ``batas`` at most."""
    known = [(name, figure) for name, figure in bagian if figure is not None]
    value = mean([figure for _, figure in known], HUNDRED)
    word = predikat(value)
    return Penjelasan(
        kunci="rata-rata",
        judul=judul,
        nilai=value,
        teks=_persen(value),
        kata=word.value if word else "",
        rumus=f"Jumlah {len(known)} baris yang diketahui / {len(known)}",
        masukan=tuple(
            Masukan(name, figure, _persen(figure), catatan="dihitung 100" if figure > HUNDRED else "")
            for name, figure in known
        ),
        ketentuan=("Di dalam rata-rata tiap baris paling tinggi dihitung 100.", *_scale_words(value)),
        sebab="" if value is not None else "belum ada satu pun angka yang diketahui",
    )


def explain_growth(judul: str, tahun: Sequence[Masukan]) -> Penjelasan:
    """Arithmetic mean of the yearly growth rates."""
    value = mean_growth([item.nilai for item in tahun])
    return Penjelasan(
        kunci="pertumbuhan",
        judul=judul,
        nilai=value,
        teks=_persen(value),
        rumus=f"Rata-rata dari {len(tahun) - 1} tingkat pertumbuhan: (tahun ini − tahun lalu) / tahun lalu × 100",
        masukan=tuple(tahun),
        ketentuan=(PEMBULATAN,),
        sebab="" if value is not None else "satu tahun atau lebih tidak diketahui atau 0",
    )


def explain_formula(
    kunci: str,
    judul: str,
    nilai: Decimal | None,
    rumus: str,
    hitungan: str,
    masukan: Sequence[Masukan],
    ketentuan: Sequence[str] = (),
    sebab: str = "ada masukan yang tidak diketahui",
) -> Penjelasan:
    """A percent figure by a formula of its own; ``nilai`` as the formula gave it, ``hitungan`` up to the ``=``."""
    return Penjelasan(
        kunci=kunci,
        judul=judul,
        nilai=nilai,
        teks=format_persen(nilai),
        rumus=rumus,
        hitungan="" if nilai is None else f"{hitungan} = {format_persen(nilai)}",
        masukan=tuple(masukan),
        ketentuan=(*ketentuan, PEMBULATAN) if nilai is not None else tuple(ketentuan),
        sebab="" if nilai is not None else sebab,
    )


def beside_printed(
    found: Penjelasan, tercetak: Angka | None, write: Callable[[Angka], str], tampil: bool
) -> Penjelasan:
    """The explanation of a computed figure that the document prints too.

    ``tampil``: the printed figure is the one that stands in the report.
    """
    if tercetak is None:
        return replace(found, ketentuan=(*found.ketentuan, "Dokumen mengosongkan sel ini."))
    words = f"Dokumen mencetak {write(tercetak)}"
    if found.nilai is None:
        words += "; dari masukannya tidak dapat dihitung."
    elif write(tercetak) == write(found.nilai):
        words += ", sama dengan hitungan ini."
    else:
        gap = Decimal(tercetak) - Decimal(found.nilai)
        words += f", selisih {write(int(gap) if gap == gap.to_integral_value() else gap)} dari hitungan ini."
    if tampil:
        words += " Laporan menampilkan angka tercetak."
    return replace(found, ketentuan=(*found.ketentuan, words))


def _counted(found: Hasil) -> str:
    if found.nilai is None:
        return ""
    numbers = [format_number(value) if value == round(value, 4) else format_number(value, 4) for value in found.angka]
    return f"{found.hitungan.format(*numbers)} = {format_persen(found.nilai)}"


def _scale_words(value: Decimal | None) -> tuple[str, ...]:
    if value is None:
        return ()
    steps = ", ".join(f"≥\u00a0{format_number(limit)}\u00a0{word.value}" for limit, word in scale()[:-1])
    return (
        f"Predikat menurut Permendagri 86/2017, Tabel T-E.22, dari nilai tanpa pembulatan: {steps}, "
        f"selebihnya {scale()[-1][1].value}.",
        PEMBULATAN,
    )


def _persen(value: Decimal | None) -> str:
    return format_persen(value) + ("" if value is None else "%")


def _rupiah(value: int | None) -> str:
    return format_rupiah(value, symbol=True)


def _whole(value: Angka | None) -> int | None:
    return None if value is None else int(value)


def _number(value: Angka | None) -> int | float | None:
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
