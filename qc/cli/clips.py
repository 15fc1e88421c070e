"""``qc clips``: evidence to teach with, as files in a folder or as a coaching pack."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import MAXYEAR, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.options import (
    AgentsOption,
    DatabaseOption,
    EncryptOption,
    JsonOption,
    PassphraseOption,
    TeamsOption,
    seal_of,
    settings_for,
)
from qc.cli.output import Opened, complain, say_line, show
from qc.cli.trail import code, noted
from qc.errors import NotFound, UsageError

if TYPE_CHECKING:
    from qc.artifacts import Seal
    from qc.config import Settings
    from qc.result import Clip, Excerpt
    from qc.store import Selection, Store

_DAYS = {"last-night": 1, "week": 7, "month": 28}


class Sound(StrEnum):
    """Of the clips."""

    WAV = "wav"
    MP3 = "mp3"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(clips)


def clips(
    item: Annotated[str, typer.Option(help="Item of the scorecard, as opening.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Folder to write to.", show_default=False)] = None,
    pack: Annotated[
        Path | None, typer.Option(help="Write a coaching pack to this ZIP instead of a folder.", show_default=False)
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="last-night, week, month (up to the newest call), or FROM..TO, days as YYYY-MM-DD; default: all.",
            show_default=False,
        ),
    ] = None,
    sound: Annotated[Sound, typer.Option("--format", help="Of the audio.")] = Sound.WAV,
    agent: AgentsOption = None,
    team: TeamsOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Clips at most; a pack has 50 at most.")] = 100,
    language: Annotated[str | None, typer.Option(help="Of captions, index and pack; default: the interface's.")] = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Cut the evidence of an item that falls short: audio with captions in a folder, or a pack that plays offline."""
    from qc.store import Selection, Store

    if (out is None) == (pack is None):
        raise UsageError("name a folder (--out) or the ZIP of a pack (--pack)")
    settings = settings_for(database=database)
    seal = seal_of(settings, encrypt_to, passphrase_file)
    with Store.of(settings, create=False) as store:
        selection = _within(store, Selection(agents=tuple(agent or ()), teams=tuple(team or ())), period)
        noted(store, "clips", item=code(item), language=language and code(language))
        asked = _Asked(item, selection, language or settings.interface_language, limit, sound)
        if out is not None:
            _folder(store, settings, asked, out, seal, json)
        elif pack is not None:
            _pack(store, settings, asked, pack, seal, json)


@dataclass(frozen=True, slots=True)
class _Asked:
    item: str
    selection: Selection
    language: str
    limit: int
    sound: Sound


def _folder(store: Store, settings: Settings, asked: _Asked, out: Path, seal: Seal | None, json: bool) -> None:
    from qc.cli.documents import span
    from qc.clips import SoundFormat, cut_clips

    cuts = cut_clips(
        store,
        asked.item,
        out,
        settings=settings,
        selection=asked.selection,
        language=asked.language,
        limit=asked.limit,
        seal=seal,
        sound=SoundFormat(asked.sound.value),
    )
    for one in cuts.clips:
        _noted(store, asked.item, one)
    _complain(cuts.skipped)
    if not json:
        say_line(f"{len(cuts.clips)} clips in {out}, listed in {cuts.index}")
        return
    files = [{"file": Opened(one.path), "recording": one.recording_id, **span(one.interval)} for one in cuts.clips]
    show({"index": Opened(cuts.index), "clips": files, "skipped": _skipped(cuts.skipped)})


def _pack(store: Store, settings: Settings, asked: _Asked, path: Path, seal: Seal | None, json: bool) -> None:
    from qc.artifacts import Outlet
    from qc.cli.documents import span
    from qc.packs import MOST, Pack, SoundFormat, chosen, write_pack
    from qc.store import ArtifactKind

    limit = min(asked.limit, MOST - 1)  # and a good example
    found, skipped = chosen(store, asked.item, settings=settings, selection=asked.selection, limit=limit)
    _complain(skipped)
    if not found:
        raise NotFound(f"item {asked.item}: nothing to put into a pack in these calls")
    for one in found:
        _noted(store, asked.item, one)
    outlet = Outlet(store, ArtifactKind.CLIP, seal)
    whose = {one.recording_id for one in found}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with outlet.writing(path, lambda: whose) as stream:
            plan = Pack(found, language=asked.language, sound=SoundFormat(asked.sound.value))
            write_pack(
                plan,
                lambda clip: store.inspection(clip.recording_id),
                stream,
                settings,
                in_memory=outlet.sealed,
            )
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
    written = outlet.name(path)
    if json:
        files = [{"recording": one.recording_id, **span(one.interval), "good": one.good} for one in found]
        show({"pack": Opened(written), "clips": files, "skipped": _skipped(skipped)})
    else:
        say_line(f"{written}: {len(found)} clips, good examples among them: {sum(one.good for one in found)}")


def _noted(store: Store, item: str, clip: Clip | Excerpt) -> None:
    noted(store, "clips", clip.recording_id, span=(clip.interval.start, clip.interval.end), item=code(item))


def _within(store: Store, selection: Selection, period: str | None) -> Selection:
    """The selection in a period; the named ones end with the day of the newest call. Raises UsageError."""
    if period is None:
        return selection
    if period in _DAYS:
        newest = store.lists.newest()
        if newest is None:
            return selection
        last = datetime(newest.year, newest.month, newest.day)
        first = last - timedelta(days=_DAYS[period] - 1)
    else:
        first, last = _days(period)
    return replace(selection, since=first, until=last + timedelta(days=1))


def _days(period: str) -> tuple[datetime, datetime]:
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", period):
        with suppress(ValueError):
            first, last = (datetime.fromisoformat(day) for day in found.groups())
            if first <= last and last.year < MAXYEAR:
                return first, last
    raise UsageError(f"--period: write {', '.join(_DAYS)}, or FROM..TO, days as YYYY-MM-DD")


def _complain(skipped: tuple[tuple[str, str], ...]) -> None:
    for call, reason in skipped:
        complain(f"{call}: no clip: {reason}")


def _skipped(skipped: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"call": call, "reason": reason} for call, reason in skipped]
