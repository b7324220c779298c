"""“Kenapa angka ini?” on the computed side of a finding, in the list and on its page."""

from decimal import Decimal

import pytest

from indicators.findings import audit, load_facts
from indicators.findings.registry import KUNCI_JSON, Temuan
from programs.models import Renstra
from renstra.formats import round_half_up
from tests.browser import assert_accessible, sign_in
from tests.people import person


@pytest.fixture
def found(baseline):
    return audit(load_facts(Renstra.current()))


def test_every_computed_side_is_explained_and_is_the_figure_explained(found):
    computed = [item for item in found if item.dihitung is not None]
    assert len(computed) > 30
    for item in computed:
        assert item.asal is not None, item
        assert round_half_up(Decimal(item.asal.nilai), 2) == round_half_up(Decimal(item.dihitung), 2), item
        assert item.asal.masukan, item


def test_what_cannot_be_computed_has_no_explanation(found):
    assert [item.asal for item in found if item.dihitung is None and item.asal is not None] == []


def test_the_explanation_is_no_part_of_the_contracts_json(found):
    assert "asal" not in KUNCI_JSON
    assert "asal" not in found[0].as_json()


def test_a_sum_of_money_lists_its_rows(found):
    (item,) = [item for item in found if (item.aturan, item.kode) == ("rp-akhir-bukan-jumlah-tahun", "1.6.6.02.01.1")]
    # Tabel 6.2, makanan: six years as printed.
    assert [part.nama for part in item.asal.masukan] == [f"Pagu {year}" for year in range(2021, 2027)]
    assert sum(part.nilai for part in item.asal.masukan if part.nilai is not None) == item.dihitung


def test_list_page_and_part_lead_to_it(found, client):
    client.force_login(person("pimpinan"))
    item: Temuan = next(item for item in found if item.aturan == "rp-akhir-bukan-jumlah-tahun")
    address = f"/temuan/{item.kunci}/"
    assert f'class="kenapa" href="{address}#asal"' in client.get("/temuan/").content.decode()
    page = client.get(address).content.decode()
    assert "Kenapa angka hitungan ini?" in page
    assert "Tabel 6.2, baris" in page
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "kenapa-angka" in part


@pytest.mark.parametrize("size", [{"width": 1366, "height": 768}, {"width": 360, "height": 740}])
def test_in_the_browser_it_opens_by_keyboard_and_closes_again(new_page, size):
    page = new_page(viewport=size)
    sign_in(page, "pimpinan")
    for address in ("/temuan/", "/laporan/tabel-6-2/", "/laporan/e-80/?tahun=2023"):
        page.goto(address)
        assert_accessible(page)
        link = page.locator("a.kenapa").nth(3)
        link.focus()
        page.keyboard.press("Enter")
        dialog = page.locator("dialog.kenapa-jendela")
        dialog.get_by_text("Masukan").first.wait_for()
        assert dialog.get_by_role("heading", name="Kenapa angka ini?").is_visible()
        assert_accessible(page)
        page.keyboard.press("Escape")
        assert not dialog.is_visible()
        assert link.evaluate("element => element === document.activeElement")
