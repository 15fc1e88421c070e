"""Sessions end by idleness, age and signing out; too many refusals end in silence. All by a clock of the test's own."""

from __future__ import annotations

import pytest

from qc.ui.server.limiter import MOST_KEYS, Limiter
from qc.ui.server.sessions import MOST_OF_A_USER, Session, Sessions
from tests.ui.gate.conftest import Clock


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(1800, 12 * 3600, clock)


def begun(sessions: Sessions, user: str = "li", login: str = "", since: float | None = None) -> Session:
    session = sessions.begin(user, login, since)
    assert session is not None
    return session


def test_use_puts_off_the_end_by_idleness(sessions: Sessions, clock: Clock) -> None:
    session = begun(sessions)
    for _ in range(3):
        clock.now += 1799
        assert sessions.find(session.id, "li")
    clock.now += 1000
    assert sessions.find(session.id, "li", touch=False)
    clock.now += 800
    assert sessions.find(session.id, "li") is None


def test_a_session_has_a_last_hour(sessions: Sessions, clock: Clock) -> None:
    session = begun(sessions)
    for _ in range(12 * 6 - 1):
        clock.now += 600
        assert sessions.find(session.id, "li")
    clock.now += 600
    assert sessions.find(session.id, "li") is None


def test_a_session_is_its_users_and_its_logins(sessions: Sessions, clock: Clock) -> None:
    session = begun(sessions, "li", "login", clock.now)
    assert sessions.find(session.id, "mo", "login") is None
    assert sessions.find(session.id, "li", "another") is None
    assert sessions.find("x" * 43, "li", "login") is None
    assert sessions.find(session.id, "li", "login") is not None


def test_a_login_whose_session_ended_begins_no_other(sessions: Sessions, clock: Clock) -> None:
    session = begun(sessions, "li", "login", clock.now)
    sessions.end(session.id)
    assert sessions.find(session.id, "li", "login") is None
    assert sessions.begin("li", "login", clock.now) is None
    idle = begun(sessions, "li", "second", clock.now)
    clock.now += 1800
    assert sessions.find(idle.id, "li", "second") is None
    assert sessions.begin("li", "second", clock.now - 1800) is None
    assert sessions.begin("li", "third", clock.now) is not None


def test_an_old_login_begins_none(sessions: Sessions, clock: Clock) -> None:
    before_start = clock.now - 2
    assert sessions.begin("li", "before the start", before_start) is None
    at = clock.now
    clock.now += 12 * 3600
    assert sessions.begin("li", "too old", at) is None
    assert sessions.begin("li", "without a time") is None


def test_a_local_session_has_no_end(clock: Clock) -> None:
    sessions = Sessions(None, None, clock)
    session = begun(sessions, "local")
    clock.now += 10**8
    assert sessions.find(session.id, "local") is not None


def test_a_users_sessions_are_counted(sessions: Sessions, clock: Clock) -> None:
    other = begun(sessions, "mo")
    made = []
    for _ in range(MOST_OF_A_USER + 3):
        clock.now += 1
        made.append(begun(sessions))
    alive = [one for one in made if sessions.find(one.id, "li")]
    assert alive == made[3:] and sessions.find(other.id, "mo")


def test_ids_are_no_two_alike_and_not_in_the_mark(sessions: Sessions) -> None:
    made = [begun(sessions, f"u{i}") for i in range(200)]
    assert len({one.id for one in made}) == len({one.mark for one in made}) == 200
    assert all(len(one.id) >= 43 and one.id not in one.mark for one in made)


def test_the_last_refusal_blocks(clock: Clock) -> None:
    limiter = Limiter(3, 300, clock)
    assert [limiter.refused("a") for _ in range(3)] == [False, False, True]
    assert limiter.blocked("a") == 300
    assert limiter.blocked("b") == 0
    clock.now += 299
    assert limiter.blocked("a") == pytest.approx(1)
    clock.now += 1
    assert limiter.blocked("a") == 0


def test_slow_refusals_block_nobody(clock: Clock) -> None:
    limiter = Limiter(3, 300, clock)
    for _ in range(20):
        assert not limiter.refused("a")
        clock.now += 150
    assert limiter.blocked("a") == 0


def test_memory_has_an_end(clock: Clock) -> None:
    limiter = Limiter(1, 300, clock)
    for number in range(MOST_KEYS + 10):
        limiter.refused(str(number))
    assert limiter.blocked("0") == 0
    assert limiter.blocked(str(MOST_KEYS + 9)) > 0
