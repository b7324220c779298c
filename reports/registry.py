"""Every report by its slug. A new report is one builder module and one line here."""

from __future__ import annotations

from difflib import get_close_matches

from reports.builders import (
    definisi,
    e_80,
    e_81,
    layanan_sub_kegiatan,
    lkip_lengkap,
    perbandingan,
    pmks_kecamatan,
    profil,
    ringkasan,
    seri,
    t_c_27,
    t_c_29,
    tabel_2_12,
    tabel_2_13,
    tabel_2_14,
    tabel_3_1,
    tabel_3_2,
    tabel_4_1,
    tabel_4_2,
    tabel_5_1,
    tabel_6_1,
    tabel_6_2,
    tabel_7_1,
)
from reports.report import Report

# In the order of the document; this is the order of every list.
_ALL: tuple[Report, ...] = (
    *profil.REPORTS,
    tabel_2_12.REPORT,
    tabel_2_13.REPORT,
    tabel_2_14.REPORT,
    tabel_3_1.REPORT,
    tabel_3_2.REPORT,
    profil.TABEL_3_3,
    *seri.REPORTS,
    tabel_4_1.REPORT,
    tabel_4_2.REPORT,
    tabel_5_1.REPORT,
    tabel_6_1.REPORT,
    tabel_6_2.REPORT,
    tabel_7_1.REPORT,
    *definisi.REPORTS,
    tabel_2_12.FORM,
    tabel_2_14.FORM,
    tabel_4_2.FORM,
    tabel_5_1.FORM,
    t_c_27.FORM,
    tabel_7_1.FORM,
    t_c_29.FORM,
    e_80.FORM,
    e_81.FORM,
    lkip_lengkap.REPORT,
    *lkip_lengkap.BAGIAN,
    pmks_kecamatan.REPORT,
    layanan_sub_kegiatan.REPORT,
    perbandingan.REPORT,
    ringkasan.REPORT,
)

REPORTS: dict[str, Report] = {report.slug: report for report in _ALL}


class UnknownSlugError(LookupError):
    """There is no report with this slug; the message names the nearest ones."""


def find_report(slug: str) -> Report:
    """Report of a slug; raises ``UnknownSlugError``."""
    try:
        return REPORTS[slug]
    except KeyError:
        near = nearest(slug)
        hint = f" Yang mirip: {', '.join(near)}." if near else " Lihat daftarnya dengan --list atau di /laporan/."
        raise UnknownSlugError(f"Laporan {slug!r} tidak ada.{hint}") from None


def nearest(slug: str) -> list[str]:
    """Up to three slugs that look like this one."""
    return get_close_matches(slug, REPORTS, n=3, cutoff=0.6)


def groups() -> dict[str, list[Report]]:
    """Reports in the order of the list, by group."""
    found: dict[str, list[Report]] = {}
    for report in _ALL:
        found.setdefault(report.kelompok, []).append(report)
    return found
