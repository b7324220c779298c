"""Writes the users' guide, docs/panduan.md, as the template of its page; ``--check`` only says whether it is in step.

The page needs no Markdown library at run time. Run it after a change of the guide: .venv/bin/python scripts/panduan.py
"""

from __future__ import annotations

import re
import sys
from html import escape, unescape
from pathlib import Path
from struct import unpack

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "panduan.md"
TARGET = ROOT / "templates" / "panduan" / "isi.html"
REPOSITORY = {"deploy.md": "berkas docs/deploy.md"}


def render() -> str:
    """The guide as HTML of the product's own classes."""
    text = SOURCE.read_text(encoding="utf-8")
    if "{%" in text or "{{" in text:
        raise SystemExit("docs/panduan.md memuat tanda template")
    # Raw HTML is the guide's own: <kbd>.
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = re.sub(r"<h([1-4])>(.*?)</h\1>", _heading, page)
    page = re.sub(r"<table>(.*?)</table>", _table, page, flags=re.DOTALL)
    page = re.sub(r'<p><img src="images/([\w-]+\.png)" alt="([^"]*)"\s*/?></p>', _image, page)
    for file, words in REPOSITORY.items():
        page = page.replace(f'<a href="{file}">{file}</a>', words)
    return f"{{# Ditulis oleh scripts/panduan.py dari docs/panduan.md. #}}\n{page}"


def _heading(found: re.Match[str]) -> str:
    level, words = found.groups()
    plain = unescape(re.sub(r"<[^>]+>", "", words)).lower()
    anchor = re.sub(r"[^\w-]", "", plain.replace(" ", "-"))
    return f'<h{level} id="{anchor}">{words}</h{level}>'


def _table(found: re.Match[str]) -> str:
    body = found.group(1).replace("<th>", '<th scope="col">')
    words = ", ".join(part.strip() for part in re.findall(r'<th scope="col">(.*?)</th>', body) if part.strip())
    label = escape(unescape(re.sub(r"<[^>]+>", "", words)))
    return (
        f'<div class="buku-bungkus" tabindex="0" role="region" aria-label="Tabel: {label}">'
        f'<table class="buku">{body}</table></div>'
    )


def _image(found: re.Match[str]) -> str:
    file, words = found.groups()
    # With its size, so that the page does not move under whoever came for a part of it.
    width, height = unpack(">II", (SOURCE.parent / "images" / file).read_bytes()[16:24])
    source = f"{{% static 'panduan/{file}' %}}"
    return f'<p><img src="{source}" alt="{words}" width="{width}" height="{height}"></p>'


def main() -> int:
    """Write it, or say that it is out of step."""
    page = render()
    if "--check" in sys.argv[1:]:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == page:
            return 0
        print(
            "templates/panduan/isi.html tidak sejalan dengan docs/panduan.md; jalankan scripts/panduan.py",
            file=sys.stderr,
        )
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
