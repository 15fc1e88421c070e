"""Times and voices: what the truth's marks mean by the definitions, and what differs from them, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qc.call import Call, Quality, QualityNote, Role, Sound
from qc.evaluation import compare, expected
from qc.evaluation.events import event_times
from qc.evaluation.talking import talking
from qc.evaluation.truth import TrueEvent, TrueSpan, TrueUtterance, Truth
from qc.interval import Interval
from tests.evaluation.test_evaluation import NORMAL, call, inspection


def truth(*said: TrueUtterance, **rest: object) -> Truth:
    return Truth(1, "en", 60.0, ("agent", "customer"), said, **rest)  # type: ignore[arg-type]


def agent(start: float, end: float, **rest: bool) -> TrueUtterance:
    return TrueUtterance("agent", 0, start, end, "one two three", **rest)


def customer(start: float, end: float, **rest: bool) -> TrueUtterance:
    return TrueUtterance("customer", 1, start, end, "four five six", **rest)


def voiced(speech: dict[Role, tuple[tuple[float, float], ...]], *sounds: Sound, text: str = "four five six") -> Call:
    """A call heard with these voices."""
    said = sorted((start, role) for role, spans in speech.items() for start, _ in spans)
    heard = call("en", *((role, start, text) for start, role in said))
    ends = {(role, start): end for role, spans in speech.items() for start, end in spans}
    utterances = tuple(
        replace(one, interval=Interval(one.interval.start, ends[one.role, one.interval.start]))
        for one in heard.transcript.utterances
    )
    return replace(
        heard,
        speech={role: tuple(Interval(*span) for span in spans) for role, spans in speech.items()},
        sounds=sounds,
        transcript=replace(heard.transcript, utterances=utterances),
    )


def test_true_voice_is_what_can_be_heard_of_the_utterances_without_short_gaps() -> None:
    speech = (TrueSpan(0, 1.2, 4.0), TrueSpan(0, 4.4, 6.0), TrueSpan(0, 7.0, 9.0), TrueSpan(1, 2.0, 3.0))
    known = truth(agent(1.0, 6.5), agent(6.8, 9.0), customer(2.0, 3.0), speech=speech)
    assert expected.voice(known, "agent") == (Interval(1.2, 6.0), Interval(7.0, 9.0))
    assert expected.voice(replace(known, speech=()), "agent") == (Interval(1.0, 9.0),)
    assert expected.voice(known, "system") == ()


def test_an_interruption_ends_where_both_no_longer_speak() -> None:
    known = truth(customer(1.0, 6.0), agent(4.0, 9.0), events=(TrueEvent("interruption", 4.0, 9.0, "agent"),))
    assert expected.events(known)["interruption"] == (Interval(4.0, 6.0),)
    assert expected.events(known)["overlap"] == (Interval(4.0, 6.0),)


@pytest.mark.parametrize(
    ("notice", "kind", "wanted"),
    [
        ("pass", "hold", (Interval(2.0, 20.0),)),  # from the notice to the agent's next speech
        ("fail", "hold", (Interval(5.0, 18.0),)),  # no notice: as long as music is played
        ("pass", "explained_silence", (Interval(2.0, 20.0),)),
        ("pass", "dead_air", ()),
    ],
)
def test_a_hold_begins_with_its_notice_or_with_the_music(notice: str, kind: str, wanted: tuple[Interval, ...]) -> None:
    known = truth(
        agent(1.0, 2.0),
        customer(3.0, 4.0),
        agent(20.0, 22.0),
        events=(TrueEvent(kind, 4.0, 20.0, "agent"),),
        sounds=(TrueSpan(0, 5.0, 18.0, "music"), TrueSpan(1, 30.0, 30.1, "dtmf")),
        checks={"hold_notice": notice},
    )
    assert expected.events(known)["hold"] == wanted


def test_rings_of_a_series_are_one_hold() -> None:
    known = truth(sounds=(TrueSpan(0, 1.0, 2.0, "ringback"), TrueSpan(0, 6.0, 7.0, "ringback")))
    assert expected.events(known)["hold"] == (Interval(1.0, 7.0),)


def test_a_silence_marked_twice_is_one_and_ends_where_somebody_is_heard() -> None:
    marks = (TrueEvent("silence", 4.0, 20.0), TrueEvent("dead_air", 4.0, 20.0))
    speech = (TrueSpan(0, 1.0, 3.5), TrueSpan(1, 20.5, 22.0))
    known = truth(agent(1.0, 4.0), customer(20.0, 22.0), events=marks, speech=speech)
    assert expected.events(known)["silence"] == (Interval(3.5, 20.5),)


def test_onset_and_end_must_both_be_right_and_what_is_not_true_is_spurious() -> None:
    known = truth(agent(0.0, 2.0), customer(12.0, 14.0), agent(30.0, 34.0), events=(TrueEvent("silence", 2.0, 12.0),))
    late = voiced({Role.AGENT: ((0.0, 2.2), (30.0, 34.0)), Role.CUSTOMER: ((12.3, 14.0),)})
    found = event_times(known, late)["silence"]
    assert (found.events, found.within.count, found.spurious) == (1, 0, 2)  # 14 to 30 s and the tail are not marked
    assert found.errors == (pytest.approx(0.2),)
    assert found.ends == (pytest.approx(0.3),)
    near = voiced({Role.AGENT: ((0.0, 2.2), (30.0, 34.0)), Role.CUSTOMER: ((12.2, 14.0),)})
    document = event_times(known, near)["silence"].as_dict()
    assert (document["within"], document["within_share"], document["missed"]) == (1, 1.0, 0)
    assert document["end_p95"] == pytest.approx(0.2)
    deaf = event_times(known, voiced({Role.AGENT: ((0.0, 60.0),)}))["silence"]
    assert (deaf.within.count, deaf.as_dict()["missed"], deaf.spurious) == (0, 1, 0)


def test_talk_time_is_right_to_three_percent_a_role_and_call() -> None:
    known = truth(agent(0.0, 10.0), customer(12.0, 22.0))
    heard = voiced({Role.AGENT: ((0.0, 10.2),), Role.CUSTOMER: ((12.0, 22.4),)})
    unknown = replace(heard, speech={Role.UNKNOWN: (Interval(0.0, 22.0),)})
    got = talking([(known, heard), (known, unknown)]).talk
    assert (got["agent"].within.count, got["agent"].within.total, got["agent"].untold) == (1, 1, 1)
    assert (got["customer"].within.count, got["customer"].within.total) == (0, 1)
    assert got["customer"].as_dict()["error_overall"] == pytest.approx(0.04)
    assert got["system"].as_dict()["within_share"] is None


def test_of_one_channel_there_is_a_diarization_error_and_no_overlap() -> None:
    known = replace(truth(agent(0.0, 10.0), customer(8.0, 18.0)), channels=("unknown",))
    heard = voiced({Role.AGENT: ((0.0, 10.0),), Role.CUSTOMER: ((10.0, 19.0),)})
    mono = replace(heard, quality=Quality(notes=(QualityNote("mono"),)))
    got = talking([(known, mono), (known, heard)])
    assert got.one_channel == 1
    assert got.diarization.rate == pytest.approx((2.0 + 1.0) / 20.0)
    assert event_times(known, mono)["overlap"].events == 0
    assert event_times(known, heard)["overlap"].events == 1


def test_a_backchannel_counted_as_an_interruption_is_told() -> None:
    known = truth(agent(0.0, 10.0), customer(4.0, 5.5, backchannel=True), customer(7.0, 7.5, backchannel=True))
    heard = voiced({Role.AGENT: ((0.0, 10.0),), Role.CUSTOMER: ((4.0, 5.5), (7.0, 7.5))})
    got = talking([(known, heard)])
    assert (got.backchannels, got.interrupting) == (2, 1)
    listening = voiced({Role.AGENT: ((0.0, 10.0),), Role.CUSTOMER: ((4.0, 5.5),)}, text="yeah")
    assert talking([(known, listening)]).interrupting == 0


def test_roles_are_compared_channel_by_channel_beside_how_sure_they_were() -> None:
    known = truth(agent(0.0, 2.0), customer(3.0, 5.0))
    right = replace(voiced({Role.AGENT: ((0.0, 2.0),)}), quality=Quality(role_probability=0.9))
    wrong = replace(
        right, recording=replace(right.recording, roles=NORMAL[::-1]), quality=Quality(role_probability=0.6)
    )
    mono = replace(known, channels=("unknown",))
    got = talking([(known, right), (known, wrong), (mono, right)])
    assert (got.roles_right.count, got.roles_right.total) == (1, 2)
    assert got.role_probability == pytest.approx(0.75)


def test_the_document_has_them_all() -> None:
    known = truth(agent(0.0, 10.0), customer(12.0, 22.0))
    heard = voiced({Role.AGENT: ((0.0, 10.0),), Role.CUSTOMER: ((12.0, 22.0),)})
    document = compare([(known, inspection(heard, {}))]).as_dict()
    assert document["roles"]["share"] == 1.0  # type: ignore[index]
    assert document["talk_time"]["agent"]["within_share"] == 1.0  # type: ignore[index]
    assert document["backchannels"] == {"events": 0, "counted_as_interruption": 0}
