"""Agent and customer exchanged, and a person's word about them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from qc.call import Call, QualityNote, Role, Sentiment
from qc.checks import CHECKS
from qc.errors import UsageError
from qc.pipeline.channels import (
    agent_channel,
    decided_version,
    heard_version,
    other_channel,
    swapped,
    with_agent,
)
from qc.pipeline.utterances import speech
from tests.talks import calls, talk

SAID = [
    ("agent", 0, 4, "您好，我家里停电了"),
    ("customer", 5, 9, "您好，国家电网，工号一零二为您服务"),
    ("system", 10, 12, "满意请按一"),
]


def heard(*notes: str, probability: float = 0.6) -> Call:
    """What the machine heard with the parties the wrong way round."""
    return talk(SAID, notes=notes, role_probability=probability)


@given(calls())
@settings(max_examples=60)
def test_swapped_twice_is_the_call_itself(call: Call) -> None:
    assert swapped(swapped(call)) == call
    assert swapped(call).transcript.of(Role.AGENT) == tuple(
        replace(one, role=Role.AGENT) for one in call.transcript.of(Role.CUSTOMER)
    )


def test_only_roles_are_exchanged() -> None:
    call = heard()
    other = swapped(call)
    assert other.recording.roles == (Role.CUSTOMER, Role.AGENT)
    assert other.voice(Role.AGENT) == call.voice(Role.CUSTOMER)
    assert other.voice(Role.SYSTEM) == call.voice(Role.SYSTEM)
    assert [one.role.value for one in other.transcript.utterances] == ["customer", "agent", "system"]
    assert (other.quality, other.sounds, other.metadata) == (call.quality, call.sounds, call.metadata)


def test_an_exchange_charges_the_other_party() -> None:
    call = talk([("customer", 0, 6, "我家从昨天开始就没有电了"), ("agent", 3, 8, "您先告诉我户号")])
    assert CHECKS["interruption"](call).measured == 1
    assert CHECKS["interruption"](swapped(call)).measured == 0


@pytest.mark.parametrize(
    ("channel", "notes"), [(0, []), (1, ["roles_swapped"])], ids=["confirmed as heard", "exchanged"]
)
def test_a_persons_word_is_sure_and_ends_the_doubt(channel: int, notes: list[str]) -> None:
    call = heard("swapped_channels")
    found = with_agent(call, channel)
    assert agent_channel(found) == channel
    quality = found.quality
    assert (quality.role_probability, quality.role_source) == (1.0, "review")
    assert [note.code for note in quality.notes] == notes
    assert (call.quality.roles_state, quality.roles_state) == ("doubtful", "review")
    assert found.transcript == (call if channel == 0 else swapped(call)).transcript
    assert with_agent(call, other_channel(found)).recording.roles == swapped(found).recording.roles


def test_announcements_are_looked_for_again() -> None:
    """Under the wrong roles the first words of the announcement counted as the customer's own."""
    mood = Sentiment(0.1, 0.8, 0.1)
    call = talk(
        [
            ("customer", 0, 2, "欢迎致电供电公司"),
            ("system", 3, 5, "您的通话可能会被录音"),
            ("customer", 6, 9, "喂，请讲"),
            ("agent", 10, 13, "我家停电了"),
        ]
    )
    lines = tuple(replace(one, sentiment=mood, pitch=3.0, energy=1.0) for one in call.transcript.utterances)
    call = replace(call, transcript=replace(call.transcript, utterances=lines))
    found = with_agent(call, 1)
    assert [one.role.value for one in found.transcript.utterances] == ["system", "system", "agent", "customer"]
    first = found.transcript.utterances[0]
    assert (first.sentiment, first.pitch, first.energy) == (None, None, None)
    assert found.speech == speech(found.transcript.utterances)


def test_the_sites_own_announcements_are_looked_for_again() -> None:
    played = "本次服务由专人抽查敬请留意"
    call = talk([("customer", 0, 3, played), ("customer", 6, 9, "说吧，请讲"), ("agent", 10, 13, "我家停电了")])
    alone = [one.role.value for one in with_agent(call, 1).transcript.utterances]
    known = [one.role.value for one in with_agent(call, 1, [played]).transcript.utterances]
    assert (alone, known) == (["agent", "agent", "customer"], ["system", "agent", "customer"])


def test_where_nobody_has_a_channel_there_is_nothing_to_swap() -> None:
    mono = talk([("unknown", 0, 4, "您好")], notes=["mono"])
    mono = replace(mono, recording=replace(mono.recording, roles=(Role.UNKNOWN,)))
    for ask in (agent_channel, other_channel):
        with pytest.raises(UsageError, match="no channels of their own"):
            ask(mono)
    assert with_agent(mono, 0) == mono
    assert with_agent(mono, 1) == mono


def test_of_three_channels_the_parties_are_exchanged() -> None:
    call = heard()
    roles = (Role.UNKNOWN, Role.CUSTOMER, Role.AGENT)
    call = replace(call, recording=replace(call.recording, roles=roles))
    assert other_channel(call) == 1
    assert with_agent(call, 1).recording.roles == (Role.UNKNOWN, Role.AGENT, Role.CUSTOMER)


def test_the_version_says_that_a_person_decided() -> None:
    assert decided_version("2-ab12", 1) == "2-ab12+agent1"
    assert decided_version("2-ab12+agent1", 0) == "2-ab12+agent0"
    assert heard_version("2-ab12+agent1") == heard_version("2-ab12") == "2-ab12"


def test_the_state_of_the_roles_in_a_list() -> None:
    assert heard(probability=0.7).quality.roles_state is None
    assert heard("swapped_channels", probability=0.7).quality.roles_state == "swapped"
    assert heard(probability=0.69).quality.roles_state == "doubtful"
    assert QualityNote("swapped_channels") in heard("swapped_channels").quality.notes
