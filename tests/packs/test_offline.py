"""An unzipped pack in a real browser, from the disk, without a network: it sounds, its lines follow, nothing fails."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from qc.captions import cues
from qc.config import Settings
from qc.interval import Interval
from qc.packs import Pack, SoundFormat, chosen, write_pack
from qc.result import Excerpt
from qc.store import Store
from qc.words import Words
from tests.ui.night import shared_night
from tests.ui.server import CHROMIUM, browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
SETTINGS = Settings(interface_language="zh", clip_margin=1.0)
FIRST = "document.querySelector('audio')"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(shared_night(tmp_path_factory.getbasetemp() / "night")) as store:
        yield store


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as chromium:
        yield chromium


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """Offline, and nothing may fail."""
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("console", lambda said: said.type in ("error", "warning") and trouble.append(f"{said.type}: {said.text}"))
    page.on("dialog", lambda dialog: trouble.append(f"script from outside ran: {dialog.message}"))
    page.on("request", lambda asked: asked.url.startswith("file:") or trouble.append(f"left the folder: {asked.url}"))
    # the browser itself ends the reading of a sound when it seeks
    page.on(
        "requestfailed", lambda asked: "ABORTED" in str(asked.failure) or trouble.append(f"{asked.url} {asked.failure}")
    )
    yield page
    context.close()
    assert trouble == []


def unzipped(store: Store, pack: Pack, folder: Path) -> str:
    stream = io.BytesIO()
    write_pack(pack, lambda clip: store.inspection(clip.recording_id), stream, SETTINGS)
    zipfile.ZipFile(stream).extractall(folder)
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("sound", SoundFormat)
def test_a_pack_plays_offline_and_its_lines_follow(night: Store, tab: Page, tmp_path: Path, sound: SoundFormat) -> None:
    clips, _ = chosen(night, "satisfaction_question", settings=SETTINGS, limit=1)
    call = night.inspection("call-A03-04").call
    long = Excerpt(call.recording.id, Interval(0.0, 30.0), "interruption", title="<b>bold</b>")
    tab.goto(unzipped(night, Pack((long, *clips), "课", language="en", sound=sound), tmp_path))
    expect(tab.locator("audio")).to_have_count(3)
    expect(tab.get_by_role("heading", level=2).first).to_contain_text("<b>bold</b>")
    tab.wait_for_function(f"() => {FIRST}.readyState > 0")
    assert tab.evaluate(f"() => {FIRST}.duration") == pytest.approx(30, abs=0.05)

    said = cues(call, long.interval)
    lines = tab.locator("article").first.locator(".cue")
    expect(lines).to_have_count(len(said))
    second = said[1].interval
    lines.nth(1).click()
    tab.wait_for_function(f"() => {FIRST}.currentTime > {second.start} + 0.3")
    expect(lines.nth(1)).to_have_class("cue customer now")
    tab.evaluate(f"() => {{ {FIRST}.currentTime = {second.end} - 0.2 }}")
    expect(lines.nth(2)).to_have_class("cue agent now")
    tab.wait_for_function(f"() => {FIRST}.currentTime > {said[2].interval.start}")

    last = tab.locator("article").nth(1)
    last.locator(".jump").or_(last.locator(".cue")).first.click()
    tab.wait_for_function("() => !document.querySelectorAll('audio')[1].paused")
    tab.wait_for_function(f"() => {FIRST}.paused && {FIRST}.currentTime < {FIRST}.duration")  # one clip at a time


def test_a_pack_is_read_by_keyboard_and_on_paper(night: Store, tab: Page, tmp_path: Path) -> None:
    clips, _ = chosen(night, "satisfaction_question", settings=SETTINGS, limit=2)
    words = Words("zh")
    tab.goto(unzipped(night, Pack(clips, language="zh"), tmp_path))
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("navigation").get_by_role("link").first).to_be_focused()
    tab.locator(".cue").nth(1).focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"() => {FIRST}.currentTime > 0.5")
    tab.emulate_media(media="print")
    expect(tab.locator("audio").first).to_be_hidden()
    for text in (words("pack.tip"), words("pack.rule"), words("pack.said")):
        expect(tab.get_by_text(text, exact=True).first).to_be_visible()
    tab.emulate_media(media="screen", color_scheme="dark")
    assert tab.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)"


def test_no_script_but_its_own_may_run(night: Store, tab: Page, tmp_path: Path) -> None:
    clips, _ = chosen(night, "interruption", settings=SETTINGS, limit=1)
    address = unzipped(night, Pack(clips), tmp_path)
    index = tmp_path / "index.html"
    html = index.read_text("utf-8")
    assert html.count("<script>") == 1
    index.write_text(html.replace("<header>", "<header><img src=x onerror=alert(1)>"), "utf-8")
    context = tab.context.browser
    assert context is not None
    other = context.new_page()  # this one may complain
    blocked: list[str] = []
    other.on("console", lambda said: blocked.append(said.text))
    other.on("dialog", lambda dialog: pytest.fail("the policy of the page lets scripts run"))
    other.goto(address)
    other.wait_for_function(f"() => {FIRST}.readyState > 0")
    assert any("Content Security Policy" in text for text in blocked)
    other.close()
