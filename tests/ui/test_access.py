"""Every page with every role: who may open it sees it, anybody else sees neither it nor the way to it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qc.access import Action, Subject, User, UserRole, may
from qc.config import Settings
from qc.store import Store
from qc.ui import shell
from qc.ui.server import identity
from qc.ui.server.gate import Outcome, Visitor
from qc.ui.server.login import Claim
from qc.ui.shell import PAGES
from qc.ui.words import Words
from tests.ui.night import AGENTS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "qc" / "ui" / "pages"
Open = Callable[..., AppTest]
EAST = {"A01", "A02"}
"""Agents of team East in the stored night; the others are of West."""


def user_of(role: UserRole) -> User:
    return User("u", "U", frozenset({role}), frozenset({"East"}), "A01" if role is UserRole.AGENT else None)


@pytest.fixture
def visit(night: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Open a page as somebody; the server has found out who it is."""

    def run(user: User, page: str, **query: str) -> AppTest:
        monkeypatch.setenv("QC_DATABASE", night)
        monkeypatch.setenv("QC_CONFIG", str(tmp_path / "none.toml"))
        monkeypatch.setattr(
            identity, "visitor", lambda touch=True: Visitor(Outcome.KNOWN, Claim(True, "192.0.2.1", user.id), user)
        )
        app = AppTest.from_file(str(ROOT / "qc" / "ui" / "server" / "main.py"), default_timeout=120)
        app.query_params.update({"lang": "en", "period": "all", **query})
        app.switch_page(f"../pages/{page}.py")
        app.run()
        assert not app.exception, app.exception
        return app

    return run


def test_every_page_has_a_rule() -> None:
    assert {file.stem for file in FOLDER.glob("*.py")} - {"__init__"} == set(PAGES)


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("page", PAGES)
def test_page(visit: Open, role: UserRole, page: str) -> None:
    words = Words("en")
    app = visit(user_of(role), page, call="call-A01-01")
    titles = [one.value for one in app.title]
    expected = words(f"{page}.title") if page not in ("call", "review") else r"call\-A01\-01"
    assert (expected in titles) is may(user_of(role), PAGES[page])


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("agent", ["A01", "A02", "A03"])
def test_a_call(visit: Open, role: UserRole, agent: str) -> None:
    user = user_of(role)
    app = visit(user, "call", call=f"call-{agent}-01")
    team = "East" if agent in EAST else "West"
    inside = may(user, Action.SEE_CALL, Subject(agent, team))
    assert (rf"call\-{agent}\-01" in [one.value for one in app.title]) is inside
    assert ("masked_show" in {one.key for one in app.button}) <= may(user, Action.UNMASK, Subject(agent, team))
    assert ("roles_swap" in {one.key for one in app.button}) is may(user, Action.DECIDE_CHANNELS, Subject(agent, team))


@pytest.mark.parametrize("role", [role for role in UserRole if may(user_of(role), Action.SEE_CALLS)])
def test_lists_hold_only_calls_in_reach(visit: Open, night: str, role: UserRole) -> None:
    user = user_of(role)
    app = visit(user, "calls", size="100")
    (sent,) = (json.loads(one.proto.mixed.json or one.proto.json) for one in app.get("bidi_component"))
    shown = {row["name"] for row in sent["rows"]}
    with Store(night) as store:
        rows = store.call_rows()
    assert shown == {row.call_id for row in rows if may(user, Action.SEE_CALLS, Subject(row.agent, row.team))}
    assert len(shown) < len(rows) or role is UserRole.ADMIN


def test_a_reviewer_looks_under_one_mask(visit: Open) -> None:
    reviewer = user_of(UserRole.REVIEWER)
    app = visit(reviewer, "call", call="call-A01-01")
    words = Words("en")
    assert "三七二零" not in shown(app) and words("masked.count", count=2) in shown(app)
    account = next(one for one in app.selectbox(key="masked_span_A01-01").options if one.startswith("Account"))
    app.selectbox(key="masked_span_A01-01").set_value(account)
    app.selectbox(key="masked_reason_A01-01").set_value(words("masked.reason_appeal"))
    app.run()
    app.button(key="masked_show").click().run()
    assert not app.exception and not app.error
    assert "三七二零" in shown(app) and "人民路十二号" not in shown(app)
    assert "三七二零" not in shown(visit(reviewer, "call", call="call-A01-01"))


def shown(app: AppTest) -> str:
    """What the page sends to the browser: captions, tables, and what the player draws."""
    parts = [one.value for one in app.caption] + [one.proto.body for one in app.get("html")]
    sent = [json.loads(one.proto.mixed.json or one.proto.json) for one in app.get("bidi_component")]
    return "\n".join(parts + [json.dumps(one, ensure_ascii=False) for one in sent])


@pytest.mark.parametrize("page", ["overview", "coaching", "agents"])
def test_a_team_lead_hears_nothing_of_another_team(visit: Open, page: str) -> None:
    app = visit(user_of(UserRole.TEAM_LEAD), page)
    shown = " ".join(str(value) for frame in app.dataframe for value in frame.value.to_numpy().ravel())
    shown += " ".join(one.value for one in [*app.markdown, *app.caption, *app.header])
    options = [str(option) for one in app.selectbox for option in one.options]
    for agent in set(AGENTS) - EAST:
        assert agent not in shown
        assert not any(agent in option for option in options)


def test_what_was_unmasked_ends_with_the_login_session(night: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell.st, "session_state", {})
    settings, reviewer = Settings(database=night), user_of(UserRole.REVIEWER)
    first = shell.open_desk(settings, Words("en"), reviewer, "192.0.2.1", "one")
    assert shell.open_desk(settings, Words("en"), reviewer, "192.0.2.1", "one") is first
    assert shell.open_desk(settings, Words("en"), reviewer, "192.0.2.1", "two") is not first


def test_tables_offer_no_download_past_the_export() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["client"]["disableDataExport"] is True
