"""The desk's part for calibration sessions: who rates is blind until the session is closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from qc.access import Action, RosterFile, User, may
from qc.calibration import MACHINE, Answer, Comparison, Session, Split, check_result, checked_raters, compare, draw
from qc.desk.base import UNSCORED, Base
from qc.desk.opening import found_in
from qc.desk.rights import needs
from qc.errors import NotFound, Refused, UsageError
from qc.redact import call_name, discreet, hits_of, masked
from qc.result import Inspection
from qc.site import of
from qc.store import Outcome, Selection

MOST = 50
"""Calls of a session: nobody rates more with care."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A call to be rated, masked and without a score. ``items`` in the order of its card; ``mine``: what the rater
    answered so far, by item; ``done``: how many items of each call of the session they answered."""

    inspection: Inspection
    items: tuple[str, ...]
    mine: Mapping[str, Answer]
    done: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A closed session. ``names``: of its calls, by recording."""

    session: Session
    comparison: Comparison
    names: Mapping[str, str]


class Calibrating(Base):
    """Sessions that the user organised or rates in; for who is alone at the machine, all of them."""

    @needs(Action.CALIBRATE)
    def possible_raters(self) -> tuple[User, ...]:
        """Who may be asked to rate, by the users file; none with login local: there raters are names."""
        if self.settings.users is None or self.user.alone:
            return ()
        roster = RosterFile(self.settings.users).current()
        found = [one for one in roster.users.values() if roster.enabled(one) and may(one, Action.CALIBRATE)]
        return tuple(sorted(found, key=lambda one: one.id))

    @needs(Action.CALIBRATE)
    def begin_calibration(
        self,
        title: str,
        raters: Collection[str],
        *,
        keys: Collection[str] = (),
        selection: Selection | None = None,
        number: int = 10,
        seed: int = 1,
    ) -> int:
        """Open a session over the calls `keys`, or over `number` scored calls of the selection, drawn by `seed`; gives
        its number. Raises NotFound for a call out of reach, UsageError without a title or calls, and Refused for
        raters who are under two, unknown, or have no right to one of the calls."""
        if not title.strip():
            raise UsageError("write a title, by which raters find the session")
        if keys:
            chosen = tuple(dict.fromkeys(self._reached(Action.CALIBRATE, key).call.recording.id for key in keys))
        else:
            inside = self._inside(Action.CALIBRATE, selection)
            scored = inside.outcomes or (Outcome.PASSED, Outcome.FAILED, Outcome.CRITICAL)
            chosen = draw(self._store.life.recordings(replace(inside, outcomes=scored)), number, seed)
        if not 0 < len(chosen) <= MOST:
            raise UsageError(f"a session has 1 to {MOST} calls; these are {len(chosen)}")
        named = checked_raters(raters)
        self._allowed(named, chosen)
        self.remember(Action.CALIBRATE.value, detail={"step": "begin", "calls": len(chosen), "raters": len(named)})
        return self._store.calibrations.begin(
            discreet(title.strip()),
            organiser=self.user.id,
            raters=named,
            recording_ids=chosen,
            seed=None if keys else seed,
            at=datetime.now(UTC),
        )

    @needs(Action.CALIBRATE)
    def calibrations(self) -> tuple[Session, ...]:
        """The user's sessions, the newest first."""
        found = self._store.calibrations.sessions(None if self.user.alone else self.user.id)
        return tuple(replace(one, title=discreet(one.title)) for one in found)

    @needs(Action.CALIBRATE)
    def rating(self, number: int, place: int, rater: str = "") -> Rating:
        """The session's call at `place`, as its rater may see it. Raises NotFound, and Refused for others."""
        session, who = self._session(number), self._rater(rater)
        if who not in session.raters:
            raise Refused(f"{who} is no rater of this session", "not_a_rater")
        if not 0 <= place < len(session.calls):
            raise NotFound(f"{place + 1}: the session has {len(session.calls)} calls")
        recording_id, key = session.calls[place]
        inspection = self._of_session(key)
        items = self._store.calibrations.machine(number)
        mine = self._store.calibrations.answers(number, who)
        self._remember_once(Action.CALIBRATE, inspection)
        return Rating(
            inspection=_blinded(masked(replace(inspection, score=UNSCORED), of(self.settings))),
            items=tuple(one.item for one in items if one.recording_id == recording_id),
            mine={one.item: one for one in mine if one.recording_id == recording_id},
            done=tuple(
                (sum(one.recording_id == rated for one in mine), sum(one.recording_id == rated for one in items))
                for rated, _ in session.calls
            ),
        )

    @needs(Action.CALIBRATE)
    def rate(
        self,
        number: int,
        place: int,
        answers: Mapping[str, float | None],
        notes: Mapping[str, str] | None = None,
        rater: str = "",
    ) -> None:
        """Answer items of a call; the last answer of an item counts. Raises NotFound, and Refused as
        `qc.calibration.check_rating`."""
        session, who = self._session(number), self._rater(rater)
        if not 0 <= place < len(session.calls):
            raise NotFound(f"{place + 1}: the session has {len(session.calls)} calls")
        recording_id, key = session.calls[place]
        inspection = self._of_session(key)
        self.remember(
            Action.CALIBRATE.value,
            inspection,
            detail={"step": "rate", "session": number, "answers": len(answers)},
        )
        self._store.calibrations.answer(number, recording_id, who, answers, notes or {}, datetime.now(UTC))

    @needs(Action.CALIBRATE)
    def hand_in(self, number: int, rater: str = "") -> None:
        """End the user's part of a session. Raises NotFound, and Refused as `qc.calibration.check_rating`."""
        session, who = self._session(number), self._rater(rater)
        self.remember(Action.CALIBRATE.value, detail={"step": "hand_in", "session": session.number})
        self._store.calibrations.hand_in(session.number, who, datetime.now(UTC))

    @needs(Action.CALIBRATE)
    def close_calibration(self, number: int) -> None:
        """Close a session: from now on its answers are shown. Raises NotFound, and Refused as
        `qc.calibration.check_closing`."""
        session = self._session(number)
        self.remember(Action.CALIBRATE.value, detail={"step": "close", "session": session.number})
        self._store.calibrations.close_session(session.number, self.user.id, datetime.now(UTC))

    @needs(Action.CALIBRATE)
    def compared(self, number: int) -> Compared:
        """Who agreed with whom in a closed session. Raises NotFound, and Refused while it is open."""
        session = self._session(number)
        check_result(session)
        self._remember_once(Action.CALIBRATE, None)
        machine = self._store.calibrations.machine(number)
        given = (*self._store.calibrations.answers(number), *machine)
        found = compare(given, tuple(session.raters), tuple(dict.fromkeys(one.item for one in machine)))
        names = {
            recording_id: call_name(self._of_session(key).call.metadata.call_id, recording_id)
            for recording_id, key in session.calls
        }
        splits = tuple(_discreet(one) for one in found.splits)
        return Compared(replace(session, title=discreet(session.title)), replace(found, splits=splits), names)

    def _session(self, number: int) -> Session:
        session = self._store.calibrations.session(number)
        if not self.user.alone and self.user.id != session.organiser and self.user.id not in session.raters:
            raise NotFound(f"{number}: no such calibration session")
        return session

    def _of_session(self, key: str) -> Inspection:
        """A call of a session of the user's; their reach is asked again, blindness is not."""
        inspection, subject = found_in(self._store, key)
        if not self.may(Action.CALIBRATE, subject):
            self.remember("refused", inspection, detail={"asked": Action.CALIBRATE.value})
            raise NotFound(f"{key}: no such call in {self._store.name}")
        return replace(inspection, hits=hits_of(inspection, of(self.settings)))

    def _rater(self, rater: str) -> str:
        return " ".join(rater.split()) if self.user.alone else self.user.id

    def _allowed(self, raters: tuple[str, ...], recording_ids: tuple[str, ...]) -> None:
        if MACHINE in raters:
            raise Refused("a rater needs a name", "few_raters")
        if self.user.alone:
            return
        known = {one.id: one for one in self.possible_raters()}
        subjects = [found_in(self._store, one)[1] for one in recording_ids]
        for rater in raters:
            if rater not in known or not all(may(known[rater], Action.CALIBRATE, one) for one in subjects):
                raise Refused(f"{rater} has no right to rate all of these calls", "rater_reach")


def _blinded(inspection: Inspection) -> Inspection:
    """Without what the machine thinks of moods and voices."""
    call = inspection.call
    told = tuple(replace(one, sentiment=None, pitch=None, energy=None) for one in call.transcript.utterances)
    return replace(inspection, call=replace(call, transcript=replace(call.transcript, utterances=told)))


def _discreet(split: Split) -> Split:
    answers = {rater: replace(one, note=discreet(one.note)) for rater, one in split.answers.items()}
    return replace(split, answers=answers)
