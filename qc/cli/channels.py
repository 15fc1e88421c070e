"""``qc channels``: say who is on which channel of a stored call; it is judged again without being heard again."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qc.cli.options import DatabaseOption, JsonOption, ScorecardOption, settings_for
from qc.cli.output import say_line, show
from qc.cli.trail import noted

if TYPE_CHECKING:
    from qc.result import Inspection

app = typer.Typer(
    help="Who is on which channel: swap agent and customer, or confirm them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CallArgument = Annotated[str, typer.Argument(help="Call id, file name, or id of the inspection.", show_default=False)]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.", show_default=False)]
AuthorOption = Annotated[
    str | None, typer.Option("--author", help="Who says so. [default: who is logged in]", show_default=False)
]


@app.command()
def swap(
    call: CallArgument,
    reason: ReasonOption = "",
    author: AuthorOption = None,
    scorecard: ScorecardOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Exchange agent and customer and judge the call again; kept when it is heard again."""
    _decide(call, reason, author, scorecard, database, json, swapped=True)


@app.command()
def confirm(
    call: CallArgument,
    reason: ReasonOption = "",
    author: AuthorOption = None,
    scorecard: ScorecardOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Say that agent and customer are right as they are, so that a doubtful call is scored."""
    _decide(call, reason, author, scorecard, database, json, swapped=False)


def _decide(
    call: str,
    reason: str,
    author: str | None,
    scorecard: str | None,
    database: str | None,
    json: bool,
    *,
    swapped: bool,
) -> None:
    settings = settings_for(scorecard=scorecard, database=database)
    from qc.batch.channels import decide
    from qc.pipeline.channels import agent_channel, other_channel
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        before = store.inspection(call)
        channel = (other_channel if swapped else agent_channel)(before.call)
        who = _login() if author is None else author
        noted(store, f"channels.{'swap' if swapped else 'confirm'}", before.call.recording.id, agent_channel=channel)
        after = decide(store, settings, before, channel, author=who, reason=reason)
    document: dict[str, Any] = {
        "call": after.call.metadata.call_id or None,
        "recording": after.call.recording.id,
        "agent_channel": channel,
        "before": {"id": before.id, "percent": before.score.percent},
        "after": {"id": after.id, "percent": after.score.percent, "scorecard": after.run.scorecard},
    }
    if json:
        show(document)
    else:
        name = after.call.metadata.call_id or Path(after.call.recording.path).name
        say_line(
            f"{name}: the agent is on channel {channel}; {_score(before)} before, {_score(after)} now "
            f"by {after.run.scorecard}"
        )


def _score(inspection: Inspection) -> str:
    percent = inspection.score.percent
    return "not scorable" if percent is None else f"{percent:.1f} %"


def _login() -> str:
    """Empty where the system knows no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
