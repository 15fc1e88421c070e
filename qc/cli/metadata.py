"""Finds and reads the metadata of a command's folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qc.call import Metadata
from qc.cli.output import note
from qc.language import load
from qc.metadata import MetadataTable, read


def metadata_for(folders: Sequence[Path], given: Path | None) -> MetadataTable:
    """The file that was given, else ``metadata.csv`` in the one folder; what was left out of it is told on stderr."""
    path = given
    if path is None and len(folders) == 1 and (folders[0] / "metadata.csv").is_file():
        path = folders[0] / "metadata.csv"
        note(f"metadata: {path}")
    if path is None:
        return MetadataTable({})
    table = read(path)
    for problem in table.problems:
        note(problem)
    return table


def metadata_of(file: Path, given: Path | None, language: str | None) -> Metadata | None:
    """What is known of one recording: its row in the file that was given, and the language that was said."""
    known: Metadata | None = None
    if given is not None:
        rows = metadata_for((), given)
        key = rows.key(file)
        known = rows[key] if key else None
        if known is None:
            note(f"{given}: no row for {file.name}")
    if language is not None:
        load(language)  # raises for a language that is not installed
        known = replace(known or Metadata(), language=language)
    return known
