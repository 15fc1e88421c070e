"""The command ``qc``: thin, prints, nothing else. One module a group of commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; `arguments` default to the process's own. Always ends with SystemExit.

    Exit codes: 0 done, 1 an error of ours or too many failed files, 2 wrong use, 130 Ctrl-C.
    """
    from qc.cli.application import app
    from qc.cli.output import complain
    from qc.errors import QcError, UsageError

    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # a library's bars would break into ours
    for stream in (sys.stdout, sys.stderr):
        _accept_any_name(stream)
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="qc")
    except QcError as error:
        complain(error.message)
        sys.exit(2 if isinstance(error, UsageError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        complain(f"internal error ({type(error).__name__}: {error})")
        sys.exit(1)


def _accept_any_name(stream: TextIO) -> None:
    """File names may hold bytes that are no text; they are printed escaped."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
