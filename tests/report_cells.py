"""Reads the cells of a rendered report back, each format by means that know nothing of our renderers."""

import json
import re
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import openpyxl
from pypdf import PdfReader

from programs.models import Renstra
from reports.registry import REPORTS
from reports.report import ModeAngka, Params


def build(slug, tahun=2023, angka="dokumen", **more):
    return REPORTS[slug].make(Params(Renstra.current(), tahun, ModeAngka(angka), **more))


class _Table(HTMLParser):
    """Cells of an HTML table as a grid: text, or None where a span covers."""

    def __init__(self):
        super().__init__()
        self.head: list[dict[str, Any]] = []
        self.body: list[dict[str, Any]] = []
        self.section: Any = None
        self.row: Any = None
        self.cell: Any = None
        self.skip = 0
        self.open: dict[int, int] = {}

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        assert "style" not in attrs, "gaya sebaris dilarang CSP"
        if tag in ("thead", "tbody"):
            self.section, self.open = (self.head if tag == "thead" else self.body), {}
        elif tag == "tr":
            self.row, self.at = {"class": attrs.get("class", ""), "cells": []}, 0
            self._covered()
        elif tag in ("td", "th"):
            self.cell = {
                "tag": tag,
                "scope": attrs.get("scope"),
                "class": attrs.get("class", ""),
                "colspan": int(attrs.get("colspan", 1)),
                "rowspan": int(attrs.get("rowspan", 1)),
                "lines": [""],
                "mark": "",
            }
        elif tag == "sup":
            self.skip = 1
        elif tag == "span" and self.cell is not None and self.cell["lines"][-1]:
            self.cell["lines"].append("")

    def _covered(self):
        while self.open.get(self.at):
            self.open[self.at] -= 1
            self.row["cells"].append(None)
            self.at += 1

    def handle_endtag(self, tag):
        if tag == "sup":
            self.skip = 0
        elif tag in ("td", "th"):
            cell = self.cell
            cell["text"] = "\n".join(line.strip() for line in cell["lines"] if line.strip())
            self.row["cells"] += [cell, *[None] * (cell["colspan"] - 1)]
            for offset in range(cell["colspan"]):
                if cell["rowspan"] > 1:
                    self.open[self.at + offset] = cell["rowspan"] - 1
            self.at += cell["colspan"]
            self.cell = None
            self._covered()
        elif tag == "tr":
            self.section.append(self.row)

    def handle_data(self, data):
        if self.cell is not None:
            if self.skip:
                self.cell["mark"] += data
            else:
                self.cell["lines"][-1] += data


def read_html(text):
    table = _Table()
    table.feed(text[text.index("<table") : text.index("</table>")])
    return table


def read_xlsx(content):
    book = openpyxl.load_workbook(BytesIO(content))
    return book, book.worksheets[0]


def read_json(content):
    return json.loads(content)


def pdf_text(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def squeeze(text):
    """Text without white space: where a PDF breaks its lines is not the matter."""
    return re.sub(r"\s+", "", text)
