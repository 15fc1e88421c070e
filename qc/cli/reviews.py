"""``qc review``: what a person says of an item of a stored call."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import say_line, show
from qc.cli.trail import code, noted
from qc.errors import UsageError
from qc.redact import discreet
from qc.result import ANSWERS, Review, ReviewKind, verdict


class Value(StrEnum):
    """What should have been found."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    FAIL = "fail"
    NA = "na"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(review)


def review(
    call: Annotated[str, typer.Argument(help="Call id, file name, or id of the inspection.", show_default=False)],
    item: Annotated[str, typer.Argument(help="Item of the scorecard, as opening.", show_default=False)],
    value: Annotated[
        Value, typer.Option(help="What is true: pass (fulfilled), fail (falls short), na.", show_default=False)
    ],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.", show_default=False)],
    author: Annotated[str, typer.Option(help="Who says it.", show_default=False)],
    kind: Annotated[
        ReviewKind, typer.Option(help="A ruling outranks an appeal, an appeal a review.")
    ] = ReviewKind.REVIEW,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Add what a person says of an item of a stored call. Nothing that was said before is changed, nor is the score."""
    for name, text in (("reason", reason), ("author", author)):
        if not text.strip():
            raise UsageError(f"--{name} is empty: a review without it cannot be followed")
    settings = settings_for(database=database)
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        inspection = store.inspection(call)
        said = Review(
            inspection_id=inspection.id,
            item=item,
            kind=kind,
            value=ANSWERS[value],
            author=author.strip(),
            reason=reason.strip(),
            at=datetime.now(UTC),
        )
        noted(store, "review", inspection.id, item=code(item), kind=kind.value, value=value.value)
        store.save_review(said)
    if json:
        show({"call": inspection.call.metadata.call_id or None, **document(said)})
    else:
        say_line(line(said))


def document(said: Review) -> dict[str, Any]:
    """As JSON; the reason without private data that somebody wrote into it."""
    return {
        "inspection": said.inspection_id,
        "item": said.item,
        "kind": said.kind.value,
        "value": said.value,
        "author": said.author,
        "reason": discreet(said.reason),
        "at": said.at.isoformat(),
    }


def line(said: Review) -> str:
    """For people: ``opening: pass (ruling by Li, 2026-11-22): …``."""
    by = f"{said.kind} by {said.author}, {said.at:%Y-%m-%d %H:%M}"
    return f"{said.item}: {verdict(said.value)} ({by}): {discreet(said.reason)}"
