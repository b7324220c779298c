"""What the forms of Permendagri 86/2017 share: their group, and how one follows a table of the document."""

from __future__ import annotations

from collections.abc import Callable

from reports.matrix import Matrix
from reports.report import Params, Report

KELOMPOK = "Formulir Permendagri 86/2017"


def form_of(kode: str, judul: str, build: Callable[[Report, Params], Matrix], **flags: bool) -> Report:
    """Report of form ``kode`` (``T-C.23``, slug ``t-c-23``), built by the builder of the document's own table."""
    report = Report(
        slug=kode.lower().replace(".", "-"),
        nomor=f"Formulir {kode}",
        judul=judul,
        kelompok=KELOMPOK,
        build=lambda params: build(report, params),
        formulir=f"formulir {kode}, Permendagri 86/2017",
        **flags,
    )
    return report
