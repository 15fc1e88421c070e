"""Tables of how right the machine is: pure, from figures to frames with headings in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from qc.demotion import Demotion
from qc.evaluation.agreement import Agreement, Answer
from qc.evaluation.figures import CheckFigures, EvaluationFigures, RateFigures
from qc.evaluation.reviews import ReviewEvaluation
from qc.ui.words import Words, percent

Span = tuple[float, float] | None


def share(value: float | None, span: Span = None) -> str:
    """``95 % (90 % – 98 %)``; a dash for None."""
    if value is None or span is None:
        return percent(value)
    return f"{percent(value)} ({percent(span[0])} – {percent(span[1])})"


def items(found: ReviewEvaluation, words: Words) -> pd.DataFrame:
    """A row an item and language that was reviewed, or that is under its bar."""
    under = {(one.item, one.language): one for one in found.under_bar}
    known = {(item, code): one for item, by_language in found.checks.items() for code, one in by_language.items()}
    keys = sorted({*known, *under})
    frame = checks([(item, code, known.get((item, code), Agreement({}))) for item, code in keys], words)
    states = [_state(key in found.demoted, under.get(key), words) for key in keys]
    frame.insert(2, words("accuracy.state"), states)
    return frame


def _state(demoted: bool, under: Demotion | None, words: Words) -> str:
    state = words("accuracy.advice" if demoted else "accuracy.scored")
    if under is None:
        return words("accuracy.may_score") if demoted else state
    reason = "accuracy.under_f1" if under.reason == "f1" else "accuracy.under_cases"
    return words(reason, state=state, bar=f"{under.bar:g}")


def checks(rows: Sequence[tuple[str, str, Agreement | CheckFigures]], words: Words) -> pd.DataFrame:
    """A row a check and language."""
    figures = [one if isinstance(one, CheckFigures) else CheckFigures.model_validate(one.as_dict()) for *_, one in rows]
    return pd.DataFrame(
        {
            words("column.item"): [words.item(item) for item, *_ in rows],
            words("column.language"): [words.term("language", code) for _, code, _ in rows],
            words("accuracy.cases"): [one.cases for one in figures],
            words("accuracy.f1"): [_f1(one, words) for one in figures],
            words("accuracy.agreement"): [percent(one.agreement) for one in figures],
            words("accuracy.kappa"): [words("none") if one.kappa is None else f"{one.kappa:.2f}" for one in figures],
            words("accuracy.true_positive"): [one.true_positive for one in figures],
            words("accuracy.false_positive"): [one.false_positive for one in figures],
            words("accuracy.false_negative"): [one.false_negative for one in figures],
            words("accuracy.precision"): [percent(one.precision) for one in figures],
            words("accuracy.recall"): [percent(one.recall) for one in figures],
        }
    )


def _f1(one: CheckFigures, words: Words) -> str:
    if one.f1 is None or one.f1_interval is None:
        return words("none")
    low, high = one.f1_interval
    return f"{one.f1:.2f} ({low:.2f} – {high:.2f})"


def differences(wrong: Iterable[Answer], words: Words) -> pd.DataFrame:
    """Calls where people and machine differ."""
    rows = list(wrong)
    return pd.DataFrame(
        {
            words("column.call"): [one.recording for one in rows],
            words("column.item"): [words.item(one.check) for one in rows],
            words("accuracy.people"): [words.term("answer", one.wanted) for one in rows],
            words("accuracy.machine"): [words.term("answer", one.found) for one in rows],
        }
    )


def recognition(found: EvaluationFigures, words: Words) -> pd.DataFrame:
    """Error rates: a row a language, and a row each part of it."""
    rows: list[tuple[str, str, RateFigures]] = []
    for code, one in found.recognition.items():
        rows.append((code, words("accuracy.all"), one))
        rows += [(code, words.heading("role", role), part) for role, part in one.by_role.items()]
        rows += [(code, words(f"accuracy.noise.{name}"), part) for name, part in one.by_channel_quality.items()]
    return pd.DataFrame(
        {
            words("column.language"): [words.term("language", code) for code, _, _ in rows],
            words("accuracy.part"): [part for _, part, _ in rows],
            words("accuracy.error_rate"): [share(one.rate, one.interval) for _, _, one in rows],
            words("accuracy.units"): [one.units for _, _, one in rows],
            words("accuracy.calls"): [one.calls for _, _, one in rows],
        }
    )


def events(found: EvaluationFigures, words: Words) -> pd.DataFrame:
    """A row a kind of event."""
    rows = found.events
    return pd.DataFrame(
        {
            words("accuracy.event"): [words(f"player.{measure}") for measure in rows],
            words("accuracy.true_events"): [one.events for one in rows.values()],
            words("accuracy.missed"): [one.missed for one in rows.values()],
            words("accuracy.spurious"): [one.spurious for one in rows.values()],
            words("accuracy.onset"): [_seconds(one.onset_p95, words) for one in rows.values()],
            words("accuracy.end"): [_seconds(one.end_p95, words) for one in rows.values()],
            words("accuracy.within"): [share(one.within_share, one.within_interval) for one in rows.values()],
        }
    )


def talk_time(found: EvaluationFigures, words: Words) -> pd.DataFrame:
    """A row a role."""
    rows: Mapping[str, object] = found.talk_time
    figures = found.talk_time.values()
    return pd.DataFrame(
        {
            words("accuracy.role"): [words.heading("role", role) for role in rows],
            words("accuracy.calls"): [one.calls for one in figures],
            words("accuracy.untold"): [one.untold for one in figures],
            words("accuracy.talk_error"): [_precise(one.error_median, words) for one in figures],
            words("accuracy.talk_overall"): [_precise(one.error_overall, words) for one in figures],
            words("accuracy.talk_within"): [share(one.within_share, one.within_interval) for one in figures],
        }
    )


def _seconds(value: float | None, words: Words) -> str:
    return words("none") if value is None else f"{value:.2f} s"


def _precise(value: float | None, words: Words) -> str:
    return words("none") if value is None else f"{100 * value:.1f} %"
