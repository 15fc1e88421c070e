"""The tables of ``qc evaluate``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qc.cli.output import say_line, table

if TYPE_CHECKING:
    from qc.evaluation import Evaluation
    from qc.evaluation.agreement import Agreement
    from qc.evaluation.recognition import Recognition
    from qc.evaluation.reviews import ReviewEvaluation
    from qc.evaluation.talking import Talking

COLUMNS = (
    *("check", "language", "cases", "TP", "FP", "FN", "TN"),
    *("precision", "recall", "F1 (95 %)", "agreement", "kappa"),
)
Span = tuple[float, float] | list[float] | None


def share(value: float | None, span: Span = None) -> str | None:
    """``95.2 % (90.1–98.3)``; None stays None, a dash in a table."""
    if value is None:
        return None
    return f"{100 * value:.1f} %" + (f" ({100 * span[0]:.1f}–{100 * span[1]:.1f})" if span else "")


def show_evaluation(result: Evaluation) -> None:
    """Recognition, checks, events, roles and talk time; what was not heard."""
    _recognition(result)
    show_checks(result.checks)
    _events(result)
    _talking(result.talking)
    for name, one in (("planted faults found", result.planted), ("clean answers flagged", result.flagged)):
        say_line(f"{name}: {one.count} of {one.total}: {share(*_with_span(one)) or '–'}")
    for file, reason in result.failures.items():
        say_line(f"not heard: {file}: {reason}")


def show_reviews(result: ReviewEvaluation) -> None:
    """People against the machine, where they differ, and what is under its bar."""
    if not result.checks:
        say_line("no reviews yet: add one with qc review CALL ITEM --value pass --reason TEXT --author NAME")
    else:
        ruled = f", {result.rulings} of the answers ruled" if result.rulings else ""
        show_checks(result.checks, f"Items, from {result.calls} reviewed calls{ruled} (positive: falls short)")
    if result.wrong:
        table(
            ["call", "item", "language", "people", "machine"],
            [(one.recording, one.check, one.language, one.wanted, one.found) for one in result.wrong],
            "Where they differ",
        )
    if result.under_bar:
        table(
            ["item", "language", "cases", "F1", "under its bar", "now"],
            [
                (
                    *(one.item, one.language, one.cases, one.f1),
                    f"F1 under {one.bar:g}" if one.reason == "f1" else f"fewer than {one.bar:g} reviewed calls",
                    "advice" if (one.item, one.language) in result.demoted else "scored",
                )
                for one in result.under_bar
            ],
            "Under their bar",
        )


def show_checks(checks: Mapping[str, Mapping[str, Agreement]], title: str = "Checks (positive: falls short)") -> None:
    """A row a check and language."""
    table(
        COLUMNS,
        [
            (
                check,
                language,
                one.cases,
                one.true_positive,
                one.false_positive,
                one.false_negative,
                one.true_negative,
                share(one.precision.share if one.precision.total else None),
                share(one.recall.share if one.recall.total else None),
                _f1(one),
                share(one.observed.share if one.cases else None),
                None if one.kappa is None else f"{one.kappa:.3f}",
            )
            for check, by_language in checks.items()
            for language, one in by_language.items()
        ],
        title,
    )


def _f1(one: Agreement) -> str | None:
    span = one.f1_interval
    return None if one.f1 is None or span is None else f"{one.f1:.3f} ({span[0]:.3f}–{span[1]:.3f})"


def _recognition(result: Evaluation) -> None:
    rows = []
    for language, whole in result.recognition.items():
        rows.append(_rate(language, "all", whole))
        rows += [
            _rate(
                language,
                f"{kind.removeprefix('by_').replace('_', ' ')}: {name.replace('_', ' ').replace(' db', ' dB')}",
                one,
            )
            for (kind, name), one in result.recognition_parts[language].items()
        ]
    table(["language", "part", "measure", "rate (95 %)", "edits", "units", "utterances", "calls"], rows, "Recognition")


def _rate(language: str, part: str, one: Recognition) -> tuple[Any, ...]:
    return (
        language,
        part,
        one.measure,
        share(one.rate, one.interval),
        one.edits,
        one.units,
        one.utterances,
        one.calls,
    )


def _events(result: Evaluation) -> None:
    shown = {measure: one.as_dict() for measure, one in result.events.items()}
    tolerance = next((one["tolerance"] for one in shown.values()), None)
    table(
        [
            *("event", "true", "found", "missed", "spurious", "onset median", "onset p95", "end median", "end p95"),
            f"onset and end within {tolerance} s (95 %)",
        ],
        [
            (
                *(measure, one["events"], one["found"], one["missed"], one["spurious"]),
                *(one["onset_median"], one["onset_p95"], one["end_median"], one["end_p95"]),
                share(*_with_span(result.events[measure].within)),
            )
            for measure, one in shown.items()
        ],
        "Events (seconds)",
    )


def _talking(found: Talking) -> None:
    shown = {role: one.as_dict() for role, one in found.talk.items()}
    table(
        [
            *("role", "calls", "not told apart", "seconds", "error median", "error worst", "error overall"),
            "within 3 % (95 %)",
        ],
        [
            (
                *(role, one["calls"], one["untold"], round(one["seconds"], 1)),
                *(share(one[key]) for key in ("error_median", "error_worst", "error_overall")),
                share(*_with_span(found.talk[role].within)),
            )
            for role, one in shown.items()
        ],
        "Talk time",
    )
    right = found.roles_right
    sure = "" if found.role_probability is None else f"; mean role probability {found.role_probability:.3f}"
    say_line(f"channels' roles right: {right.count} of {right.total} calls: {share(*_with_span(right)) or '–'}{sure}")
    if found.diarization.rate is not None:
        say_line(f"diarization error of {found.one_channel} calls of one channel: {share(found.diarization.rate)}")
    say_line(f"backchannels counted as interruption: {found.interrupting} of {found.backchannels}")


def _with_span(one: Any) -> tuple[float | None, Span]:
    """Of a `qc.result.Proportion`; nothing of nothing."""
    return (one.share, (one.low, one.high)) if one.total else (None, None)
