"""A morning in a real browser: the operator reads what the night left, the team lead what is owed; in each language."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, expect

from qc.artifacts import Outlet
from qc.batch.night import night_report, write
from qc.batch.report import BatchReport, Outcome, State
from qc.result import Failure
from qc.store import ArtifactKind, Sighting, Store
from qc.ui.words import LANGUAGES, Words, catalogue
from tests.store.owing import owing, promised
from tests.ui.night import BAD, inspection, script
from tests.ui.people import signed_in
from tests.ui.server import CHROMIUM, PATIENCE, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}: apt-get install chromium"),
]
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def this_morning(tmp_path: Path) -> str:
    """Yesterday's calls as a run left them, a file that is no audio, the report, and older promises."""
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
        store.save(owing("late", promised(1.0), start=now - timedelta(days=4.5), team="East"))
        store.save(owing("soon", promised(1.0, "48小时"), start=now - timedelta(days=1), team="East"))
        outcomes = [
            Outcome(Path(one.path), State.SCORED, one.id, duration=one.duration, elapsed=3.0, cpu=6.0)
            for one in (call.call.recording for call in calls)
        ]
        outcomes.append(Outcome(text, State.FAILED, failure=failure, reason=failure.reason))
        report = night_report(BatchReport(tuple(outcomes), 12.5), store, made_at=now.astimezone())
        write(report, tmp_path / "reports", "en", Outlet(store, ArtifactKind.NIGHT))
    return url


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_morning_of_an_operator(chromium: Browser, this_morning: str, tmp_path: Path, language: str) -> None:
    words = Words(language)
    (written,) = (tmp_path / "reports").glob("*.html")
    with signed_in(chromium, this_morning, tmp_path, "op", "lead") as people:
        page = people["op"]
        page.goto(f"/?lang={language}")
        settle(page)
        expect(page.get_by_text(words("todo.failed", count=1))).to_be_visible()
        run = page.locator("[data-testid=stMarkdown]").filter(
            has_text=catalogue(language)["overview.run"].split("{")[0]
        )
        assert [part.inner_text() for part in run.locator("strong").all()] == ["3", "1", "0"]
        page.locator(".st-key-failures").scroll_into_view_if_needed()  # a table is drawn when it comes into view
        failures = page.locator(".st-key-failures [role=grid]")
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
            late = store.tasks.counts(datetime.now()).late
        assert tasks[0].call_id == "late" and late >= 1
        lead.get_by_role("link", name=words("todo.late", count=late)).click()
        expect(lead.get_by_role("heading", level=1)).to_have_text(words("follow_up.title"))
        settle(lead)
        first = lead.locator("[role=grid] tbody tr").first
        expect(first).to_contain_text("late")
        expect(first).to_contain_text(words("follow_up.late_days", amount=3))
