"""The page of reports, as Streamlit runs it."""

from __future__ import annotations

from typing import Any

import pytest

from qc.store import Store
from qc.ui.words import LANGUAGES
from tests.ui.test_pages import texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ({}, "21"),
        ({"about": "agent", "of_agent": "A03"}, "10"),
        ({"about": "centre"}, "51"),
        ({"of_team": "West"}, "30"),
    ],
)
def test_a_report_is_of_whom_the_url_names(
    night: str, open_page: Any, query: dict[str, str], calls: str, language: str
) -> None:
    app = open_page(night, "reports", lang=language, **query)
    assert app.metric[0].value == calls
    assert not app.error
    assert len([button for button in app.button if button.key and button.key.startswith("report_")]) == 3


def test_what_was_looked_at_is_in_the_trail_once(night: str, open_page: Any) -> None:
    def exports() -> list[dict[str, object]]:
        with Store(night) as store:
            found = [one.event for one in store.trail.newest(99) if one.event.action == "export_tables"]
        return [dict(event.detail) for event in found]

    before = len(exports())
    app = open_page(night, "reports", lang="en", about="agent", of_agent="A04")
    app.run()
    assert len(exports()) == before + 1 and exports()[0]["report"] == "agent"


def test_a_period_without_calls_says_so(night: str, open_page: Any) -> None:
    query = {"about": "centre", "period": "range", "from": "2020-01-01", "to": "2020-01-31"}
    assert "There are no calls in this period" in texts(open_page(night, "reports", lang="en", **query))
