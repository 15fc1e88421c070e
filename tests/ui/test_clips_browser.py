"""A trainer's way in a real browser: choose a point, trim by keys and mouse, make the pack, open it offline."""

from __future__ import annotations

import io
import json
import sqlite3
import wave
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from qc.access import LOCAL
from qc.store import Store
from qc.ui.words import Words
from tests.ui.server import CHROMIUM, PATIENCE, serve, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
expect.set_options(timeout=PATIENCE)
SOUND = """(() => {
  const inside = (root) => root.querySelector('.qc-trim audio')
    || [...root.querySelectorAll('*')].map((one) => one.shadowRoot && inside(one.shadowRoot)).find(Boolean);
  return inside(document);
})()"""
WORDS = Words("en")


@pytest.fixture(scope="module")
def own(night: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a copy of the night: a tray is stored."""
    file = tmp_path_factory.mktemp("clips") / "own.db"
    with sqlite3.connect(night.removeprefix("sqlite:///")) as source, sqlite3.connect(file) as copy:
        source.backup(copy)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def address(own: str) -> Iterator[str]:
    with serve(own) as address:
        yield address


def start(tab: Page) -> float:
    return float(tab.get_by_role("slider", name=WORDS("clips.trim_start")).get_attribute("aria-valuenow") or "nan")


def end(tab: Page) -> float:
    return float(tab.get_by_role("slider", name=WORDS("clips.trim_end")).get_attribute("aria-valuenow") or "nan")


def test_from_a_point_to_a_pack_that_plays_offline(tab: Page, own: str, chromium: Browser, tmp_path: Path) -> None:
    tab.goto("/clips?lang=en&period=all&item=interruption")
    settle(tab)
    tab.get_by_role("button", name=WORDS("clips.choose")).first.click()
    first = tab.get_by_role("slider", name=WORDS("clips.trim_start"))
    expect(first).to_be_visible()
    settle(tab)

    before, until = start(tab), end(tab)
    first.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        tab.keyboard.press(key)
    assert start(tab) == pytest.approx(before - 0.1, abs=0.051)
    tab.keyboard.press("Shift+ArrowLeft")
    assert start(tab) == pytest.approx(before - 1.1, abs=0.051)
    last = tab.get_by_role("slider", name=WORDS("clips.trim_end"))
    box = last.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 30, y, steps=4)
    tab.mouse.up()
    assert end(tab) > until + 0.5
    chosen = (start(tab), end(tab))

    tab.get_by_role("button", name=WORDS("clips.trim_play")).click()
    tab.wait_for_function(f"() => {SOUND}.currentTime > {chosen[0]} + 0.5 && !{SOUND}.paused")
    tab.get_by_role("button", name=WORDS("clips.trim_pause")).click()
    tab.wait_for_function(f"() => {SOUND}.paused")

    title = tab.get_by_label(WORDS("clips.clip_title"), exact=True)
    title.fill("Listen <i>first</i>")
    title.press("Tab")
    settle(tab)
    tab.get_by_role("button", name=WORDS("clips.add")).click()
    expect(tab.get_by_role("button", name=WORDS("clips.add"))).to_have_count(0)
    settle(tab)
    with Store(own) as store:
        (draft,) = store.clips.tray(LOCAL.id)
        speech = store.inspection(draft.clip.recording_id).call.transcript
    span = draft.clip.interval
    assert (span.start, span.end) == pytest.approx(chosen, abs=0.06)

    tab.get_by_label(WORDS("clips.pack_title")).fill("Week 47")
    tab.get_by_label(WORDS("clips.pack_title")).press("Tab")
    settle(tab)
    tab.get_by_role("button", name=WORDS("clips.make")).click()
    link = tab.get_by_role("link", name=WORDS("download.ready", name="Week-47.zip"))
    with tab.expect_download() as download:
        link.click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    about = json.loads(archive.read("manifest.json"))
    assert (about["clips"][0]["start"], about["clips"][0]["end"]) == (round(span.start, 3), round(span.end, 3))
    with wave.open(io.BytesIO(archive.read("audio/01-interruption.wav"))) as sound:
        assert sound.getnframes() / 8000 == pytest.approx(span.duration, abs=0.001)

    archive.extractall(tmp_path)
    context = chromium.new_context(offline=True)
    pack = context.new_page()
    pack.goto((tmp_path / "index.html").as_uri())
    expect(pack.get_by_role("heading", level=1)).to_have_text("Week 47")
    expect(pack.get_by_role("heading", level=2)).to_contain_text("Listen <i>first</i>")
    said = [one for one in speech.utterances if one.interval.overlaps(span) and one.words]
    assert 0 < pack.locator(".cue").count() <= len(said)
    pack.locator(".cue").last.click()
    pack.wait_for_function("() => document.querySelector('audio').currentTime > 0.3")
    context.close()


def test_the_handles_stay_in_the_call_and_apart(tab: Page) -> None:
    tab.goto("/clips?lang=en&period=all&call=call-A03-04&start=1.0&end=2.0")
    settle(tab)
    first = tab.get_by_role("slider", name=WORDS("clips.trim_start"))
    first.focus()
    for _ in range(3):
        tab.keyboard.press("PageDown")
    assert (start(tab), end(tab)) == (0, 2.0)
    for _ in range(3):
        tab.keyboard.press("PageUp")
    assert end(tab) - start(tab) >= 0.5, "the start takes the end along"
    tab.get_by_role("button", name=WORDS("clips.trim_to_here")).nth(1).click()
    settle(tab)
    lines = tab.locator(".line.in")
    assert lines.count() >= 1
    assert end(tab) > 5
    tab.get_by_role("button", name=WORDS("clips.trim_wider")).click()
    ticks = tab.locator(".tick").all_text_contents()
    assert ticks == sorted(ticks, key=lambda text: int(text.split(":")[0]) * 60 + int(text.split(":")[1]))
    kept = (start(tab), end(tab))
    tab.get_by_label(WORDS("clips.tip"), exact=True).fill("x")
    tab.get_by_label(WORDS("clips.tip"), exact=True).press("Tab")
    settle(tab)
    assert (start(tab), end(tab)) == kept, "a page that is drawn again leaves the handles where they are"
