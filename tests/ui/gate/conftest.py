"""A gate with a clock of its own before a small night of calls, and people who come through a proxy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from qc.audit import Event
from qc.config import Settings
from qc.result import Inspection
from qc.store import Store
from qc.ui.server.door import Door
from qc.ui.server.downloads import Downloads
from qc.ui.server.gate import Gate
from qc.ui.server.media import Media
from qc.ui.server.passes import Spans, Variant
from qc.ui.server.routes import routes
from qc.ui.server.visit import SESSION_COOKIE
from tests.ui.night import inspection, script

SECRET = "a secret of the proxy alone"
USERS = """\
li:
  name: Li Na
  roles: [reviewer]
  teams: [East]
mo:
  roles: [reviewer]
  teams: [East]
trainer:
  roles: [trainer]
  teams: [East]
west:
  roles: [reviewer]
  teams: [West]
a01:
  roles: [agent]
  agent: A01
boss:
  roles: [admin]
reviewer-east:
  roles: [reviewer]
  teams: [East]
  agent: A01
reviewer-west:
  roles: [reviewer]
  teams: [West]
  agent: A09
team_lead-east:
  roles: [team_lead]
  teams: [East]
  agent: A01
team_lead-west:
  roles: [team_lead]
  teams: [West]
  agent: A09
trainer-east:
  roles: [trainer]
  teams: [East]
  agent: A01
trainer-west:
  roles: [trainer]
  teams: [West]
  agent: A09
agent-east:
  roles: [agent]
  teams: [East]
  agent: A01
agent-west:
  roles: [agent]
  teams: [West]
  agent: A09
operator-east:
  roles: [operator]
  teams: [East]
  agent: A01
operator-west:
  roles: [operator]
  teams: [West]
  agent: A09
auditor-east:
  roles: [auditor]
  teams: [East]
  agent: A01
auditor-west:
  roles: [auditor]
  teams: [West]
  agent: A09
admin-east:
  roles: [admin]
  teams: [East]
  agent: A01
admin-west:
  roles: [admin]
  teams: [West]
  agent: A09
gone:
  roles: [reviewer]
  teams: [East]
  disabled: true
"""


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Site:
    """The dashboard's routes behind the door, without Streamlit's own."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.events: list[Event] = []
        self.clock = clock
        self.gate = Gate(settings, self.events.append, clock)
        self.media = Media(self.gate)
        self.downloads = Downloads(self.gate)
        self.app = Starlette(
            routes=[
                *routes(self.media, self.downloads),
                Route("/{path:path}", _page),
                WebSocketRoute("/_stcore/stream", _socket),
            ],
            middleware=[Middleware(Door, self.gate)],
        )

    def person(self, name: str | None, secret: str = SECRET, **headers: str) -> TestClient:
        """A browser whose requests the proxy has vouched for."""
        said = {"X-QC-Proxy-Secret": secret, "X-Forwarded-For": "10.1.2.3", **headers}
        if name is not None:
            said["X-Forwarded-User"] = name
        return TestClient(self.app, base_url="https://qc.example", headers=said)

    def opened(self, name: str) -> TestClient:
        """The same after it has opened a page, with its session's cookie."""
        client = self.person(name)
        assert client.get("/call", headers={"Accept": "text/html"}).status_code == 200
        assert client.cookies.get(SESSION_COOKIE)
        return client

    def link(
        self,
        client: TestClient,
        name: str,
        recording: str,
        variant: Variant = Variant.MASKED,
        channel: str = "all",
        spans: Spans = (),
    ) -> str:
        """As a page gives it to the player."""
        session = self.gate.sessions.find(client.cookies[SESSION_COOKIE], name)
        user = self.gate._roster.current().users[name]  # type: ignore[union-attr]
        return "/qc/audio/" + self.media.passes.token(
            self.media.issue(user, session, recording, variant, channel, spans)
        )

    def codes(self) -> list[str]:
        """Reasons of the refusals in the trail."""
        return [str(event.detail["code"]) for event in self.events if event.action == "refused"]


async def _page(request: object) -> PlainTextResponse:
    return PlainTextResponse("Streamlit's own")


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def call(tmp_path: Path) -> Inspection:
    """A stored call of agent A01, team East, in which nobody asks for a number: nothing is covered but its hits."""
    lines = [
        (role, pause, "就是停电了，邻居家也停了。" if "户号" in text else text)
        for role, pause, text in script(satisfied=True, interrupts=False, hold=False, angry=False)
    ]
    return inspection(tmp_path, "one", "A01", lines, datetime(2026, 11, 20))


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.yaml"
    path.write_text(USERS, "utf-8")
    return path


@pytest.fixture
def settings(tmp_path: Path, call: Inspection, users: Path) -> Settings:
    url = f"sqlite:///{tmp_path / 'qc.db'}"
    with Store(url) as store:
        store.save(replace(call, hits=()))
    return Settings(
        database=url, login="header", login_secret=SECRET, users=users, link_key="k" * 32, interface_language="en"
    )


MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(settings: Settings, clock: Clock) -> Iterator[MakeSite]:
    made: list[Site] = []

    def make(**changes: object) -> Site:
        site = Site(settings.model_copy(update=changes), clock)
        made.append(site)
        return site

    yield make
    for site in made:
        site.media.copies.close()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()
