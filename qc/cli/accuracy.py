"""``qc evaluate`` and ``qc sentiment``: how right we are, and the classifier alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import (
    EngineOption,
    JsonOption,
    MetadataOption,
    ModelOption,
    ScorecardOption,
    SentimentOption,
    settings_for,
)
from qc.cli.output import note, show, table
from qc.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(evaluate)
    app.command()(sentiment)


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Recordings with truth files beside them.", show_default=False)],
    metadata: MetadataOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    sentiment_model: SentimentOption = None,
    scorecard: ScorecardOption = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that listen.")] = 1,
    json: JsonOption = False,
) -> None:
    """Hear and judge recordings, and compare with their truth: recognition, checks, events."""
    from qc.cli.evaluations import show_evaluation
    from qc.cli.metadata import metadata_for
    from qc.evaluation import evaluate as evaluate_folder

    settings = settings_for(engine=engine, model=model, sentiment_model=sentiment_model, scorecard=scorecard)
    result = evaluate_folder(folder, settings, metadata_for([folder], metadata), workers, note)
    if json:
        show(result.as_dict())
        return
    show_evaluation(result)


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

    load(language)  # raises for a language that is not installed
    found = build(settings).sentiment.classify(lines, language) if lines else []
    if json:
        show([{"label": one.label, "probability": round(one.probability, 6)} for one in found])
    else:
        table(
            ["label", "probability", "text"],
            [(one.label, one.probability, line) for one, line in zip(found, lines, strict=True)],
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
