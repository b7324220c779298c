"""Writing the figures that formulas give: the one way a computed ``Realisasi.kinerja`` comes about.

Runs inside the transaction of what caused it: a component saved, a new formula, a figure that another
formula refers to. Rows that were verified or approved keep what they have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import F
from django.utils import timezone

from accounts.jejak import record_changes, snapshot
from accounts.models import User
from indicators.acuan import INDIKATOR, referring
from indicators.entry import FIELDS, Values
from indicators.models import Indikator, Komponen, Realisasi
from indicators.perhitungan import LOCKED, HasilDitolak, Perhitungan, as_kinerja, load_perhitungan
from indicators.triwulan import KOSONG, Kinerja, year_of
from programs.models import Renstra

_WRITTEN = ("keadaan", "kinerja", "alasan_keadaan", "rumus")
Changed = set[tuple[str, int]]


def recompute(
    rows: Iterable[Indikator], tahun: Collection[int], *, actor: User | None, pintu: str, alasan: str = ""
) -> Changed:
    """Bring realisasi of plan rows of *one* plan in line with their formulas; what changed, by code and year.

    Figures that refer to a changed one follow. Raises ``HasilDitolak``, and then the caller's
    transaction must not be kept.
    """
    every: Changed = set()
    rows = list(rows)
    todo: Mapping[int, Collection[int]] = {row.pk: tahun for row in rows}
    by_id = {row.pk: row for row in rows}
    while todo:
        changed: Changed = set()
        years = sorted({year for group in todo.values() for year in group})
        worked_out = load_perhitungan([by_id[key] for key in todo], years)
        stored = _stored([by_id[key] for key in todo], years)
        for (key, year), found in worked_out.items():
            if year not in todo[key]:
                continue
            row = by_id[key]
            if _write(row, stored.get((row.kunci_realisasi, year)), found, actor=actor, pintu=pintu, alasan=alasan):
                changed.add((row.kode, year))
        every |= changed
        if not changed:
            break
        below = _dependents(next(iter(by_id.values())).renstra, changed)
        by_id |= {row.pk: row for row, _ in below}
        todo = {row.pk: found for row, found in below}
        alasan = f"Mengikuti {', '.join(sorted({kode for kode, _ in changed}))}."
    return every


def follow(renstra: Renstra, kode: str, tahun: int, *, actor: User | None, pintu: str) -> None:
    """Recompute what refers to the figure of an indicator that was typed; raises ``HasilDitolak``."""
    for row, years in _dependents(renstra, {(kode, tahun)}):
        recompute([row], years, actor=actor, pintu=pintu, alasan=f"Mengikuti {kode}.")


def _stored(rows: Iterable[Indikator], tahun: Collection[int]) -> dict[tuple[int, int], Realisasi]:
    """Realisasi rows, locked until the transaction ends, so that the trail names what was there."""
    keys = [row.kunci_realisasi for row in rows]
    found = Realisasi.objects.select_for_update(of=("self",)).filter(indikator__in=keys, tahun__in=tahun, triwulan=0)
    return {(row.indikator_id, row.tahun): row for row in found}


def _write(
    indikator: Indikator, row: Realisasi | None, found: Perhitungan, *, actor: User | None, pintu: str, alasan: str
) -> bool:
    if row is None:
        if not found.dimulai:
            return False
        row = Realisasi(indikator_id=indikator.kunci_realisasi, tahun=found.tahun, versi=0)
    if row.status in LOCKED or not (found.dimulai or row.rumus_id):
        return False
    if row.indikator_id == indikator.pk:
        row.indikator = indikator  # names the row in the trail without another query
    before = snapshot(row, _WRITTEN)
    if found.dimulai:
        try:
            keadaan, row.kinerja = as_kinerja(found.hasil)
        except HasilDitolak as error:
            raise HasilDitolak(f"{indikator.kode} {found.tahun}: {error}") from None
        row.keadaan, row.alasan_keadaan, row.rumus = str(keadaan), "", found.rumus
    else:
        # Without components the year is typed again, or follows the quarters that were typed meanwhile.
        part = _from_quarters(indikator, found.tahun)
        row.keadaan, row.kinerja, row.alasan_keadaan, row.rumus = part.keadaan, part.kinerja, part.alasan, None
    after = snapshot(row, _WRITTEN)
    if before == after:
        return False
    row.diubah_oleh, row.diubah_pada = actor, timezone.now()
    if row._state.adding:
        row.versi = 1
        row.save(force_insert=True)
    else:
        row.versi = F("versi") + 1
        row.save(update_fields=[*_WRITTEN, "versi", "diubah_oleh", "diubah_pada"])
    record_changes(row, before, actor=actor, pintu=pintu, alasan=alasan, after=after)
    return True


def _from_quarters(indikator: Indikator, tahun: int) -> Kinerja:
    rows = Realisasi.objects.filter(indikator=indikator.kunci_realisasi, tahun=tahun).exclude(triwulan=0)
    quarters = {row["triwulan"]: row for row in rows.values("triwulan", *FIELDS)}
    typed = {at: Values(**{name: row[name] for name in FIELDS}) for at, row in quarters.items()}
    return year_of(typed, indikator.akumulasi_tahun).kinerja or KOSONG


def _dependents(renstra: Renstra, changed: Changed) -> list[tuple[Indikator, list[int]]]:
    """Rows of the plan whose components take one of the figures, with the years that can change."""
    names = {f"{INDIKATOR}{kode}" for kode, _ in changed}
    years: dict[int, set[int]] = {}
    for root, acuan, policy in (
        referring(renstra).filter(acuan__in=names).values_list("indikator", "acuan", "kebijakan")
    ):
        mine = {year for kode, year in changed if f"{INDIKATOR}{kode}" == acuan}
        if policy == Komponen.Kebijakan.TAHUN_DASAR:
            mine = set(renstra.tahun) if renstra.tahun_dasar in mine else set()
        years.setdefault(root, set()).update(mine)
    if not years:
        return []
    rows = Indikator.objects.filter(renstra=renstra).of_keys(years).select_related("renstra")
    return [(row, sorted(years[row.kunci_realisasi])) for row in rows]
