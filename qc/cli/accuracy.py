"""``qc evaluate`` and ``qc sentiment``: how right we are, and the classifier alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import (
    DatabaseOption,
    EngineOption,
    JsonOption,
    MetadataOption,
    ModelOption,
    ScorecardOption,
    SentimentOption,
    settings_for,
)
from qc.cli.output import note, show, table
from qc.cli.trail import noted
from qc.config import Settings
from qc.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(evaluate)
    app.command()(sentiment)


def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(help="Recordings with truth files beside them.", show_default=False)
    ] = None,
    reviews: Annotated[
        bool, typer.Option("--reviews", help="What people said of stored calls is the truth, instead of a folder.")
    ] = False,
    cases: Annotated[
        Path | None,
        typer.Option(help="Labelled cases, as qc cases export wrote them, are the truth.", show_default=False),
    ] = None,
    demote: Annotated[
        Path | None,
        typer.Option(help="With --reviews: write the items under their bar to this file.", show_default=False),
    ] = None,
    metadata: MetadataOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    sentiment_model: SentimentOption = None,
    scorecard: ScorecardOption = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that listen.")] = 1,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Compare with the truth: hear and judge a folder that has truth files, or take reviews of stored calls."""
    if (folder is not None) + reviews + (cases is not None) != 1:
        raise UsageError("give either a folder of recordings with truth files, or --reviews, or --cases")
    heard = {"metadata": metadata, "engine": engine, "model": model, "sentiment-model": sentiment_model}
    only_of_folder = [name for name, value in {**heard, "scorecard": scorecard}.items() if value is not None]
    if folder is None and only_of_folder:
        raise UsageError(f"--{only_of_folder[0]} is for a folder; --reviews takes calls as they are stored")
    if cases is not None:
        if demote is not None:
            raise UsageError("--demote needs --reviews: cases of appeals are chosen because something was wrong")
        _evaluate_cases(settings_for(database=database), cases, json)
        return
    if folder is None:
        _evaluate_reviews(settings_for(database=database), demote, json)
        return
    if demote is not None:
        raise UsageError("--demote needs --reviews: what synthetic calls or others' calls say is no reason")
    if database is not None:
        raise UsageError("--db is for --reviews; nothing of a folder is stored")
    from qc.cli.evaluations import show_evaluation
    from qc.cli.metadata import metadata_for
    from qc.evaluation import evaluate as evaluate_folder

    settings = settings_for(engine=engine, model=model, sentiment_model=sentiment_model, scorecard=scorecard)
    result = evaluate_folder(folder, settings, metadata_for([folder], metadata, settings), workers, note)
    if json:
        show(result.as_dict())
    else:
        show_evaluation(result)


def _evaluate_reviews(settings: Settings, demote: Path | None, json: bool) -> None:
    from qc import demotion
    from qc.cli.evaluations import show_reviews
    from qc.evaluation.reviews import Bar, evaluate_reviews
    from qc.store import Store

    with Store.of(settings, create=False) as store:
        noted(store, "evaluate")
        result = evaluate_reviews(store, Bar(settings.advice_below_f1, settings.advice_min_cases))
    if demote is not None:
        demotion.save(result.under_bar, demote)
    if json:
        show(result.as_dict())
    else:
        show_reviews(result)
    if demote is not None:
        few = sum(one.reason == "cases" for one in result.under_bar)
        counted = f"{len(result.under_bar)} items written ({few} for want of reviewed calls)"
        note(f"{counted}: set QC_DEMOTED={demote}, then qc rescore")


def _evaluate_cases(settings: Settings, file: Path, json: bool) -> None:
    from qc.cli.evaluations import show_reviews
    from qc.evaluation.cases import evaluate_cases, read
    from qc.evaluation.reviews import Bar
    from qc.store import Store

    cases = read(file)
    with Store.of(settings, create=False) as store:
        noted(store, "evaluate")
        result, missing = evaluate_cases(store, cases, Bar(settings.advice_below_f1, settings.advice_min_cases))
    if json:
        show(result.as_dict())
    else:
        show_reviews(result)
    if missing:
        note(f"{missing} of {len(cases)} cases are of calls or items that are not stored here")


def sentiment(
    file: Annotated[Path, typer.Argument(help="Text, one utterance a line; - reads stdin.", show_default=False)],
    language: Annotated[str, typer.Option(help="zh, en or es.", show_default=False)],
    sentiment_model: SentimentOption = None,
    json: JsonOption = False,
) -> None:
    """The sentiment of each line: negative, neutral or positive, with its probability."""
    lines = _lines(file)
    settings = settings_for(sentiment_model=sentiment_model)
    from qc.engines.factory import build
    from qc.language import load
    from qc.redact import find, mask

    load(language)  # raises for a language that is not installed
    found = build(settings).sentiment.classify(lines, language) if lines else []
    if json:
        show([{"label": one.label, "probability": round(one.probability, 6)} for one in found])
    else:
        table(
            ["label", "probability", "text"],
            [
                (one.label, one.probability, mask(line, find(line, language), language))
                for one, line in zip(found, lines, strict=True)
            ],
        )


def _lines(file: Path) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: not UTF-8 text") from None
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text.strip() else []
