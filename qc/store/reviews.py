"""What people say of results: appended, read, never changed. Each function runs inside the transaction it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from qc.errors import Conflict, NotFound
from qc.result import ItemKind, Review, ReviewKind, standing
from qc.store import codec
from qc.store.rows import JudgedItem, ReviewedItem
from qc.store.schema import by_text, calls, inspections, item_results, reviews

_JUDGED = inspections.join(calls, inspections.c.call == calls.c.id)
_SAID = reviews.join(_JUDGED, reviews.c.inspection_id == inspections.c.id)
_ITEMS = item_results.join(_JUDGED, item_results.c.inspection_id == inspections.c.id)


@dataclass(frozen=True, slots=True)
class Said:
    """A review as it is stored. ``number`` grows: what has a larger one was said later."""

    number: int
    review: Review


def read_said(connection: Connection, recording_id: str) -> tuple[Said, ...]:
    """Of all judgements of a recording, in the order in which they were given."""
    query = select(*reviews.c).select_from(_SAID).where(calls.c.recording_id == recording_id).order_by(reviews.c.id)
    return tuple(Said(row["id"], codec.review_from_row(row)) for row in connection.execute(query).mappings())


def append_seen(connection: Connection, recording_id: str, said: Mapping[Review, int]) -> None:
    """Add reviews of a recording's current judgement: all of them, or none.

    The number beside each is that of the last review of its item that its author saw, 0 for none. Raises Conflict when
    somebody reviewed one of the items since, or when the recording was judged again; and NotFound as `append`.
    """
    last = {one.review.item: one for one in read_said(connection, recording_id)}
    query = select(inspections.c.id, inspections.c.saved_at).select_from(_JUDGED)
    now = connection.execute(query.where(calls.c.recording_id == recording_id, inspections.c.current)).one_or_none()
    for review, seen in said.items():
        if now is not None and now.id != review.inspection_id:
            raise Conflict("the call was judged again meanwhile; look at it, and say again", at=now.saved_at)
        newest = last.get(review.item)
        if newest is not None and newest.number > seen:
            by, at = newest.review.author, newest.review.at
            raise Conflict(f"{by} reviewed {review.item} at {at:%Y-%m-%d %H:%M} UTC, after you looked", by=by, at=at)
        append(connection, review)


def append(connection: Connection, review: Review) -> None:
    """Add a review. Raises NotFound when the inspection or its item is not there."""
    query = select(item_results.c.item).where(item_results.c.inspection_id == review.inspection_id)
    known = list(connection.scalars(query.order_by(item_results.c.position)))
    if not known:
        raise NotFound(f"{review.inspection_id}: no such inspection, or one without items")
    if review.item not in known:
        raise NotFound(f"no item {review.item} on the scorecard of this call; it has {', '.join(known)}")
    connection.execute(insert(reviews).values(codec.review_to_row(review)))


def read_reviews(connection: Connection, recording_id: str) -> tuple[Review, ...]:
    """Of all judgements of a recording, in the order in which they were given."""
    return tuple(one.review for one in read_said(connection, recording_id))


def read_reviewers(connection: Connection, recording_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Who said something of these recordings, in whichever judgement: by recording, the last one first."""
    query = select(calls.c.recording_id, reviews.c.author).select_from(_SAID)
    said: dict[str, list[str]] = defaultdict(list)
    for recording_id, author in connection.execute(
        query.where(calls.c.recording_id.in_(recording_ids), reviews.c.kind != ReviewKind.APPEAL.value).order_by(
            reviews.c.id.desc()
        )
    ):
        said[recording_id].append(author)
    return {one: tuple(dict.fromkeys(authors)) for one, authors in said.items()}


def read_reviewed(connection: Connection) -> tuple[ReviewedItem, ...]:
    """Items of current scores with the review or the ruling that stands; those of items that left the card are left
    out. What an agent asks for in an appeal is no truth before it is ruled on."""
    said: dict[tuple[str, str], list[Review]] = defaultdict(list)
    judged = reviews.c.kind != ReviewKind.APPEAL.value
    query = select(calls.c.recording_id, *reviews.c).select_from(_SAID).where(judged).order_by(reviews.c.id)
    for row in connection.execute(query).mappings():
        said[row["recording_id"], row["item"]].append(codec.review_from_row(row))
    # read by item, else thirty items of each reviewed call would be fetched for one
    pairs = select(calls.c.recording_id, reviews.c.item).distinct().select_from(_SAID).where(judged).subquery()
    now = (
        select(
            *(calls.c.recording_id, calls.c.call_id, calls.c.language, item_results.c.item, item_results.c.value),
            inspections.c.not_scorable.is_(None).label("scorable"),
        )
        .select_from(
            _ITEMS.join(pairs, (pairs.c.recording_id == calls.c.recording_id) & (pairs.c.item == item_results.c.item))
        )
        .where(inspections.c.current)
        .order_by(by_text(calls.c.call_id), calls.c.recording_id, item_results.c.position)
    )
    found = []
    for row in connection.execute(now).mappings():
        review = standing(said[row["recording_id"], row["item"]])
        if review is not None:
            found.append(ReviewedItem(**{**row, "scorable": bool(row["scorable"])}, review=review))
    return tuple(found)


def read_judged(connection: Connection) -> tuple[JudgedItem, ...]:
    """Items that count, or are demoted, by item and language. Calls that are judged alike have the same items: one of
    them tells."""
    demoted = item_results.c.demoted.is_not(None)
    by = (inspections.c.scorecard, inspections.c.judging, calls.c.language)
    one_each = select(func.min(inspections.c.id)).select_from(_JUDGED).where(inspections.c.current).group_by(*by)
    query = (
        select(item_results.c.item, calls.c.language, demoted.label("demoted"))
        .distinct()
        .select_from(_ITEMS)
        .where(inspections.c.id.in_(one_each), demoted | (item_results.c.kind != ItemKind.ADVICE.value))
    )
    found = sorted((item, language, bool(is_demoted)) for item, language, is_demoted in connection.execute(query))
    rows = {(item, language): is_demoted for item, language, is_demoted in found}
    return tuple(JudgedItem(item, language, is_demoted) for (item, language), is_demoted in rows.items())
