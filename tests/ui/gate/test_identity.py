"""What a page draws for whom: the user's page, or one that says why not, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import HttpUrl
from streamlit.testing.v1 import AppTest

from qc.config import Settings
from qc.ui.server import gate as gates
from qc.ui.server import identity
from qc.ui.server.application import SCRIPT
from qc.ui.server.visit import SESSION_COOKIE, Visit, gathered
from qc.ui.words import LANGUAGES, Words
from tests.ui.gate.conftest import SECRET, USERS, Clock, MakeSite, Site

Open = Callable[..., AppTest]


@pytest.fixture
def site(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site whose gate the pages ask."""
    site = make_site()
    monkeypatch.setattr(gates, "_installed", [site.gate])
    return site


@pytest.fixture
def look(site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Open a page as the browser of somebody would."""
    monkeypatch.setenv("QC_DATABASE", settings.database)
    monkeypatch.setenv("QC_CONFIG", str(tmp_path / "none.toml"))

    def run(name: str | None, *, secret: str = SECRET, cookie: str | None = None, lang: str = "en") -> AppTest:
        headers = [("X-QC-Proxy-Secret", secret), *([("X-Forwarded-User", name)] if name else [])]
        if name and cookie is None and site.gate._roster.current().find(name):  # type: ignore[union-attr]
            session = site.gate.sessions.begin(name)
            cookie = session.id if session else None
        visit = Visit(gathered(headers), {SESSION_COOKIE: cookie} if cookie else {}, "10.0.0.9")
        monkeypatch.setattr(identity, "visit", lambda: visit)
        app = AppTest.from_file(str(SCRIPT), default_timeout=120)
        app.query_params.update({"lang": lang})
        app.run()
        assert not app.exception, app.exception
        return app

    return run


def drawn(app: AppTest) -> tuple[str, ...]:
    return tuple(one.value for one in (*app.title, *app.info, *app.main.caption))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_user_is_named_and_may_sign_out(look: Open, site: Site, lang: str) -> None:
    words = Words(lang)
    app = look("li", lang=lang)
    assert words("server.you_are", user="Li Na") in [one.value for one in app.sidebar.caption]
    assert app.title[0].value == words("overview.title")
    app.button(key="sign_out").click().run()
    assert drawn(app) == (words("server.title"), words("server.ended"))
    assert site.events[-1].action == "signed_out"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "outcome"), [("stranger", "unknown"), ("gone", "disabled"), (None, "nobody"), ("mo", "ended")]
)
def test_others_see_why_not_and_nothing_else(look: Open, name: str | None, outcome: str, lang: str) -> None:
    words = Words(lang)
    app = look(name, cookie="x" * 43, lang=lang)
    shown = drawn(app)
    assert shown[:2] == (words("server.title"), words(f"server.{outcome}"))
    assert all("call" not in one for one in shown[2:]) and len(shown) <= 3
    assert not app.dataframe and not app.metric and not app.button


def test_past_the_proxy_nobody_is_believed(look: Open) -> None:
    assert drawn(look("li", secret="guess"))[1] == Words("en")("server.untrusted")


def test_an_open_page_ends_with_the_users_right(look: Open, site: Site, users: Path) -> None:
    app = look("li")
    assert app.title[0].value == Words("en")("overview.title")
    users.write_text(USERS.replace("name: Li Na\n", "name: Li Na\n  disabled: true\n"), "utf-8")
    app.run()
    assert drawn(app)[1] == Words("en")("server.disabled")
    users.write_text("li: [", "utf-8")
    app.run()
    assert drawn(app)[1] == Words("en")("server.unreadable")


def test_an_open_page_ends_with_the_session(look: Open, clock: Clock) -> None:
    app = look("li")
    clock.now += 1799
    app.run()
    assert app.title[0].value == Words("en")("overview.title")
    clock.now += 1800
    app.run()
    assert drawn(app) == (Words("en")("server.title"), Words("en")("server.ended"))


def test_who_is_blocked_waits(look: Open, site: Site) -> None:
    app = look("li")
    for _ in range(site.gate.settings.refusals):
        site.gate.limiter.refused("user li")
    app.run()
    assert drawn(app)[1] == Words("en")("server.blocked", minutes=5)


def test_local_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QC_DATABASE", settings.database)
    monkeypatch.setenv("QC_CONFIG", str(tmp_path / "none.toml"))
    app = AppTest.from_file(str(SCRIPT), default_timeout=120)
    app.query_params["lang"] = "en"
    app.run()
    assert Words("en")("server.local") in [one.value for one in app.sidebar.caption]
    assert "sign_out" not in {one.key for one in app.button}


def test_an_ended_session_leads_on(look: Open, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    away = HttpUrl("https://qc.example/oauth2/sign_out?a=1&b=2")
    monkeypatch.setattr(site.gate, "settings", site.gate.settings.model_copy(update={"sign_out_url": away}))
    html = "".join(one.proto.body for one in look("li", cookie="x" * 43).get("html"))
    assert 'href="?lang=en"' in html and 'href="https://qc.example/oauth2/sign_out?a=1&amp;b=2"' in html
