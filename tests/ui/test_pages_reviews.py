"""The pages of reviews as Streamlit runs them, and reviewing by keys in a real browser."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qc.result import ReviewKind
from qc.sampling import Design, Plan
from qc.store import AssignmentState, Selection, Store, Why
from qc.ui.words import LANGUAGES, Words
from tests.store.test_queue import review
from tests.ui.server import CHROMIUM, PATIENCE, browser, serve, settle
from tests.ui.test_pages import texts


@pytest.fixture
def own_night(night: str, tmp_path: Path) -> str:
    """A copy of the night, to write into."""
    for file in Path(night.removeprefix("sqlite:///")).parent.glob("night.db*"):
        shutil.copy(file, tmp_path / file.name)
    return f"sqlite:///{tmp_path / 'night.db'}"


def ids(url: str, *names: str) -> list[str]:
    with Store(url) as store:
        return [store.inspection(name).call.recording.id for name in names]


@pytest.mark.parametrize("part", ["mine", "open", "sampled", "appealed", "unsure", "samples"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_part_says_what_to_do(own_night: str, open_page: Any, language: str, part: str) -> None:
    app = open_page(own_night, "reviews", lang=language, part=part, agent="nobody" if part == "unsure" else "")
    words = Words(language)
    key = "sample.none" if part == "samples" else f"reviews.none_{part}"
    assert words(key).rstrip(".。") in texts(app).replace("\\", "")


def test_the_queue_shows_what_waits_and_why(own_night: str, open_page: Any) -> None:
    with Store(own_night) as store:
        store.queue.assign(ids(own_night, "call-A03-01", "call-A04-01"), "local", Why.ASSIGNED, "lead")
    app = open_page(own_night, "reviews", lang="en")
    table = app.dataframe[0].value
    assert list(table["Call"]) == ["call-A03-01", "call-A04-01"]
    assert set(table["Why the machine is unsure"]) == {"who is the agent"}
    assert app.segmented_control(key="part").value == "mine"


def test_the_next_call_opens(own_night: str, open_page: Any) -> None:
    (one,) = ids(own_night, "call-A02-03")
    with Store(own_night) as store:
        store.queue.assign([one], None, Why.ASSIGNED, "lead")
    app = open_page(own_night, "reviews", lang="en", part="open")
    app.button(key="next").click().run()
    assert not app.exception
    assert app.query_params["call"] in (one, [one])
    with Store(own_night) as store:
        assert [given.reviewer for given in store.queue.assignments(one)] == ["local"]


def test_a_sample_is_drawn_and_says_what_follows(own_night: str, open_page: Any) -> None:
    app = open_page(own_night, "reviews", lang="en", part="samples")
    app.radio(key="sample_design").set_value(Design.STRATIFIED).run()
    app.number_input(key="sample_size_all").set_value(10).run()
    app.number_input(key="sample_seed").set_value(7).run()
    app.button(key="sample_draw").click().run()
    assert not app.exception and not app.error
    with Store(own_night) as store:
        (found,) = store.queue.samples()
        assert (found.drawn, found.population, found.plan.seed) == (10, 50, 7)
    shown = texts(app)
    assert "10 of 50 calls" in shown.replace("\\", "")
    assert "differs no more than by chance" in shown


def test_shares_of_a_sample_come_from_calls_that_are_done(own_night: str, open_page: Any) -> None:
    with Store(own_night) as store:
        number = store.queue.draw(Plan(Design.PER_AGENT, 1, 3), Selection(), title="", by="local").number
        for heard in store.queue.heard(number)[:2]:
            (given,) = store.queue.assignments(heard.drawn.recording_id)
            inspection = store.inspection(heard.drawn.recording_id)
            store.save_review(review(inspection, "Li", 1.0))
            store.queue.turn(given, by="local", reviewer="local", state=AssignmentState.DONE)
    app = open_page(own_night, "reviews", lang="en", part="samples")
    shown = texts(app)
    assert "Of all calls, about **0 %** fall short" in shown
    assert "weighted" in shown


def test_a_call_that_is_not_there(own_night: str, open_page: Any) -> None:
    assert r"There is no call \<b\>" in texts(open_page(own_night, "review", lang="en", call="<b>"))


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium")
def test_a_call_is_reviewed_by_keys(own_night: str) -> None:
    """Agree, differ with a reason, meet a colleague's review, agree with the rest; and on to the next call."""
    one, two = ids(own_night, "call-A03-00", "call-A01-02")
    with Store(own_night) as store:
        store.queue.assign([one, two], "local", Why.ASSIGNED, "lead")
    with serve(own_night) as address, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, base_url=address)
        page.set_default_timeout(PATIENCE)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"/review?lang=en&call={one}")
        settle(page)
        here = page.locator(".qc-review .item.here")
        here.wait_for()
        assert here.get_attribute("data-item") == "opening"
        page.locator("h1").click()
        page.keyboard.press("a")
        page.locator(".item[data-item=opening].done").wait_for()
        page.locator(".count", has_text="1 /").wait_for()
        assert here.get_attribute("data-item") == "thanks"
        page.keyboard.press("f")
        with Store(own_night) as store:  # a colleague is quicker
            store.save_review(replace(review(store.inspection(one), "Chen"), item="thanks"))
        page.keyboard.type("nothing is thanked for")
        page.keyboard.press("Enter")
        trouble = page.locator(".item.here .trouble")
        trouble.wait_for()
        assert "Chen reviewed this item" in trouble.inner_text()
        assert page.locator(".item.here textarea").input_value() == "nothing is thanked for"
        page.locator(".item.here textarea").press("Enter")
        page.locator(".item[data-item=thanks] .mine.fail").wait_for()
        page.get_by_text("Agree with the rest").click()
        page.get_by_text("that you did not open").click()
        page.locator(".over").wait_for()
        with Store(own_night) as store:
            said = {
                (each.author, each.item): (each.value, each.reason)
                for each in store.reviews(one)
                if each.kind is ReviewKind.REVIEW
            }
            assert said["local", "opening"] == (1.0, "")
            assert said["local", "thanks"] == (0.0, "nothing is thanked for")
            assert ("Chen", "thanks") in said
            assert [given.state for given in store.queue.assignments(one)] == [AssignmentState.DONE]
        page.get_by_role("button", name="Next call").click()
        page.wait_for_url(f"**/review?*call={two}*")
        assert errors == []
