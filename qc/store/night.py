"""What the morning after a batch asks for. Each function runs inside the transaction that it is given.

A night may have many thousands of recordings: they are asked for in chunks, and no call is read whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Connection, cast, select, type_coerce

from qc.result import Finding, ItemKind
from qc.store import codec
from qc.store.reading import Looked, read_call_rows, read_item_rows
from qc.store.rows import CallRow, ItemRow
from qc.store.schema import by_text, calls, findings, inspections, item_results
from qc.store.selection import Selection


@dataclass(frozen=True, slots=True)
class FlaggedItem:
    """An item of a call's current score that somebody may have to act on, with its evidence (without private data).

    ``check`` is the check behind the item, ``value`` and ``measured`` are its answer as in `qc.result.CheckResult`.
    ``start`` is the centre's wall clock.
    """

    inspection_id: str
    recording_id: str
    call_id: str
    agent: str | None
    agent_name: str | None
    team: str | None
    start: datetime | None
    customer_class: str | None
    language: str
    item: str
    check: str
    kind: ItemKind
    value: float
    measured: float | None
    scorable: bool
    findings: tuple[Finding, ...]

    @property
    def falls_short(self) -> bool:
        """Not fulfilled."""
        return self.value < 1.0

    @property
    def critical(self) -> bool:
        """A critical failure: the card says so, and the call is scored."""
        return self.kind is ItemKind.CRITICAL and self.falls_short and self.scorable


def read_flagged(connection: Connection, chunk: Sequence[str], checks: Collection[str]) -> tuple[FlaggedItem, ...]:
    """Critical items that fall short, and items of `checks` that apply, of the current scores of `chunk`."""
    joined = item_results.join(inspections, item_results.c.inspection_id == inspections.c.id).join(
        calls, inspections.c.call == calls.c.id
    )
    critical = (item_results.c.kind == ItemKind.CRITICAL.value) & (item_results.c.value < 1.0)
    chosen = (
        inspections.c.current
        & calls.c.recording_id.in_(chunk)
        & item_results.c.value.is_not(None)
        & (critical | item_results.c.check_name.in_(tuple(checks)))
    )
    named = (calls.c[name] for name in ("recording_id", "call_id", "agent", "agent_name", "team", "start"))
    query = (
        select(
            *(inspections.c.id.label("inspection_id"), *named, calls.c.customer_class, calls.c.language),
            *(item_results.c.position, item_results.c.item, item_results.c.check_name, item_results.c.kind),
            *(item_results.c.value, item_results.c.measured, inspections.c.not_scorable),
        )
        .select_from(joined)
        .where(chosen)
        .order_by(
            calls.c.start.asc().nulls_last(),
            by_text(calls.c.call_id),
            by_text(inspections.c.id),
            item_results.c.position,
        )
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    found_in = findings.join(
        item_results,
        (findings.c.inspection_id == item_results.c.inspection_id)
        & (findings.c.item_position == item_results.c.position),
    )
    evidence: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    wanted = (
        select(findings)
        .select_from(
            found_in.join(inspections, item_results.c.inspection_id == inspections.c.id).join(
                calls, inspections.c.call == calls.c.id
            )
        )
        .where(chosen)
        .order_by(*findings.primary_key)
    )
    looked = Looked(connection)
    for row in connection.execute(wanted).mappings():
        evidence[row["inspection_id"], row["item_position"]].append(codec.masked_finding(row) or looked(row))
    return tuple(
        FlaggedItem(
            **row,
            check=check,
            kind=ItemKind(kind),
            scorable=reason is None,
            findings=tuple(evidence[row["inspection_id"], position]),
        )
        for row in rows
        for position, check, kind, reason in [
            (row.pop("position"), row.pop("check_name"), row.pop("kind"), row.pop("not_scorable"))
        ]
    )


def count_quality(connection: Connection, chunk: Sequence[str]) -> Counter[str]:
    """In how many current calls of `chunk` each quality note stands; ``roles_doubtful`` where the agent is not sure."""
    document = cast(calls.c.call, JSON) if connection.dialect.name == "postgresql" else type_coerce(calls.c.call, JSON)
    query = (
        select(document["quality"]["notes"], calls.c.roles)
        .join_from(inspections, calls, inspections.c.call == calls.c.id)
        .where(inspections.c.current, calls.c.recording_id.in_(chunk))
    )
    counted: Counter[str] = Counter()
    for notes, roles in connection.execute(query):
        counted.update({str(note["code"]) for note in notes or ()})
        counted["roles_doubtful"] += roles == "doubtful"
    return +counted


def read_calls(connection: Connection, chunk: Sequence[str]) -> tuple[tuple[CallRow, ...], tuple[ItemRow, ...]]:
    """The current scores of `chunk`: calls, and their items."""
    selection = Selection(recordings=tuple(chunk))
    return tuple(read_call_rows(connection, selection)), tuple(read_item_rows(connection, selection))
