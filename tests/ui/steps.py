"""What a person does on a page, for the tests of whole days of work."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from qc.ui.words import Words
from tests.ui.server import settle

STILL = """(box) => new Promise((done) => {
  let place = NaN, frames = 0;
  const look = () => {
    const now = box.getBoundingClientRect().top;
    frames = now === place ? frames + 1 : 0;
    place = now;
    frames > 20 ? done() : requestAnimationFrame(look);
  };
  look();
})"""
"""Resolves when the element has not moved for some frames."""


def to(page: Page, name: str, words: Words) -> None:
    """By the navigation."""
    link = page.locator("[data-testid=stSidebarNav]").get_by_role("link", name=words(f"{name}.title"), exact=True)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words(f"{name}.title"))
    settle(page)


def cell(table: Locator, row: int) -> None:
    """Click the first cell of a row of a table that is drawn on a canvas."""
    table.locator(".dvn-scroller").first.click(position={"x": 60, "y": 52 + 35 * row})


def choose(box: Locator, option: str, *, typed: str = "") -> None:
    """An option of a list, found by what is typed when it is long. A list closes when the page below it moves."""
    box.focus()
    box.evaluate(STILL)
    box.press("ArrowDown")
    if typed:
        box.page.keyboard.type(typed)
    box.page.get_by_role("option", name=option, exact=True).click()
    settle(box.page)


def walk(page: Page, item: str) -> Locator:
    """To an item of the review screen with the arrow keys."""
    wanted = page.locator(f".qc-review .item[data-item={item}]")
    expect(page.locator(".qc-review .item.here")).to_have_count(1)
    names = page.locator(".qc-review .item").evaluate_all("all => all.map((one) => one.dataset.item)")
    here = page.locator(".qc-review .item.here").get_attribute("data-item")
    steps = names.index(item) - names.index(here)
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    expect(wanted).to_have_attribute("aria-current", "true")
    return wanted
