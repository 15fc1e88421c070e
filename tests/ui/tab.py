"""A browser's tab that must stay on this machine and free of errors, and what it is to be served with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.ui.server import PATIENCE

NOISE = ("/_stcore/", "WebSocket connection to", "favicon")
"""Streamlit looks for its endpoints below the page's own path first, is answered 404 there, and says so."""


@contextmanager
def opened(chromium: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A tab of 1280 x 900 unless `options` say else; at the end it must have had no trouble."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "base_url": address, **options})
    try:
        trouble = watched(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield page
        assert not trouble, "\n".join(trouble)
    finally:
        context.close()


def watched(context: BrowserContext) -> list[str]:
    """What goes wrong in any tab of the context from now on: errors of scripts and in the console, scripts from
    outside, requests that leave this machine, and answers that say no."""
    trouble: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text or one in _where(message) for one in NOISE):
            trouble.append(f"console: {message.text} ({_where(message)})")

    context.on("console", console)
    context.on("weberror", lambda error: trouble.append(f"error: {error.error}"))
    context.on("dialog", lambda dialog: trouble.append(f"script from outside ran: {dialog.message}"))
    context.on("request", lambda request: _outside(request.url) and trouble.append(f"left: {request.url}"))
    context.on(
        "response",
        lambda answer: (
            answer.status >= 400 and "/_stcore/" not in answer.url and trouble.append(f"{answer.status}: {answer.url}")
        ),
    )
    return trouble


def _where(message: ConsoleMessage) -> str:
    return str(message.location.get("url", ""))


def _outside(url: str) -> bool:
    return urlparse(url).scheme in ("http", "https", "ws", "wss") and urlparse(url).hostname != "127.0.0.1"
