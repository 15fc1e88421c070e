"""From a plan to a dialogue: turns with their texts, pauses and sounds, and what every check must find."""

from __future__ import annotations

import re
from typing import Any

from recordings_sample.scripts.cast import AGENTS
from recordings_sample.scripts.exchanges import exchanges, turns
from recordings_sample.scripts.plan import Plan
from recordings_sample.scripts.writing import LATE_GREETING, THANKS, Say, Script, Tone, Writer, hand_over, slots, texts

_COMPLAINTS = ("complaint", "angry")
_WAITED = ("hold", "explained", "hold_without_notice")
_UPSETTING = ("empathy", "complaint_risk", "customer_abuse")
_SETTLED = (
    "opening", "satisfaction_question", "closing", "forbidden_phrases", "brush_off", "interruption", "speech_rate",
)  # fmt: skip


def _body(writer: Writer, variant: list[Any]) -> None:
    faults, waited = writer.script.plan.faults, writer.script.plan.lookup in _WAITED
    for index, turn in enumerate(variant):
        if turn == "look":
            _before_lookup(writer)
            _lookup(writer)
        elif turn == "S":
            if waited and variant[index - 1] == "look":
                continue  # the agent has just apologised for the wait
            writer.part("agent", "no_sorry" if "apology" in faults else "sorry")
        else:
            ((kind, alternatives),) = turn.items()
            template = writer.choice.choice(alternatives)
            role = "agent" if kind in "AP" else "customer"
            writer.say(role, template, mark="promise" if kind == "P" else "")
            if kind == "L" and "interruption" in faults:
                writer.part("agent", "interrupt", "interrupt")


def _before_lookup(writer: Writer) -> None:
    faults = writer.script.plan.faults
    if "forbidden_phrases" in faults:
        writer.part("agent", "forbidden", mark="forbidden_phrase")
        writer.part("customer", "forbidden_reply")
        writer.part("agent", "sorry_self")
    if "brush_off" in faults:
        writer.part("agent", "brush_off", mark="brush_off")
        writer.part("customer", "brush_reply")
        writer.part("agent", "take_back")


def _lookup(writer: Writer) -> None:
    kind = writer.script.plan.lookup
    if kind in ("short", "explained", "hold"):
        writer.part("agent", "wait_notice")
        writer.part("customer", "wait_reply")
    if kind == "short":
        writer.wait("short", 1.2, 2.6)
        writer.part("agent", "wait_thanks")
    elif kind == "explained":
        writer.wait("explained_silence", 15.8, 17)
        writer.part("agent", "wait_thanks_sorry")
    elif kind == "hold":
        writer.wait("hold", 11.2, 13)
        writer.part("agent", "wait_thanks_sorry")
    elif kind == "hold_without_notice":
        writer.wait("hold", 11.2, 13)
        writer.part("agent", "back_sorry")
    elif kind == "dead_air":
        writer.wait("dead_air", 16.0, 18)
        writer.part("agent", "back_plain")


def _opening(writer: Writer) -> None:
    plan = writer.script.plan
    if plan.extra == ("greeting_delay", "fail"):
        writer.wait("late_greeting", *LATE_GREETING)
    if plan.extra == ("ring_apology", "pass"):
        writer.say("agent", writer.choice.choice(turns(writer.script.language, "tuning", *plan.extra)))
    else:
        writer.part("agent", "opening_missing" if "opening" in plan.faults else "opening")


def _extra(writer: Writer) -> None:
    """The case of one more check. Where a customer complains, the agent apologises: that is another check's matter."""
    plan, language = writer.script.plan, writer.script.language
    if plan.extra is None or plan.extra[0] in ("ring_apology", "greeting_delay"):
        return
    check, verdict = plan.extra
    if check == "listening":
        writer.part("agent", "anything_else")
        request = writer.choice.choice(turns(language, "tuning", "request_long"))
        writer.say("customer", request, listen="always" if verdict == "pass" else "never")
        writer.say("agent", writer.choice.choice(turns(language, "tuning", "ack")))
        return
    writer.turns("tuning", writer.choice.choice(exchanges(language, "tuning", check, verdict)))
    if check in _UPSETTING:
        writer.say("agent", writer.parts["sorry"][0])


def _ending(writer: Writer) -> None:
    script, faults = writer.script, writer.script.plan.faults
    angry = script.mood == "angry"
    agent = "second" if script.second else "agent"
    writer.part(agent, "anything_else")
    writer.part("customer", "anything_reply_warm" if script.mood == "calms" else "anything_reply")
    if "satisfaction_question" not in faults:
        writer.part(agent, "satisfaction_question")
        writer.part("customer", "satisfaction_reply_angry" if angry else "satisfaction_reply")
    writer.part(agent, "closing_missing" if "closing" in faults else "closing")
    writer.part("customer", "bye_angry" if angry else "bye")
    if script.plan.rating:
        writer.part("system", "rating", "announcement")
        if writer.choice.random() < 0.8:
            script.key = 3 if angry else writer.choice.choice((1, 1, 1, 2))
            script.items.append(Tone("dtmf", script.key))


def _apology(script: Script) -> str | None:
    """None where the script does not settle whether an apology is due."""
    plan = script.plan
    if "apology" in plan.faults:
        return "fail"
    if plan.extra is not None and plan.extra[0] in _UPSETTING:
        return "pass"
    if plan.extra is not None and plan.extra[0] in ("safety_advice", "agent_tone"):
        return None
    if plan.scenario in _COMPLAINTS or plan.lookup in _WAITED:
        return "pass"
    neutral = plan.scenario in ("moving", "key_customer") and plan.lookup in ("short", "none")
    return "na" if neutral and not plan.faults & {"forbidden_phrases", "brush_off"} else None


def _checks(script: Script) -> dict[str, str]:
    plan = script.plan
    checks = {name: "fail" if name in plan.faults else "pass" for name in (*_SETTLED, "dead_air")}
    spoken = " ".join(item.text.lower() for item in script.items if isinstance(item, Say) and item.role == "agent")
    checks["thanks"] = "pass" if re.search(THANKS[script.language], spoken) else "fail"
    checks["anything_else"] = "pass"
    holds = {"hold": "pass", "explained": "pass", "hold_without_notice": "fail"}
    checks["hold_notice"] = holds.get(plan.lookup, "na")
    apology = _apology(script)
    if apology is not None:
        checks["apology"] = apology
    checks |= {"greeting_delay": "pass", "ring_apology": "na"} | dict([plan.extra] if plan.extra else [])
    if plan.channels == ("unknown",):
        checks["interruption"] = "na"  # who breaks in on whom cannot be told on one channel
    return dict(sorted(checks.items()))


def compose(plan: Plan) -> Script:
    """Write the call of a plan; the same plan gives the same call."""
    choice = plan.choice
    scenario = texts(AGENTS[plan.agent].language)["scenarios"][plan.scenario]
    script = Script(plan, slots(plan, choice), scenario["queue"], scenario.get("mood", ""))
    if plan.extra is not None and plan.extra[0] == "transfer":
        hand_over(script)
    writer = Writer(script, choice)
    if plan.ringback:
        script.items.append(Tone("ringback", choice.randint(1, 2)))
    if plan.announcement:
        writer.part("system", "announcement", "announcement")
    _opening(writer)
    _body(writer, scenario["variants"][plan.variant % len(scenario["variants"])])
    _extra(writer)
    _ending(writer)
    script.checks = _checks(script)
    return script
