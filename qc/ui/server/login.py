"""Whom a request comes from, by each of the three ways to log in. Nobody is known yet: a claim is only a name that the
site's own machine, proxy or identity provider vouches for."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from qc.access import LOCAL
from qc.config import Settings
from qc.ui.server import oidc
from qc.ui.server.visit import Visit

SECRET_HEADER = "X-QC-Proxy-Secret"  # noqa: S105 (a name)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
LONGEST = 128
"""Signs of a user's id."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``name``: a user's id, or empty: nobody has logged in. ``trusted``: it came by the way that the settings name.

    ``origin``: the network address, or ``local``. ``login``: names one login of oidc, ``since`` when it was (seconds
    since 1970); empty and None with the other ways.
    """

    trusted: bool
    origin: str
    name: str = ""
    login: str = ""
    since: float | None = None


def claim(visit: Visit, settings: Settings) -> Claim:
    """Whom the request comes from, by the setting `login`."""
    if settings.login == "local":
        return Claim(_is_local(visit), "local" if loopback(visit.address) else visit.address, LOCAL.id)
    if settings.login == "header":
        return _of_header(visit, settings)
    found = oidc.signed_in(visit, settings.login_claim)
    if found is None:
        return Claim(True, visit.address)
    return Claim(True, visit.address, found.name if len(found.name) <= LONGEST else "", found.login, found.since)


def loopback(host: str) -> bool:
    """Whether an address is of this machine itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_local(visit: Visit) -> bool:
    """This machine's own address, asked for by its own name: not through a proxy, and not by another site's name that
    leads here (DNS rebinding)."""
    try:
        name = urlsplit(f"//{visit.only('host')}").hostname or ""
    except ValueError:
        return False
    own = name == "localhost" or loopback(name)
    return loopback(visit.address) and own and not any(header in visit.headers for header in _FORWARDED)


def _of_header(visit: Visit, settings: Settings) -> Claim:
    trusted = bool(settings.login_secret or settings.login_proxies)
    if settings.login_secret is not None:
        wanted = settings.login_secret.get_secret_value().encode()
        trusted &= hmac.compare_digest(visit.only(SECRET_HEADER).encode(), wanted)
    if settings.login_proxies:
        trusted &= _is_proxy(visit.address, settings.login_proxies)
    if not trusted:
        return Claim(False, visit.address)
    name = visit.only(settings.login_header).strip()
    last = visit.headers.get("x-forwarded-for", ("",))[-1].rpartition(",")[2].strip()
    origin = last if _is_address(last) else visit.address
    return Claim(True, origin, name if len(name) <= LONGEST and name.isprintable() else "")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_proxy(address: str, proxies: tuple[str, ...]) -> bool:
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(asked in ipaddress.ip_network(proxy, strict=False) for proxy in proxies)
