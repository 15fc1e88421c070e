"""Headers of every answer, and who may open a websocket."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import Message

from qc.config import Settings
from qc.ui.server.visit import Visit

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Streamlit's page has scripts of its own in it, makes functions of text, and loads our components from blobs
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def put(message: Message, cookie: str = "") -> None:
    """Into the start of an answer."""
    headers = MutableHeaders(scope=message)
    for name, value in ALWAYS.items():
        headers[name] = value
    if cookie:
        headers.append("Set-Cookie", cookie)
        headers["Cache-Control"] = "no-store"


def own_page(visit: Visit, settings: Settings) -> bool:
    """Whether a websocket is opened by a page of ours: browsers say by which, and who says nothing is no browser."""
    asking = urlsplit(visit.only("origin")).netloc
    known = {visit.only("host")}
    if settings.dashboard_url is not None:
        known.add(urlsplit(str(settings.dashboard_url)).netloc)
    return bool(asking) and asking in known


def other_site(visit: Visit) -> bool:
    """Whether a page of another site made the browser ask. (Empty: no browser, or an old one.)"""
    return visit.only("sec-fetch-site") not in ("", "same-origin", "none")
