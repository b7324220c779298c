"""Rules about tables: a printed total against its rows, one fact in two tables, a part against its whole. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from indicators.findings.facts import BarisTabel, Facts, Sum, add, join, leading_number
from indicators.findings.inputs import number_in
from indicators.findings.registry import Angka, Temuan, rule
from indicators.penjelasan import explain_sum, explain_value
from renstra.formats import format_number

# --- a printed total against its rows --------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """A total as printed, the rows it closes, and what those rows are called."""

    tabel: str
    nama: str
    tercetak: int
    baris: Sum
    sebutan: str
    bagian: Sequence[tuple[str, int | None]]

    @property
    def asal(self) -> str:
        """Table of the rows: the colours of Tabel 3.2 add up kinds of Tabel 3.1."""
        return "3.1" if self.tabel == "3.2" else self.tabel

    @property
    def wrong(self) -> bool:
        """Whether the rows give another figure."""
        return self.baris.contradicts(self.tercetak)


def printed_totals(facts: Facts) -> Iterator[PrintedTotal]:
    """Every total that a table prints below its rows: 2.1-2.9, 3.1, and the groups of 3.2."""
    for tabel, rows in facts.profil.items():
        above: list[tuple[str, int | None]] = []
        for row in rows:
            if not row.total:
                above.append((row.uraian or row.rincian or "baris", row.jumlah))
            elif row.jumlah is not None:
                yield PrintedTotal(
                    tabel, row.uraian or "Jumlah", row.jumlah, add(count for _, count in above), "baris", above
                )
                above = []
    # A dash says that there is none of this kind; only an empty cell is unknown.
    kinds = [row for row in facts.pmks if row.jumlah is not None or row.tercetak.strip() != "-"]
    total = facts.total.get(("3.1", "jumlah"))
    if total is not None and kinds:
        counted = [(row.nama, row.jumlah) for row in kinds if row.tahun == facts.tahun_pmks]
        yield PrintedTotal("3.1", "Jumlah", total, add(count for _, count in counted), "jenis PMKS", counted)
    for warna in facts.warna:
        members = [(row.nama, row.jumlah) for row in kinds if row.kelompok == warna.kode and row.tahun == warna.tahun]
        total_of = add(count for _, count in members)
        yield PrintedTotal("3.2", warna.nama, warna.jumlah, total_of, "jenis PMKS pada Tabel 3.1", members)


@rule(
    "jumlah-tabel-bukan-jumlah-baris",
    "Jumlah tabel bukan jumlah barisnya",
    "Baris Jumlah sebuah tabel seharusnya jumlah baris di atasnya; jumlah per warna pada Tabel 3.2 seharusnya "
    "jumlah jenis PMKS warna itu pada Tabel 3.1.",
)
def total_is_not_the_sum_of_its_rows(facts: Facts) -> Iterator[Temuan]:
    """A table's printed total ≠ its rows."""
    for item in printed_totals(facts):
        if item.wrong:
            text = (
                f"{item.nama} tercetak {format_number(item.tercetak)}, jumlah {item.baris.parts} {item.sebutan} "
                f"{format_number(item.baris.known)}."
            )
            if item.baris.unknown:
                text += f" {item.baris.unknown} baris kosong tidak ikut dijumlah."
            yield Temuan.of(
                tabel=item.tabel,
                indikator=item.nama,
                kolom="jumlah",
                tercetak=item.tercetak,
                dihitung=item.baris.known,
                keterangan=text,
                asal=explain_sum(
                    "dihitung",
                    "Jumlah barisnya",
                    item.baris.known,
                    [number_in(name, count, f"Tabel {item.asal}") for name, count in item.bagian],
                    baris=item.sebutan.removeprefix("baris").strip() or "tabel",
                    rupiah=False,
                ),
            )


# --- one fact in two tables ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sumber:
    """Where a table prints a fact, and what it prints there."""

    tabel: str
    kolom: str
    indikator: str
    nilai: Angka | None
    kode: str = ""


@dataclass(frozen=True, slots=True)
class Fakta:
    """One fact (same population, same definition, same time) with every place that prints it.

    The first source is the nearest to the counting; it decides when the sources are evenly split.
    """

    nama: str
    sumber: tuple[Sumber, ...]

    @property
    def known(self) -> list[Sumber]:
        """Sources that print a number."""
        return [item for item in self.sumber if item.nilai is not None]

    @property
    def reference(self) -> Angka | None:
        """Value that most sources print, None when only one knows it."""
        values = [item.nilai for item in self.known if item.nilai is not None]
        return Counter(values).most_common(1)[0][0] if len(values) > 1 else None

    @property
    def deviating(self) -> list[Sumber]:
        """Sources that print something else than most."""
        return [item for item in self.known if item.nilai != self.reference] if self.reference is not None else []


FaktaOf = Callable[[Facts], Iterable[Fakta]]
FAKTA: list[FaktaOf] = []


def fact(build: FaktaOf) -> FaktaOf:
    """Register a function that says which places of the document print the same fact."""
    FAKTA.append(build)
    return build


@rule(
    "dua-tabel-beda-nilai",
    "Dua tabel, satu fakta, dua nilai",
    "Fakta yang sama (penduduk, definisi, dan tahun yang sama) seharusnya bernilai sama di semua tabel. "
    "Pembandingnya nilai yang paling banyak dicetak; sel kosong dan “-” tidak dibandingkan.",
)
def tables_disagree(facts: Facts) -> Iterator[Temuan]:
    """Two tables giving one fact two values."""
    for item in all_facts(facts):
        for place in item.deviating:
            value, reference = place.nilai, item.reference
            if value is None or reference is None:
                continue
            others = [other.tabel for other in item.known if other.nilai == reference]
            yield Temuan.of(
                tabel=place.tabel,
                kode=place.kode,
                indikator=place.indikator,
                kolom=place.kolom,
                tercetak=value,
                dihitung=reference,
                keterangan=(
                    f"{item.nama}: Tabel {place.tabel} mencetak {format_number(value)}, "
                    f"Tabel {join(sorted(set(others), key=others.index))} mencetak {format_number(reference)}."
                ),
                asal=explain_value(
                    "dihitung",
                    f"{item.nama}, nilai yang paling banyak dicetak",
                    number_in(item.nama, reference, f"Tabel {join(sorted(set(others), key=others.index))}"),
                    [f"Tabel {other.tabel}, {other.indikator}: {format_number(other.nilai)}." for other in item.known],
                ),
            )


def all_facts(facts: Facts) -> Iterator[Fakta]:
    """Facts of all registered functions."""
    for build in FAKTA:
        yield from build(facts)


PNS_TABLES = ("2.2", "2.3", "2.5", "2.6")  # each divides all PNS in another way


def is_pns(text: str) -> bool:
    """Whether a row's text says PNS, and not Non PNS."""
    return bool(re.search(r"\bPNS\b", text)) and not re.search(r"\bnon\b", text, re.IGNORECASE)


def _total(facts: Facts, tabel: str) -> int | None:
    return next((row.jumlah for row in facts.profil.get(tabel, ()) if row.total), None)


def _rows(facts: Facts, tabel: str) -> list[BarisTabel]:
    return [row for row in facts.profil.get(tabel, ()) if not row.total]


def _sum(rows: Iterable[BarisTabel]) -> int | None:
    """Sum of rows of a staff table, None when there is none or one has no number."""
    total = add(row.jumlah for row in rows)
    return total.known if total.parts and not total.unknown else None


@fact
def staff(facts: Facts) -> Iterator[Fakta]:
    """Number of PNS, of staff who are not, and of PNS who are no officials."""
    status = _rows(facts, "2.1")
    pns = [row for row in status if is_pns(row.uraian)]
    yield Fakta(
        "Jumlah PNS",
        (
            *(Sumber(tabel, "jumlah", "Jumlah", _total(facts, tabel)) for tabel in PNS_TABLES),
            Sumber("2.1", "jumlah", pns[0].uraian if pns else "PNS", _sum(pns)),
        ),
    )
    others = [row for row in status if row not in pns]
    yield Fakta(
        "Jumlah tenaga Non PNS",
        (
            Sumber("2.4", "jumlah", "Jumlah", _total(facts, "2.4")),
            Sumber("2.1", "jumlah", "Baris selain PNS", _sum(others)),
        ),
    )
    pelaksana = [row for row in _rows(facts, "2.6") if row.uraian.strip().lower() == "pelaksana"]
    yield Fakta(
        "Jumlah PNS pelaksana",
        (
            Sumber(
                "2.9", "jumlah", "Pelaksana berstatus PNS", _sum(r for r in _rows(facts, "2.9") if is_pns(r.rincian))
            ),
            Sumber("2.6", "jumlah", "Pelaksana", _sum(pelaksana)),
        ),
    )


_DIKLATPIM = re.compile(r"^Diklatpim\s+(I{1,3}|IV)$", re.IGNORECASE)


@fact
def training(facts: Facts) -> Iterator[Fakta]:
    """Tabel 2.7 and 2.8 divide the same staff by training: together all PNS, and by rank those of Tabel 2.6.

    Diklatpim III is for eselon III, Diklatpim IV for eselon IV, Diklat Prajabatan for those without a post.
    """
    done, open_ = _rows(facts, "2.7"), _rows(facts, "2.8")
    if not done or not open_:
        return
    yield Fakta(
        "Jumlah PNS",
        (
            Sumber("2.6", "jumlah", "Jumlah", _total(facts, "2.6")),
            Sumber("2.8", "jumlah", "Sudah dan belum diklat", _sum([*done, *open_])),
        ),
    )
    posts = _rows(facts, "2.6")
    for name in dict.fromkeys(row.uraian for row in (*done, *open_)):
        trained = [row for row in (*done, *open_) if row.uraian == name]
        if grade := _DIKLATPIM.match(name.strip()):
            ranked = [row for row in posts if row.rincian.upper().startswith(f"{grade[1].upper()}.")]
        elif "prajabatan" in name.lower():
            ranked = [row for row in posts if row.uraian.strip().lower() == "pelaksana"]
        else:
            continue
        yield Fakta(
            f"Jumlah PNS yang wajib {name}",
            (
                Sumber("2.6", "jumlah", ", ".join(row.uraian for row in ranked), _sum(ranked)),
                Sumber("2.8", "jumlah", f"{name}, sudah dan belum", _sum(trained)),
            ),
        )


@fact
def officials(facts: Facts) -> Iterator[Fakta]:
    """Posts of eselon IV that are filled (a vacant one shows no grade in Tabel 2.9)."""
    filled = [row for row in _rows(facts, "2.9") if golongan(row.uraian)]
    ranked = [row for row in _rows(facts, "2.6") if row.rincian.upper().startswith("IV.")]
    yield Fakta(
        "Jumlah pejabat eselon IV",
        (
            Sumber("2.6", "jumlah", ", ".join(row.uraian for row in ranked), _sum(ranked)),
            Sumber("2.9", "jumlah", "Pejabat dengan golongan", len(filled) or None),
        ),
    )


@fact
def pmks_count(facts: Facts) -> Iterator[Fakta]:
    """Number of PMKS in the year of Tabel 3.1.

    Tabel 3.5 is left out: it counts records checked, PSKS among them, which is another population.
    """
    year = facts.tahun_pmks
    if year is None:
        return
    groups = [warna.jumlah for warna in facts.warna if warna.tahun == year]
    service = [row for row in facts.realisasi if row.tabel == "2.12" and row.baris == 1 and row.tahun == year]
    yield Fakta(
        f"Jumlah PMKS {year}",
        (
            Sumber("3.1", "jumlah", "Jumlah", facts.total.get(("3.1", "jumlah"))),
            Sumber("3.2", "jumlah", "Jumlah semua warna", sum(groups) if groups else None),
            *(Sumber("2.12", f"realisasi_{year}", row.uraian, row.kinerja) for row in service),
        ),
    )


@fact
def indicator_figures(facts: Facts) -> Iterator[Fakta]:
    """Base, yearly targets and final value of an indicator that several tables print (4.1, 4.2, 6.2, 7.1)."""
    by_indicator = defaultdict(list)
    for row in facts.indikator:
        by_indicator[row.indikator].append(row)
    for rows in by_indicator.values():
        name, kode = rows[0].uraian, rows[0].kode
        for tahun in sorted({tahun for row in rows for tahun in row.target}):
            yield Fakta(
                f"Target {tahun} “{name}”",
                tuple(Sumber(row.tabel, f"target_{tahun}", row.uraian, row.target.get(tahun), kode) for row in rows),
            )
        yield Fakta(
            f"Target akhir “{name}”",
            tuple(Sumber(row.tabel, row.kolom_akhir, row.uraian, row.akhir, kode) for row in rows),
        )
        yield Fakta(
            f"Kondisi awal “{name}”",
            tuple(Sumber(row.tabel, row.kolom_awal, row.uraian, leading_number(row.data_awal), kode) for row in rows),
        )


@fact
def base_of_programs(facts: Facts) -> Iterator[Fakta]:
    """Base of a program's indicator, and the colour group that Tabel 3.2 names as its base."""
    plan = facts.plan
    for warna in facts.warna:
        for node in plan.simpul:
            if node.tingkat != "program" or node.nama.lower() not in warna.keterangan.lower():
                continue
            for row in plan.main(node.key)[:1]:
                yield Fakta(
                    f"Data dasar {node.nama} ({warna.tahun})",
                    (
                        Sumber("3.2", "jumlah", warna.nama, warna.jumlah),
                        Sumber("6.2", "data_awal", row.uraian, leading_number(row.data_awal_teks), node.kode),
                    ),
                )


# --- a part against its whole ----------------------------------------------------------

_GOLONGAN = re.compile(r"\b(I{1,3}|IV)\s*/\s*([a-e])\b")


def golongan(text: str) -> str | None:
    """``PNS (Gol III/c)`` → ``III/c``."""
    found = _GOLONGAN.search(text)
    return f"{found[1]}/{found[2]}" if found else None


def pendidikan(text: str) -> str | None:
    """``S 1`` → ``S1``, ``DIII`` → ``D3``; None for an empty cell."""
    key = re.sub(r"[\s.]", "", text).upper()
    return re.sub(r"^D(I{1,3}|IV)$", lambda m: f"D{ {'I': 1, 'II': 2, 'III': 3, 'IV': 4}[m[1]] }", key) or None


@rule(
    "bagian-melebihi-keseluruhan",
    "Bagian melebihi keseluruhan",
    "PNS yang disebut Tabel 2.9 (pejabat dan pelaksana) adalah bagian dari semua PNS, jadi tidak mungkin lebih "
    "banyak daripada PNS bergolongan sama pada Tabel 2.5 atau berpendidikan sama pada Tabel 2.3; begitu pula "
    "tenaga Non PNS terhadap Tabel 2.4.",
)
def part_exceeds_whole(facts: Facts) -> Iterator[Temuan]:
    """More staff of one grade or schooling in Tabel 2.9 than Tabel 2.5, 2.3 or (not PNS) 2.4 has in all."""
    listed = _rows(facts, "2.9")
    staff_rows = [row for row in listed if is_pns(row.rincian)]
    grades: Counter[str] = Counter()
    schools: Counter[str] = Counter()
    for row in staff_rows:
        if grade := golongan(row.rincian):
            grades[grade] += row.jumlah or 0
        if school := pendidikan(row.rincian_lanjut):
            schools[school] += row.jumlah or 0
    for row in listed:  # the official's own grade stands behind the post; a post without one is vacant
        if grade := golongan(row.uraian):
            grades[grade] += 1
    others: Counter[str] = Counter()
    for row in listed:
        if row not in staff_rows and row.rincian and (school := pendidikan(row.rincian_lanjut)):
            others[school] += row.jumlah or 0
    yield from _exceeding(facts, "2.5", "PNS bergolongan", grades, golongan)
    yield from _exceeding(facts, "2.3", "PNS berpendidikan", schools, pendidikan)
    yield from _exceeding(facts, "2.4", "Non PNS berpendidikan", others, pendidikan)


def _exceeding(
    facts: Facts, tabel: str, what: str, parts: Counter[str], key: Callable[[str], str | None]
) -> Iterator[Temuan]:
    rows = _rows(facts, tabel)
    total = add(row.jumlah for row in rows)
    if total.unknown or not rows or total.contradicts(_total(facts, tabel)):
        return  # the whole is itself in doubt: an absent group need not be 0
    whole: Counter[str] = Counter()
    for row in rows:
        if name := key(row.uraian):
            whole[name] += row.jumlah or 0
    for name, count in sorted(parts.items()):
        if count > whole[name]:
            seen = f"hanya ada {whole[name]}" if name in whole else "tidak ada"
            yield Temuan.of(
                tabel="2.9",
                indikator=f"{what} {name}",
                kolom="jumlah",
                tercetak=count,
                dihitung=whole[name],
                keterangan=(
                    f"Tabel 2.9 menyebut {count} {what} {name}, sedangkan menurut Tabel {tabel} "
                    f"{seen} di seluruh kantor."
                ),
                asal=explain_sum(
                    "dihitung",
                    f"{what} {name} di seluruh kantor",
                    whole[name],
                    [number_in(row.uraian, row.jumlah, f"Tabel {tabel}") for row in rows if key(row.uraian) == name]
                    or [number_in(f"{what} {name}", 0, f"tidak ada pada Tabel {tabel}")],
                    baris=f"Tabel {tabel}",
                    rupiah=False,
                ),
            )
