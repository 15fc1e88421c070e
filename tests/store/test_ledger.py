"""The ledger gives each recording to one run, and loses none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from qc.result import Failure
from qc.store import EntryState, Ledger, Sighting, Store
from tests.store.samples import make_call, make_inspection

LISTENING = make_inspection().run.listening
NEVER = 3600.0
"""A lease, in seconds, that does not run out within a test."""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as store:
        yield store


def ledger(store: Store, holder: str = "one", *, lease: float = NEVER, retries: int = 3) -> Ledger:
    return store.ledger(LISTENING, holder=holder, lease=lease, retries=retries)


def seen(content: str | None, path: str = "", size: int = 1) -> Sighting:
    return Sighting(path or f"/calls/{content}.wav", size, 0, content)


def failure(content: str, code: str = "corrupt") -> Failure:
    return Failure(f"/calls/{content}.wav", "decode", code, f"{content} is broken")


def state(store: Store, content: str) -> EntryState:
    return ledger(store).entries([content])[content].state


def content_of(name: str) -> str:
    return make_inspection(make_call(name)).call.recording.id


def test_a_claim_is_one_runs(store: Store) -> None:
    one, other = ledger(store), ledger(store, "other")
    one.enlist([seen("a"), seen("b")])
    claimed = one.claim(["a", "b"])
    assert claimed is not None
    assert (claimed.recording_id, claimed.state, claimed.worker, claimed.attempts) == (
        "a",
        EntryState.LEASED,
        "one",
        1,
    )
    assert other.claim(["a"]) is None
    assert [entry and entry.recording_id for entry in (other.claim(["a", "b"]), one.claim(["a", "b"]))] == ["b", None]
    assert one.holders() == {"one", "other"}


def test_many_runs_at_once_share_what_is_left(store: Store) -> None:
    contents = [f"{number:04x}" for number in range(60)]
    ledger(store).enlist([seen(content) for content in contents])

    def work(name: str) -> list[str]:
        mine, found = ledger(store, name), []
        left = list(contents)
        while left:
            entry = mine.claim(left[:8])
            if entry is None:
                left = left[8:]
            else:
                found.append(entry.recording_id)
                left.remove(entry.recording_id)
        return found

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, ["a", "b", "c", "d"]))
    assert sorted(content for share in shares for content in share) == contents


def test_what_is_done_is_stored_with_it(store: Store) -> None:
    inspection = make_inspection(make_call("a"))
    content = inspection.call.recording.id
    mine = ledger(store)
    mine.enlist([seen(content)])
    assert mine.claim([content]) is not None
    assert mine.finish(content, [inspection])
    entry = mine.entries([content])[content]
    assert (entry.state, entry.worker, entry.elapsed) == (EntryState.DONE, None, inspection.run.elapsed)
    assert store.inspection(inspection.id) == inspection
    assert mine.claim([content]) is None


def test_a_lease_that_was_lost_stores_nothing(store: Store) -> None:
    inspection = make_inspection(make_call("a"))
    content = inspection.call.recording.id
    late, other = ledger(store, "late"), ledger(store, "other")
    late.enlist([seen(content)])
    assert late.claim([content]) is not None
    other.reclaim([content], gone={"late"})
    assert other.claim([content], alone=True) is not None
    assert not late.finish(content, [inspection])
    assert not late.fail(content, failure(content))
    assert store.inspections() == ()
    assert store.failures() == ()
    assert other.finish(content, [inspection])


def test_only_leases_that_ran_out_are_taken_back(store: Store) -> None:
    short, long = ledger(store, "short", lease=-1), ledger(store, "long")
    long.enlist([seen("a"), seen("b")])
    assert short.claim(["a"]) is not None
    assert long.claim(["b"]) is not None
    long.reclaim(["a", "b"], gone=())
    assert [state(store, content) for content in "ab"] == [EntryState.WAITING, EntryState.LEASED]


def test_a_heartbeat_keeps_a_lease(store: Store) -> None:
    short = ledger(store, "one", lease=-1)
    short.enlist([seen("a")])
    assert short.claim(["a"]) is not None
    ledger(store, "one").heartbeat()  # the same holder, with a lease that lasts
    ledger(store, "other").reclaim(["a"], gone=())
    assert state(store, "a") is EntryState.LEASED


def test_what_ends_its_worker_is_heard_alone_then_quarantined(store: Store) -> None:
    mine = ledger(store, retries=2)
    mine.enlist([seen("a"), seen("b")])
    died = failure("a", "worker_died")
    assert mine.claim(["a"]) is not None
    assert mine.died("a", died).state is EntryState.WAITING
    claimed = mine.claim(["a", "b"])
    assert claimed is not None
    assert claimed.recording_id == "b"
    for expected in (EntryState.WAITING, EntryState.QUARANTINED):
        assert store.failures() == ()
        assert mine.claim(["a"], alone=True) is not None
        assert mine.died("a", died).state is expected
    assert mine.claim(["a"], alone=True) is None
    assert store.failures() == (died,)
    mine.retry(["a"])
    assert mine.claim(["a"]) is not None


def test_a_killed_run_counts_against_what_it_was_at(store: Store) -> None:
    mine = ledger(store, retries=1)
    mine.enlist([seen("a")])
    assert mine.claim(["a"]) is not None
    mine.reclaim(["a"], gone={"one"})
    assert mine.claim(["a"]) is None
    assert mine.claim(["a"], alone=True) is not None
    mine.reclaim(["a"], gone={"one"})
    assert state(store, "a") is EntryState.QUARANTINED
    assert [one.code for one in store.failures()] == ["worker_died"]


def test_released_leases_wait_and_count_nothing(store: Store) -> None:
    mine = ledger(store)
    mine.enlist([seen("a"), seen("b")])
    assert mine.claim(["a"]) is not None
    assert mine.claim(["b"]) is not None
    mine.put_back("a")
    assert [state(store, content) for content in "ab"] == [EntryState.WAITING, EntryState.LEASED]
    mine.release()
    assert mine.claim(["b"]) is not None


@pytest.mark.parametrize(("code", "again"), [("corrupt", False), ("io", True), ("memory", True), ("missing", True)])
def test_only_what_the_machine_may_have_caused_is_worth_another_try(store: Store, code: str, again: bool) -> None:
    mine = ledger(store)
    mine.enlist([seen("a")])
    assert mine.claim(["a"]) is not None
    assert mine.fail("a", failure("a", code))
    entry = mine.entries(["a"])["a"]
    assert entry.worth_another_try(retries=3) is again
    assert not entry.worth_another_try(retries=0)
    assert entry.failure("/other.wav") == Failure("/other.wav", "decode", code, "a is broken")


def test_names_and_their_revisions(store: Store) -> None:
    mine = ledger(store)
    mine.enlist([seen("a", "/x.wav"), seen("a", "/y.wav"), seen(None, "/empty.wav", 0)])
    mine.enlist([seen("b", "/x.wav", 2)])
    known = mine.known_files(["/x.wav", "/y.wav", "/empty.wav", "/none.wav"])
    assert {path: (one.recording_id, one.size, one.revision) for path, one in known.items()} == {
        "/x.wav": ("b", 2, 2),
        "/y.wav": ("a", 1, 1),
        "/empty.wav": (None, 0, 1),
    }
    assert set(mine.entries(["a", "b"])) == {"a", "b"}
    mine.enlist([seen("c", "/y.wav")])
    assert set(mine.entries(["a", "b", "c"])) == {"b", "c"}, "no file holds `a` any more, and nobody heard it"


def test_a_new_revision_takes_the_place_of_the_old(store: Store) -> None:
    first, second = (make_inspection(make_call(name)) for name in "ab")
    mine = ledger(store)
    for inspection in (first, second):
        content = inspection.call.recording.id
        mine.enlist([seen(content, first.call.recording.path)])
        assert mine.claim([content]) is not None
        assert mine.finish(content, [inspection])
    store.save_name(second.call.recording.id, first.call.recording.path)
    mine.supersede(second.call.recording.id)
    assert [one.id for one in store.inspections()] == [second.id]
    assert store.inspection(first.id) == first


def test_versions_have_a_ledger_each(store: Store) -> None:
    mine, newer = ledger(store), store.ledger("other-version", holder="one", lease=NEVER, retries=3)
    mine.enlist([seen("a")])
    assert newer.claim(["a"]) is None
    newer.enlist([seen("a")])
    assert newer.claim(["a"]) is not None
    assert state(store, "a") is EntryState.WAITING


def test_paths_that_are_no_text(store: Store) -> None:
    path = "/calls/\udcff\n.wav"
    mine = ledger(store)
    mine.enlist([seen("a", path)])
    assert set(mine.known_files([path])) == {path}
    entry = mine.claim(["a"])
    assert entry is not None
    assert entry.path == path


def test_erased_recordings_leave_the_ledger(store: Store) -> None:
    inspection = make_inspection(make_call("a"))
    content = inspection.call.recording.id
    mine = ledger(store)
    mine.enlist([seen(content)])
    assert mine.claim([content]) is not None
    assert mine.finish(content, [inspection])
    store.delete(content)
    assert mine.entries([content]) == {}
    assert mine.known_files([f"/calls/{content}.wav"]) == {}
