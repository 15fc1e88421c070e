"""A trainer's day in a real browser: from a common point to a pack that plays offline, in each language."""

from __future__ import annotations

import json
import wave
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from qc.ui.words import LANGUAGES, Words
from tests.ui.people import signed_in
from tests.ui.server import CHROMIUM, PATIENCE, settle
from tests.ui.tab import watched
from tests.ui.test_browser import PLAYER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
expect.set_options(timeout=PATIENCE)
ITEM = "satisfaction_question"
MOVED = "sound => sound.currentTime > Number(sound.src.match(/#t=([0-9.]+)/)[1]) + 0.3"
FOLLOW = """() => {
  const lines = [...document.querySelectorAll('.cue')];
  window.followed = [];
  const note = (changes) => changes.forEach(({ target }) => {
    if (target.classList.contains('now')) window.followed.push(lines.indexOf(target));
  });
  new MutationObserver(note).observe(document.body, { subtree: true, attributeFilter: ['class'] });
}"""
"""Remembers which lines were marked while the sound played: some last less than a second."""
CLIP = PLAYER.replace(".qc-player audio", ".qc-trim audio")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_common_point_becomes_a_pack_that_plays_offline(
    chromium: Browser, last_night: str, tmp_path: Path, language: str
) -> None:
    words = Words(language)
    with signed_in(chromium, last_night, tmp_path, "tao") as people:
        page = people["tao"]
        page.goto(f"/coaching?lang={language}&period=all&agent=A01&agent=A02&agent=A03&agent=A04")
        settle(page)
        point = page.locator(".st-key-point_common_0")
        expect(point.get_by_role("heading")).to_contain_text(words.item(ITEM))
        point.get_by_text(words("coaching.listen"), exact=True).click()
        heard = point.locator(".qc-clip audio").first
        heard.evaluate("sound => sound.play()")
        page.wait_for_function(MOVED, arg=heard.element_handle())
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
    settle(page)
    handles[1].scroll_into_view_if_needed()
    box = handles[1].bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y, steps=4)
    page.mouse.up()
    assert value(0) + 1 < value(1) < until - 0.3
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
    page.evaluate(FOLLOW)
    last = page.locator(".cue").count() - 1
    assert last > 0
    for place in (0, last):
        cue = page.locator(".cue").nth(place)
        cue.click()
        at = float(cue.get_attribute("data-start") or "nan")
        page.wait_for_function(f"() => document.querySelector('audio').currentTime > {at} + 0.1")
        page.wait_for_function(f"() => window.followed.includes({place})")
    page.wait_for_function("() => document.querySelector('audio').ended")
    expect(page.locator(".cue.now")).to_have_count(0)
    assert not trouble, "\n".join(trouble)
    context.close()
