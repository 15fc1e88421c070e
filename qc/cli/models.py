"""``qc models``: which there are, fetching official ones, checking files against the manifests, listing one's own."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import JsonOption, settings_for
from qc.cli.output import note, say_line, show, table
from qc.errors import UsageError

app = typer.Typer(
    help="Models: list them, fetch an official one, verify the files, list your own with their hashes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Kind(StrEnum):
    """What can be listed in a site's manifest."""

    RECOGNISER = "recogniser"
    SENTIMENT = "sentiment"
    DIARIZER = "diarizer"
    VOICE = "voice"


@app.command("list")
def list_(json: JsonOption = False) -> None:
    """Builtin models and official checkpoints, and which are here."""
    from qc.engines.models import list_models

    settings = settings_for()
    rows = list_models(settings.models, settings.model_manifest)
    if json:
        show(
            [
                {
                    "name": row.name,
                    "kind": row.kind,
                    "path": str(row.path) if row.path else None,
                    "licence": row.licence,
                    "bytes": row.bytes,
                }
                for row in rows
            ]
        )
        return
    table(
        ["name", "kind", "here", "MB", "licence"],
        [(r.name, r.kind, r.path is not None, r.bytes and round(r.bytes / 1e6, 1), r.licence) for r in rows],
    )


@app.command()
def fetch(name: Annotated[str, typer.Argument(help="Name of an official checkpoint.", show_default=False)]) -> None:
    """Download an official checkpoint; its hash is checked."""
    from qc.engines.models import fetch as fetch_model

    say_line(str(fetch_model(name, settings_for().models)))


@app.command()
def verify(json: JsonOption = False) -> None:
    """Check every model file against its manifest: shipped, inside packages, the site's own; exit code 1 when one is
    wrong."""
    from qc.engines.models import verify as verify_models

    settings = settings_for()
    found = list(verify_models(settings.models, settings.model_manifest))
    if json:
        show([{"model": name, "problem": problem} for name, problem in found])
    else:
        table(["model", "state"], [(name, problem or "as listed") for name, problem in found])
    if any(problem for _, problem in found):
        raise typer.Exit(1)


@app.command()
def pin(
    what: Annotated[str, typer.Argument(help="A file, a folder, or a hub model that is cached.", show_default=False)],
    kind: Annotated[Kind | None, typer.Option(help="What it is; default: as it looks.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(help="A name for it; default: its path.", show_default=False)] = None,
    licence: Annotated[str | None, typer.Option(help="Its licence, for qc sbom.", show_default=False)] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="The manifest; default: setting model_manifest.", show_default=False)
    ] = None,
) -> None:
    """List a model of your own with the hashes of its files, as they are now. With the setting model_manifest, nothing
    that is unlisted or changed is loaded any more."""
    from qc.engines import pinning

    configured = settings_for().model_manifest
    target = manifest or configured
    if target is None:
        raise UsageError("say where the manifest is: --manifest FILE, or the setting model_manifest")
    entry = pinning.pin(what, target, kind, name, licence or pinning.UNKNOWN)
    say_line(f"{entry.name} ({entry.kind}): {len(entry.files)} files listed in {target}")
    if configured is None:
        note(f"it counts when the setting model_manifest names it: QC_MODEL_MANIFEST={target.resolve()}")
