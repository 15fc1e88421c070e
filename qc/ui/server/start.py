"""What must be right before the first request: a dashboard that would be open to all does not start."""

from __future__ import annotations

import ipaddress
import os

from streamlit import config

from qc.access import RosterFile
from qc.config import Settings
from qc.errors import UsageError
from qc.ui.server import oidc
from qc.ui.server.login import SECRET_HEADER, loopback

TRUSTED_BY_SERVER = "FORWARDED_ALLOW_IPS"
"""Environment variable of uvicorn: from where it believes X-Forwarded-For, and forgets the proxy's own address."""


def check(settings: Settings) -> None:
    """Raise UsageError or UsersError, in one sentence, where the settings do not keep strangers out."""
    if not (config.get_option("server.enableXsrfProtection") and config.get_option("server.enableCORS")):
        raise UsageError("the dashboard does not start without Streamlit's server.enableXsrfProtection and enableCORS")
    if settings.login == "local":
        _check_address()
        return
    if settings.users is None:
        raise UsageError(f"login {settings.login} needs the setting users: a file that says who may what")
    RosterFile(settings.users).current()
    if settings.login == "oidc":
        if lacking := oidc.missing():
            raise UsageError(f"login oidc: {lacking}")
        return
    _check_proxy(settings)


def _check_address() -> None:
    address = config.get_option("server.address")
    if address is None:
        raise UsageError(
            "login local serves this machine only, and Streamlit's default is every address: "
            "add --server.address 127.0.0.1, or set login to header or oidc"
        )
    if not loopback(address):
        raise UsageError(
            f"login local serves this machine only, not {address}: "
            "use --server.address 127.0.0.1, or set login to header or oidc"
        )


def _check_proxy(settings: Settings) -> None:
    if settings.login_secret is None and not settings.login_proxies:
        raise UsageError(
            f"login header needs login_secret (sent by the proxy as {SECRET_HEADER}) or login_proxies: "
            "anybody can send a header"
        )
    for proxy in settings.login_proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            raise UsageError(f"setting login_proxies: {proxy} is no address or network") from None
    if settings.login_proxies and os.environ.get(TRUSTED_BY_SERVER) != "":
        raise UsageError(
            f"login_proxies needs the environment variable {TRUSTED_BY_SERVER} to be set and empty: "
            "else the server takes an address from a header for the proxy's"
        )
