"""Cells of a workbook as JSON: a program of its own, started by ``reading.py`` with little memory and time.

Standard library only. It takes the file on standard input and reads XML as a stream, so size costs time and not
memory; a document type declaration (entities) is refused, nothing outside the file is looked at, formulas
are not worked out. The answer is ``{"lembar": […]}`` or ``{"galat": WORD}``; each sheet has its name, whether
it is hidden, merged ranges and the rows that hold something::

    {"nama", "tersembunyi", "gabung": ["H5:H7"], "baris": [[5, {"8": ["n", "7.23", "persen", null]}]]}

A cell is its kind (``n`` number, ``s`` text, ``b`` yes/no, ``e`` error, ``d`` date), its text, the kind of its number
format (``persen``, ``tanggal`` or nothing) and its formula. A formula without a stored result has the kind ``-``.
"""

from __future__ import annotations

import io
import json
import math
import re
import resource
import sys
import zipfile
from posixpath import join, normpath
from typing import Any
from xml.parsers import expat

MEMORY = 512 * 1024 * 1024
SECONDS = 15
MAX_FILE = 5 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_ROWS = 20_000
MAX_TEXT = 8 * 1024 * 1024
MAX_COLUMN = 60
CHUNK = 64 * 1024

_BUILT_IN = {9: "persen", 10: "persen", **dict.fromkeys([*range(14, 23), *range(27, 37), *range(45, 48)], "tanggal")}
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Refused(Exception):
    """The file is not read; the message is a word that ``reading.py`` explains."""


class Package:
    """The zip file: what it may hold at most is checked before anything is unpacked."""

    def __init__(self, content: bytes) -> None:
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise Refused("rusak") from None
        members = self.zip.infolist()
        # A member never unpacks to more than it declares: zipfile stops there.
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise Refused("besar")
        if any(member.flag_bits & 1 for member in members):
            raise Refused("sandi")
        self.names = {member.filename for member in members}

    def parse(self, name: str, handler: Reader) -> None:
        """Feed one XML member to ``handler.start``, ``.end`` and ``.text`` by local names."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        local, start, end = LocalNames(), handler.start, handler.end
        parser.StartElementHandler = lambda tag, attrs: start(local[tag], attrs)
        parser.EndElementHandler = lambda tag: end(local[tag])
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = refuse_doctype
        try:
            with self.zip.open(name) as member:
                while chunk := member.read(CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except (expat.ExpatError, zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, OSError, ValueError):
            raise Refused("rusak") from None


def refuse_doctype(*_: object) -> None:
    """Entities could grow without end, or name other files."""
    raise Refused("dtd")


class LocalNames(dict[str, str]):
    """``x:row`` → ``row``: the vocabularies met here differ in their names, whatever prefix a program gives them."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition(":")[2]
        return name


class Reader:
    """A handler that ignores everything; ``text`` collects while ``keep`` is set."""

    def __init__(self) -> None:
        self.keep = False
        self.parts: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """A piece of text."""
        if self.keep:
            self.parts.append(data)

    def begin(self) -> None:
        """Collect the text that follows."""
        self.keep, self.parts = True, []

    def take(self) -> str:
        """What was collected."""
        self.keep = False
        return "".join(self.parts)


class Relations(Reader):
    """Relations of a part: id → (kind, target)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        if tag == "Relationship" and attrs.get("TargetMode") != "External":
            kind = attrs.get("Type", "").rpartition("/")[2]
            self.found[attrs.get("Id", "")] = (kind, attrs.get("Target", ""))


class Workbook(Reader):
    """Names of the sheets in order, with their relation and whether they are hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.date1904 = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        if tag == "sheet":
            relation = next((value for key, value in attrs.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attrs.get("name", ""), relation, attrs.get("state", "visible") != "visible"))
        elif tag == "workbookPr":
            self.date1904 = attrs.get("date1904") in {"1", "true"}


class Styles(Reader):
    """Kind of number format of each cell style."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, str] = {}
        self.kinds: list[str] = []
        self.inside = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        if tag == "numFmt":
            self.codes[attrs.get("numFmtId", "")] = attrs.get("formatCode", "")
        elif tag == "cellXfs":
            self.inside = True
        elif tag == "xf" and self.inside:
            self.kinds.append(self.kind(attrs.get("numFmtId", "0")))

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "cellXfs":
            self.inside = False

    def kind(self, number: str) -> str:
        """``persen``, ``tanggal`` or nothing."""
        code = self.codes.get(number)
        if code is None:
            return _BUILT_IN.get(int(number), "") if number.isdigit() else ""
        code = _NOT_FORMAT.sub("", code).lower().replace("general", "")
        if "%" in code:
            return "persen"
        return "tanggal" if set(code) & set("dmyhs") else ""


class Strings(Reader):
    """The shared texts, without the phonetic help of other scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.item: list[str] = []
        self.phonetic = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        if tag == "si":
            self.item = []
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "t" and not self.phonetic:
            self.begin()

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "t" and self.keep:
            self.item.append(self.take())
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "si":
            self.found.append("".join(self.item))


class Sheet(Reader):
    """Cells of one sheet that hold something."""

    def __init__(self, strings: list[str], kinds: list[str], budget: Budget) -> None:
        super().__init__()
        self.strings, self.kinds, self.budget = strings, kinds, budget
        self.rows: list[tuple[int, dict[int, list]]] = []
        self.merged: list[str] = []
        self.row = self.column = 0
        self.cells: dict[int, list] = {}
        self.attrs: dict[str, str] = {}
        self.value: str | None = None
        self.formula: str | None = None
        self.inline: list[str] = []
        self.phonetic = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        if tag == "c":
            # Most cells of a sheet are empty: where one stands is worked out when it holds something.
            if "r" not in attrs:
                self.column = self.place() + 1
            self.attrs, self.value, self.formula = attrs, None, None
            if self.inline:
                self.inline = []
        elif tag == "row":
            number = attrs.get("r", "")
            self.row = int(number) if number.isdigit() else self.row + 1
            self.column, self.cells, self.attrs = 0, {}, {}
        elif tag == "mergeCell":
            self.merged.append(attrs.get("ref", ""))
            if len(self.merged) > MAX_ROWS:
                raise Refused("besar")
        elif tag == "rPh":
            self.phonetic = True
        elif tag in {"v", "f"} or (tag == "t" and not self.phonetic):
            self.begin()

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "c":
            self.cell()
        elif tag == "v" and self.keep:
            self.value = self.take()
        elif tag == "f" and self.keep:
            self.formula = self.take() or "="
        elif tag == "t" and self.keep:
            self.inline.append(self.take())
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "row" and self.cells:
            self.rows.append((self.row, self.cells))
            if len(self.rows) > MAX_ROWS:
                raise Refused("besar")

    def place(self) -> int:
        """Column of the cell: the one it names, else the one after the cell before."""
        found = CELL.fullmatch(self.attrs.get("r", ""))
        return column_number(found[1]) if found else self.column

    def cell(self) -> None:
        """Keep the cell that ended, if it holds something."""
        if self.value is None and self.formula is None and not self.inline:
            return
        column = self.place()
        kind, text = self.content()
        if column > MAX_COLUMN or (text is None and self.formula is None):
            return
        style = self.attrs.get("s", "0")
        at = int(style) if style.isdigit() else 0
        form = self.kinds[at] if at < len(self.kinds) else ""
        self.budget.spend(len(text or "") + len(self.formula or ""))
        self.cells[column] = ["-" if text is None else kind, text or "", form, self.formula]

    def content(self) -> tuple[str, str | None]:
        """Kind and text of the cell, None for no text."""
        kind = self.attrs.get("t", "n")
        if kind == "inlineStr":
            return "s", unescape("".join(self.inline)) or None
        if self.value is None or self.value == "":
            return "s", None
        if kind == "s":
            at = int(self.value) if self.value.strip().isdigit() else len(self.strings)
            if at >= len(self.strings):
                raise Refused("rusak")
            return "s", unescape(self.strings[at]) or None
        if kind == "str":
            return "s", unescape(self.value)
        if kind == "n":
            try:
                known = math.isfinite(float(self.value))
            except ValueError:
                known = False
            if not known:
                raise Refused("rusak")
        return kind if kind in "nbed" else "s", self.value.strip()


class Budget:
    """How much text all sheets may hold together: a shared text may be repeated a million times."""

    def __init__(self) -> None:
        self.left = MAX_TEXT

    def spend(self, size: int) -> None:
        """Count a cell; raises ``Refused``."""
        self.left -= size + 8
        if self.left < 0:
            raise Refused("besar")


def unescape(text: str) -> str:
    """``_x000D_`` is how a workbook writes what XML cannot."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def column_number(letters: str) -> int:
    """``A`` → 1, ``AA`` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def related(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Relations of a part with full names."""
    folder, _, name = part.rpartition("/")
    relations = Relations()
    path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if path in package.names:
        package.parse(path, relations)
    return {
        key: (kind, target.lstrip("/") if target.startswith("/") else normpath(join(folder, target)))
        for key, (kind, target) in relations.found.items()
    }


def read(content: bytes) -> dict[str, Any]:
    """Sheets of the workbook; raises ``Refused``."""
    if len(content) > MAX_FILE:
        raise Refused("besar")
    package = Package(content)
    if "[Content_Types].xml" not in package.names:
        raise Refused("ods" if "mimetype" in package.names else "zip")
    start = [target for kind, target in related(package, "").values() if kind == "officeDocument"]
    book = start[0] if start else "xl/workbook.xml"
    if book.endswith(".bin"):
        raise Refused("xlsb")
    if book not in package.names or not book.startswith("xl/"):
        raise Refused("bukan")
    workbook, strings, styles = Workbook(), Strings(), Styles()
    package.parse(book, workbook)
    parts = related(package, book)
    for kind, target in parts.values():
        if kind in {"sharedStrings", "styles"}:
            package.parse(target, strings if kind == "sharedStrings" else styles)
    budget = Budget()
    sheets = []
    for name, relation, hidden in workbook.sheets:
        kind, target = parts.get(relation, ("", ""))
        if kind != "worksheet":
            continue
        sheet = Sheet(strings.found, styles.kinds, budget)
        package.parse(target, sheet)
        sheets.append({"nama": name, "tersembunyi": hidden, "gabung": sheet.merged, "baris": sheet.rows})
    return {"lembar": sheets, "date1904": workbook.date1904}


def limit() -> None:
    """Take from this process what a good file never needs."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Read standard input, answer on standard output."""
    limit()
    try:
        answer = read(sys.stdin.buffer.read(MAX_FILE + 1))
    except Refused as error:
        answer = {"galat": str(error)}
    except (MemoryError, RecursionError):
        answer = {"galat": "besar"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
