"""Evidence to teach with comes in turns by agent; a tray is its author's own, and goes with its calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qc.errors import NotFound, UsageError
from qc.interval import Interval
from qc.result import Excerpt, Inspection, Message
from qc.store import Found, Selection, Store
from tests.store.samples import make_call, make_inspection


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def made(name: str, agent: str | None, percent: float | None, opening: float | None) -> Inspection:
    return make_inspection(make_call(name, agent=agent), percent=percent, opening=opening)


def names(inspections: tuple[Inspection, ...]) -> list[str]:
    return [one.call.metadata.call_id for one in inspections]


def test_calls_take_turns_by_agent(store: Store) -> None:
    store.save(
        made("a1", "A", 10, 0.0),
        made("a2", "A", 20, 0.5),
        made("a3", "A", 30, 0.0),
        made("b1", "B", 90, 0.0),
        made("c1", None, 95, 0.0),
        made("fine", "A", 95, 1.0),
        made("best", "B", 99, 1.0),
        made("na", "B", 5, None),
        replace(made("short", "C", 1, 0.0), score=replace(made("short", "C", 1, 0.0).score, not_scorable=Message("x"))),
    )
    assert names(store.clips.showing("opening").inspections) == ["a1", "b1", "c1", "a2", "a3"]
    assert names(store.clips.showing("opening", good=True).inspections) == ["best", "fine"]
    some = store.clips.showing("opening", offset=1, size=2)
    assert (names(some.inspections), some.total, some.known) == (["b1", "c1"], 5, True)
    assert names(store.clips.showing("opening", Selection(agents=("B",))).inspections) == ["b1"]
    whole = store.clips.showing("opening", size=1).inspections[0]
    assert whole == store.inspection("a1")


def test_an_item_that_no_call_has_is_not_known(store: Store) -> None:
    assert not store.clips.showing("opening").known
    store.save(made("a", "A", 90, 1.0))
    assert store.clips.showing("opening").known
    assert store.clips.showing("opening").total == 0
    assert not store.clips.showing("nonsense").known
    assert store.clips.showing("hold_notice").known, "it does not apply, and is on the card"


def test_a_good_example_has_a_place(store: Store) -> None:
    fine = made("a", "A", 90, 1.0)
    opening, *others = fine.score.results
    bare = replace(opening, result=replace(opening.result, findings=opening.result.findings[1:]))
    store.save(replace(fine, score=replace(fine.score, results=(bare, *others))))
    assert store.clips.showing("opening", good=True).total == 0


def test_a_tray_keeps_its_order_and_is_its_authors(store: Store) -> None:
    store.save(made("a", "A", 90, 1.0))
    recording = store.inspection("a").call.recording.id
    clips = [
        Excerpt(recording, Interval(0.5 + n, 5.25), "opening", n == 1, f"题 {n}", "tip 'x' <b>", ("a", "乙"))
        for n in range(3)
    ]
    keys = [store.clips.add("li", one, 9) for one in clips]
    other = store.clips.add("wang", clips[0], 9)
    assert [(one.id, one.clip) for one in store.clips.tray("li")] == list(zip(keys, clips, strict=True))
    store.clips.move("li", keys[2], later=False)
    store.clips.move("li", keys[0], later=False)
    store.clips.move("li", keys[1], later=True)
    assert [one.id for one in store.clips.tray("li")] == [keys[0], keys[2], keys[1]]
    changed = replace(clips[0], title="new", tags=())
    store.clips.change("li", keys[0], changed)
    assert store.clips.tray("li")[0].clip == changed
    assert store.clips.tray("wang")[0].clip == clips[0]
    for refused in (
        lambda: store.clips.change("li", other, changed),
        lambda: store.clips.move("li", other, later=True),
    ):
        with pytest.raises(NotFound, match="not in the tray"):
            refused()
    store.clips.remove("li", other)
    assert len(store.clips.tray("wang")) == 1
    store.clips.remove("li", keys[2])
    store.clips.remove("li", keys[2])
    assert [one.id for one in store.clips.tray("li")] == [keys[0], keys[1]]
    assert [one.id for one in store.clips.tray("li")][-1] < store.clips.add("li", clips[2], 9)
    store.clips.remove("li")
    assert store.clips.tray("li") == () and len(store.clips.tray("wang")) == 1


def test_a_tray_is_full_at_its_limit(store: Store) -> None:
    store.save(made("a", "A", 90, 1.0))
    clip = Excerpt(store.inspection("a").call.recording.id, Interval(0, 5))
    for _ in range(2):
        store.clips.add("li", clip, 2)
    with pytest.raises(UsageError, match="2 clips at most"):
        store.clips.add("li", clip, 2)
    with pytest.raises(NotFound, match="not stored any more"):
        store.clips.add("wang", replace(clip, recording_id="0" * 64), 2)


def test_an_erased_call_leaves_every_tray(store: Store) -> None:
    store.save(made("a", "A", 90, 1.0), made("b", "A", 90, 1.0))
    for name in ("a", "b"):
        store.clips.add("li", Excerpt(store.inspection(name).call.recording.id, Interval(0, 5), title=name), 9)
    gone = Found(frozenset({store.inspection("a").call.recording.id}))
    assert store.life.rows(gone)["draft_clips"] == 1
    store.life.erase(gone, "request-1")
    assert [one.clip.title for one in store.clips.tray("li")] == ["b"]
    store.delete(store.inspection("b").call.recording.id)
    assert store.clips.tray("li") == ()
