"""Production names every static file by its content; one that refers to a missing file stops the deployment."""

import json
import re

import pytest
from django.core.management import call_command


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "renstra.statics.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_file_that_a_style_sheet_or_a_script_names_is_there(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    script = (collected / names["indicators/realisasi/kisi.js"]).read_text()
    imported = re.findall(r'from "\./(.+?)"', script)
    assert len(imported) == 4
    for name in imported:
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name)
        assert (collected / "indicators" / "realisasi" / name).exists()
