"""What users keep for themselves, and two who change the same."""

from __future__ import annotations

import pytest

from qc.errors import Conflict, NotFound, UsageError
from qc.store import Preferences, Store
from qc.store.people import MOST_VIEWS


def test_preferences_are_each_users_own(store_url: str) -> None:
    with Store(store_url) as store:
        assert store.people.preferences("li") == Preferences()
        for chosen in (Preferences("es", "Europe/Madrid"), Preferences("zh", None)):
            store.people.prefer("li", chosen)
            assert store.people.preferences("li") == chosen
        assert store.people.preferences("wang") == Preferences()


def test_views_are_seen_by_those_they_are_shared_with(store_url: str) -> None:
    with Store(store_url) as store:
        for owner, name, team in (("li", "b", None), ("li", "A", "East"), ("wang", "c", ""), ("wang", "d", "West")):
            store.people.keep(owner, name, "team=East", team)

        def seen(user: str, *teams: str, every: bool = False) -> list[str]:
            return [one.name for one in store.people.views(user, teams, every=every)]

        assert seen("li", "East") == ["A", "b", "c"]
        assert seen("wang", "West") == ["c", "d"]
        assert seen("zhao", "East", "West") == ["A", "c", "d"]
        assert seen("admin", every=True) == ["A", "c", "d"]


def test_who_is_second_is_told_what_the_first_did(store_url: str) -> None:
    with Store(store_url) as store:
        store.people.keep("li", "mine", "sort=score", "")
        (seen,) = store.people.views("li", ())
        store.people.change(seen, "admin", name="ours", query="", team="")
        with pytest.raises(Conflict, match="admin changed this view meanwhile") as told:
            store.people.change(seen, "li", name="theirs", query="x", team=None)
        (now,) = store.people.views("li", ())
        assert (told.value.by, told.value.at) == ("admin", now.changed_at)
        assert (now.name, now.query, now.version) == ("ours", "", 2)
        with pytest.raises(Conflict):
            store.people.drop(seen)
        store.people.drop(now)
        for act in (
            lambda: store.people.drop(now),
            lambda: store.people.change(now, "li", name="x", query="", team=""),
        ):
            with pytest.raises(NotFound, match="deleted meanwhile"):
                act()


def test_names_are_a_users_own_and_views_are_not_endless(store_url: str) -> None:
    with Store(store_url) as store:
        for number in range(MOST_VIEWS):
            store.people.keep("li", f"v{number}", "", None)
        for name, sentence in (("v1", "of this name"), ("new", "delete one first")):
            with pytest.raises(UsageError, match=sentence):
                store.people.keep("li", name, "", None)
        store.people.keep("wang", "v1", "", None)
        one, two, *_ = store.people.views("li", ())
        with pytest.raises(UsageError, match="of this name"):
            store.people.change(one, "li", name=two.name, query="", team=None)
