"""A day of review in a real browser: a reviewer, an agent and their team lead at one item, two reviewers at once, and
the keyboard alone. Sentences are found by the catalogue, in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from qc.appeals import State
from qc.store import Store
from qc.ui.words import LANGUAGES, Words
from tests.ui.people import signed_in
from tests.ui.server import CHROMIUM, PATIENCE, settle
from tests.ui.steps import cell, choose, to, walk
from tests.ui.test_browser import PLAYER, TIME

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
expect.set_options(timeout=PATIENCE)
ITEM = "satisfaction_question"
FOCUS = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return ["", "", false];
  const box = at.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
  const places = { navigation: "[data-testid=stSidebar]", player: ".qc-player", items: ".qc-review",
    head: "[data-testid=stMain]" };
  let host = at;
  while (host) {
    for (const [name, place] of Object.entries(places)) {
      if (name !== "head" && host.closest(place)) return [name, at.className || at.tagName, seen];
    }
    host = host.getRootNode().host;
  }
  return [at.closest(places.head) || at.getRootNode().host ? "head" : "other", at.textContent.trim(), seen];
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_is_reviewed_appealed_and_ruled_on(
    chromium: Browser, last_night: str, tmp_path: Path, language: str
) -> None:
    words = Words(language)
    right, na = words.term("answer", "pass"), words.term("answer", "na")
    with signed_in(chromium, last_night, tmp_path, "li", "agent3", "lead") as people:
        _reviewer(people["li"], words)
        with Store(last_night) as store:
            recording = store.inspection("call-A03-10").call.recording.id
            (said,) = store.queue.said(recording)
        assert (said.review.item, said.review.value, said.review.author) == (ITEM, None, "li")
        assert said.review.reason == "The caller had to go"

        agent = people["agent3"]
        agent.goto(f"/?lang={language}")
        settle(agent)
        to(agent, "appeals", words)
        mine = agent.locator("[data-testid=stExpander]").filter(has=agent.locator(f".st-key-item_{recording}"))
        mine.locator("summary").click()
        choose(mine.get_by_role("combobox"), f"{words.item(ITEM)}: {na}", typed=words.item(ITEM))
        expect(mine.get_by_text("The caller had to go")).to_be_visible()
        mine.get_by_text(right, exact=True).first.click()
        mine.get_by_label(words("appeals.why")).fill("I asked, before the line broke")
        mine.get_by_role("button", name=words("appeals.send"), exact=True).click()
        expect(agent.get_by_text(words("appeals.sent"))).to_be_visible()
        expect(mine.get_by_label(words("appeals.why"))).to_have_value("")  # a reason is of one item
        assert agent.locator("[data-testid=stSidebarNav]").get_by_role("link", name=words("reviews.title")).count() == 0

        _lead(people["lead"], words)
        with Store(last_night) as store:
            (ended,) = store.appeals.ended()
            alike = store.appeals.alike(recording, ITEM)
        assert ended.last and ended.last.state is State.UPHELD and ended.stands == 1.0
        assert len(alike) > 10
        lead = people["lead"]
        lead.get_by_text(words("appeals.alike"), exact=True).click()
        table = lead.locator(f".st-key-calls_{recording}_{ITEM}")
        expect(table.locator("[role=grid]")).to_have_attribute("aria-rowcount", str(len(alike) + 1))
        settle(lead)
        cell(table, 0)
        expect(lead.get_by_role("heading", level=1)).to_have_text(alike[0].row.call_id)
        expect(lead.locator(".qc-player audio")).to_have_count(1)


def _reviewer(page: Page, words: Words) -> None:
    """From the worst call of last night to a disputed item, with the keyboard."""
    page.goto(f"/?lang={words.language}")
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(words("overview.title"))
    cell(page.locator(".st-key-worst"), 0)
    expect(page.locator(".qc-player audio")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("call-A03-10")
    settle(page)
    page.get_by_role("button", name=words("player.play")).click()
    page.wait_for_function(f"() => ({TIME})() > 0.5")
    assert page.evaluate(f"() => ({PLAYER})().duration") > 20
    page.get_by_role("button", name=words("player.pause")).click()

    page.get_by_role("link", name=words("call.review_this")).click()
    page.wait_for_url("**/review?**")
    settle(page)
    page.get_by_role("button", name=words("review.take_this")).click()
    expect(page.get_by_role("button", name=words("review.give_back"))).to_be_visible()
    settle(page)
    item = walk(page, ITEM)
    expect(item).to_contain_text(words("review.machine_says", answer=words.term("answer", "fail")))
    page.keyboard.press("e")
    page.wait_for_function(f"() => !({PLAYER})().paused")
    page.keyboard.press(" ")
    page.wait_for_function(f"() => ({PLAYER})().paused")
    page.keyboard.press("n")
    expect(item.get_by_label(words("review.why"))).to_be_focused()
    page.keyboard.type("The caller had to go")
    page.keyboard.press("Enter")
    expect(item.locator(".mine.na")).to_be_visible()
    walk(page, ITEM)
    expect(item.locator(".said .reason")).to_have_text("The caller had to go")


def _lead(page: Page, words: Words) -> None:
    """Sees that an appeal waits, upholds it, and finds the four voices side by side."""
    right = words.term("answer", "pass")
    page.goto(f"/?lang={words.language}")
    settle(page)
    page.get_by_role("link", name=words("todo.appealed", count=1)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words("appeals.title"))
    settle(page)
    page.get_by_label(words("appeals.why")).fill("At 0:31 it is there")
    page.get_by_role("button", name=words("appeals.uphold", value=right)).click()
    expect(page.get_by_text(words("appeals.none_waiting"))).to_be_visible()
    settle(page)
    page.locator(".st-key-view").get_by_text(words("appeals.view_ended"), exact=True).click()
    expect(page.get_by_text(words("appeals.state_upheld"), exact=True)).to_be_visible()
    settle(page)
    row = page.locator("[data-testid=stHorizontalBlock]").filter(has_text="At 0:31 it is there").last
    voices = row.locator("[data-testid=stColumn]").all_inner_texts()
    shown = [
        ("appeals.machine", words.term("answer", "fail"), ""),
        ("appeals.review", words.term("answer", "na"), "The caller had to go"),
        ("appeals.appeal", right, "I asked, before the line broke"),
        ("appeals.ruling", right, "At 0:31 it is there"),
    ]
    assert len(voices) == len(shown)
    for voice, (heading, answer, reason) in zip(voices, shown, strict=True):
        first, second, *_ = [line for line in voice.splitlines() if line.strip()]
        assert (first, second) == (words(heading), answer)
        assert reason in voice


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_reviewers_at_once_lose_nothing(chromium: Browser, last_night: str, tmp_path: Path, language: str) -> None:
    words = Words(language)
    with signed_in(chromium, last_night, tmp_path, "li", "mo") as people:
        first, second = people["li"], people["mo"]
        for page in (first, second):
            page.goto(f"/review?call=call-A03-10&lang={language}")
            settle(page)
        theirs, mine = walk(first, ITEM), walk(second, ITEM)
        first.keyboard.press("n")
        first.keyboard.type("No time was left")
        first.keyboard.press("Enter")
        expect(theirs.locator(".mine.na")).to_be_visible()

        second.keyboard.press("p")
        second.keyboard.type("He asks at 0:30")
        second.keyboard.press("Enter")
        expect(mine.get_by_role("alert")).to_contain_text("li")
        expect(mine.locator(".said")).to_contain_text(["No time was left"])
        expect(mine.get_by_label(words("review.why"))).to_have_value("He asks at 0:30")
        with Store(last_night) as store:
            recording = store.inspection("call-A03-10").call.recording.id
            assert [one.review.author for one in store.queue.said(recording)] == ["li"]
        mine.get_by_label(words("review.why")).press("Enter")
        expect(mine.locator(".mine.pass")).to_be_visible()

        walk(first, "interruption")
        first.keyboard.press("a")
        expect(first.locator(".item[data-item=interruption] .mine.fail")).to_be_visible()
        expect(first.locator(f".item[data-item={ITEM}]")).to_be_visible()
        walk(first, ITEM)
        expect(theirs.locator(".said .reason")).to_have_text(["No time was left", "He asks at 0:30"])
        with Store(last_night) as store:
            said = [one.review for one in store.queue.said(recording)]
        assert [(one.item, one.author, one.value, one.reason) for one in said] == [
            (ITEM, "li", None, "No time was left"),
            (ITEM, "mo", 1.0, "He asks at 0:30"),
            ("interruption", "li", 0.0, ""),
        ]


def test_the_tab_key_goes_through_a_review_in_the_order_of_the_work(
    chromium: Browser, last_night: str, tmp_path: Path
) -> None:
    with signed_in(chromium, last_night, tmp_path, "li") as people:
        page = people["li"]
        page.goto("/review?call=call-A03-10&lang=en")
        settle(page)
        stops = []
        for _ in range(80):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUS))
        order = list(dict.fromkeys(place for place, _, _ in stops if place and place != "other"))
        assert order == ["navigation", "head", "player", "items"]
        assert all(seen for place, _, seen in stops if place), stops
        player = [name for place, name, _ in stops if place == "player"]
        assert player[0] == "play"
        items = [name for place, name, _ in stops if place == "items"]
        assert next(at for at, name in enumerate(items) if "here" in name.split()) < items.index("accept")
