"""A report as it was asked for, with the marks of open findings: for the page, its files and the command."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pmks.wewenang import cakupan
from reports.matrix import Matrix
from reports.parameter import ParameterForm
from reports.report import Params, Report
from reports.temuan import mark_findings


def finish(report: Report, form: ParameterForm, *, tautan: bool = False, pembaca: Any = None) -> Matrix:
    """The report of a valid form; ``tautan`` for the page, where a note can lead on.

    ``pembaca`` decides which small counts of people are shown; None, as for the command, sees none of them.
    The list of findings speaks of the version in force and of the document, so another version and
    another year carry no marks.
    """
    params = params_for(report, form, pembaca)
    matrix = report.make(params)
    if form.cleaned_data["renstra"] or form.cleaned_data["per"] or params.tahun_data:
        return matrix
    return mark_findings(matrix, params.renstra, tautan=tautan)


def params_for(report: Report, form: ParameterForm, pembaca: Any) -> Params:
    """The parameters of a valid form, with what this reader may see of small counts of people."""
    params = form.params()
    if not report.bernama or pembaca is None:
        return params
    scope = cakupan(pembaca)
    return replace(params, terbuka=scope.kategori, unit_terbuka=scope.unit)
