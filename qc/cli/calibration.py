"""``qc calibration``: sessions in which people rated the same calls blind, and how far they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import note, say_line, show, table
from qc.cli.trail import noted
from qc.redact import discreet

if TYPE_CHECKING:
    from qc.coaching import Measure

app = typer.Typer(
    help="Sessions in which people rate the same calls, blind.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def _group() -> None:
    """Sessions in which people rate the same calls, blind."""


@app.command("list")
def list_(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """The sessions, the newest first."""
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "calibration.list")
        found = store.calibrations.sessions()
    rows = [
        {
            "session": one.number,
            "title": discreet(one.title),
            "organiser": one.organiser,
            "calls": len(one.calls),
            "raters": len(one.raters),
            "handed_in": sum(at is not None for at in one.raters.values()),
            "begun": one.at.isoformat(timespec="minutes"),
            "closed": one.closed_at.isoformat(timespec="minutes") if one.closed_at else None,
        }
        for one in found
    ]
    if json:
        show(rows)
    elif not rows:
        say_line("no calibration sessions")
    else:
        table([name.replace("_", " ") for name in rows[0]], [tuple(row.values()) for row in rows])


@app.command("show")
def show_(
    session: Annotated[int, typer.Argument(help="Its number, as qc calibration list shows it.", show_default=False)],
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """How far the raters of a closed session agree, the machine as one of them."""
    from qc.calibration import FEW, MACHINE, check_result, compare
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        one = store.calibrations.session(session)
        check_result(one)
        noted(store, "calibration.show", session=session)
        machine = store.calibrations.machine(session)
        answers = (*store.calibrations.answers(session), *machine)
    found = compare(answers, tuple(one.raters), tuple(dict.fromkeys(answer.item for answer in machine)))
    figures = ("observed", "alpha", "people", "fleiss")
    if json:
        show(
            {
                "session": session,
                "items": [
                    {
                        "item": item.item,
                        "calls": item.calls,
                        **{name: _document(getattr(item, name)) for name in figures},
                    }
                    for item in found.items
                ],
                "differs": [
                    {"rater": rater or "machine", "count": each.count, "total": each.total}
                    for rater, each in found.differs.items()
                ],
            }
        )
        return
    table(
        ["item", "calls", "agreement", "alpha", "alpha of people", "Fleiss' kappa"],
        [(item.item, item.calls, *(_shown(getattr(item, name)) for name in figures)) for item in found.items],
        "Agreement by item (95 %)",
    )
    table(
        ["rater", "differs from most of the others", "of"],
        [("machine" if rater == MACHINE else rater, each.count, each.total) for rater, each in found.differs.items()],
        "Who differs",
    )
    if any(item.few for item in found.items):
        note(f"under {FEW} calls a figure says little")


def _document(one: Measure | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"value": round(one.value, 4), "interval": [round(x, 4) for x in one.interval] if one.interval else None}


def _shown(one: Measure | None) -> str | None:
    if one is None:
        return None
    return f"{one.value:.2f}" + (f" ({one.interval[0]:.2f}; {one.interval[1]:.2f})" if one.interval else "")
