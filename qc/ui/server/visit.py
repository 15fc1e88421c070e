"""What a request says of itself: headers, cookies, address. Nothing in it is believed yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

SESSION_COOKIE = "qc_session"


@dataclass(frozen=True, slots=True)
class Visit:
    """``headers``: all values by lower-case name. ``address``: where the connection comes from, as the server says."""

    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    address: str = ""

    def only(self, name: str) -> str:
        """The header's value; empty without one, and where there are several: somebody added one to the proxy's."""
        values = self.headers.get(name.lower(), ())
        return values[0] if len(values) == 1 else ""

    @property
    def session(self) -> str:
        """What the session's cookie says."""
        return self.cookies.get(SESSION_COOKIE, "")


def gathered(headers: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Headers by lower-case name, with all values of each."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        found[name.lower()] = (*found.get(name.lower(), ()), value)
    return found


def of_scope(scope: Mapping[str, Any]) -> Visit:
    """The visit of an ASGI request or websocket."""
    headers = gathered((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    client = scope.get("client")
    return Visit(headers, _cookies(headers.get("cookie", ())), client[0] if client else "")


def _cookies(lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in "; ".join(lines).split(";"):
        try:
            read = SimpleCookie(pair.strip())
        except CookieError:
            continue
        for name, morsel in read.items():
            found.setdefault(name, morsel.value)
    return found
