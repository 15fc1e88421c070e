"""Where events of the server go: the trail of the site's database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache

from qc.audit import Event
from qc.config import Settings
from qc.store import Store

_LOG = logging.getLogger("qc.server")


def complain(where: str, error: Exception, *, say: bool = True) -> None:
    """To the operator's log; `say` False: only what kind of error, where its sentence may name a recording."""
    kind = getattr(error, "code", type(error).__name__)
    _LOG.log(logging.ERROR, "%s: %s", where, error if say else kind)


def recorder(settings: Settings) -> Callable[[Event], object]:
    """What records an event; the database is opened for the first. Raises what `Store.of` and `Store.record` raise."""

    @cache
    def store() -> Store:
        return Store.of(settings)

    return lambda event: store().record(event)
