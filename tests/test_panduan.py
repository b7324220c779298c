"""The users' guide inside the product: the text of docs/panduan.md, and the part about each page."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from accounts.context_processors import PANDUAN
from tests.browser import assert_accessible, sign_in
from tests.people import person

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_is_in_step_with_the_guide():
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "panduan.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_everybody_who_signed_in_reads_it(baseline, client):
    client.force_login(person("staf.rehsos"))
    page = client.get("/panduan/").content.decode()
    assert "Kenapa angka ini?" in page
    assert "Mengisi realisasi" in page
    for part in PANDUAN.values():
        assert f'id="{part}"' in page, part
    for picture in ("isian.png", "bentrok.png", "temuan.png", "pengguna.png"):
        assert f"panduan/{picture}" in page
        assert finders.find(f"panduan/{picture}")


def test_nobody_is_asked_to_sign_in(db, client):
    assert client.get("/panduan/").status_code == 302


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("/temuan/", "#temuan"),
        ("/laporan/tabel-6-2/", "#laporan"),
        ("/analisis/2022/", "#menulis-lkip"),
        ("/renstra/", ""),
    ],
)
def test_each_page_leads_to_the_part_about_it(baseline, client, address, part):
    client.force_login(person("sekretariat"))
    assert f'href="/panduan/{part}"' in client.get(address).content.decode()


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, {"width": 360, "height": 740}])
def test_in_the_browser_it_reads_well(new_page, size):
    page = new_page(viewport=size)
    sign_in(page, "staf.rehsos")
    page.get_by_role("link", name="Panduan", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Panduan pemakaian"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page)
