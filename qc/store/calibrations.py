"""The store's face for calibration sessions: `Calibrations`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from qc.calibration import MACHINE, Answer, Session, check_closing, check_rating
from qc.errors import NotFound
from qc.store import codec
from qc.store.database import Database
from qc.store.schema import calls, inspections, item_results
from qc.store.schema_appeals import calibration_answers, calibration_calls, calibration_raters, calibrations
from qc.store.sightings import chunks


class Calibrations:
    """Sessions with their raters and answers. What is secret is for the desk to keep: this gives what it is asked for.

    Answers are only added to. Every method raises StoreError when the database does not serve.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        title: str,
        *,
        organiser: str,
        raters: Sequence[str],
        recording_ids: Sequence[str],
        seed: int | None,
        at: datetime,
    ) -> int:
        """Open a session over these recordings as they are judged now, in this order; gives its number. Raises NotFound
        where one of them has no current judgement."""
        with self._database.writing() as connection:
            current = _current(connection, recording_ids)
            if missing := [one for one in recording_ids if one not in current]:
                raise NotFound(f"recording {missing[0][:12]}…: not inspected")
            row = {"title": codec.stored_path(title), "organiser": organiser, "seed": seed, "at": at}
            (number,) = connection.execute(insert(calibrations).values(row)).inserted_primary_key or (0,)
            connection.execute(
                insert(calibration_raters), [{"calibration": number, "rater": rater} for rater in raters]
            )
            connection.execute(
                insert(calibration_calls),
                [
                    {"calibration": number, "position": place, "recording_id": one, "inspection_id": current[one]}
                    for place, one in enumerate(recording_ids)
                ],
            )
            return int(number)

    def sessions(self, person: str | None = None) -> tuple[Session, ...]:
        """Sessions, the newest first; those that `person` organised or rates in."""
        query = select(calibrations).order_by(calibrations.c.id.desc())
        if person is not None:
            rated = select(calibration_raters.c.calibration).where(calibration_raters.c.rater == person)
            query = query.where((calibrations.c.organiser == person) | calibrations.c.id.in_(rated))
        with self._database.reading() as connection:
            return tuple(_session(connection, row) for row in connection.execute(query).mappings().all())

    def session(self, number: int) -> Session:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return _read(connection, number)

    def blind(self, person: str) -> frozenset[str]:
        """Recordings of open sessions in which the person rates: their scores are not for them to see yet."""
        joined = calibration_raters.join(
            calibration_calls, calibration_raters.c.calibration == calibration_calls.c.calibration
        ).join(calibrations, calibrations.c.id == calibration_raters.c.calibration)
        query = (
            select(calibration_calls.c.recording_id)
            .select_from(joined)
            .where(calibration_raters.c.rater == person, calibrations.c.closed_at.is_(None))
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def answer(
        self,
        number: int,
        recording_id: str,
        rater: str,
        answers: Mapping[str, float | None],
        notes: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Add what a rater answers of a call, by item. Raises NotFound for a call or an item that is not in the
        session, and Refused as `qc.calibration.check_rating`."""
        with self._database.writing(_subject(number)) as connection:
            session = _read(connection, number)
            check_rating(session, rater)
            judged = dict(session.calls).get(recording_id)
            if judged is None:
                raise NotFound(f"recording {recording_id[:12]}…: not in this session")
            known = {one.item for one in _machine(connection, [(recording_id, judged)], session.at)}
            if unknown := [item for item in answers if item not in known]:
                raise NotFound(f"no item {unknown[0]} on the scorecard of this call")
            rows = [
                {
                    "calibration": number,
                    "recording_id": recording_id,
                    "item": item,
                    "rater": rater,
                    "value": value,
                    "note": codec.stored_path(notes.get(item, "")),
                    "at": at,
                }
                for item, value in answers.items()
            ]
            if rows:
                connection.execute(insert(calibration_answers), rows)

    def hand_in(self, number: int, rater: str, at: datetime) -> None:
        """End a rater's part. Raises NotFound, and Refused as `qc.calibration.check_rating`."""
        with self._database.writing(_subject(number)) as connection:
            check_rating(_read(connection, number), rater)
            mine = (calibration_raters.c.calibration == number) & (calibration_raters.c.rater == rater)
            connection.execute(update(calibration_raters).where(mine).values(handed_in_at=at))

    def close_session(self, number: int, person: str, at: datetime) -> None:
        """From now on answers are shown, and nobody answers any more. Raises NotFound, and Refused as
        `qc.calibration.check_closing`."""
        with self._database.writing(_subject(number)) as connection:
            check_closing(_read(connection, number), person, at)
            ended = {"closed_at": at, "closed_by": person}
            connection.execute(update(calibrations).where(calibrations.c.id == number).values(ended))

    def answers(self, number: int, rater: str | None = None) -> tuple[Answer, ...]:
        """The last answer of each rater, call and item; of one rater only, if named. The machine is none of them."""
        query = calibration_answers.select().where(calibration_answers.c.calibration == number)
        if rater is not None:
            query = query.where(calibration_answers.c.rater == rater)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(calibration_answers.c.id)).mappings().all()
        last = {(row["recording_id"], row["item"], row["rater"]): row for row in rows}
        names = Answer.__dataclass_fields__
        return tuple(Answer(**{name: row[name] for name in names}) for row in last.values())

    def machine(self, number: int) -> tuple[Answer, ...]:
        """What the machine says of the session's calls, by the judgements of when it began: the items that count, in
        the order of their cards."""
        with self._database.reading() as connection:
            session = _read(connection, number)
            return _machine(connection, session.calls, session.at)


def _subject(number: int) -> str:
    return f"calibration {number}"


def _read(connection: Connection, number: int) -> Session:
    row = connection.execute(calibrations.select().where(calibrations.c.id == number)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"{number}: no such calibration session")
    return _session(connection, row)


def _session(connection: Connection, row: Any) -> Session:
    raters = calibration_raters.select().where(calibration_raters.c.calibration == row["id"])
    rated = calibration_calls.select().where(calibration_calls.c.calibration == row["id"])
    return Session(
        number=row["id"],
        title=row["title"],
        organiser=row["organiser"],
        at=row["at"],
        seed=row["seed"],
        raters={one.rater: one.handed_in_at for one in connection.execute(raters.order_by(calibration_raters.c.rater))},
        calls=tuple(
            (one.recording_id, one.inspection_id)
            for one in connection.execute(rated.order_by(calibration_calls.c.position))
        ),
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
    )


def _current(connection: Connection, recording_ids: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    query = select(calls.c.recording_id, inspections.c.id).select_from(
        inspections.join(calls, inspections.c.call == calls.c.id)
    )
    for chunk in chunks(recording_ids):
        rows = connection.execute(query.where(inspections.c.current, calls.c.recording_id.in_(chunk)))
        found |= {row.recording_id: row.id for row in rows}
    return found


def _machine(connection: Connection, rated: Sequence[tuple[str, str]], at: datetime) -> tuple[Answer, ...]:
    """Advice that counts for nothing is left out, apart from items that were demoted."""
    recordings = {inspection_id: recording_id for recording_id, inspection_id in rated}
    query = (
        item_results.select()
        .where(item_results.c.inspection_id.in_(list(recordings)))
        .where((item_results.c.kind != "advice") | item_results.c.demoted.is_not(None))
        .order_by(item_results.c.position, item_results.c.inspection_id)
    )
    return tuple(
        Answer(recordings[row.inspection_id], row.item, MACHINE, row.value, "", at) for row in connection.execute(query)
    )
