"""``qc appeals``: what agents dispute, and what was ruled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import say_line, show, table
from qc.cli.trail import code, noted
from qc.errors import UsageError
from qc.redact import call_name, discreet
from qc.result import verdict

if TYPE_CHECKING:
    from qc.appeals import Dispute

app = typer.Typer(help="What agents dispute, and what was ruled.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """What agents dispute, and what was ruled."""


@app.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--ended", help="Those that were ruled on or withdrawn.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Appeals that wait for a ruling, the oldest first; --ended: the others, the latest first."""
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "appeals.list")
        found = store.appeals.ended() if ended else store.appeals.waiting()
    rows = [_document(one) for one in found]
    if json:
        show(rows)
    elif not rows:
        say_line("no appeals")
    else:
        columns = ("call", "item", "state", "machine", "review", "appeal", "ruling", "author", "at", "reason")
        table(list(columns), [tuple(row[name] for name in columns) for row in rows])


@app.command()
def rule(
    call: Annotated[str, typer.Argument(help="Call id, file name, or id of the inspection.", show_default=False)],
    item: Annotated[str, typer.Argument(help="Item that is disputed.", show_default=False)],
    uphold: Annotated[
        bool, typer.Option("--uphold/--dismiss", help="What the agent asks for stands, or what stood before.")
    ],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.", show_default=False)],
    author: Annotated[str, typer.Option(help="Who rules: not the agent, nor who reviewed it.", show_default=False)],
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Rule on an appeal. A ruling is final."""
    for name, text in (("reason", reason), ("author", author)):
        if not text.strip():
            raise UsageError(f"--{name} is empty: a ruling without it cannot be followed")
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        inspection = store.inspection(call)
        noted(store, "appeals.rule", inspection.id, item=code(item), upheld=int(uphold))
        said = store.appeals.rule(
            inspection.call.recording.id,
            item,
            upheld=uphold,
            author=author.strip(),
            reason=reason.strip(),
            at=datetime.now(UTC),
        )
    state = "upheld" if uphold else "dismissed"
    if json:
        show({"item": said.item, "state": state, "value": said.value, "author": said.author})
    else:
        say_line(f"{said.item}: {state}: {verdict(said.value)}")


def _document(one: Dispute) -> dict[str, Any]:
    last = one.last
    return {
        "call": call_name(one.call_id, one.recording_id),
        "recording": one.recording_id,
        "item": one.item,
        "state": last.state.value if last else None,
        "machine": verdict(one.machine.value),
        "review": verdict(one.review.value) if one.review else None,
        "appeal": verdict(last.said.value) if last else None,
        "ruling": verdict(one.ruling.value) if one.ruling else None,
        "author": last.said.author if last else None,
        "at": last.said.at.isoformat(timespec="minutes") if last else None,
        "reason": discreet(last.said.reason) if last else None,
    }
