"""JSON documents without numbers that may be somebody's, whatever text they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qc.redact.names import unnumbered

OWN = frozenset(
    (
        *("id", "recording", "recording_id", "inspection", "inspection_id", "subject", "hash", "previous", "sha256"),
        *("listening", "judging", "language_pack", "engines", "models", "version"),
    )
)
"""Names under which we write ids and versions of our own, which may look like numbers."""


class Opened(str):
    """The path of a file that we wrote, for whoever opens it: names from outside are without numbers in it already."""

    __slots__ = ()


class Raw(dict[str, Any]):
    """A document as it is, because somebody asked for it so and gave a reason."""


def document(value: Any) -> Any:
    """The same document with `unnumbered` texts and names; `Opened`, `Raw` and our own ids stay as they are. Names that
    become the same stay apart."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, Mapping):
        found: dict[str, Any] = {}
        for name, one in value.items():
            key = unnumbered(str(name))
            while key in found:
                key += "'"
            found[key] = one if name in OWN else document(one)
        return found
    if isinstance(value, list | tuple):
        return [document(one) for one in value]
    return unnumbered(value) if isinstance(value, str) and not isinstance(value, Opened) else value
