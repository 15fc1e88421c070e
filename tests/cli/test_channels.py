"""``qc channels``: swap and confirm, and what the other commands tell of the roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qc.call import QualityNote, Role
from qc.store import Store
from tests.cli.conftest import Ran
from tests.recordings import make_recording
from tests.store.samples import make_call, make_inspection

Run = Callable[..., Ran]
pytestmark = pytest.mark.xdist_group("listening")


@pytest.fixture
def heard(qc: Run, tmp_path: Path) -> None:
    """A database in this folder with one call that was heard."""
    make_recording(tmp_path / "calls" / "a.wav")
    assert qc("batch", tmp_path / "calls", "--engine", "oracle", "--json").code == 0


def doubtful(probability: float = 0.6) -> str:
    """A stored call of which the roles are doubtful."""
    call = make_call("doubt")
    quality = replace(call.quality, role_probability=probability, role_source="content")
    with Store("sqlite:///qc.db") as store:
        store.save(make_inspection(replace(call, quality=quality)))
    return "doubt"


@pytest.mark.usefixtures("heard")
def test_swap_twice(qc: Run) -> None:
    first = qc("explain", "a", "--json").json
    assert first["roles"] == {
        "channels": ["agent", "customer"],
        "source": "content",
        "probability": first["roles"]["probability"],
        "doubtful": False,
    }
    swapped = qc("channels", "swap", "a", "--reason", "the customer greets", "--author", "Li", "--json").json
    assert (swapped["agent_channel"], swapped["before"]["percent"]) == (1, first["percent"])
    now = qc("explain", "a", "--json").json
    assert (now["id"], now["percent"]) == (swapped["after"]["id"], swapped["after"]["percent"])
    assert now["percent"] != first["percent"]
    assert now["roles"] == {
        "channels": ["customer", "agent"],
        "source": "review",
        "probability": 1.0,
        "doubtful": False,
    }
    assert [one["code"] for one in now["quality"]] == ["roles_swapped"]
    (decision,) = now["role_decisions"]
    assert (decision["agent_channel"], decision["author"]) == (1, "Li")

    ran = qc("channels", "swap", "a")
    assert ran.out.startswith("a.wav")
    assert f"a.wav: the agent is on channel 0; {now['percent']:.1f} % before, {first['percent']:.1f} % now" in ran.out
    back = qc("explain", "a")
    assert "roles: agent on channel 0, from review, 100% sure" in back.out
    assert "UTC by Li: agent on channel 1: the customer greets" in back.out
    assert qc("explain", first["id"], "--json").json["percent"] == first["percent"]
    assert qc("rescore", "--json").json == {"calls": 1, "judged_again": 0}


def test_confirm_ends_the_doubt(qc: Run) -> None:
    key = doubtful()
    assert "roles: agent on channel 0, from content, 60% sure, doubtful" in qc("explain", key).out
    assert qc("report", "calls", "--json").json[0]["roles"] == "doubtful"
    confirmed = qc("channels", "confirm", key, "--json").json
    assert confirmed["agent_channel"] == 0
    found = qc("explain", key, "--json").json
    assert found["roles"] == {
        "channels": ["agent", "customer"],
        "source": "review",
        "probability": 1,
        "doubtful": False,
    }
    assert found["role_decisions"][0]["author"], "who is logged in"
    assert qc("report", "calls", "--json").json[0]["roles"] == "review"


def test_a_call_without_parties_is_one_sentence(qc: Run) -> None:
    call = make_call("mono")
    recording = replace(call.recording, roles=(Role.UNKNOWN,))
    quality = replace(call.quality, notes=(QualityNote("mono"),))
    with Store("sqlite:///qc.db") as store:
        store.save(make_inspection(replace(call, recording=recording, quality=quality)))
    for command in ("swap", "confirm"):
        ran = qc("channels", command, "mono")
        assert (ran.code, ran.out, len(ran.err.strip().splitlines())) == (2, "", 1)
        assert "no channels of their own" in ran.err
    assert "roles: nobody is told apart by channel" in qc("explain", "mono").out
    assert qc("channels", "swap", "none").code == 1


def test_measure_tells_the_roles(qc: Run, tmp_path: Path) -> None:
    call = make_recording(tmp_path / "call.wav")
    found = qc("measure", call, "--engine", "oracle", "--json").json
    assert found["roles"]["channels"] == ["agent", "customer"]
    assert "roles: agent on channel 0, from content" in qc("measure", call, "--engine", "oracle").out
