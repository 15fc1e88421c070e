"""The pages Overview and Agents: what they show is what the store holds, and what changed is told from chance."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qc.result import CheckResult, Failure, ItemKind, ItemResult, Message
from qc.store import ArtifactKind, Store
from qc.ui.words import LANGUAGES, Words
from tests.store.samples import make_call, make_inspection
from tests.ui.night import AGENTS, CALLS, HOSTILE

LAST = datetime(2026, 11, 20, 9)
WEEKS = 5
BETTER, WORSE, FEW = "A01", "A02", "A09"


def save_months(url: str) -> None:
    """Five weeks of a team of four and one more, who took three calls. On the last day all fall short of the closing;
    A01 always and A02 never thanks."""
    chance = random.Random(4)
    made = []
    for day in range(7 * WEEKS):
        for number, agent in enumerate((BETTER, WORSE, "A03", "A04") * 3):
            start = LAST - timedelta(days=day, minutes=7 * number)
            values = {"closing": float(day > 0 and chance.random() < 0.9), "thanks": float(chance.random() < 0.7)}
            values |= {BETTER: {"thanks": 1.0}, WORSE: {"thanks": 0.0}}.get(agent, {})
            percent = 80 + chance.gauss(0, 5) + {BETTER: 8, WORSE: -8}.get(agent, 0) - (15 if day == 0 else 0)
            made.append(one(f"{agent}-{day}-{number}", agent, start, percent, values))
    made += [one(f"{FEW}-{day}", FEW, LAST - timedelta(days=day), 99.0, {"thanks": 1.0}) for day in range(3)]
    with Store(url) as store:
        store.save(*made)


def one(name: str, agent: str, start: datetime, percent: float, values: dict[str, float]) -> Any:
    call = make_call(name, agent=agent, team="East", start=start, queue="outage", customer_class="B")
    found = make_inspection(call, percent=min(100.0, percent))
    items = tuple(
        ItemResult(item, "conduct", ItemKind.SCORED, 10.0, 10.0, 0.0, CheckResult(item, value, value, "", Message("x")))
        for item, value in values.items()
    )
    score = replace(found.score, results=items, critical_failed=percent < 52, passed=percent >= 60)
    return replace(found, score=score)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('months') / 'qc.db'}"
    save_months(url)
    return url


def told(app: AppTest) -> str:
    parts = [one.value for one in [*app.caption, *app.markdown, *app.header, *app.info]]
    return "\n".join([*parts, *(one.proto.body for one in app.get("html"))])


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_overview_counts_what_the_store_holds(night: str, open_page: Any) -> None:
    app = open_page(night, lang="en", period="all")
    with Store(night) as store:
        rows = store.call_rows()
    found = figures(app)
    assert found["Calls"] == str(len(rows)) == str(len(AGENTS) * CALLS + 1)
    scored = [row.percent for row in rows if row.percent is not None]
    assert found["Mean score"] == f"{sum(scored) / len(scored):.1f}"
    assert found["Without a score"] == "1"
    reasons = [str(value) for frame in app.dataframe for value in frame.value.to_numpy().ravel()]
    assert any("not an audio file" in reason for reason in reasons)
    assert "notes.wav" in reasons
    assert "Files that could not be heard, listed below: 1" in told(app)
    assert "There are no earlier calls" in told(app)


def test_overview_of_a_day_is_of_that_day(night: str, open_page: Any) -> None:
    app = open_page(night, lang="en")
    assert figures(app)["Calls"] == "11"
    assert "2026-11-20" in told(app)


def test_what_changed_overnight(months: str, open_page: Any) -> None:
    app = open_page(months, lang="en")
    words = Words("en")
    shown = next(one.proto.body for one in app.get("html") if "qc-changes" in one.proto.body)
    lines = shown.split("</li>")[:-1]
    assert [words.item("closing") in line or "Mean score" in line for line in lines] == [True, True]
    assert all('class="worse"' in line and "worse" in line for line in lines)
    assert "→ 100 %" in "".join(lines)
    rest = "".join(one.proto.body for one in app.get("html") if 'class="none"' in one.proto.body)
    assert words.item("thanks") in rest and "too few calls or days" in rest


def test_the_worst_calls_come_first(months: str, open_page: Any) -> None:
    app = open_page(months, lang="en")
    with Store(months) as store:
        rows = [row for row in store.call_rows() if row.start and row.start.date() == LAST.date() and not row.passed]
    rows.sort(key=lambda row: (not row.critical_failed, row.percent))
    assert list(app.dataframe[0].value["Call"]) == [row.call_id for row in rows][:8]


def test_filters_of_the_overview_are_in_the_url(months: str, open_page: Any) -> None:
    assert figures(open_page(months, lang="en", period="all", team="West"))["Calls"] == "0"
    assert figures(open_page(months, lang="en", period="all", queue="outage"))["Calls"] == str(12 * 7 * WEEKS + 3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["overview", "agents"])
def test_charts_are_told_in_words(months: str, open_page: Any, page: str, language: str) -> None:
    """Each chart has a text for those who do not see it."""
    app = open_page(months, page, lang=language, agent_name=BETTER)
    alts = [one.proto.alt for one in app.get("plotly_chart")]
    assert len(alts) >= 4
    assert all(alts)
    assert any(Words(language)("course.score") in alt and "2026-" in alt for alt in alts)


def test_calls_without_a_start_are_counted(open_page: Any, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'undated.db'}"
    with Store(url) as store:
        store.save(*(make_inspection(make_call(f"c{number}", start=None)) for number in range(3)))
    app = open_page(url, lang="en")
    assert figures(app)["Calls"] == "3"
    assert [chart.proto.alt for chart in app.get("plotly_chart")] == [Words("en")("overview.items")]


def test_only_failures(open_page: Any, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'failed.db'}"
    with Store(url) as store:
        store.save_failure(Failure("/calls/a.wav", "decode", "not_audio", "not an audio file: it is text"))
    app = open_page(url, lang="en")
    assert "a.wav" in set(app.dataframe[0].value["File"])


def test_the_morning_report_is_offered(months: str, open_page: Any, tmp_path: Path) -> None:
    file = tmp_path / "night-2026-11-20.html"
    file.write_bytes(b"<p>all well</p>")
    with Store(months) as store:
        store.life.announce(str(file), ArtifactKind.NIGHT, False, ())
        store.life.finished(str(file), ArtifactKind.NIGHT, False, (), sha256(b"<p>all well</p>").hexdigest())
    app = open_page(months, lang="en")
    button = next(one for one in app.button if one.label == "Morning report")
    button.click().run()
    assert not app.exception and not app.error
    assert "Save night-2026-11-20.html" in told(app)
    file.write_bytes(b"<p>all is very well</p>")
    next(one for one in app.button if one.label == "Morning report").click().run()
    assert "somebody changed it" in app.error[0].value


def test_agents_are_listed_and_those_with_few_calls_stand_apart(months: str, open_page: Any) -> None:
    app = open_page(months, "agents", lang="en", period="all")
    many, few = (frame.value for frame in app.dataframe)
    assert list(many["Agent"]) == [BETTER, WORSE, "A03", "A04"]
    beside = dict(zip(many["Agent"], many["Beside the team"], strict=True))
    assert beside[BETTER].endswith("above") and beside[WORSE].endswith("below")
    assert list(few["Agent"]) == [FEW]
    assert "Beside the team" not in few


def test_an_agent_beside_the_team(months: str, open_page: Any) -> None:
    app = open_page(months, "agents", lang="en", period="all", agent_name=BETTER)
    strong = app.dataframe[0].value
    assert (strong["Item"].iloc[0], strong["Verdict"].iloc[0]) == (Words("en").item("thanks"), "clear")
    assert "points above the rest of the team, which is more than chance" in told(app)
    weak = open_page(months, "agents", lang="en", period="all", agent_name=WORSE)
    table = next(one.value for one in weak.dataframe if "100 % (105/105)" in set(one.value.get("this agent", ())))
    assert (table["Item"].iloc[0], table["Verdict"].iloc[0]) == (Words("en").item("thanks"), "stands out")
    few = open_page(months, "agents", lang="en", period="all", agent_name=FEW)
    assert "nothing is concluded" in told(few)
    assert "more than chance" not in told(few)


def test_an_agent_stands_beside_the_others(night: str, open_page: Any) -> None:
    app = open_page(night, "agents", lang="en", period="all", agent_name="A03")
    weak = next(frame.value for frame in app.dataframe if "100 % (10/10)" in set(frame.value.get("this agent", ())))
    assert weak["Item"].iloc[0] == Words("en").item("interruption")
    assert weak["Verdict"].iloc[0] == "stands out"
    assert figures(app)["Team"] == "West"


def test_an_agent_who_is_not_there_is_nobody(months: str, open_page: Any) -> None:
    app = open_page(months, "agents", lang="en", period="all", agent_name="nobody")
    assert app.selectbox(key="agent_name").value == ""
    assert len(app.dataframe) == 2


def test_hostile_names_are_text_in_the_list(night: str, open_page: Any) -> None:
    app = open_page(night, "agents", lang="en", period="all")
    names = [name for frame in app.dataframe for name in frame.value["Agent"]]
    assert f"A04 {HOSTILE}" in names
    assert "<img src=x" not in told(app)
