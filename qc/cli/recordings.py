"""``qc audio``, ``qc measure`` and ``qc transcribe``: the stages of listening, each alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.options import (
    EncryptOption,
    EngineOption,
    File,
    JsonOption,
    LanguageOption,
    MetadataOption,
    ModelOption,
    PassphraseOption,
    seal_of,
    settings_for,
)
from qc.cli.output import Opened, clock, say_line, show, table
from qc.cli.unmasking import ReasonOption, UnmaskOption, asked, remember
from qc.errors import StoreMissing, UsageError

if TYPE_CHECKING:
    from qc.artifacts import Seal
    from qc.call import Call
    from qc.config import Settings
    from qc.store import Store


class Format(StrEnum):
    """How a transcript is written."""

    JSON = "json"
    VTT = "vtt"
    SRT = "srt"
    TXT = "txt"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(audio)
    app.command()(measure)
    app.command()(transcribe)


def audio(file: File, json: JsonOption = False) -> None:
    """What is in the file: format, channels, levels, sounds, and what is wrong with it."""
    settings = settings_for()
    from qc.audio import Likeness, channel_levels, channel_likeness, find_sounds, open_audio
    from qc.cli.documents import level, quality, sound

    with open_audio(file, settings) as opened:
        levels = channel_levels(opened)
        likeness = channel_likeness(opened)
        sounds = find_sounds(opened)
        facts: dict[str, object] = {
            "file": str(file),
            "recording": opened.id,
            "format": opened.format,
            "sample_rate": opened.sample_rate,
            "num_samples": opened.num_samples,
            "num_channels": opened.num_channels,
            "duration": opened.duration,
            **{one.value: likeness is one for one in Likeness},
        }
        notes = opened.notes
    language = settings.interface_language
    if json:
        show(
            facts
            | {
                "channels": [level(one) for one in levels],
                "sounds": [sound(one) for one in sounds],
                "quality": [quality(one, language) for one in notes],
            }
        )
        return
    table(["", ""], [(name.replace("_", " "), str(value)) for name, value in facts.items()])
    table(
        ["channel", "peak dBFS", "speech dBFS", "noise dBFS", "clipped", "dead"],
        [(n, one.peak, one.speech_level, one.noise_level, one.clipped, one.dead) for n, one in enumerate(levels)],
    )
    if sounds:
        table(
            ["sound", "channel", "from", "to"],
            [(s.kind.value, s.channel, clock(s.interval.start), clock(s.interval.end)) for s in sounds],
        )
    for one in notes:
        say_line(f"note: {quality(one, language)['sentence']}")


def measure(
    file: File,
    metadata: MetadataOption = None,
    language: LanguageOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    json: JsonOption = False,
) -> None:
    """Talk time, silences, holds, overlaps, interruptions, backchannels, latency and speech rate, with their spans."""
    settings = settings_for(engine=engine, model=model)
    from qc import site
    from qc.cli.measures import measures, show_measures
    from qc.redact import find_in

    call = _listen(file, settings, metadata, language)
    found = measures(call, settings.interface_language, find_in(call, site.of(settings)))
    if json:
        show(found)
    else:
        show_measures(found)


def transcribe(
    file: File,
    out: Annotated[
        Path | None, typer.Option(help="Write to this folder, under the recording's name.", show_default=False)
    ] = None,
    format: Annotated[
        Format | None, typer.Option(help="Default: txt on stdout; with --out all four.", show_default=False)
    ] = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    metadata: MetadataOption = None,
    language: LanguageOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    unmask: UnmaskOption = False,
    reason: ReasonOption = None,
    json: JsonOption = False,
) -> None:
    """Who said what, when. With --out the files are registered in the database, where there is one, for `qc erase`."""
    why = asked(unmask, reason)
    settings = settings_for(engine=engine, model=model)
    call = _listen(file, settings, metadata, language)
    from qc import site
    from qc.redact import find_in, unnumbered
    from qc.transcript_export import export

    hits = () if why else find_in(call, site.of(settings))
    if why is not None:
        remember(call.recording.id, why, "transcribe", None)
    if out is None:
        sys.stdout.write(export(call.transcript, "json" if json else (format or Format.TXT).value, hits=hits))
        return
    formats = [format] if format else list(Format)
    name = file.stem if why else unnumbered(file.stem)
    seal = seal_of(settings, encrypt_to, passphrase_file)
    documents = {out / f"{name}.{one.value}": export(call.transcript, one.value, hits=hits) for one in formats}
    written = [Opened(path) for path in _write(documents, call, settings, seal)]
    if json:
        show({"files": written})
    else:
        for path in written:
            say_line(path)


def _write(documents: Mapping[Path, str], call: Call, settings: Settings, seal: Seal | None) -> list[str]:
    from qc.artifacts import Outlet
    from qc.store import ArtifactKind

    recording = Path(call.recording.path).resolve()
    with _known_store(settings) as store:
        outlet = Outlet(store, ArtifactKind.TRANSCRIPT, seal)
        for path, text in documents.items():
            if path.resolve() == recording:
                raise UsageError(f"{path}: is the recording itself; choose another folder")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with outlet.writing(path, lambda: [call.recording.id]) as stream:
                    stream.write(text.encode("utf-8"))
            except OSError as error:
                raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
        return [str(outlet.name(path)) for path in documents]


@contextmanager
def _known_store(settings: Settings) -> Iterator[Store | None]:
    """The database of the settings, where the files are registered; None where there is none: nothing is stored."""
    from qc.store import Store

    try:
        store = Store(settings.database, create=False)
    except StoreMissing:
        store = None
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def _listen(file: Path, settings: Settings, metadata: Path | None, language: str | None) -> Call:
    from qc.cli.metadata import metadata_of
    from qc.engines.factory import build
    from qc.pipeline import listen

    return listen(file, build(settings), settings, metadata_of(file, metadata, language, settings))
