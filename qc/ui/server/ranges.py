"""Which bytes a request asks for (RFC 9110, section 14). Of several ranges at once none is served alone: all is."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range lies outside: 416."""


def asked(header: str, size: int) -> tuple[int, int] | None:
    """Bytes ``[start, stop)`` of `size`; None: all of it, for no header, another unit or what is no single range.

    Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        last = int(found[2])
        if last == 0 or size == 0:
            raise Unsatisfiable
        return max(0, size - last), size
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(size, int(found[2]) + 1) if found[2] else size
