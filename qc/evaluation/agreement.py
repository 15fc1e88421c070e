"""How right checks are: what is true (planted, or judged by people) against what they say. Positive: falls short."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from qc.coaching import kappa, kappa_interval, proportion
from qc.evaluation.truth import Truth
from qc.result import Proportion, Score

FAIL = "fail"
"""The answer of a call that falls short; the others are ``pass`` and ``na`` (does not apply)."""


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
    """How often each pair of answers was given: ``counts[wanted, found]`` calls, each ``pass``, ``fail`` or ``na``."""

    counts: Mapping[tuple[str, str], int]

    @property
    def cases(self) -> int:
        """Calls in all."""
        return sum(self.counts.values())

    @property
    def true_positive(self) -> int:
        """Falls short, and was found."""
        return self._count(lambda wanted, found: wanted == found == FAIL)

    @property
    def false_positive(self) -> int:
        """Flagged, though it passes or does not apply."""
        return self._count(lambda wanted, found: wanted != FAIL and found == FAIL)

    @property
    def false_negative(self) -> int:
        """Falls short, and was missed."""
        return self._count(lambda wanted, found: wanted == FAIL and found != FAIL)

    @property
    def true_negative(self) -> int:
        """What should pass or not apply, and does not fall short."""
        return self._count(lambda wanted, found: wanted != FAIL and found != FAIL)

    @property
    def applicable(self) -> int:
        """Calls where applicability itself is right, whatever the value."""
        return self._count(lambda wanted, found: (wanted == "na") == (found == "na"))

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

    @property
    def f1_interval(self) -> tuple[float, float] | None:
        """95 %: F1 = 2 J / (1 + J), J = TP / (TP + FP + FN) (F* of Hand, Christen and Kirielle, Machine Learning
        110, 2021). Given how many calls are no true negatives, TP is binomial with J, so J has a Wilson interval
        (Wilson 1927), and as F1 grows with J, its ends give those of F1. None where F1 is."""
        positive = self.true_positive + self.false_positive + self.false_negative
        if not positive:
            return None
        jaccard = proportion(self.true_positive, positive)
        return 2 * jaccard.low / (1 + jaccard.low), 2 * jaccard.high / (1 + jaccard.high)

    @property
    def observed(self) -> Proportion:
        """Calls in which both said the same of pass, fail and na."""
        return proportion(self._count(lambda wanted, found: wanted == found), self.cases)

    @property
    def kappa(self) -> float | None:
        """Cohen's over pass, fail and na: agreement beyond chance, see `qc.coaching.kappa.kappa`."""
        return kappa(self.counts)

    @property
    def kappa_interval(self) -> tuple[float, float] | None:
        """95 %, see `qc.coaching.kappa.kappa_interval`."""
        return kappa_interval(self.counts)

    def _count(self, wanted: Callable[[str, str], bool]) -> int:
        return sum(count for pair, count in self.counts.items() if wanted(*pair))

    def as_dict(self) -> dict[str, object]:
        """As JSON. Shares are None where there is nothing to divide by; intervals are 95 %."""
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
            "f1_interval": self.f1_interval and list(self.f1_interval),
            "agreement": _share(self.observed),
            "agreement_interval": _interval(self.observed),
            "kappa": self.kappa,
            "kappa_interval": self.kappa_interval and list(self.kappa_interval),
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
    """Count the pairs of answers."""
    return Agreement(Counter((answer.wanted, answer.found) for answer in given))


def by_check(given: Iterable[Answer]) -> dict[str, dict[str, Agreement]]:
    """``[check][language]``, both in order of name."""
    groups: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in given:
        groups[answer.check, answer.language].append(answer)
    checks: dict[str, dict[str, Agreement]] = {}
    for check, language in sorted(groups):
        checks.setdefault(check, {})[language] = agreement(groups[check, language])
    return checks


def _share(one: Proportion) -> float | None:
    return one.share if one.total else None


def _interval(one: Proportion) -> list[float] | None:
    return [one.low, one.high] if one.total else None
