"""The middleware before everything, Streamlit's own routes and websocket too: who asks, may they, and headers."""

from __future__ import annotations

import math
from http.cookies import SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qc.errors import QcError
from qc.ui.server import complaints, headers
from qc.ui.server.gate import Gate
from qc.ui.server.refused import Refused
from qc.ui.server.routes import VISITOR
from qc.ui.server.sessions import Session
from qc.ui.server.visit import SESSION_COOKIE, Visit, of_scope
from qc.ui.server.visitor import Outcome, Visitor
from qc.ui.words import Words

_OPEN = "/_stcore/health"
_NEVER = ("/_stcore/agent",)
_SIGNING_IN = ("/auth/", "/oauth2callback")
_FOR_KNOWN = ("/media/", "/_stcore/upload_file", "/_stcore/metrics", "/_stcore/script-health-check")
"""Streamlit's own addresses that hold somebody's data; any user may have them, nobody else."""
_COUNTED = (Outcome.UNKNOWN, Outcome.DISABLED)


class Door:
    """`base`: the path below which the dashboard is, as ``/qc``, or empty."""

    def __init__(self, app: ASGIApp, gate: Gate, base: str = "") -> None:
        self.app, self.gate, self.base = app, gate, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        cookie = ""

        async def answered(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers.put(message, cookie)
            await send(message)

        path = scope["path"].removeprefix(self.base) or "/"
        if path != _OPEN:
            visitor, status, session = await run_in_threadpool(self._decide, scope, path)  # it may write to the trail
            if status != 200:
                await self._refuse(scope, receive, answered, visitor, status)
                return
            scope[VISITOR] = visitor
            cookie = _cookie(session, scope, self.base) if session is not None else ""
        try:
            await self.app(scope, receive, answered)
        except (Refused, QcError) as error:  # while it played: the connection ends here
            complaints.complain("audio that played", error, say=False)

    def _decide(self, scope: Scope, path: str) -> tuple[Visitor, int, Session | None]:
        """Who asks, the answer (200: come in) and the session that begins with it."""
        visit = of_scope(scope)
        page = scope["type"] == "http" and _is_page(visit, path)
        visitor = self.gate.ask(visit, touch=page or path.startswith("/qc/audio/"))
        status = self._status(scope, visit, visitor, path, page)
        return visitor, status, self.gate.enter(visitor) if page and status == 200 else None

    def _status(self, scope: Scope, visit: Visit, visitor: Visitor, path: str, page: bool) -> int:
        settings, outcome = self.gate.settings, visitor.outcome
        ours = path.startswith("/qc/")
        if ours and headers.other_site(visit):  # not counted: another site could shut a user out
            return 404
        if outcome is Outcome.BLOCKED:
            return 429
        if outcome is Outcome.UNTRUSTED or (outcome is Outcome.NOBODY and settings.login == "header"):
            self.gate.refuse(visitor, outcome.value)
            return 403
        if scope["type"] == "websocket" and not headers.own_page(visit, settings):
            self.gate.refuse(visitor, "other_origin")
            return 403
        if path.startswith(_NEVER) or (path.startswith(_SIGNING_IN) and settings.login != "oidc"):
            return 404
        if path.startswith(_FOR_KNOWN) and (outcome is not Outcome.KNOWN or headers.other_site(visit)):
            return 404
        if page and outcome in _COUNTED:
            self.gate.refuse(visitor, outcome.value)
        return 200

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor, status: int) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        words = Words(self.gate.settings.interface_language)
        said = words(f"server.status_{status}") if status != 404 else ""
        wait = {"Retry-After": str(math.ceil(visitor.wait))} if status == 429 else {}
        answer = PlainTextResponse(said, status, {"Cache-Control": "no-store", **wait})
        await answer(scope, receive, send)


def _is_page(visit: Visit, path: str) -> bool:
    """Whether a person opens a page: the moment at which a session begins."""
    fetched = visit.only("sec-fetch-dest")
    html = fetched == "document" if fetched else "text/html" in visit.only("accept")
    return html and not path.startswith(("/qc/", "/static/", "/_stcore/", "/media/", *_SIGNING_IN))


def _cookie(session: Session, scope: Scope, base: str) -> str:
    """Until the browser is closed; not for scripts, and not for what other sites ask of us."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[SESSION_COOKIE] = session.id
    morsel = cookie[SESSION_COOKIE]
    morsel["path"], morsel["httponly"], morsel["samesite"] = base or "/", True, "Lax"
    if scope.get("scheme") == "https":
        morsel["secure"] = True
    return morsel.OutputString()
