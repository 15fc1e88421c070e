"""``qc decrypt`` and ``qc keygen``: files that were written encrypted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import JsonOption, PassphraseOption
from qc.cli.output import Opened, say_line, show
from qc.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(decrypt)
    app.command()(keygen)


def decrypt(
    file: Annotated[Path, typer.Argument(help="A file that ends in .age.", show_default=False)],
    identity: Annotated[
        Path | None, typer.Option("--identity", help="File of the private key, as qc keygen makes it.")
    ] = None,
    passphrase_file: PassphraseOption = None,
    to: Annotated[Path | None, typer.Option("--to", help="File to write; default: the same name without .age.")] = None,
    json: JsonOption = False,
) -> None:
    """Open an encrypted file with the private key, or the passphrase, that it was made for."""
    from qc.artifacts import ENDING, opened

    target = to or (file.with_suffix("") if file.suffix == ENDING else None)
    if target is None:
        raise UsageError(f"{file}: does not end in {ENDING}; name the file to write with --to")
    plain = opened(file, identity, passphrase_file)
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(plain)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from None
    if json:
        show({"file": Opened(target), "bytes": len(plain)})
    else:
        say_line(f"{target} ({len(plain)} bytes)", raw=True)


def keygen(
    file: Annotated[Path, typer.Argument(help="A new file, which only its owner may read.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Make a private key, and print the public one for --encrypt-to."""
    from qc.artifacts import new_key

    public = new_key(file)
    if json:
        show({"file": Opened(file), "public_key": Opened(public)})
    else:
        say_line(public, raw=True)
