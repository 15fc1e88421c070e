"""Finds and reads the metadata of a command's folders; ``qc metadata check``: how a file would be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from qc.call import Metadata
from qc.cli.options import JsonOption, MetadataMapOption, settings_for
from qc.cli.output import note, say_line, show, table
from qc.config import Settings
from qc.language import load
from qc.metadata import MetadataTable, key_of, load_map, of_names, read

SHOWN = 20
"""Problems or names that are listed for people; JSON has all."""

app = typer.Typer(help="Metadata of the recording system.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Metadata of the recording system."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A metadata file.", show_default=False)],
    metadata_mapping: MetadataMapOption = None,
    folder: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Recordings to join it to.", show_default=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show how a metadata file is read: encoding, columns, rows, what is wrong, and what fits no recording.

    Exit code 0: nothing was left out; 1: something was, or the file cannot be used; 2: wrong use.
    """
    from qc.batch.files import find_files

    rows = _read(file, settings_for(metadata_mapping=metadata_mapping))
    without, orphans = None, None
    if folder is not None:
        found, problems = find_files([folder], without=[file])
        rows = rows.among((one.path, one.folder) for one in found)
        rows = replace(rows, problems=(*rows.problems, *problems))
        keys = {one.path: rows.key(one.path, one.folder) for one in found}
        without = [str(path) for path, key in keys.items() if key is None]
        orphans = rows.orphans({key for key in keys.values() if key is not None})
    document = _document(rows, without, orphans)
    if json:
        show(document)
    else:
        _say(document)
    raise typer.Exit(bool(rows.problems))


def metadata_for(folders: Sequence[Path], given: Path | None, settings: Settings) -> MetadataTable:
    """The file that was given, else ``metadata.csv`` in the one folder; what was left out of it is told on stderr.

    Without a file, what the names of the recordings tell, when the settings' mapping reads them.
    """
    path = given
    if path is None and len(folders) == 1 and (folders[0] / "metadata.csv").is_file():
        path = folders[0] / "metadata.csv"
        note(f"metadata: {path}")
    if path is None:
        return of_names(load_map(settings.metadata_mapping), key_of(settings))
    rows = _read(path, settings)
    for problem in rows.problems[:SHOWN]:
        note(problem)
    if len(rows.problems) > SHOWN:
        note(f"{path}: and {len(rows.problems) - SHOWN} more; all: qc metadata check {path} --json")
    return rows


def metadata_of(file: Path, given: Path | None, language: str | None, settings: Settings) -> Metadata | None:
    """What is known of one recording: its row in the file that was given, and the language that was said."""
    known: Metadata | None = None
    if given is not None or settings.metadata_mapping is not None:
        rows = metadata_for((), given, settings)
        key = rows.key(file)
        known = rows[key] if key else None
        if known is None and given is not None:
            note(f"{given}: no row for {file.name}")
    if language is not None:
        load(language)  # raises for a language that is not installed
        known = replace(known or Metadata(), language=language)
    return known


def _read(path: Path, settings: Settings) -> MetadataTable:
    return read(path, load_map(settings.metadata_mapping), key_of(settings))


def _document(rows: MetadataTable, without: Sequence[str] | None, orphans: Sequence[str] | None) -> dict[str, Any]:
    recognised = rows.recognised
    return {
        "encoding": recognised and recognised.encoding,
        "delimiter": recognised and recognised.delimiter,
        "header_line": recognised and recognised.header_line,
        "columns": dict(recognised.columns) if recognised else {},
        "extra": list(recognised.extra) if recognised else [],
        "rows": len(rows),
        "abandoned": len(rows.abandoned),
        "problems": list(rows.problems),
        "orphan_rows": None if orphans is None else list(orphans),
        "recordings_without_row": without,
    }


def _say(document: dict[str, Any]) -> None:
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab"}.get(document["delimiter"], document["delimiter"])
    counts = [
        ("encoding", document["encoding"]),
        ("delimiter", delimiter),
        ("header on line", document["header_line"]),
        ("columns kept beside", ", ".join(document["extra"]) or None),
        ("rows", document["rows"]),
        ("abandoned", document["abandoned"]),
        ("problems", len(document["problems"])),
    ]
    lists = {"orphan_rows": "rows without a recording", "recordings_without_row": "recordings without a row"}
    counts += [(name, len(document[key])) for key, name in lists.items() if document[key] is not None]
    table(["metadata", "value"], counts)
    table(["field", "column"], list(document["columns"].items()))
    for problem in document["problems"][:SHOWN]:
        say_line(problem)
    _more(document["problems"])
    for key, name in lists.items():
        for one in (document[key] or ())[:SHOWN]:
            say_line(f"{name}: {one}")
        _more(document[key] or ())


def _more(listed: Sequence[str]) -> None:
    if len(listed) > SHOWN:
        say_line(f"… and {len(listed) - SHOWN} more")
