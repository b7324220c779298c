"""A report as it was asked for, with the marks of open findings: for the page, its files and the command."""

from __future__ import annotations

from reports.matrix import Matrix
from reports.parameter import ParameterForm
from reports.report import Report
from reports.temuan import mark_findings


def finish(report: Report, form: ParameterForm, *, tautan: bool = False) -> Matrix:
    """The report of a valid form; ``tautan`` for the page, where a note can lead on.

    The list of findings speaks of the version in force, so another version carries no marks.
    """
    params = form.params()
    matrix = report.make(params)
    if form.cleaned_data["renstra"] or form.cleaned_data["per"]:
        return matrix
    return mark_findings(matrix, params.renstra, tautan=tautan)
