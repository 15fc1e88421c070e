"""Erasing calls: everywhere, in an order that a crash does not undo, and looked for again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from qc.config import Settings
from qc.erasure import places
from qc.erasure.places import Files
from qc.erasure.proof import Erasure
from qc.erasure.tombstones import remember, tombstone_file
from qc.errors import StoreError
from qc.redact.names import unnumbered
from qc.store import Found, Store, Traces, chunks

AT_ONCE = 200
"""Recordings of one transaction."""
TEXTS = 50
"""Texts of the calls, the longest, that are looked for in the database's bytes."""
NAMES = 50
"""Names that are looked for in rows and in the database's bytes: a call has a few, an agent's calls have thousands."""
TELLING = 5
"""Characters from which a call id or a name is looked for: shorter ones are found by chance."""


@dataclass(slots=True)
class Taken:
    """What went."""

    rows: Counter[str] = field(default_factory=Counter)
    files: Files = field(default_factory=Files)
    copies: int = 0
    alerts: int = 0


def erase(
    store: Store,
    settings: Settings,
    found: Found,
    reason: str,
    *,
    caches: Collection[Path] = (),
    logs: Collection[Path] = (),
    known_as: Collection[str] = (),
    dry_run: bool = False,
) -> Erasure:
    """Erase recordings in all places, but those that are held; give the account. `known_as`: more texts by which they
    are known, as the caller's number; `caches`, `logs`: more folders and files of ours. `dry_run`: only count.

    The tombstones are written first: whatever happens later, the next run erases the rest. Raises UsageError when they
    cannot be, StoreError when the database does not serve.
    """
    held = store.life.held(found.recordings)
    found = replace(found, recordings=found.recordings - held)
    traces = store.life.traces(found)
    names = _names(traces, known_as)
    sources = tuple(sorted(path for path in traces.paths if Path(path).is_file()))
    left_over = tuple(map(str, places.backups(store)))
    if dry_run:
        files = places.look(store.life.artifacts(found.recordings))
        return Erasure(
            reason=reason,
            dry_run=True,
            recordings=_count(found),
            held=len(held),
            rows=store.life.rows(found),
            files=files.gone,
            missing=tuple(files.missing),
            changed=tuple(files.changed),
            copies=len(places.copies(places.cache_folders(settings, caches), found.recordings)),
            alerts=places.alerts(settings, found.recordings),
            log_lines=places.cut_lines(logs, names, dry_run=True),
            sources=sources,
            backups=left_over,
        )
    taken = take(store, settings, found, reason, caches)
    lines = places.cut_lines(logs, names)
    problems = [*taken.files.problems]
    try:
        store.life.compact()
    except StoreError as error:
        problems.append(error.message)
    account = Erasure(
        reason=reason,
        dry_run=False,
        recordings=_count(found),
        held=len(held),
        rows=taken.rows,
        files=taken.files.gone,
        missing=tuple(taken.files.missing),
        changed=tuple(taken.files.changed),
        copies=taken.copies,
        alerts=taken.alerts,
        log_lines=lines,
        sources=sources,
        backups=left_over,
        problems=tuple(problems),
    )
    return _verified(account, store, settings, found, traces, names, caches, logs)


def take(store: Store, settings: Settings, found: Found, reason: str, caches: Collection[Path] = ()) -> Taken:
    """Take out what is there of them, tombstones first."""
    remember(tombstone_file(store, settings), sorted(found.recordings), reason, datetime.now(UTC))
    taken = Taken()
    written = store.life.artifacts(found.recordings)
    taken.files = places.delete(written)
    store.life.forget([one for one in written if not Path(one.path).is_file() or one.path in taken.files.changed])
    taken.copies = places.drop_copies(settings, caches, found.recordings)
    taken.alerts = places.drop_alerts(settings, found.recordings)
    for chunk in chunks(sorted(found.recordings), AT_ONCE):
        taken.rows += store.life.erase(Found(frozenset(chunk)), reason)
    if found.paths:
        taken.rows += store.life.erase(Found(paths=found.paths), reason)
    return taken


def _verified(
    account: Erasure,
    store: Store,
    settings: Settings,
    found: Found,
    traces: Traces,
    names: Collection[str],
    caches: Collection[Path],
    logs: Collection[Path],
) -> Erasure:
    """Look for all of it again."""
    some = list(names)[:NAMES]
    texts = list(dict.fromkeys([*some, *traces.texts[:TEXTS]]))
    left: Counter[str] = Counter()
    left["rows"] = sum(store.life.rows(found).values())
    left["files"] = len(store.life.artifacts(found.recordings))
    left["copies"] = len(places.copies(places.cache_folders(settings, caches), found.recordings))
    left["alerts"] = places.alerts(settings, found.recordings)
    left["lines of logs"] = places.cut_lines(logs, names, dry_run=True)
    files = places.database_files(store)
    residues = [text for text in places.found_in(files, texts) if not store.life.rows_with(_stored(text))]
    left["texts in the database's files"] = len(residues)
    searched = {
        "tables": len(store.life.tables),
        "texts": len(texts),
        "database files": len(files),
        "logs": len(logs),
    }
    said = store.life.rows_with([form for name in some for form in _stored(name)])
    kept = {column: count for column, count in said.items() if not column.startswith("trail.")}
    return replace(account, searched=searched, left=dict(+left), mentions=kept)


def _names(traces: Traces, known_as: Collection[str]) -> list[str]:
    """Paths, names of files and call ids, as far as they tell calls apart, and what the caller or agent is known as."""
    told = {*traces.call_ids, *traces.paths, *(Path(path).name for path in traces.paths)}
    told |= {unnumbered(one) for one in told}  # as logs show them
    known = [one for one in known_as if one]
    return [*known, *sorted({one for one in told if len(one) >= TELLING} - set(known))]


def _stored(text: str) -> list[str]:
    """A text as it stands in a column, and in a column of JSON."""
    return list(dict.fromkeys([text, json.dumps(text, ensure_ascii=False)[1:-1]]))


def _count(found: Found) -> int:
    return len(found.recordings) + len(found.paths)
