"""Whole days of work in a real browser, in each language: of a reviewer, an agent and their team lead, of a trainer, of
an operator, and of two reviewers at the same call. Sentences are found by the catalogue."""

from __future__ import annotations

import json
import sqlite3
import wave
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Locator, Page, expect

from qc.appeals import State
from qc.artifacts import Outlet
from qc.batch.night import night_report, write
from qc.batch.report import BatchReport, Outcome
from qc.batch.report import State as Ended
from qc.call import Role
from qc.result import Failure
from qc.store import ArtifactKind, Sighting, Store
from qc.ui.words import LANGUAGES, Words
from tests.store.owing import owing, promised
from tests.ui.night import START, Line, inspection, script
from tests.ui.people import signed_in
from tests.ui.server import CHROMIUM, PATIENCE, browser, settle
from tests.ui.tab import watched
from tests.ui.test_browser import PLAYER, TIME

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
expect.set_options(timeout=PATIENCE)
USERS = """\
li: {name: Li Na, roles: [reviewer], teams: [East, West]}
mo: {roles: [reviewer], teams: [East, West]}
agent3: {roles: [agent], agent: A03}
lead: {roles: [team_lead], teams: [East, West]}
tao: {roles: [trainer], teams: [East, West]}
op: {roles: [operator]}
"""
ITEM = "satisfaction_question"
A, C = Role.AGENT, Role.CUSTOMER
BAD: list[Line] = [
    (A, 0.6, "什么事？"),
    (C, 0.5, "你好，我家里停电了，从早上到现在一直没有电，冰箱里的东西都要坏了。"),
    (A, -2.2, "您先说一下您的户号和地址。"),
    (C, 0.7, "户号是三七二零，地址在人民路十二号，什么时候能来电？"),
    (A, 2.0, "这一片是计划检修，今天下午四点恢复供电。"),
    (C, 0.5, "好的，我知道了，那就等到四点吧，没有别的事了。"),
    (A, 0.5, "挂了啊。"),
]
"""No greeting, no thanks, no closing, and the caller is interrupted: the only call of the last day that fails."""
CLIP = PLAYER.replace(".qc-player audio", ".qc-trim audio")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as chromium:
        yield chromium


@pytest.fixture
def last_night(night: str, tmp_path: Path) -> str:
    """A copy of the night, on the last day of which one call went badly."""
    file = tmp_path / "own.db"
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(file) as copy:
        source.backup(copy)
    with Store(f"sqlite:///{file}") as store:
        store.save(inspection(tmp_path, "A03-10", "A03", BAD, START + timedelta(days=4, hours=9)))
    return f"sqlite:///{file}"


def to(page: Page, name: str, words: Words) -> None:
    """By the navigation."""
    link = page.locator("[data-testid=stSidebarNav]").get_by_role("link", name=words(f"{name}.title"), exact=True)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words(f"{name}.title"))
    settle(page)


def cell(table: Locator, row: int) -> None:
    """Click the first cell of a row of a table that is drawn on a canvas."""
    table.locator(".dvn-scroller").first.click(position={"x": 60, "y": 52 + 35 * row})


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_is_reviewed_appealed_and_ruled_on(
    chromium: Browser, last_night: str, tmp_path: Path, language: str
) -> None:
    words = Words(language)
    right, na = words("accuracy.said.pass"), words("accuracy.said.na")
    with signed_in(chromium, last_night, USERS, tmp_path) as people:
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
        mine.get_by_role("combobox").click()
        agent.keyboard.type(words.item(ITEM))
        agent.get_by_role("option", name=f"{words.item(ITEM)}: {na}", exact=True).click()
        settle(agent)
        expect(mine.get_by_text("The caller had to go")).to_be_visible()
        mine.get_by_text(right, exact=True).first.click()
        mine.get_by_label(words("appeals.why")).fill("I asked, before the line broke")
        mine.get_by_role("button", name=words("appeals.send"), exact=True).click()
        expect(agent.get_by_text(words("appeals.sent"))).to_be_visible()
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
        expect(table.get_by_role("grid")).to_have_attribute("aria-rowcount", str(len(alike) + 1))
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
    expect(item).to_contain_text(words("review.machine_says", answer=words("review.answer_fail")))
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
    right = words("accuracy.said.pass")
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
        ("appeals.machine", words("accuracy.said.fail"), ""),
        ("appeals.review", words("accuracy.said.na"), "The caller had to go"),
        ("appeals.appeal", right, "I asked, before the line broke"),
        ("appeals.ruling", right, "At 0:31 it is there"),
    ]
    assert len(voices) == len(shown)
    for voice, (heading, answer, reason) in zip(voices, shown, strict=True):
        first, second, *_ = [line for line in voice.splitlines() if line.strip()]
        assert (first, second) == (words(heading), answer)
        assert reason in voice


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_common_point_becomes_a_pack_that_plays_offline(
    chromium: Browser, last_night: str, tmp_path: Path, language: str
) -> None:
    words = Words(language)
    with signed_in(chromium, last_night, USERS, tmp_path) as people:
        page = people["tao"]
        page.goto(f"/coaching?lang={language}&period=all&agent=A01&agent=A02&agent=A03&agent=A04")
        settle(page)
        point = page.locator(".st-key-point_common_0")
        expect(point.get_by_role("heading")).to_contain_text(words.item(ITEM))
        point.get_by_text(words("coaching.listen"), exact=True).click()
        heard = point.locator(".qc-clip audio").first
        heard.evaluate("sound => sound.play()")
        page.wait_for_function("sound => sound.currentTime > 0.2", arg=heard.element_handle())
        settle(page)
        point.get_by_role("link", name=words("coaching.clips")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(words("clips.title"))
        settle(page)
        assert "agent=A01" in page.url and "period=all" in page.url, "the clips are of the calls that the point is of"
        page.get_by_role("button", name=words("clips.choose")).first.click()
        start, end = _trimmed(page, words)
        page.get_by_label(words("clips.clip_title"), exact=True).fill("Ask <b>before</b> you close")
        page.keyboard.press("Tab")
        settle(page)
        page.get_by_role("button", name=words("clips.add")).click()
        expect(page.get_by_role("button", name=words("clips.add"))).to_have_count(0)
        settle(page)
        page.get_by_label(words("clips.pack_title")).fill("Week 47")
        page.keyboard.press("Tab")
        settle(page)
        page.get_by_role("button", name=words("clips.make")).click()
        with page.expect_download() as download:
            page.get_by_role("link", name=words("download.ready", name="Week-47.zip")).click()
        with zipfile.ZipFile(download.value.path()) as archive:
            assert archive.testzip() is None
            archive.extractall(tmp_path / "pack")
    _offline(chromium, tmp_path / "pack", start, end)


def _trimmed(page: Page, words: Words) -> tuple[float, float]:
    """The start by keys, the end by dragging; what it is then."""
    handles = [page.get_by_role("slider", name=words(f"clips.trim_{name}")) for name in ("start", "end")]

    def value(which: int) -> float:
        return float(handles[which].get_attribute("aria-valuenow") or "nan")

    expect(handles[0]).to_be_visible()
    settle(page)
    before, until = value(0), value(1)
    handles[0].focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    assert value(0) == pytest.approx(before - 1.1, abs=0.051)
    page.keyboard.press("Tab")
    expect(handles[1]).to_be_focused()
    box = handles[1].bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    page.mouse.up()
    assert value(1) > until + 0.3
    chosen = value(0), value(1)
    page.keyboard.press(" ")
    page.wait_for_function(f"() => ({CLIP})().currentTime > {chosen[0]} + 0.5")
    page.keyboard.press(" ")
    page.wait_for_function(f"() => ({CLIP})().paused")
    settle(page)
    return chosen


def _offline(chromium: Browser, folder: Path, start: float, end: float) -> None:
    """The pack alone, from a disk: its sound plays and its lines follow."""
    (clip,) = json.loads((folder / "manifest.json").read_text("utf-8"))["clips"]
    assert (clip["start"], clip["end"]) == (pytest.approx(start, abs=0.06), pytest.approx(end, abs=0.06))
    (file,) = (folder / "audio").iterdir()
    with wave.open(str(file)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(end - start, abs=0.06)
    context = chromium.new_context(offline=True)
    trouble = watched(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto((folder / "index.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Week 47")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Ask <b>before</b> you close")
    page.locator(".cue").last.click()
    at = float(page.locator(".cue").last.get_attribute("data-start") or "nan")
    page.wait_for_function(f"() => document.querySelector('audio').currentTime > {at} + 0.2")
    expect(page.locator(".cue").last).to_have_class("cue agent now")
    first = page.locator(".cue").first
    first.click()
    expect(first).to_have_class("cue customer now")
    expect(page.locator(".cue.now")).to_have_count(1)
    assert not trouble, "\n".join(trouble)
    context.close()


@pytest.fixture
def this_morning(tmp_path: Path) -> str:
    """Yesterday's calls as a run left them: heard, one file that is no audio, a report; and what was promised earlier."""
    url, now = f"sqlite:///{tmp_path / 'morning.db'}", datetime.now()
    calls = [
        inspection(tmp_path, f"A03-{number:02d}", "A03", lines, now - timedelta(days=1, minutes=number))
        for number, lines in enumerate(
            (BAD, *(script(satisfied=one, interrupts=False, hold=False, angry=False) for one in (True, False)))
        )
    ]
    text = tmp_path / "notes.wav"
    failure = Failure(str(text), "decode", "not_audio", "not an audio file: it is text")
    with Store(url) as store:
        ledger = store.ledger("L1", holder="night")
        ids = [one.call.recording.id for one in calls]
        files = [*(one.call.recording.path for one in calls), str(text)]
        ledger.enlist([Sighting(path, 1, 1, one) for path, one in zip(files, [*ids, "0" * 64], strict=True)])
        for one in calls:
            assert ledger.claim([one.call.recording.id]) and ledger.finish(one.call.recording.id, [one])
        assert ledger.claim(["0" * 64]) and ledger.fail("0" * 64, failure)
        store.save(owing("late", promised(1.0), start=now - timedelta(days=4), team="East"))
        store.save(owing("soon", promised(1.0, "48小时"), start=now - timedelta(days=1), team="East"))
        outcomes = [
            Outcome(Path(one.call.recording.path), Ended.SCORED, one.call.recording.id, one.score.percent, 60.0, 3.0, 6.0)
            for one in calls
        ]
        outcomes.append(Outcome(text, Ended.FAILED, failure=failure, reason=failure.reason))
        report = night_report(BatchReport(tuple(outcomes), 12.5), store, made_at=now.astimezone())
        write(report, tmp_path / "reports", "en", Outlet(store, ArtifactKind.NIGHT))
    return url


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_morning_of_an_operator(chromium: Browser, this_morning: str, tmp_path: Path, language: str) -> None:
    words = Words(language)
    (written,) = (tmp_path / "reports").glob("*.html")
    with signed_in(chromium, this_morning, USERS, tmp_path) as people:
        page = people["op"]
        page.goto(f"/?lang={language}")
        settle(page)
        expect(page.get_by_text(words("todo.failed", count=1))).to_be_visible()
        run = page.locator("[data-testid=stMarkdown]").filter(has_text=words("overview.run").split("{")[0])
        assert [part.inner_text() for part in run.locator("strong").all()] == ["3", "1", "0"]
        failures = page.locator(".st-key-failures").get_by_role("grid")
        expect(failures).to_contain_text("notes.wav")
        expect(failures).to_contain_text("not an audio file: it is text")
        for name in ("calls", "call", "follow_up", "coaching"):
            assert page.locator(f"[data-testid=stSidebarNav] a[href$='/{name}']").count() == 0
        page.get_by_role("button", name=words("overview.morning")).click()
        with page.expect_download() as download:
            page.get_by_role("link", name=words("download.ready", name=written.name)).click()
        saved = tmp_path / "saved.html"
        download.value.save_as(saved)
        assert saved.read_bytes() == written.read_bytes()
        sheet = page.context.new_page()
        sheet.goto(saved.as_uri())
        expect(sheet.get_by_role("heading", level=1)).to_be_visible()
        expect(sheet.locator("body")).to_contain_text("notes.wav")
        sheet.close()

        lead = people["lead"]
        lead.goto(f"/?lang={language}")
        settle(lead)
        with Store(this_morning) as store:
            tasks = store.tasks.page().rows
            late = store.tasks.counts().late
        assert tasks[0].call_id == "late" and late >= 1
        lead.get_by_role("link", name=words("todo.late", count=late)).click()
        expect(lead.get_by_role("heading", level=1)).to_have_text(words("follow_up.title"))
        settle(lead)
        first = lead.get_by_role("grid").locator("tbody tr").first
        expect(first).to_contain_text("late")
        expect(first).to_contain_text(words("follow_up.late_days", amount=3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_reviewers_at_once_lose_nothing(
    chromium: Browser, last_night: str, tmp_path: Path, language: str
) -> None:
    words = Words(language)
    with signed_in(chromium, last_night, USERS, tmp_path) as people:
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


FOCUS = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return ["", "", false];
  const box = at.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
  const places = { navigation: "[data-testid=stSidebar]", player: ".qc-player", items: ".qc-review", head: "[data-testid=stMain]" };
  let host = at;
  while (host) {
    for (const [name, place] of Object.entries(places)) {
      if (name !== "head" && host.closest(place)) return [name, at.className || at.tagName, seen];
    }
    host = host.getRootNode().host;
  }
  return [at.closest(places.head) || at.getRootNode().host ? "head" : "other", at.textContent.trim(), seen];
}"""


def test_the_tab_key_goes_through_a_review_in_the_order_of_the_work(
    chromium: Browser, last_night: str, tmp_path: Path
) -> None:
    with signed_in(chromium, last_night, USERS, tmp_path) as people:
        page = people["li"]
        page.goto("/review?call=call-A03-10&lang=en")
        settle(page)
        walk(page, ITEM)
        page.locator("body").evaluate("body => { document.activeElement?.blur(); }")
        stops = []
        for _ in range(80):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUS))
        print(stops)
        order = list(dict.fromkeys(place for place, _, _ in stops if place and place != "other"))
        assert order == ["navigation", "head", "player", "items"]
        assert all(seen for place, _, seen in stops if place), stops
        player = [name for place, name, _ in stops if place == "player"]
        assert player[0] == "play"
