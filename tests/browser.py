"""What browser tests do again and again: sign in, look for barriers."""

import json
from functools import cache
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.databases import DEMO_PASSWORD

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
# A busy machine is slow, not wrong.
expect.set_options(timeout=15_000)
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def sign_in(page: Page, username: str, password: str = DEMO_PASSWORD) -> None:
    """Sign in as one of the demo accounts, by the form a person uses."""
    page.goto("/masuk/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    expect(page.locator("[name=password]")).to_have_count(0)


@cache
def _axe() -> str:
    return AXE.read_text()


def assert_accessible(page: Page, *, within: str | None = None) -> None:
    """Fail on what axe calls serious or critical, naming each element.

    Injected by ``evaluate``, which the strict CSP of the page does not govern. Nothing is
    preloaded: that puts style sheets into the page, which the CSP would rightly report.
    """
    page.evaluate(_axe())
    result = page.evaluate(
        "([within, tags]) => axe.run(within || document, {preload: false, runOnly: {type: 'tag', values: tags}})",
        [within, STANDARD],
    )
    found = [violation for violation in result["violations"] if violation["impact"] in {"serious", "critical"}]
    lines = [
        f"{violation['impact']} {violation['id']}: {violation['help']}\n"
        f"      {json.dumps(node['target'])} {node['html'][:200]}"
        for violation in found
        for node in violation["nodes"]
    ]
    assert not lines, f"axe di {page.url}:\n" + "\n".join(lines)
