"""What of each command the trail keeps: one table, read from top to bottom by an auditor, and one call to record it.

An entry is made before the act; one that cannot be made refuses the act. It says that the act was begun: what went
wrong later is not in it.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from qc.access import Action
from qc.audit import ACCEPT, Event, canonical, code
from qc.audit.chain import digest
from qc.config import Settings

if TYPE_CHECKING:
    from qc.store import Store, Trail

__all__ = ["RECORDED", "UNRECORDED", "actor", "cards_noted", "code", "noted"]
_NO_CALLS: Final = "shows nothing of calls"
_OWN_FILE: Final = "hears a file that its user can read anyway; nothing that is stored is shown"

RECORDED: Final[Mapping[str, str]] = {
    "explain": Action.SEE_CALL,  # with --unmask also Action.UNMASK (`qc.cli.unmasking`)
    "coaching": Action.SEE_COACHING,
    "report": Action.SEE_CALLS,
    "reports.agent": Action.EXPORT_TABLES,
    "reports.team": Action.EXPORT_TABLES,
    "reports.centre": Action.EXPORT_TABLES,
    "announcements.find": Action.SEE_CALLS,
    "evaluate": Action.SEE_ACCURACY,  # with --reviews or --cases; a folder with truth files is no store
    "clips": Action.EXPORT_CLIPS,
    "export": Action.EXPORT_TABLES,
    "review": Action.REVIEW,
    "appeals.list": Action.SEE_APPEALS,
    "appeals.rule": Action.RULE,
    "calibration.list": Action.CALIBRATE,
    "calibration.show": Action.CALIBRATE,
    "cases.export": Action.EXPORT_TABLES,
    "follow-up.list": Action.SEE_FOLLOW_UP,
    "follow-up.find": Action.FOLLOW_UP,
    "sample.draw": Action.ASSIGN,
    "sample.list": Action.ASSIGN,
    "sample.show": Action.ASSIGN,
    "channels.swap": Action.DECIDE_CHANNELS,
    "channels.confirm": Action.DECIDE_CHANNELS,
    "batch": Action.CHANGE_CARD,  # when a card is another one than of the last run
    "watch": Action.CHANGE_CARD,
    "rescore": Action.CHANGE_CARD,
    "failures.list": Action.OPERATE,
    "failures.retry": Action.OPERATE,
    "failures.release": Action.OPERATE,
    "db.migrate": Action.OPERATE,
    "db.backup": Action.OPERATE,
    "erase": Action.ERASE,
    "retention": Action.ERASE,
    "hold.add": Action.HOLD,
    "hold.release": Action.HOLD,
    "hold.list": Action.HOLD,
    "audit.verify": Action.SEE_TRAIL,
    "audit.list": Action.SEE_TRAIL,
    "audit.export": Action.SEE_TRAIL,
    "audit.accept": ACCEPT,
}
"""Action by command, ``db.backup`` for ``qc db backup``."""

UNRECORDED: Final[Mapping[str, str]] = {
    "audio": _OWN_FILE,
    "measure": _OWN_FILE,
    "transcribe": _OWN_FILE,
    "inspect": _OWN_FILE,
    "sentiment": "reads a text that its user gives",
    "redact": "reads a text that its user gives",
    "metadata.check": "reads a file that its user gives",
    "db.check": "shows ids and counts of contradictions only; what it erases again has its entry by `erase`",
    "decrypt": _OWN_FILE,
    "keygen": _NO_CALLS,
    "models.list": _NO_CALLS,
    "models.fetch": _NO_CALLS,
    "models.verify": _NO_CALLS,
    "models.pin": _NO_CALLS,
    "sbom": _NO_CALLS,
    "licences": _NO_CALLS,
    "rules.lint": _NO_CALLS,
    "rules.try": _NO_CALLS,
    "site.check": _NO_CALLS,
    "users.check": _NO_CALLS,
    "users.list": _NO_CALLS,
}
"""Why a command leaves no entry."""


def actor() -> str:
    """Who runs the command: ``cli:`` and the name that the system knows."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = "unknown"
    return f"cli:{name}" if name.isprintable() else "cli:unknown"


def cards_noted(store: Store, command: str, settings: Settings) -> None:
    """Record the cards that calls are going to be judged by, when they are not those of the last run.

    Raises ScorecardError or SiteError for what is wrong in them.
    """
    from qc.batch.judging import Judge

    cards = Judge(settings).cards()
    prints = {place: f"sha-{card.fingerprint[:10]}" for place, card in cards.items()}
    together = f"sha-{digest(canonical(prints), None)[:10]}"
    before = next((one.event.detail.get("cards") for one in store.trail.last(Action.CHANGE_CARD)), None)
    if before == together:
        return
    for place, card in sorted(cards.items()):
        print_ = prints[place]
        noted(store, command, place=place, card=card.id, version=card.version, print=print_, cards=together)


def noted(
    trail: Store | Trail,
    command: str,
    subject: str = "",
    *,
    span: tuple[float, float] | None = None,
    **detail: str | int | float | None,
) -> None:
    """Record that a command is about to do what `RECORDED` says of it; details that are None are left out.

    Raises StoreError: then it must not be done.
    """
    known = {name: value for name, value in detail.items() if value is not None}
    when = datetime.now(UTC)
    trail.record(Event(when, actor(), "local", RECORDED[command], subject, span, {"command": command, **known}))
