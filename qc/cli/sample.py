"""``qc sample``: which calls people are to hear."""

from __future__ import annotations

import getpass
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import Opened, say_line, show, table
from qc.cli.trail import noted
from qc.redact import discreet
from qc.sampling import Allocation, Characteristic, Design, Plan, Weights, weighted_share

app = typer.Typer(help="Which calls people are to hear.", no_args_is_help=True, rich_markup_mode=None)

NumberArgument = Annotated[int, typer.Argument(help="Its number, as qc sample list shows it.", show_default=False)]


@app.callback()
def _group() -> None:
    """Which calls people are to hear."""


@app.command()
def draw(
    design: Annotated[
        Design, typer.Option(help="per_agent: as many of each agent; stratified: a share of each group; risk.")
    ] = Design.STRATIFIED,
    size: Annotated[int, typer.Option(help="Calls of each agent (per_agent), else in all.")] = 40,
    seed: Annotated[int | None, typer.Option(help="Draws the same calls again.", show_default="by chance")] = None,
    by: Annotated[Characteristic, typer.Option(help="Groups: team, customer_class or score_band.")] = (
        Characteristic.TEAM
    ),
    allocation: Annotated[
        Allocation, typer.Option(help="Of each group in proportion to its calls, or as many of each.")
    ] = Allocation.PROPORTIONAL,
    critical: Annotated[int, typer.Option(help="risk: added weight of a critical failure.")] = Weights().critical,
    risk: Annotated[int, typer.Option(help="risk: added weight of complaint risk.")] = Weights().risk,
    worst: Annotated[int, typer.Option(help="risk: added weight of a score under 60.")] = Weights().worst,
    team: Annotated[list[str] | None, typer.Option(help="Only calls of this team; may be repeated.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the calls.", show_default=False)
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the calls.", show_default=False)
    ] = None,
    title: Annotated[str, typer.Option(help="A name for it.")] = "",
    reviewer: Annotated[
        list[str] | None, typer.Option(help="Id of a user to give the calls to, in turn; without: whoever takes them.")
    ] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Draw calls and put them into the review queue; the same calls with the same seed give the same sample."""
    chosen = secrets.randbelow(10**6) if seed is None else seed
    plan = Plan(design, size, chosen, by, allocation, Weights(critical, risk, worst))
    settings = settings_for(database=database)
    from qc.store import Selection, Store

    selection = Selection(teams=tuple(team or ()), since=since, until=until and until + timedelta(days=1))
    with Store.of(settings, create=False) as store:
        noted(store, "sample.draw", design=design.value, size=size, seed=chosen)
        found = store.queue.draw(plan, selection, title=title.strip(), by=_login(), reviewers=reviewer or ())
    if json:
        show(document(found))
    else:
        say_line(f"sample {found.number}: {found.drawn} of {found.population} calls, seed {chosen}")
        say_line(_verdict(found))


@app.command("list")
def list_(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """The samples, newest first."""
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "sample.list")
        found = store.queue.samples()
    if json:
        show([document(one) for one in found])
    elif not found:
        say_line("no samples")
    else:
        rows = [
            (*(one.number, one.at.strftime("%Y-%m-%d %H:%M"), discreet(one.title), one.plan.design.value),
             *(one.plan.seed, one.drawn, one.population, Opened(one.by)))
            for one in found
        ]  # fmt: skip
        table(["number", "drawn at", "title", "design", "seed", "calls", "of", "by"], rows)


@app.command("show")
def show_(number: NumberArgument, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """A sample: its groups, whether it looks like its calls, and what reviews of it say of all calls."""
    from qc.store import Store

    with Store.of(settings_for(database=database), create=False) as store:
        noted(store, "sample.show", sample=number)
        found, heard = store.queue.sample(number), store.queue.heard(number)
    looked = [one for one in heard if one.short is not None]
    shares = {
        name: weighted_share((bool(getattr(one, name)), one.drawn.probability) for one in looked)
        for name in ("short", "changed")
    }
    if json:
        said = {
            name: {"share": one.share, "low": one.low, "high": one.high, "calls": one.calls}
            for name, one in shares.items()
        }
        drawn = [{"recording": one.drawn.recording_id, "probability": one.drawn.probability} for one in heard]
        show({**document(found), "reviewed": len(looked), "says": said if looked else None, "calls": drawn})
        return
    say_line(f"sample {found.number}: {found.drawn} of {found.population} calls, seed {found.plan.seed}")
    rows = [(Opened(one.name or "-"), one.population, one.drawn, f"{one.probability:.4f}") for one in found.strata]
    table(["group", "calls", "drawn", "probability"], rows)
    say_line(_verdict(found))
    if looked:
        short, changed = shares["short"], shares["changed"]
        say_line(f"{len(looked)} of {len(heard)} calls reviewed. Of all calls, with 95 % interval:")
        say_line(f"  fall short in an item: {short.share:.1%} ({short.low:.1%} to {short.high:.1%})")
        say_line(f"  machine wrong in an item: {changed.share:.1%} ({changed.low:.1%} to {changed.high:.1%})")
    else:
        say_line(f"none of {len(heard)} calls is reviewed yet")


def document(one: Any) -> dict[str, Any]:
    """A `qc.store.Sample` as JSON; the title without private data."""
    plan = one.plan
    return {
        "sample": one.number,
        "title": discreet(one.title),
        "design": plan.design.value,
        "size": plan.size,
        "seed": plan.seed,
        "by": plan.by.value if plan.design is Design.STRATIFIED else None,
        "allocation": plan.allocation.value if plan.design is Design.STRATIFIED else None,
        "weights": {"critical": plan.weights.critical, "risk": plan.weights.risk, "worst": plan.weights.worst}
        if plan.design is Design.RISK
        else None,
        "since": one.since.isoformat() if one.since else None,
        "until": one.until.isoformat() if one.until else None,
        "teams": list(one.teams),
        "population": one.population,
        "drawn": one.drawn,
        "author": one.by,
        "at": one.at.isoformat(),
        "groups": [
            {"name": each.name, "calls": each.population, "drawn": each.drawn, "probability": each.probability}
            for each in one.strata
        ],
        "compared": [{"with": each.characteristic.value, "p": each.p, "differs": each.differs} for each in one.looks],
    }


def _verdict(one: Any) -> str:
    if not one.plan.even:
        return "on purpose the sample does not look like its calls: shares of all calls must be weighted"
    differs = [each.characteristic.value for each in one.looks if each.differs]
    if differs:
        return f"the sample differs from its calls by more than chance in: {', '.join(differs)}"
    return "the sample looks like its calls: it differs no more than by chance"


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
