"""Items in short: a sign each, which stand for the rows that they were made of."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from qc.store import Store
from qc.store.counting import Count, Reader
from qc.store.marking import Marked, mark, mark_all
from qc.store.schema import counted_items, marks
from tests.store.test_lists import CALLS


def test_signs_are_what_was_counted(store_url: str) -> None:
    """Numbers beyond the surrogates, of which no text may be made, too."""
    with Store(store_url) as store:
        store.save(CALLS[0])
        with store._database.writing() as connection:
            for key in (500, 28_000, 60_000):
                connection.execute(insert(counted_items).values(id=key, item=f"item_{key}", weight=2.0))
            one = Marked()
            for key, value in ((500, 1.0), (28_000, 0.5), (60_000, 0.0), (60_000, None)):
                one.add(f"item_{key}", 2.0, "scored", "x", value, None)
            one.add("mood", 1.0, "advice", "customer_sentiment", 0.0, -1.5)
            one.add("risk", 1.0, "advice", "complaint_risk", 0.0, 2.0)
            connection.execute(delete(marks))
            mark(connection, {CALLS[0].id: one})
            row = connection.execute(select(marks)).one()
            read = Reader(connection)
            found, short, apart = (
                read.count(2 * row.signs),
                read.short(row.signs),
                read.apart([row.signs, "", row.signs[1:]]),
            )
    assert found == [
        Count("item_500", 2.0, 2, 0), Count("item_28000", 2.0, 2, 2), Count("item_60000", 2.0, 2, 2),
    ]  # fmt: skip
    assert short == ("item_28000", "item_60000")
    assert apart.lengths.tolist() == [3, 0, 2]
    assert [apart.kinds[place] for place in apart.found] == [
        (("item_500", 2.0), False), (("item_28000", 2.0), True), (("item_60000", 2.0), True),
        (("item_28000", 2.0), True), (("item_60000", 2.0), True),
    ]  # fmt: skip
    assert (row.trend, row.risk) == (-1.5, True)


def test_what_does_not_apply_is_not_known() -> None:
    one = Marked()
    one.add("mood", 1.0, "advice", "customer_sentiment", None, -1.5)
    one.add("risk", 1.0, "advice", "complaint_risk", None, 2.0)
    assert one == Marked([], None, None)
    one.add("risk", 1.0, "advice", "complaint_risk", 1.0, 1.0)
    assert one.risk is False


def test_what_is_missing_is_made_of_the_rows(store_url: str) -> None:
    with Store(store_url) as store:
        store.save(*CALLS)
        with store._database.writing() as connection:
            before = sorted(connection.execute(select(marks)).all())
            connection.execute(delete(marks))
            mark_all(connection)
            assert sorted(connection.execute(select(marks)).all()) == before
    assert len(before) == len(CALLS)
