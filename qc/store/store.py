"""The store's face: `Store`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self

from sqlalchemy import select

from qc.audit import Entry, Event, Seal
from qc.call import Call, Metadata
from qc.config import Settings
from qc.errors import NotFound, StoreError
from qc.follow_up import TERMS, Terms
from qc.result import Failure, Inspection, Review, RoleDecision
from qc.store import codec, failing, night, reading, reviews, writing
from qc.store.appeals import Appeals
from qc.store.calibrations import Calibrations
from qc.store.clips import Clips
from qc.store.coaching import Coaching
from qc.store.database import Database
from qc.store.failing import FailedFile
from qc.store.judgements import Judgements
from qc.store.ledger import Ledger
from qc.store.life import Life
from qc.store.lists import Lists
from qc.store.night import FlaggedItem
from qc.store.people import People
from qc.store.queue import Queue
from qc.store.rows import CallRow, FindingRow, ItemRow, JudgedItem, ReviewedItem
from qc.store.schema import by_text, calls, inspections, names
from qc.store.selection import Selection
from qc.store.sightings import chunks
from qc.store.standing import Standing, read_standing
from qc.store.tasks import Tasks
from qc.store.trail import Trail


class Store:
    """What was heard and judged. Every method raises StoreError when the database does not serve.

    Many inspections of a recording may be stored (other scorecards, other engines); the last one saved is its
    *current* one, and lists give only current ones.

    `url` is SQLAlchemy's (``sqlite:///qc.db``); the database is made or migrated on opening. `create` False: raises
    StoreError when there is none. `busy_timeout`: seconds to wait for another writer. `seal`: of the trail; whoever
    records, or reads the trail, opens the store by `of`. `terms`: until when a promise without a time is due.
    """

    def __init__(
        self,
        url: str,
        *,
        create: bool = True,
        busy_timeout: float = 30.0,
        seal: Seal | None = None,
        terms: Terms = TERMS,
    ) -> None:
        seal = seal or Seal()
        self._database = Database(url, create=create, busy_timeout=busy_timeout)
        self.trail = Trail(self._database, seal)
        """Who did what: read, verified, cut. `record` adds to it."""
        self.life = Life(self._database)
        """Erasure, holds, retention and files that were written."""
        self.coaching = Coaching(self._database)
        """Counts for coaching statistics, and what was coached."""
        self.lists = Lists(self._database)
        """Pages of calls, what there is to choose from, and figures of many calls."""
        self.judgements = Judgements(self._database)
        """All judgements of a recording, and samples to judge again."""
        self.clips = Clips(self._database)
        """Evidence to teach with, and what trainers chose of it."""
        self.appeals = Appeals(self._database)
        """What agents saw and dispute, and what was ruled."""
        self.calibrations = Calibrations(self._database)
        """Sessions in which several people rate the same calls."""
        self.tasks = Tasks(self._database, terms)
        """What is owed to callers: promises, and calls with complaint risk."""
        self.queue = Queue(self._database)
        """What people are to hear: assignments, samples, and reviews that know what they were based on."""
        self.people = People(self._database)
        """What users keep for themselves: preferences, and views of the list of calls."""

    @classmethod
    def of(cls, settings: Settings, *, create: bool = True) -> Self:
        """The store of the settings, its trail sealed as they say. Also raises UsageError for a wrong key."""
        terms = Terms.of(settings.follow_up_hours)
        return cls(settings.database, create=create, seal=Seal.of(settings), terms=terms)

    def record(self, event: Event) -> Entry:
        """Append an event to the trail, and only then do what it says: raises StoreError when it cannot be recorded."""
        return self.trail.record(event)

    def ledger(self, listening: str, *, holder: str, lease: float = 120.0, retries: int = 3) -> Ledger:
        """The ledger of what is left to hear by this listening version; see there."""
        return Ledger(self._database, listening, holder=holder, lease=lease, retries=retries, terms=self.tasks.terms)

    @property
    def name(self) -> str:
        """The database for people: the file, or the URL without its password."""
        return self._database.name

    def save(self, *inspections: Inspection) -> None:
        """Store inspections with their calls in one transaction; of a recording, the last becomes the current one.

        A call or an inspection of the same versions that is there already is kept, not written again. Failures of
        the same path are over.
        """
        with self._database.writing(*writing.subjects(*inspections)) as connection:
            for inspection in inspections:
                writing.save_inspection(connection, inspection, self.tasks.terms)

    def decide_roles(self, decision: RoleDecision, inspection: Inspection, instead_of: str) -> None:
        """Store who is on which channel, and the inspection under that decision as the current one, in one transaction.

        `instead_of`: id of the inspection that was current when it was made. Raises StoreError when another one is by
        now: the recording was heard or judged again meanwhile.
        """
        with self._database.writing(decision.recording_id, *writing.subjects(inspection)) as connection:
            if reading.current_id(connection, decision.recording_id) != instead_of:
                raise StoreError("the call was judged again by somebody else meanwhile; look at it, and decide again")
            writing.save_role_decision(connection, decision)
            writing.save_inspection(connection, inspection, self.tasks.terms)

    def role_decisions(self, recording_id: str) -> tuple[RoleDecision, ...]:
        """What people said about the channels of a recording, oldest first; the last one counts."""
        with self._database.reading() as connection:
            return reading.read_role_decisions(connection, recording_id)

    def save_failure(self, failure: Failure, recording_id: str | None = None) -> None:
        """Store why a file could not become an inspection; replaces the earlier failure of that path."""
        with self._database.writing(codec.stored_path(failure.path)) as connection:
            writing.save_failure(connection, failure, recording_id)

    def save_name(self, recording_id: str, path: str) -> None:
        """Store another file name of a recording that is stored."""
        with self._database.writing(recording_id, codec.stored_path(path)) as connection:
            writing.save_name(connection, recording_id, path)

    def save_metadata(self, recording_id: str, metadata: Metadata) -> bool:
        """Replace the metadata of a recording's calls. Gives whether anything changed."""
        with self._database.writing(recording_id) as connection:
            return writing.save_metadata(connection, recording_id, metadata, self.tasks.terms)

    def delete(self, recording_id: str) -> None:
        """Remove all that is stored of a recording. The source file is not touched."""
        with self._database.writing(recording_id) as connection:
            writing.delete_recording(connection, recording_id)

    def has(self, recording_id: str, listening: str) -> bool:
        """Whether a recording was heard by this listening version."""
        query = select(calls.c.id).where(calls.c.recording_id == recording_id, calls.c.listening == listening)
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def call(self, recording_id: str, listening: str) -> Call:
        """What was heard. Raises NotFound."""
        query = calls.select().where(calls.c.recording_id == recording_id, calls.c.listening == listening)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(f"recording {recording_id[:12]}…: not heard yet by {listening}")
        return codec.call_from_row(row)

    def inspections(self, selection: Selection | None = None) -> tuple[Inspection, ...]:
        """The current inspections of the selected calls, by start."""
        condition = inspections.c.current & (selection or Selection()).condition()
        with self._database.reading() as connection:
            return reading.read_inspections(connection, condition)

    def inspection(self, key: str) -> Inspection:
        """The inspection with this id, or the current one of the call with this call id, recording id, file name or
        path; of several, the newest. Raises NotFound."""
        with self._database.reading() as connection:
            found = reading.find_inspection_id(connection, key)
            if found is None:
                raise NotFound(f"{codec.stored_path(key)}: no such call in {self.name}")
            return reading.read_inspections(connection, inspections.c.id == found)[0]

    def judged(self, recording_id: str, listening: str) -> Inspection | None:
        """The newest inspection of what this listening version heard, current or not."""
        query = (
            select(inspections.c.id)
            .join_from(inspections, calls, inspections.c.call == calls.c.id)
            .where(calls.c.recording_id == recording_id, calls.c.listening == listening)
            .order_by(inspections.c.current.desc(), inspections.c.saved_at.desc(), by_text(inspections.c.id))
            .limit(1)
        )
        with self._database.reading() as connection:
            found = connection.scalar(query)
            return reading.read_inspections(connection, inspections.c.id == found)[0] if found else None

    def standing(self, recording_ids: Iterable[str]) -> dict[str, Standing]:
        """How these recordings stand; those without a current inspection are left out."""
        found: dict[str, Standing] = {}
        with self._database.reading() as connection:
            for chunk in chunks(recording_ids):
                found.update(read_standing(connection, chunk))
        return found

    def failures(self) -> tuple[Failure, ...]:
        """Failures that stand, by path."""
        with self._database.reading() as connection:
            return reading.read_failures(connection)

    def failed_files(self) -> tuple[FailedFile, ...]:
        """Failures that stand, with what becomes of the file, by path."""
        with self._database.reading() as connection:
            return failing.read_failed(connection)

    def try_again(self, failed: Iterable[FailedFile]) -> None:
        """Let the next run hear these files."""
        with self._database.writing() as connection:
            failing.try_again(connection, failed)

    def names(self, recording_id: str) -> tuple[str, ...]:
        """Every path under which a recording was seen, first seen first."""
        query = select(names.c.path).where(names.c.recording_id == recording_id).order_by(names.c.id)
        with self._database.reading() as connection:
            return tuple(codec.real_path(path) for path in connection.scalars(query))

    def call_rows(self, selection: Selection | None = None) -> tuple[CallRow, ...]:
        """The selected calls with their current score, by start, without transcripts."""
        return tuple(self.each_call_row(selection))

    def each_call_row(self, selection: Selection | None = None) -> Iterator[CallRow]:
        """`call_rows` one after the other, of one state of the database, however many there are."""
        with self._database.reading() as connection:
            yield from reading.read_call_rows(connection, selection or Selection())

    def item_rows(self, selection: Selection | None = None) -> tuple[ItemRow, ...]:
        """The items of the selected calls' current scores, by start of the call and place on the card."""
        return tuple(self.each_item_row(selection))

    def each_item_row(self, selection: Selection | None = None) -> Iterator[ItemRow]:
        """`item_rows` one after the other, of one state of the database, however many there are."""
        with self._database.reading() as connection:
            yield from reading.read_item_rows(connection, selection or Selection())

    def each_finding_row(self, selection: Selection | None = None) -> Iterator[FindingRow]:
        """The evidence in the selected calls' current scores, by start of the call and place; one after
        the other, of one state of the database, however many there are."""
        with self._database.reading() as connection:
            yield from reading.read_finding_rows(connection, selection or Selection())

    def flagged(self, recordings: Collection[str], checks: Collection[str]) -> tuple[FlaggedItem, ...]:
        """Of the recordings' current scores: critical items that fall short, and items of `checks` that apply."""
        with self._database.reading() as connection:
            return tuple(
                item for chunk in _chunks(recordings) for item in night.read_flagged(connection, chunk, checks)
            )

    def quality_counts(self, recordings: Collection[str]) -> Counter[str]:
        """In how many of the recordings each quality note stands, and ``roles_doubtful``."""
        with self._database.reading() as connection:
            return sum((night.count_quality(connection, chunk) for chunk in _chunks(recordings)), Counter())

    def scores_of(self, recordings: Collection[str]) -> Iterator[tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]]:
        """The current scores of many recordings with their items, a chunk at a time so that memory stays small."""
        for chunk in _chunks(recordings):
            with self._database.reading() as connection:
                yield night.read_calls(connection, chunk)

    def save_review(self, review: Review) -> None:
        """Add what a person says; nothing that was said before is changed. Raises NotFound when there is no such
        inspection, or no such item on its scorecard."""
        with self._database.writing() as connection:
            reviews.append(connection, review)

    def reviews(self, recording_id: str) -> tuple[Review, ...]:
        """All that people said of a recording's call, in whichever judgement of it, as it was given."""
        with self._database.reading() as connection:
            return reviews.read_reviews(connection, recording_id)

    def reviewed_items(self) -> tuple[ReviewedItem, ...]:
        """The items of current scores that somebody reviewed, by call and item."""
        with self._database.reading() as connection:
            return reviews.read_reviewed(connection)

    def judged_items(self) -> tuple[JudgedItem, ...]:
        """The items of current scores that count, or would if they were not demoted; each once a language."""
        with self._database.reading() as connection:
            return reviews.read_judged(connection)

    def subjects(self, key: str) -> tuple[str, ...]:
        """What the trail may call a stored call: its recording's id and the ids of all its inspections. Raises
        NotFound; an id that fits nothing any more (a call that was erased) stands for itself."""
        with self._database.reading() as connection:
            return reading.read_subjects(connection, key)

    def call_ids(self, subjects: Collection[str]) -> Mapping[str, str]:
        """The call's id of each subject of the trail that is still stored."""
        with self._database.reading() as connection:
            return {one: name for chunk in _chunks(subjects) for one, name in reading.read_call_ids(connection, chunk)}

    def analyse(self) -> None:
        """After calls came: let SQLite count what is in its tables, without which it reads lists the long way. It takes
        two seconds of 100,000 calls; PostgreSQL does it by itself."""
        if self._database.kind == "sqlite":
            self._database.analyse()

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _chunks(recordings: Collection[str]) -> Iterator[list[str]]:
    """The ids in order, each once."""
    return chunks(sorted(set(recordings)))
