"""``qc inspect``, ``qc explain`` and ``qc rescore``: scores, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from qc.cli.options import (
    DatabaseOption,
    EngineOption,
    File,
    JsonOption,
    LanguageOption,
    MetadataOption,
    ModelOption,
    ScorecardOption,
    SentimentOption,
    settings_for,
)
from qc.cli.output import Raw, say_line, show
from qc.cli.trail import cards_noted, noted
from qc.cli.unmasking import ReasonOption, UnmaskOption, asked, seen


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(inspect)
    app.command()(explain)
    app.command()(rescore)


def inspect(
    file: File,
    metadata: MetadataOption = None,
    language: LanguageOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    sentiment_model: SentimentOption = None,
    scorecard: ScorecardOption = None,
    unmask: UnmaskOption = False,
    reason: ReasonOption = None,
    json: JsonOption = False,
) -> None:
    """Hear and score one recording, and say item by item why. Nothing is stored."""
    why = asked(unmask, reason)
    settings = settings_for(engine=engine, model=model, sentiment_model=sentiment_model, scorecard=scorecard)
    from qc.batch.judging import Judge
    from qc.cli.inspections import document, show_inspection
    from qc.cli.metadata import metadata_of
    from qc.engines.factory import build
    from qc.pipeline import inspect as inspect_recording

    Judge(settings)  # wrong cards are named before listening
    heard = inspect_recording(file, build(settings), settings, metadata_of(file, metadata, language, settings))
    inspection = seen(heard, why, settings, "inspect")
    if json:
        found = document(inspection, settings.interface_language)
        show(Raw(found) if why else found)
    else:
        show_inspection(inspection, settings.interface_language, raw=why is not None)


def explain(
    call: Annotated[str, typer.Argument(help="Call id, file name, or id of the inspection.", show_default=False)],
    database: DatabaseOption = None,
    unmask: UnmaskOption = False,
    reason: ReasonOption = None,
    json: JsonOption = False,
) -> None:
    """Say why a stored call has its score."""
    why = asked(unmask, reason)
    settings = settings_for(database=database)
    from qc.cli.documents import role_decision, role_decision_line
    from qc.cli.inspections import document, show_inspection
    from qc.cli.reviews import document as review_document
    from qc.cli.reviews import line as review_line
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        stored = store.inspection(call)
        noted(store, "explain", stored.id)
        inspection = seen(stored, why, settings, "explain", store)
        names = store.names(inspection.call.recording.id)
        decisions = store.role_decisions(inspection.call.recording.id)
        said = store.reviews(inspection.call.recording.id)
    if json:
        found = document(inspection, settings.interface_language)
        people = {
            "role_decisions": [role_decision(one) for one in decisions],
            "reviews": [review_document(one) for one in said],
        }
        everything = {**found, "names": list(names), **people}
        show(Raw(everything) if why else everything)
    else:
        show_inspection(inspection, settings.interface_language, raw=why is not None)
        for line in (*map(role_decision_line, decisions), *map(review_line, said)):
            say_line(line)


def rescore(scorecard: ScorecardOption = None, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Judge stored calls again where scorecard, language pack, site file or checks changed; nothing is listened to."""
    settings = settings_for(scorecard=scorecard, database=database)
    from qc.batch.judging import rescore as rescore_stored
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        cards_noted(store, "rescore", settings)
        changed, stored = rescore_stored(store, settings)
    if json:
        show({"calls": stored, "judged_again": changed})
    else:
        say_line(f"{changed} of {stored} stored calls judged again")
