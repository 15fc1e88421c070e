"""Commands show what is said without private data. ``--unmask --reason`` shows it as it is, and is remembered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from qc.access import Action, Reason
from qc.cli.output import note
from qc.errors import UsageError

if TYPE_CHECKING:
    from qc.config import Settings
    from qc.result import Inspection
    from qc.store import Store

UnmaskOption = Annotated[
    bool, typer.Option("--unmask", help="With private data; needs --reason, and the trail remembers it.")
]
ReasonOption = Annotated[
    Reason | None, typer.Option("--reason", help="Why private data must be seen.", show_default=False)
]


def asked(unmask: bool, reason: Reason | None) -> Reason | None:
    """The reason where somebody wants to see private data; None where not. Raises UsageError for one without the
    other."""
    if unmask and reason is None:
        raise UsageError(f"--unmask needs --reason: {', '.join(Reason)}")
    if reason is not None and not unmask:
        raise UsageError("--reason is for --unmask: without it nothing private is shown")
    return reason


def seen(
    inspection: Inspection, reason: Reason | None, settings: Settings, command: str, store: Store | None = None
) -> Inspection:
    """The inspection as the command may show it: masked, or as it is where there is a reason. That is remembered first:
    what cannot be remembered is not shown. Raises StoreError."""
    if reason is None:
        from qc import site
        from qc.redact import masked

        return masked(inspection, site.of(settings))
    remember(inspection.call.recording.id, reason, command, store)
    return inspection


def remember(recording_id: str, reason: Reason, command: str, store: Store | None) -> None:
    """Keep in the trail that somebody saw private data of a recording; said so where there is no store to keep it."""
    if store is None:
        note("private data is shown; no database is open, so the trail does not remember it")
        return
    from qc.audit import Event
    from qc.cli.trail import actor

    detail = {"command": command, "reason": reason.value}
    store.record(Event(datetime.now(UTC), actor(), "local", Action.UNMASK.value, recording_id, None, detail))
