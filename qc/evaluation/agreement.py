"""How right the checks are: what was planted against what was found. Positive = falls short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qc.coaching import proportion
from qc.evaluation.truth import Truth
from qc.result import Proportion, Score


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check should say and what it said of one call: ``pass``, ``fail`` or ``na``."""

    check: str
    language: str
    wanted: str
    found: str
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of calls. ``applicable``: those where applicability itself is right, whatever the value."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    applicable: int

    @property
    def cases(self) -> int:
        """Calls in all."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative

    @property
    def precision(self) -> Proportion:
        """Of those found, the share that was planted."""
        return proportion(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> Proportion:
        """Of those planted, the share that was found."""
        return proportion(self.true_positive, self.true_positive + self.false_negative)

    @property
    def f1(self) -> float | None:
        """2 TP / (2 TP + FP + FN); None where nothing was planted or found: there is nothing to get right."""
        wrong = self.false_positive + self.false_negative
        return 2 * self.true_positive / (2 * self.true_positive + wrong) if self.true_positive or wrong else None

    def as_dict(self) -> dict[str, object]:
        """As JSON. Shares are None where there is nothing to divide by; intervals are 95 % Wilson."""
        return {
            "cases": self.cases,
            "true_positive": self.true_positive,
            "false_positive": self.false_positive,
            "false_negative": self.false_negative,
            "true_negative": self.true_negative,
            "precision": _share(self.precision),
            "precision_interval": _interval(self.precision),
            "recall": _share(self.recall),
            "recall_interval": _interval(self.recall),
            "f1": self.f1,
            "applicability_right": self.applicable,
        }


def answers(truth: Truth, score: Score, recording: str = "") -> list[Answer]:
    """One for each check that both the truth and the card name. A call that is not scorable claims nothing: all na."""
    results = {row.result.check: row.result for row in score.results}
    found = []
    for check, wanted in truth.checks.items():
        if check in results:
            result = results[check]
            said = "fail" if result.falls_short else "pass"
            if not result.applicable or score.not_scorable is not None:
                said = "na"
            found.append(Answer(check, truth.language, wanted, said, recording))
    return found


def agreement(given: Iterable[Answer]) -> Agreement:
    """Count. What should pass or not apply, and does not fall short, is a true negative."""
    counts = {(wanted, found): 0 for wanted in (True, False) for found in (True, False)}
    applicable = 0
    for answer in given:
        counts[answer.wanted == "fail", answer.found == "fail"] += 1
        applicable += (answer.wanted == "na") == (answer.found == "na")
    return Agreement(counts[True, True], counts[False, True], counts[True, False], counts[False, False], applicable)


def _share(one: Proportion) -> float | None:
    return one.share if one.total else None


def _interval(one: Proportion) -> list[float] | None:
    return [one.low, one.high] if one.total else None
