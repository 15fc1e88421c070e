"""The dashboard as one ASGI application: Streamlit's, with our door before it and our routes in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from qc.config import Settings
from qc.desk import recorder
from qc.ui.server import downloads, links, start
from qc.ui.server import gate as gates
from qc.ui.server.door import Door
from qc.ui.server.downloads import Downloads
from qc.ui.server.gate import Gate
from qc.ui.server.media import Media
from qc.ui.server.routes import routes

SCRIPT = Path(__file__).with_name("main.py")
"""What Streamlit runs at every click."""
_SWEEP = 30.0


def parts(settings: Settings) -> dict[str, Any]:
    """What `st.App` takes beside its script. Raises UsageError or UsersError where it must not start."""
    start.check(settings)
    gate = Gate(settings, recorder(settings))
    gates.install(gate)
    media = links.of(gate)
    made = downloads.of(gate)
    media.passes  # noqa: B018 (the key is made, or the reason why not is told, now)
    return {
        "routes": routes(media, made, links.base()),
        "middleware": [Middleware(Door, gate, links.base())],
        "lifespan": _lifespan(media, made),
    }


def _lifespan(media: Media, made: Downloads) -> Any:
    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        task = asyncio.create_task(_sweep(media, made))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            media.copies.close()
            made.close()

    return lifespan


async def _sweep(media: Media, made: Downloads) -> None:
    while True:
        await asyncio.sleep(_SWEEP)
        media.copies.drop_unused()
        made.drop_old()
