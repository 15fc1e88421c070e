"""The options that commands share, and the settings they make."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.config import Settings, load_settings
from qc.errors import UsageError

if TYPE_CHECKING:
    from qc.artifacts import Seal


class Device(StrEnum):
    """What the models run on."""

    CPU = "cpu"
    CUDA = "cuda"


class Runner(StrEnum):
    """Where the workers are."""

    LOCAL = "local"
    RAY = "ray"


class Engine(StrEnum):
    """Who listens."""

    WHISPER = "whisper"
    ORACLE = "oracle"
    TRANSCRIPT = "transcript"


FoldersArgument = Annotated[
    list[Path], typer.Argument(exists=True, file_okay=False, help="Folders of recordings.", show_default=False)
]
WorkersOption = Annotated[
    int | None, typer.Option(min=1, help="Processes that listen; default: one a core.", show_default=False)
]
DeviceOption = Annotated[
    Device | None, typer.Option("--device", help="Where models run. [default: cpu]", show_default=False)
]
RunnerOption = Annotated[
    Runner | None,
    typer.Option("--runner", help="Workers of this machine, or of a Ray cluster. [default: local]", show_default=False),
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", file_okay=False, help="Write the morning report there.", show_default=False)
]
File = Annotated[Path, typer.Argument(help="A recording.", show_default=False)]
EngineOption = Annotated[
    Engine | None,
    typer.Option("--engine", help="whisper; oracle: replay the truth file; transcript: use the text beside the file."),
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="builtin, an official name (see qc models list), or a checkpoint's path.")
]
SentimentOption = Annotated[
    str | None, typer.Option("--sentiment-model", help="builtin, a folder, or the name of a hub model that is cached.")
]
ScorecardOption = Annotated[
    str | None, typer.Option("--scorecard", help="Name or file of a scorecard; default: the language's own.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        help="Database, as sqlite:///FILE or postgresql://USER@HOST/NAME. [default: sqlite:///qc.db]",
        show_default=False,
    ),
]
MetadataOption = Annotated[
    Path | None, typer.Option("--metadata", help="CSV of the recording system, a row a file.", show_default=False)
]
MetadataMapOption = Annotated[
    Path | None,
    typer.Option("--metadata-map", help="YAML: how the metadata is read (docs/metadata.md).", show_default=False),
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", help="zh, en or es; default: what metadata says, else what is heard.")
]
AgentsOption = Annotated[
    list[str] | None, typer.Option("--agent", help="Only this agent's calls; may be repeated.", show_default=False)
]
TeamsOption = Annotated[
    list[str] | None, typer.Option("--team", help="Only this team's calls; may be repeated.", show_default=False)
]
EncryptOption = Annotated[
    list[str] | None,
    typer.Option(
        "--encrypt-to",
        help="Public key of age (age1…): write encrypted only, as NAME.age; may be repeated.",
        show_default=False,
    ),
]
PassphraseOption = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="Encrypt with the passphrase in this file instead.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; messages on stderr.")]


def settings_for(
    *,
    engine: Engine | None = None,
    model: str | None = None,
    sentiment_model: str | None = None,
    scorecard: str | None = None,
    database: str | None = None,
    workers: int | None = None,
    metadata_mapping: Path | None = None,
    device: Device | None = None,
    runner: Runner | None = None,
) -> Settings:
    """Settings of environment and file; what a command was given wins. Raises UsageError."""
    if model is not None and engine is not None and engine is not Engine.WHISPER:
        raise UsageError(f"--model is of the whisper engine, not of {engine}")
    voice = None if engine is None else ("oracle" if engine is Engine.ORACLE else "silero")
    return load_settings(
        transcriber=None if engine is None else engine.value,
        voice_detector=voice,
        diarizer="oracle" if engine is Engine.ORACLE else None,
        model=model,
        sentiment_model=sentiment_model,
        scorecard=scorecard,
        database=database,
        workers=workers,
        metadata_mapping=metadata_mapping,
        device=device,
        runner=runner,
    )


def seal_of(settings: Settings, encrypt_to: list[str] | None, passphrase_file: Path | None) -> Seal | None:
    """How a command's files are encrypted: as it was told, else as the setting ``encrypt_to`` says; None: not at all.

    Raises UsageError.
    """
    from qc.artifacts import seal_for

    told = encrypt_to is not None or passphrase_file is not None
    return seal_for(tuple(encrypt_to or ()) if told else settings.encrypt_to, passphrase_file)
