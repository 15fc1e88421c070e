"""Who signed in by `st.login`: read from Streamlit's own signed cookie, the same for pages, routes and websocket."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer
from streamlit import auth_util
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from qc.ui.server.visit import Visit

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
"""Keys of ``[auth]`` in ``.streamlit/secrets.toml``."""
SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``login`` names this login and no other; ``since``: seconds since 1970."""

    name: str
    login: str
    since: float


def signed_in(visit: Visit, claim: str) -> SignedIn | None:
    """Whom the identity provider named at the last login; None without one, or where we did not sign the cookie."""
    raw = visit.cookies.get(USER_COOKIE_NAME)
    content = _get_signed_cookie_with_chunks(dict(visit.cookies), USER_COOKIE_NAME) if raw else None
    if not raw or not content:
        return None
    try:
        said = json.loads(content)
        signer = URLSafeTimedSerializer(get_cookie_secret(), salt=USER_COOKIE_NAME)
        _, at = signer.loads(raw, return_timestamp=True)
    except (ValueError, BadData):
        return None
    name = said.get(claim)
    same_site = said.get("origin") == auth_util.get_origin_from_redirect_uri()
    if not said.get("is_logged_in") or not same_site or not isinstance(name, str) or not name.strip():
        return None
    if claim == "email" and said.get("email_verified") is False:
        return None
    return SignedIn(name.strip(), hashlib.sha256(raw.encode()).hexdigest(), at.timestamp())


def missing() -> str:
    """Why nobody could sign in, as the end of a sentence; empty when all is there."""
    section = auth_util.get_secrets_auth_section()
    lacking = [key for key in NEEDED if not section.get(key)]
    if lacking:
        return f"[auth] in .streamlit/secrets.toml lacks {', '.join(lacking)}"
    if len(section["cookie_secret"]) < SHORTEST_SECRET:
        return f"cookie_secret in .streamlit/secrets.toml has fewer than {SHORTEST_SECRET} signs"
    if not auth_util.get_validated_redirect_uri():
        return "redirect_uri in .streamlit/secrets.toml must end in /oauth2callback"
    if not auth_util.is_authlib_installed():
        return "the package Authlib is not installed: pip install 'qc[oidc]'"
    return ""
