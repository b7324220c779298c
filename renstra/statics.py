"""How static files are named once they are collected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashes in the names also where one script imports another, so that a release is never half old."""

    support_js_module_import_aggregation = True

    def url_converter(self, name: str, hashed_files: Any, template: str | None = None) -> Callable:
        """Leave htmx's extensions as they come: they import a package by name, and no page loads them."""
        if name.startswith("django_htmx/ext/"):
            return lambda match: match["matched"]
        return super().url_converter(name, hashed_files, template)
