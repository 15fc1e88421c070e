"""A reverse proxy as a centre would have one before the dashboard, for one person: it adds the headers of who it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def vouching(backend: str, **headers: str) -> Iterator[str]:
    """Gives the proxy's address. A header's name has ``_`` for ``-``."""
    own = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _pass_on(reader, writer, backend, own)

        return await asyncio.start_server(serve, "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, backend: str, own: dict[str, str]
) -> None:
    """One request a connection, or a websocket; then both ways until one side closes."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
        return
    first, *lines = head.rstrip("\r\n").split("\r\n")
    upgrade = any(line.lower().startswith("upgrade:") for line in lines)
    kept = [line for line in lines if line.partition(":")[0].lower() not in own]
    if not upgrade:
        kept = [line for line in kept if not line.lower().startswith("connection:")] + ["Connection: close"]
    request = "\r\n".join([first, *kept, *(f"{name}: {value}" for name, value in own.items()), "", ""])
    to = urlsplit(backend)
    back_reader, back_writer = await asyncio.open_connection(to.hostname, to.port)
    back_writer.write(request.encode("latin-1"))
    await asyncio.gather(_pump(reader, back_writer), _pump(back_reader, writer), return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
