"""Names and words that were made to break a page: every page stands, fits the screen and runs nothing of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page

from qc.result import Inspection, Review, ReviewKind
from qc.scorecard import for_language
from qc.store import Store
from qc.ui.shell import PAGES
from qc.ui.words import Words
from tests.ui.night import START, inspection, script
from tests.ui.server import CHROMIUM, path, serve, settle
from tests.ui.steps import choose
from tests.ui.tab import opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
NAMES = {
    "script": "<img src=x onerror=alert(1)><script>alert(2)</script><style>body{display:none}</style>",
    "formula": '=HYPERLINK("http://qc.invalid","x")',
    "markdown": "**b** [a](javascript:alert(3)) :red[x] $x^2$ `c` <b>d</b>\n# e\n| f | g |\n|---|---|",
    "endless": "電" * 5_000 + "W" * 5_000,
    "backwards": "\u202egpj.exe\u202c \u2066مرحبا بالعالم עברית\u2069 \u200b\ufeff",
    "placeholders": "{0} {call} %s %(x)s {{ }} \\ ' \" ; -- {words.__class__}",
}
CALLS = 11
"""Of each, so that agents are compared."""
words = Words("en")
SIZES = {"desk": (1280, 900), "tablet": (820, 1180)}
TO_THE_SIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
MAIN_TO_THE_SIDE = """() => { const main = document.querySelector('[data-testid=stMain]');
  return main.scrollWidth - main.clientWidth; }"""


def hostile(folder: Path, name: str, text: str, number: int) -> Inspection:
    """A call with `text` in every place that comes from outside."""
    lines = [
        (role, pause, f"{said}{text[:300]}" if place in (1, 4) else said)
        for place, (role, pause, said) in enumerate(
            script(satisfied=number % 2 == 0, interrupts=number % 3 == 0, hold=False, angry=number == 4)
        )
    ]
    at = START + timedelta(days=number // 3, hours=number)
    one = inspection(folder, f"{name}-{number:02d}", name, lines, at)
    metadata = replace(
        one.call.metadata,
        call_id=f"{number} {text}",
        agent=text,
        agent_name=f"{text} {text}"[:10_000],
        team=text,
        queue=text,
        customer_class=text,
    )
    return replace(one, call=replace(one.call, metadata=metadata), run=replace(one.run, scorecard=text))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    url = f"sqlite:///{folder / 'qc.db'}"
    with Store(url) as store:
        for name, text in NAMES.items():
            made = [hostile(folder, name, text, number) for number in range(CALLS)]
            store.save(*made)
            said = Review(made[0].id, made[0].score.results[0].item, ReviewKind.REVIEW, 0.0, text, text, START)
            store.save_review(said)
    with serve(url) as address:
        yield address


def stands(page: Page) -> None:
    """It was drawn, nothing from outside became part of it, and nothing hangs over its side."""
    settle(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("img[src=x], main script").count() == 0
    assert page.locator("a[href^='javascript:'], a[href^='http://qc.invalid']").count() == 0
    assert page.locator("[data-testid=stMain] h1").first.is_visible()
    for over in (TO_THE_SIDE, MAIN_TO_THE_SIDE):
        page.wait_for_function(f"() => ({over})() <= 0")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("call", "review")])
def test_pages(chromium: Browser, address: str, name: str, size: str) -> None:
    width, height = SIZES[size]
    with opened(chromium, address, viewport={"width": width, "height": height}) as page:
        page.goto(f"{path(name)}?lang=en&period=all")
        stands(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_a_call(chromium: Browser, address: str, name: str, size: str) -> None:
    width, height = SIZES[size]
    with opened(chromium, address, viewport={"width": width, "height": height}) as page:
        page.goto(f"/call?lang=en&call={name}-00")
        stands(page)
        assert page.locator(".qc-player").count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_an_agent(chromium: Browser, address: str, name: str) -> None:
    with opened(chromium, address, viewport={"width": 1280, "height": 900}) as page:
        page.goto(f"/agents?lang=en&period=all&agent_name={quote(NAMES[name])}")
        stands(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_a_review(chromium: Browser, address: str, name: str, size: str) -> None:
    width, height = SIZES[size]
    with opened(chromium, address, viewport={"width": width, "height": height}) as page:
        page.goto(f"/review?lang=en&call={name}-00")
        stands(page)
        assert page.locator(".qc-review").count() == 1


def hostile_card() -> str:
    """A card with names made to break a page in every text, and one endless line in the file."""
    loud = yaml.safe_load(Path(for_language("zh").source).read_text("utf-8"))
    texts = list(NAMES.values())
    loud["title"] = texts[3]
    loud["version"] += 1
    for place, section in enumerate(loud["sections"]):
        section["title"] = texts[place % len(texts)]
        for number, item in enumerate(section["items"]):
            item["title"] = texts[(place + number) % len(texts)]
    own = {
        "id": "own",
        "title": texts[0],
        "items": [{"id": "own_item", "check": "closing", "weight": 3, "title": texts[3]}],
    }
    loud["sections"].append(own)
    return yaml.safe_dump(loud, allow_unicode=True, width=10**6)


@pytest.mark.parametrize("size", SIZES)
def test_a_card_on_its_page(chromium: Browser, address: str, size: str, tmp_path: Path) -> None:
    width, height = SIZES[size]
    (tmp_path / "card.yaml").write_text(hostile_card(), "utf-8")
    with opened(chromium, address, viewport={"width": width, "height": height}) as page:
        page.goto("/scorecards?lang=en&period=all&view=new&card=zh")
        settle(page)
        page.locator("input[type=file]").set_input_files(tmp_path / "card.yaml")
        page.get_by_role("heading", name=words("trial.title")).wait_for()
        stands(page)
        page.get_by_role("button", name=words("trial.try"), exact=True).click()
        page.get_by_text(words("trial.mean"), exact=True).wait_for()
        stands(page)


def test_a_broken_card_is_told_line_by_line(chromium: Browser, address: str, tmp_path: Path) -> None:
    broken = (
        hostile_card()
        .replace("weight: 3", "weight: '<img src=x onerror=alert(4)>'")
        .replace("own_item", NAMES["script"])
    )
    (tmp_path / "card.yaml").write_text(broken, "utf-8")
    with opened(chromium, address) as page:
        page.goto("/scorecards?lang=en&period=all&view=new&card=zh")
        settle(page)
        page.locator("input[type=file]").set_input_files(tmp_path / "card.yaml")
        page.locator("[data-testid=stAlert]").first.wait_for()
        stands(page)


def test_a_card_as_preview(chromium: Browser, address: str, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(hostile_card(), "utf-8")
    with opened(chromium, address) as page:
        page.goto("/call?lang=en&call=script-00")
        settle(page)
        page.locator("[data-testid=stExpander] summary", has_text=words("preview.title")).click()
        choose(page.get_by_label(words("scorecards.card")), words("scorecards.own"))
        page.locator("input[type=file]").set_input_files(tmp_path / "card.yaml")
        page.get_by_role("button", name=words("preview.show")).click()
        page.get_by_text(words("preview.then"), exact=True).first.wait_for()
        stands(page)
