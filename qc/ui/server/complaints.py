"""What the server tells its operator."""

from __future__ import annotations

import logging

_LOG = logging.getLogger("qc.server")


def complain(where: str, error: Exception, *, say: bool = True) -> None:
    """To the operator's log; `say` False: only what kind of error, where its sentence may name a recording."""
    kind = getattr(error, "code", type(error).__name__)
    _LOG.log(logging.ERROR, "%s: %s", where, error if say else kind)
