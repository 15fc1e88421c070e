"""The morning report: it adds up, says what is to be done, and shows nobody's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qc.artifacts import Outlet
from qc.batch.night import Delivery, NightReport, as_html, as_json, night_report, write
from qc.batch.report import BatchReport, Outcome, State
from qc.call import Metadata
from qc.errors import UsageError
from qc.metadata import MetadataTable
from qc.result import Failure, Inspection
from qc.store import ArtifactKind, Store
from qc.words import LANGUAGES
from tests.nights import QUOTE, inspected, promised, risk, rude

OUTLET = Outlet(None, ArtifactKind.NIGHT)
NOW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
FOLDER = Path("/calls")
NIGHT = (
    inspected("rude", rude(), risk(1), agent="A01", percent=60.0, notes=("swapped_channels",)),
    inspected("angry", risk(3), promised("今天", None, "最晚", "四十五分钟内", "今天"), agent="A02", percent=90.0),
    inspected("short", rude(), risk(2), agent="A01", percent=None),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(*NIGHT)
        yield store


def heard(inspection: Inspection, **more: object) -> Outcome:
    call, percent = inspection.call, inspection.score.percent
    state = State.NOT_SCORABLE if percent is None else State.SCORED
    path = Path(call.recording.path)
    return Outcome(path, state, call.recording.id, percent, call.recording.duration, 3.0, 6.0, **more)  # type: ignore[arg-type]


def failed(name: str, code: str = "not_audio") -> Outcome:
    failure = Failure(str(FOLDER / name), "decode", code, f"{FOLDER / name}: the reason")
    return Outcome(FOLDER / name, State.FAILED, failure=failure, reason=failure.reason)


def run(*outcomes: Outcome, **more: object) -> BatchReport:
    return BatchReport(outcomes, 12.5, **more)  # type: ignore[arg-type]


def whole(store: Store, **more: object) -> NightReport:
    outcomes = [
        *map(heard, NIGHT),
        Outcome(FOLDER / "copy.wav", State.DUPLICATE, NIGHT[0].call.recording.id),
        Outcome(FOLDER / "late.wav", State.WAITING, reason="changed less than 30 s ago"),
        failed("text.wav"),
        failed("torn.wav", "corrupt"),
    ]
    return night_report(run(*outcomes), store, made_at=NOW, **more)  # type: ignore[arg-type]


KNOWN = {one.call.recording.id: one for one in NIGHT}
outcome = st.builds(
    lambda number, state, known: Outcome(
        FOLDER / f"{number}.wav", state, known if state not in (State.FAILED, State.WAITING) else None, duration=30.0
    ),
    st.integers(),
    st.sampled_from(State),
    st.sampled_from([*KNOWN, "0" * 64]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(outcomes=st.lists(outcome, max_size=12), earlier=st.booleans(), interrupted=st.booleans())
def test_it_adds_up(store: Store, outcomes: list[Outcome], earlier: bool, interrupted: bool) -> None:
    """Whatever the states, and even where the store does not know a recording."""
    account = run(*(replace(one, earlier=earlier) for one in outcomes), interrupted=interrupted)
    night = night_report(account, store, made_at=NOW)
    assert night.files == len(outcomes) == sum(night.counts.values())
    assert night.counts == account.counts
    document = json.loads(json.dumps(as_json(night, "en"), allow_nan=False))
    assert document["files"] == sum(document[state.value] for state in State)
    lists = {
        "failed": "failures",
        "not_scorable": "not_scorable_calls",
        "waiting": "waiting_files",
        "duplicate": "duplicates",
    }
    assert all(document[state] == len(document[name]) for state, name in lists.items())
    assert as_html(night, "zh")


def test_what_is_to_be_done(store: Store) -> None:
    night = whole(store)
    assert [item.call_id for item in night.critical] == ["rude"]  # a call without a score cannot fail critically
    assert [(item.call_id, item.measured) for item in night.risks] == [("angry", 3.0), ("short", 2.0)]
    assert night.risk_grades == {1: 1, 2: 1, 3: 1}
    start = NIGHT[1].call.metadata.start
    assert start is not None
    assert [(one.deadline, one.due and (one.due.hour, one.due.minute)) for one in night.promises] == [
        ("四十五分钟内", (10, 15)),  # 33 s into a call of 9:30, and said by the minute
        ("今天", (23, 59)),
        ("最晚", None),
        (None, None),
    ]
    assert night.quality == {"swapped_channels": 1}


def test_figures_of_the_night(store: Store) -> None:
    night = whole(store)
    assert night.mean is not None
    assert (night.mean.value, night.mean.calls) == (75.0, 2)
    assert (night.mean.low, night.mean.high) == (0.0, 100.0)  # two calls tell next to nothing
    assert night.audio == night.heard == 90.0
    assert night.cpu == pytest.approx(6 / 30 * 60)
    assert night.gpu is None
    assert whole(store, on_gpu=True).gpu == pytest.approx(3 / 30 * 60)
    assert night.date == "2026-03-02"


def test_the_interval_of_the_mean_is_students(store: Store) -> None:
    """Of 70, 80 and 90: 80 ± 4.303 * 10 / sqrt(3)."""
    calls = [inspected(f"m{percent}", percent=float(percent)) for percent in (70, 80, 90)]
    store.save(*calls)
    mean = night_report(run(*map(heard, calls)), store, made_at=NOW).mean
    assert mean is not None
    assert (mean.low, mean.high) == (pytest.approx(55.159, abs=0.001), 100.0)


def test_what_is_common_is_what_coaching_says(store: Store) -> None:
    calls = [inspected(f"c{agent}{n}", agent=f"B{agent}") for agent in range(3) for n in range(10)]
    store.save(*calls)
    night = night_report(run(*map(heard, calls)), store, made_at=NOW)
    assert [(point.item, point.agents, point.calls) for point in night.common] == [("opening", ("B0", "B1", "B2"), 30)]


def test_a_duplicate_names_the_other_file(store: Store) -> None:
    copy = Outcome(FOLDER / "copy.wav", State.DUPLICATE, NIGHT[0].call.recording.id)
    here = night_report(run(heard(NIGHT[0]), copy), store, made_at=NOW)
    assert [(one.path.name, one.of and one.of.name) for one in here.duplicates] == [("copy.wav", "rude.wav")]
    elsewhere = night_report(run(copy), store, made_at=NOW)
    assert [str(one.of) for one in elsewhere.duplicates] == ["/calls/rude.wav"]


def test_rows_and_recordings_that_do_not_meet(store: Store, tmp_path: Path) -> None:
    table = MetadataTable({name: Metadata() for name in ("day/a.wav", "late.wav", "gone.wav")})
    paths = [tmp_path / name for name in ("day/a.wav", "late.wav.part", "other.wav")]
    outcomes = [Outcome(path, State.WAITING, reason="named .part") for path in paths]
    orphans = night_report(run(*outcomes), store, made_at=NOW, metadata=table, folders=[tmp_path]).orphans
    assert orphans.rows == ("gone.wav",)
    assert [path.name for path in orphans.files] == ["other.wav"]
    without = night_report(run(*outcomes), store, made_at=NOW, metadata=MetadataTable({}), folders=[tmp_path])
    assert without.orphans.files == ()  # nobody sent metadata: nothing is missing


def test_rows_of_older_calls_are_not_missed(store: Store) -> None:
    day = datetime(2026, 3, 2)
    table = MetadataTable({"old.wav": Metadata(start=day), "new.wav": Metadata(start=NOW), "undated.wav": Metadata()})
    night = night_report(run(older=1), store, made_at=NOW, metadata=table, since=datetime(2026, 3, 3))
    assert night.orphans.rows == ("new.wav", "undated.wav")
    assert (night.files, night.older) == (0, 1)


class Page(HTMLParser):
    """Elements with their attributes, and the text outside style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._style else data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_file_without_script(store: Store, language: str) -> None:
    html = as_html(whole(store), language, dashboard="https://qc.example/")
    page = Page(html)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert "url(" not in html and "@import" not in html
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        if "href" in attributes:
            assert tag == "a"
            assert str(attributes["href"]).startswith("https://qc.example/call?call=")
    assert dict(page.elements)["html"]["lang"] == language
    for name in ("text.wav", "torn.wav", "late.wav", "copy.wav", "short.wav", "rude", "A02"):
        assert name in page.text


def test_no_words_of_a_call_are_in_it(store: Store, tmp_path: Path) -> None:
    for path in write(whole(store), tmp_path, "en", OUTLET):
        content = path.read_text("utf-8")
        assert QUOTE not in content and "没电了" not in content
        assert "四十五分钟内" in content  # but the time that was promised is


HOSTILE = "<script>alert(1)</script>&\u202egpj.wav\n"


def test_names_from_outside_are_text(store: Store, tmp_path: Path) -> None:
    name = HOSTILE + "\udcff"
    store.save(inspected("evil", rude(), risk(3), agent=HOSTILE, agent_name=HOSTILE, call_id=HOSTILE))
    evil = inspected("evil").call.recording.id
    outcomes = [Outcome(FOLDER / name, State.SCORED, evil, 50.0, 30.0), failed(name), failed(name, HOSTILE)]
    night = night_report(run(*outcomes, problems=(HOSTILE,)), store, made_at=NOW)
    html, data = write(night, tmp_path, "en", OUTLET)
    page = Page(html.read_text("utf-8"))
    assert "script" not in {tag for tag, _ in page.elements}
    assert "\u202e" not in page.text
    assert "<script>alert(1)</script>&" in page.text
    document = json.loads(data.read_text("utf-8"))
    assert [one["file"] for one in document["failures"]] == [str(FOLDER / name)] * 2


def test_keys_of_the_document_are_described(store: Store) -> None:
    operation = (Path(__file__).parents[2] / "docs" / "operation.md").read_text("utf-8")
    night = replace(whole(store), alerts=Delivery())
    missing = [key for key in as_json(night, "en") if f"`{key}`" not in operation]
    assert missing == []


def test_written_whole_and_again(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    first = write(night_report(run(failed("a")), store, made_at=NOW), folder, "en", OUTLET)
    assert [path.name for path in first] == [
        "night-2026-03-03.html",
        "night-2026-03-03.json",
    ]  # no call: the day it ran
    second = write(night_report(run(failed("a"), failed("b")), store, made_at=NOW), folder, "es", OUTLET)
    assert second == first
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in first)
    assert json.loads(first[1].read_text("utf-8"))["failed"] == 2
    with pytest.raises(UsageError, match="cannot be written there"):
        write(night_report(run(), store, made_at=NOW), first[0], "en", OUTLET)


def test_the_verdict_says_what_is_wrong(store: Store) -> None:
    night = whole(store)
    assert "1 of 7 files are left for a later run" in as_html(night, "en")
    assert "29 % of the files failed, more than the 5 %" in as_html(night, "en", failure_share=0.05)
    assert "All 3 files are accounted for" in as_html(replace(night, waiting=(), failed=(), duplicates=()), "en")
    assert "was stopped" in as_html(replace(night, interrupted=True), "en")
    assert "No files were found" in as_html(night_report(run(), store, made_at=NOW), "en")
    assert not re.search(r"class=\"verdict (bad|warn)", as_html(replace(night, waiting=()), "en"))


def test_alerts_that_wait_are_named(store: Store) -> None:
    night = replace(whole(store), alerts=Delivery(2, 1, ("the webhook answered 400",)))
    html = as_html(night, "en")
    assert "Sent now: 2; waiting for the next run: 1." in html
    assert "the webhook answered 400" in html
