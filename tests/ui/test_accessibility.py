"""Labels, order and contrast of every page by axe-core's rules (WCAG 2.1 A and AA), in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from qc.ui.shell import PAGES
from tests.ui.server import CHROMIUM, path, serve, settle
from tests.ui.tab import opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
OF_STREAMLIT = ("[data-testid=stSidebarNav]", ".token", "iframe")
"""Not ours to mend: the headings between the items of its navigation's list, and the colours of shown commands."""
QUERY = {"call": "call=call-A03-04", "review": "call=call-A03-04"}
"""Pages of one call."""


@pytest.fixture(scope="module")
def address(night: str) -> Iterator[str]:
    with serve(night) as address:
        yield address


def violations(page: Page) -> list[str]:
    """Rule, how bad, and where; without what Streamlit alone draws."""
    found = Axe().run(page, context={"exclude": [[one] for one in OF_STREAMLIT]}, options=RULES).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page(chromium: Browser, address: str, name: str, scheme: str) -> None:
    with opened(chromium, address, color_scheme=scheme) as page:
        page.goto(f"{path(name)}?lang=en&period=all&{QUERY.get(name, '')}")
        settle(page)
        assert violations(page) == []


def test_the_rules_find_what_is_wrong(chromium: Browser, address: str) -> None:
    with opened(chromium, address) as page:
        page.set_content(
            "<html lang=en><title>x</title><main><h1>x</h1><p style='color:#ccc'>hardly seen</p><button></button>"
        )
        assert {one.split(" ")[0] for one in violations(page)} == {"color-contrast", "button-name"}
