"""The OpenAPI description as a page of the product and as JSON.

Own page instead of Swagger or ReDoc: it needs no script of 1.4 MB, speaks Indonesian, and works under the
Content-Security-Policy, at 360 px and on paper. Tools read ``/api/v1/openapi.json``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import allow_signed_in, allow_token_or_signed_in
from api.app import openapi
from api.galat import CONTENT_TYPE, Galat, refuse, respond
from api.jsonangka import write
from api.kunci import authenticate

# What a refusal means; the same sentences in docs/api.md.
STATUS = {
    "200": "berhasil",
    "400": "permintaan rusak",
    "401": "tanpa token yang berlaku",
    "403": "tidak berhak",
    "404": "tidak ada",
    "409": "diubah orang lain sejak dibaca",
    "413": "isi terlalu besar",
    "422": "isian atau parameter ditolak",
    "423": "terkunci atau periode ditutup",
    "429": "terlalu sering",
    "500": "kesalahan server",
}
_TYPES = {
    "integer": "bilangan bulat",
    "number": "angka",
    "string": "teks",
    "boolean": "true/false",
    "object": "objek",
    "null": "null",
    "array": "larik",
}


@dataclass(frozen=True, slots=True)
class Kolom:
    """A parameter or a column of a shape, in words; ``bentuk`` names the shape it is made of."""

    nama: str
    jenis: str
    bentuk: str
    wajib: bool
    keterangan: str


@dataclass(frozen=True, slots=True)
class Operasi:
    """One operation as the page prints it."""

    kunci: str
    cara: str
    alamat: str
    judul: str
    uraian: list[str]
    parameter: list[Kolom]
    isi: str
    jawaban: Kolom
    galat: list[tuple[str, str]]


@allow_signed_in
@require_safe
def halaman(request: HttpRequest) -> HttpResponse:
    """Every operation and every shape."""
    groups, shapes = _described()
    root = request.build_absolute_uri("/").rstrip("/")
    return render(request, "api/halaman.html", {"kelompok": groups, "bentuk": shapes, "situs": root})


@allow_token_or_signed_in
@require_safe
def openapi_json(request: HttpRequest) -> HttpResponse:
    """The description for tools."""
    if not request.user.is_authenticated:
        try:
            authenticate(request)
        except Exception as error:
            return refuse(request, error)
    return HttpResponse(write(openapi()), content_type=CONTENT_TYPE)


def tidak_ada(request: HttpRequest, sisa: str) -> HttpResponse:
    """An address the API does not have."""
    return respond(Galat(404, f"Alamat /api/{sisa[:100]} tidak ada; daftarnya di /api/."))


@cache
def _described() -> tuple[dict[str, list[Operasi]], dict[str, tuple[list[str], list[Kolom]]]]:
    """Operations by their group, and the shapes they speak of by name."""
    found = openapi()
    groups: dict[str, list[Operasi]] = {}
    for address, methods in found["paths"].items():
        for method, item in methods.items():
            body = item.get("requestBody")
            refusals = [(code, STATUS[str(code)]) for code in map(str, item["responses"]) if code != "200"]
            groups.setdefault(item["tags"][0], []).append(
                Operasi(
                    kunci=item["operationId"],
                    cara=method.upper(),
                    alamat=address,
                    judul=item["summary"],
                    uraian=_paragraphs(item.get("description", "")),
                    parameter=[_column(one["name"], one["schema"], one["required"]) for one in item["parameters"]],
                    isi=_column("", body["content"]["application/json"]["schema"]).bentuk if body else "",
                    jawaban=_column("", item["responses"][200]["content"]["application/json"]["schema"]),
                    galat=refusals,
                )
            )
    shapes = {
        name: (_paragraphs(shape.get("description", "")), _columns(shape))
        for name, shape in sorted(found["components"]["schemas"].items())
    }
    return groups, shapes


def _paragraphs(text: str) -> list[str]:
    """A docstring without its line breaks and code marks."""
    return [" ".join(part.split()).replace("``", "") for part in text.split("\n\n") if part.strip()]


def _columns(shape: dict[str, Any]) -> list[Kolom]:
    required = set(shape.get("required", ()))
    return [_column(name, item, name in required) for name, item in shape.get("properties", {}).items()]


def _column(nama: str, schema: dict[str, Any], wajib: bool = False) -> Kolom:
    words, shape = _type(schema)
    return Kolom(nama, words, shape, wajib, schema.get("description", ""))


def _type(schema: dict[str, Any]) -> tuple[str, str]:
    """Type in words, and the name of the shape it is made of or nothing."""
    if "$ref" in schema:
        return "", schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        parts = [_type(item) for item in schema["anyOf"]]
        return " atau ".join(words for words, _ in parts if words), next((shape for _, shape in parts if shape), "")
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    if "const" in schema:
        return str(schema["const"]), ""
    words = _TYPES.get(schema.get("type", ""), "apa saja")
    if schema.get("format") in {"date", "date-time"}:
        words = "tanggal" if schema["format"] == "date" else "waktu ISO 8601"
    shape = ""
    if schema.get("type") == "array":
        inner, shape = _type(schema["items"])
        words = f"larik {inner}".strip()
    if "minimum" in schema and "maximum" in schema:
        words += f" {schema['minimum']}–{schema['maximum']}"
    elif "maxLength" in schema:
        words += f" sampai {schema['maxLength']} huruf"
    return words, shape
