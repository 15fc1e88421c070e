"""``docs/licences.md``, from the installed packages: names and licences without versions, so that it stays stable."""

from __future__ import annotations

from collections.abc import Sequence

from qc.supply.licences import Licence, asks_for_sources, everywhere

HEAD = """# Licences

Made by `qc licences --markdown` from the metadata of the installed packages; a test compares the two. `qc licences`
prints it for what is installed on your machine, `qc sbom` with versions, and the models, as CycloneDX 1.6.

Our code is under Apache-2.0. The models that the project ships have licences of their own
([models](../models/README.md)): the builtin sentiment weights are for **research and evaluation** only.

## What follows from the copyleft ones

This is how we read them, not legal advice. *Using* the program asks for nothing. Who *hands it on* (an appliance, a
container image) hands on these packages as well:

- **PyAV's wheel holds x264 and x265 (GPL) beside FFmpeg (LGPL)**. The program decodes sound with it, in a process of
  its own, and uses neither encoder; but the wheel as a whole may only be handed on under the GPL's terms: with its
  licence text and the offer of the sources. Who cannot, builds PyAV against an FFmpeg without them
  (`pip install av --no-binary av`).
- LGPL libraries are loaded at run time, unchanged, as files that their user can replace: add their licence texts.
- GCC's run-time libraries come with the exception for programs that were compiled by it: they ask for nothing.
- `espeak-ng` (GPL-3.0) makes the sample recordings; it is a tool of development, not installed with the program.
- PyTorch's wheels for a GPU bring NVIDIA's libraries (`nvidia-…`, `cuda-…`), under NVIDIA's own terms, which limit
  handing them on.
"""


def markdown(rows: Sequence[Licence]) -> str:
    """The page, the same on every machine."""
    rows, names = everywhere(rows)
    lines = [HEAD, "| package | licence | what it asks for |", "|---|---|---|"]
    lines += [f"| {row.package} | {row.licence} | {row.note} |" for row in rows if row.copyleft]
    lines += ["", "| inside the wheel of | library | licence | asks for sources |", "|---|---|---|---|"]
    for row in rows:
        lines += [
            f"| {row.package} | {library} | {licence} | {'yes' if asks_for_sources(licence) else 'no'} |"
            for library, licence in row.inside
        ]
    lines += ["", "## All packages", "", "| package | licence |", "|---|---|"]
    lines += [f"| {name} | {licence} |" for name, licence in names.items()]
    return "\n".join(lines) + "\n"
