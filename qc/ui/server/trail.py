"""Where events of the server go."""

from __future__ import annotations

import logging
from collections.abc import Callable

from qc.audit import Event
from qc.config import Settings

LOG = logging.getLogger("qc.access")


def recorder(settings: Settings) -> Callable[[Event], object]:
    """What records an event: codes and ids only, never words or file names."""

    def record(event: Event) -> None:
        detail = " ".join(f"{name}={value}" for name, value in event.detail.items())
        LOG.info("%s %s from %s: %s %s", event.action, event.actor, event.origin, event.subject or "-", detail or "-")

    return record
