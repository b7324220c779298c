"""How a figure came about, as plain values: formula, the same with numbers, inputs with their source, the rules used.

The figure and its explanation are one evaluation: the value here *is* the one of
``capaian.py``, ``rumus.py`` or ``plan_sums.py``. Page, command and files print the
same lines. Pure: imports nothing of Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from indicators.capaian import Akumulasi, Hasil, accumulate, compute_serapan, evaluate_capaian, predikat, scale
from renstra.formats import format_number, format_persen, format_rupiah, format_waktu

Angka = int | Decimal

AKUMULASI = {
    Akumulasi.JUMLAH: "dijumlahkan",
    Akumulasi.AKHIR: "nilai tahun terakhir",
    Akumulasi.RATA_RATA: "rata-rata",
    Akumulasi.MAKSIMUM: "nilai tertinggi",
}
AKUMULASI_TRIWULAN = {**AKUMULASI, Akumulasi.AKHIR: "nilai triwulan terakhir"}
PEMBULATAN = "Dihitung tanpa pembulatan; hanya tampilannya dibulatkan ke dua desimal (setengah ke atas)."


@dataclass(frozen=True, slots=True)
class Masukan:
    """One input of a figure: what it is, its value, and where it comes from.

    ``teks`` is the value as people read it; ``nilai`` None is unknown. ``asal`` is the printed
    table, file or page; ``oleh`` and ``pada`` who put it there, empty for the baseline.
    """

    nama: str
    nilai: Angka | None
    teks: str
    asal: str = ""
    oleh: str = ""
    pada: datetime | None = None
    catatan: str = ""

    @property
    def sumber(self) -> str:
        """Source, person and time on one line."""
        who = f"{self.oleh}, {format_waktu(self.pada)}" if self.oleh and self.pada else self.oleh
        return "; ".join(part for part in (self.asal, who, self.catatan) if part)


@dataclass(frozen=True, slots=True)
class Penjelasan:
    """A figure with everything it is made of.

    ``kunci`` is ``target``, ``kinerja``, ``capaian``, ``pagu``, ``rupiah``, ``serapan`` or
    ``akhir``; ``nilai`` unrounded (percent 0-100, rupiah, or the indicator's unit), None when
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
    kunci: str, judul: str, nilai: int | None, bagian: Sequence[Masukan], ketentuan: Sequence[str] = ()
) -> Penjelasan:
    """Rupiah of a node that is the sum of the rows below; ``nilai`` as ``plan_sums`` added it up."""
    known = [item for item in bagian if item.nilai is not None]
    shown = " + ".join(item.teks for item in known[:6]) + (" + …" if len(known) > 6 else "")
    return Penjelasan(
        kunci=kunci,
        judul=judul,
        nilai=nilai,
        teks=_rupiah(nilai),
        rumus=f"Jumlah {len(bagian)} baris sub kegiatan",
        hitungan="" if nilai is None else f"{shown} = {format_rupiah(nilai)}",
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
