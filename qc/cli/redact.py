"""``qc redact``: text without its private data, line by line."""

from __future__ import annotations

import json as format_json
import sys
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.output import complain


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("redact")(redact)


def redact(
    file: Annotated[Path | None, typer.Argument(help="Text, UTF-8; default: stdin.", show_default=False)] = None,
    language: Annotated[str, typer.Option("--language", help="What the text is written in: zh, en or es.")] = "zh",
    site: Annotated[
        Path | None, typer.Option("--site", help="Site file; default: the setting's.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="A line of JSON for each line: its hits, without text.")] = False,
) -> None:
    """Mask private data: a line out for each line in, as soon as it is read."""
    from qc.cli.options import settings_for
    from qc.errors import UsageError
    from qc.redact import find, mask
    from qc.redact.lexicon import installed
    from qc.site import load, of

    if language not in installed():
        raise UsageError(f"no redaction for language {language!r}; there is: {', '.join(installed())}")
    centre = load(site) if site else of(settings_for())
    name = str(file) if file else "standard input"
    try:
        stream = file.open("rb") if file else sys.stdin.buffer
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror})") from None
    with stream:
        for number, raw in enumerate(stream, 1):
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                complain(f"{name}, line {number}: not UTF-8 text; the lines before it are masked")
                raise typer.Exit(2) from None
            line = text.rstrip("\r\n")
            hits = find(line, language, centre)
            if json:
                shown = [
                    {"kind": hit.kind, "start": hit.start, "end": hit.end, "probability": hit.probability}
                    for hit in hits
                ]
                answer = format_json.dumps(shown)
            else:
                answer = mask(line, hits, language)
            end = "\n" if json else text[len(line) :]
            sys.stdout.buffer.write((answer + end).encode())
            sys.stdout.buffer.flush()
