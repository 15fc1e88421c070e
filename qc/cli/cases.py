"""``qc cases``: what people ruled, as labelled cases for `qc evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import DatabaseOption, EncryptOption, JsonOption, PassphraseOption, seal_of, settings_for
from qc.cli.output import Opened, say_line, show
from qc.cli.trail import noted

app = typer.Typer(help="What people ruled, as labelled cases.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """What people ruled, as labelled cases."""


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="File to write, a JSON line a case.", show_default=False)],
    every: Annotated[bool, typer.Option("--all", help="All reviews and rulings, not only upheld appeals.")] = False,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Write the cases of upheld appeals to a file: `qc evaluate --cases FILE` says what the machine makes of them."""
    settings = settings_for(database=database)
    from qc.artifacts import Outlet
    from qc.errors import UsageError
    from qc.evaluation.cases import labelled, write
    from qc.store import ArtifactKind, Store

    seal = seal_of(settings, encrypt_to, passphrase_file)
    with Store.of(settings, create=False) as store:
        noted(store, "cases.export", all=int(every))
        cases = labelled(store, everything=every)
        outlet = Outlet(store, ArtifactKind.TABLE, seal)
        try:
            with outlet.writing(to, lambda: {one.recording for one in cases}) as stream:
                count = write(cases, stream)
        except OSError as error:
            raise UsageError(f"{to}: cannot be written ({error.strerror or error})") from None
    if json:
        show({"file": Opened(outlet.name(to)), "cases": count})
    else:
        say_line(f"{outlet.name(to)}: {count} cases")
