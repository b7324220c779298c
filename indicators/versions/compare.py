"""What a version of the plan changed: rows added and ended, wording, targets, pagu, with the reason.

Rows are the same row when they continue the same one of the first version (``akar``).
Reasons come from the trail: the last one given for that column of that row between the two versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce

from accounts.models import Jejak
from indicators.models import Indikator, Target
from indicators.penjelasan import Masukan, Rujukan
from indicators.plan_sums import sum_money
from programs import codes
from programs.models import (
    ArahKebijakan,
    IsuStrategis,
    Kegiatan,
    Misi,
    Program,
    Renstra,
    Sasaran,
    Strategi,
    SubKegiatan,
    Tujuan,
)
from programs.versions import chain
from renstra.formats import format_rupiah


class Jenis(StrEnum):
    """What kind of difference a line tells."""

    BARU = "ditambahkan"
    BERAKHIR = "diakhiri"
    BUNYI = "bunyi"
    TARGET = "target"
    PAGU = "pagu"


@dataclass(frozen=True, slots=True)
class Beda:
    """One difference; ``dari`` and ``ke`` are text, performance (``Decimal``) or rupiah (``int``)."""

    jenis: Jenis
    tingkat: str
    kode: str
    nama: str
    hal: str
    dari: str | Decimal | int | None
    ke: str | Decimal | int | None
    alasan: str

    @property
    def selisih(self) -> Decimal | int | None:
        """New less old, None where one of them is unknown or a text."""
        if isinstance(self.dari, int | Decimal) and isinstance(self.ke, int | Decimal):
            return self.ke - self.dari
        return None


@dataclass(frozen=True, slots=True)
class Perbandingan:
    """Differences in the order of the plan, and the pagu of both versions by year and in all.

    ``bagian`` gives the sub kegiatan rows that the pagu of a version and year is the sum of.
    """

    lama: Renstra
    baru: Renstra
    beda: list[Beda]
    jumlah: dict[int, tuple[int | None, int | None]]
    bagian: Callable[[Renstra, int], list[Masukan]]

    @property
    def jumlah_akhir(self) -> tuple[int | None, int | None]:
        """Pagu of the whole period in both."""
        old, new = zip(*self.jumlah.values(), strict=True)
        return sum_money(old), sum_money(new)


_SENTENCES = (
    (Misi, "renstra", "Misi"),
    (IsuStrategis, "renstra", "Isu strategis"),
    (Tujuan, "renstra", "Tujuan"),
    (Sasaran, "tujuan__renstra", "Sasaran"),
    (Strategi, "sasaran__tujuan__renstra", "Strategi"),
    (ArahKebijakan, "strategi__sasaran__tujuan__renstra", "Arah kebijakan"),
)
_NODES = (Program, Kegiatan, SubKegiatan)
# Columns of a row that are compared, with the words of the table.
_NODE = {"nama": "Nama", "unit": "Unit penanggung jawab", "kode": "Kode"}
_INDICATOR = {
    "uraian": "Indikator",
    "satuan": "Satuan",
    "arah": "Arah",
    "akumulasi": "Akumulasi",
    "data_awal_teks": "Data awal",
    "batas_bawah": "Batas bawah",
    "batas_atas": "Batas atas",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of one version: what it is called and what is compared."""

    label: str
    id: int
    versi: int
    kunci: int
    tingkat: str
    urut: str
    kode: str
    nama: str
    berakhir: int | None
    isi: Mapping[str, Any]


class _Loaded:
    """Rows of all versions from the old to the new one, in four queries."""

    def __init__(self, versions: list[Renstra]) -> None:
        ids = [version.pk for version in versions]
        self.rows: dict[tuple[str, int], dict[int, _Row]] = defaultdict(dict)
        self.nodes: dict[tuple[int, str], _Row] = {}
        for row in (*_sentences(ids), *_nodes(ids)):
            self.rows[row.label, row.kunci][row.versi] = row
            self.nodes[row.versi, row.kode] = row
        self.owner: dict[int, _Row] = {}
        for row in _indicators(ids):
            self.rows[row.label, row.kunci][row.versi] = row
            self.owner[row.id] = row
        self.figures: dict[tuple[int, int], dict[int, tuple[int, Decimal | None, int | None]]] = defaultdict(dict)
        found = Target.objects.filter(indikator__in=list(self.owner)).order_by()
        for pk, id_, tahun, target, pagu in found.values_list("pk", "indikator_id", "tahun", "target", "pagu"):
            row = self.owner[id_]
            self.figures[row.kunci, tahun][row.versi] = (pk, target, pagu)


def compare(lama: Renstra, baru: Renstra) -> Perbandingan:
    """Compare two versions of one plan; raises ``ValueError`` for two plans. Six queries at any size."""
    if lama.kunci != baru.kunci:
        raise ValueError(f"{lama} dan {baru} bukan versi dari Renstra yang sama.")
    if lama.perubahan_ke > baru.perubahan_ke:
        lama, baru = baru, lama
    versions = [item for item in chain(baru) if lama.perubahan_ke <= item.perubahan_ke <= baru.perubahan_ke]
    loaded = _Loaded(versions)
    found = [*_row_differences(loaded, lama, baru), *_figure_differences(loaded, lama, baru)]
    reasons = _reasons({item for _, _, sources in found for item in sources})
    lines = []
    for order, line, sources in found:
        given = [reasons[item] for item in sources if item in reasons]
        lines.append((order, line, max(given)[1] if given else baru.alasan_perubahan))
    lines.sort(key=lambda item: item[0])
    return Perbandingan(
        lama,
        baru,
        [replace(line, alasan=alasan) for _, line, alasan in lines],
        {tahun: (_pagu(loaded, lama, tahun), _pagu(loaded, baru, tahun)) for tahun in baru.tahun},
        partial(_parts, loaded),
    )


def has_changes(lama: Renstra, baru: Renstra) -> bool:
    """Whether anything differs."""
    return bool(compare(lama, baru).beda)


# Object label, id, column: where the trail knows the reason.
_Source = tuple[str, str, str]
_Found = tuple[tuple[Any, ...], Beda, list[_Source]]


def _row_differences(loaded: _Loaded, lama: Renstra, baru: Renstra) -> Iterable[_Found]:
    for (label, _), versions in loaded.rows.items():
        old, new = versions.get(lama.pk), versions.get(baru.pk)
        shown = new or old
        if shown is None:  # came and went between the two
            continue
        ids = [str(row.id) for row in versions.values()]

        def line(
            at: int,
            jenis: Jenis,
            hal: str,
            dari: Any,
            ke: Any,
            column: str,
            shown: _Row = shown,
            ids: Any = ids,
            label: str = label,
        ) -> _Found:
            order = (shown.urut, label == "indicators.indikator", shown.kunci, at)
            head = Beda(jenis, shown.tingkat, shown.kode, shown.nama, hal, dari, ke, "")
            return order, head, [(label, id_, column) for id_ in ids]

        if old is None:
            # The first indicators of a new node are told by the node.
            if label != "indicators.indikator" or (lama.pk, shown.kode) in loaded.nodes or shown.tingkat == "sasaran":
                yield line(0, Jenis.BARU, "Baris baru", None, shown.isi.get("uraian", shown.nama), "kode")
            continue
        if new is None:
            yield line(0, Jenis.BERAKHIR, "Baris dihapus", old.nama, None, "kode")
            continue
        node = loaded.nodes.get((new.versi, new.kode)) if label == "indicators.indikator" else None
        if old.berakhir != new.berakhir and (node is None or node.berakhir != new.berakhir):
            yield line(1, Jenis.BERAKHIR, "Berakhir sejak", _year(old), _year(new), "berakhir_sejak")
        words = _INDICATOR if label == "indicators.indikator" else _NODE
        for at, (name, value) in enumerate(new.isi.items(), start=2):
            if old.isi[name] != value:
                yield line(at, Jenis.BUNYI, words.get(name, "Bunyi"), _text(old.isi[name]), _text(value), name)


def _year(row: _Row) -> str | None:
    return None if row.berakhir is None else str(row.berakhir)


def _text(value: Any) -> Any:
    return value if value not in ("", None) else None


def _figure_differences(loaded: _Loaded, lama: Renstra, baru: Renstra) -> Iterable[_Found]:
    for (kunci, tahun), versions in loaded.figures.items():
        rows = loaded.rows["indicators.indikator", kunci]
        shown = rows.get(baru.pk)
        if shown is None or tahun not in baru.tahun:
            continue
        _, target_old, pagu_old = versions.get(lama.pk, (0, None, None))
        _, target_new, pagu_new = versions.get(baru.pk, (0, None, None))
        ids = [str(pk) for pk, _, _ in versions.values()]
        for jenis, old, new in ((Jenis.TARGET, target_old, target_new), (Jenis.PAGU, pagu_old, pagu_new)):
            if old != new:
                order = (shown.urut, True, kunci, 100 + tahun * 2 + (jenis is Jenis.PAGU))
                hal = f"{'Target' if jenis is Jenis.TARGET else 'Pagu (Rp)'} {tahun}"
                head = Beda(jenis, shown.tingkat, shown.kode, shown.nama, hal, old, new, "")
                yield order, head, [("indicators.target", id_, jenis.value) for id_ in ids]


def _reasons(sources: set[_Source]) -> dict[_Source, tuple[int, str]]:
    """The last reason in the trail for each place, with its number there."""
    by_label: dict[str, set[str]] = defaultdict(set)
    for label, id_, _ in sources:
        by_label[label].add(id_)
    found: dict[_Source, tuple[int, str]] = {}
    ids = {id_ for group in by_label.values() for id_ in group}
    rows = Jejak.objects.filter(objek__in=list(by_label), objek_id__in=ids).exclude(alasan="").order_by("pk")
    for pk, label, id_, column, alasan in rows.values_list("pk", "objek", "objek_id", "kolom", "alasan"):
        if (label, id_, column) in sources:
            found[label, id_, column] = (pk, alasan)
    return found


def _pagu(loaded: _Loaded, version: Renstra, tahun: int) -> int | None:
    """Pagu of a year as it follows from the sub kegiatan rows."""
    return sum_money(amount for _, amount in _amounts(loaded, version, tahun))


def _amounts(loaded: _Loaded, version: Renstra, tahun: int) -> Iterable[tuple[_Row, int | None]]:
    for (kunci, year), versions in loaded.figures.items():
        row = loaded.rows["indicators.indikator", kunci].get(version.pk)
        if year == tahun and row is not None and row.tingkat == "subkegiatan" and version.pk in versions:
            yield row, versions[version.pk][2]


def _parts(loaded: _Loaded, version: Renstra, tahun: int) -> list[Masukan]:
    found = sorted(_amounts(loaded, version, tahun), key=lambda pair: pair[0].urut)
    return [
        Masukan(f"{row.kode} {row.nama}", amount, format_rupiah(amount), rujukan=Rujukan(row.id, tahun, "pagu"))
        for row, amount in found
    ]


def _sentences(ids: list[int]) -> Iterable[_Row]:
    def rows(at: int, model: Any, path: str, word: str) -> Any:
        return (
            model.objects.filter(**{f"{path}__in": ids})
            .order_by()
            .annotate(
                at=Value(at),
                versi=F(f"{path}__pk"),
                kunci=Coalesce(F("akar_id"), F("pk")),
                kata=Value(word, output_field=TextField()),
            )
            .values_list("at", "pk", "versi", "kunci", "kata", "nomor", "teks")
        )

    first, *others = (rows(at, *item) for at, item in enumerate(_SENTENCES))
    for at, pk, versi, kunci, word, nomor, teks in first.union(*others, all=True):
        label = _SENTENCES[at][0]._meta.label_lower
        name = f"{word} {nomor}"
        yield _Row(label, pk, versi, kunci, "kalimat", f" {at}{nomor:05d}", "", name, None, {"teks": teks})


def _nodes(ids: list[int]) -> Iterable[_Row]:
    def rows(model: Any) -> Any:
        return (
            model.objects.filter(renstra__in=ids)
            .order_by()
            .annotate(
                label=Value(model._meta.label_lower, output_field=TextField()), kunci=Coalesce(F("akar_id"), F("pk"))
            )
            .values_list(
                "label", "pk", "renstra_id", "kunci", "kunci_urut", "kode", "nama", "berakhir_sejak", "unit__nama"
            )
        )

    first, *others = map(rows, _NODES)
    for label, pk, versi, kunci, urut, kode, nama, berakhir, unit in first.union(*others, all=True):
        level = label.partition(".")[2]
        yield _Row(
            label, pk, versi, kunci, level, urut, kode, nama, berakhir, {"kode": kode, "nama": nama, "unit": unit}
        )


def _indicators(ids: list[int]) -> Iterable[_Row]:
    found = Indikator.objects.filter(renstra__in=ids, milik_renstra=None).with_code().order_by()
    columns = ("pk", "renstra_id", "akar_id", "urut", "sasaran__nomor", "kode_simpul", "nama_simpul", "berakhir_sejak")
    for pk, versi, akar, urut, nomor, kode, nama, berakhir, *isi in found.values_list(*columns, *_INDICATOR):
        level = "sasaran" if nomor is not None else codes.level(kode)
        key = urut or f" 9{nomor:05d}"
        text = isi[0] if level == "sasaran" else nama
        yield _Row(
            "indicators.indikator",
            pk,
            versi,
            akar or pk,
            level,
            key,
            kode,
            text,
            berakhir,
            dict(zip(_INDICATOR, isi, strict=True)),
        )
