"""What people said of stored calls as truth: how right each item is, and which are under their bar.

Every judgement that stands (a ruling before an appeal before a review) is a case, compared with what the machine says
of that call now. How people chose the calls decides what the figures mean: calls chosen because they looked bad say
how many alarms are right, and little about what is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from qc.demotion import Demotion
from qc.evaluation.agreement import Agreement, Answer, by_check
from qc.result import ReviewKind, verdict
from qc.store import JudgedItem, ReviewedItem, Store


@dataclass(frozen=True, slots=True)
class Bar:
    """What an item must reach to be scored: ``f1`` (0..1), over at least ``cases`` reviewed calls."""

    f1: float
    cases: int


@dataclass(frozen=True, slots=True)
class ReviewEvaluation:
    """``checks[item][language]``. ``under_bar``: the items that may be demoted, ``demoted`` those that are already."""

    calls: int
    checks: Mapping[str, Mapping[str, Agreement]]
    wrong: tuple[Answer, ...]
    """Where people and machine differ on whether the call falls short; ``recording`` is the call's id."""
    under_bar: tuple[Demotion, ...]
    demoted: tuple[tuple[str, str], ...]
    bar: Bar
    rulings: int = 0
    """Cases that were ruled on after an appeal, or by the command."""

    def as_dict(self) -> dict[str, object]:
        """The document of ``qc evaluate --reviews --json``."""
        return {
            "calls": self.calls,
            "checks": {
                item: {code: one.as_dict() for code, one in found.items()} for item, found in self.checks.items()
            },
            "wrong": [asdict(answer) for answer in self.wrong],
            "under_bar": [one.model_dump(mode="json") for one in self.under_bar],
            "demoted": [{"item": item, "language": language} for item, language in self.demoted],
            "bar": asdict(self.bar),
            "rulings": self.rulings,
        }


def evaluate_reviews(store: Store, bar: Bar) -> ReviewEvaluation:
    """All reviewed items of current scores. Raises StoreError."""
    return compare_reviews(store.reviewed_items(), store.judged_items(), bar)


def compare_reviews(reviewed: Sequence[ReviewedItem], judged: Iterable[JudgedItem], bar: Bar) -> ReviewEvaluation:
    """People against the machine. `judged`: the items that count, which alone can be under their bar."""
    given = [
        Answer(
            one.item, one.language, verdict(one.review.value), verdict(one.value) if one.scorable else "na", one.call_id
        )
        for one in reviewed
    ]
    checks, counted = by_check(given), tuple(judged)
    found = (
        _under(one.item, one.language, checks.get(one.item, {}).get(one.language, Agreement({})), bar)
        for one in counted
    )
    return ReviewEvaluation(
        calls=len({one.recording_id for one in reviewed}),
        checks=checks,
        wrong=tuple(a for a in given if (a.wanted == "fail") != (a.found == "fail")),
        under_bar=tuple(one for one in found if one is not None),
        demoted=tuple((one.item, one.language) for one in counted if one.demoted),
        bar=bar,
        rulings=sum(one.review.kind is ReviewKind.RULING for one in reviewed),
    )


def _under(item: str, language: str, one: Agreement, bar: Bar) -> Demotion | None:
    """Without a call that falls short, in truth or in what was found, there is no F1 and nothing that was wrong."""
    common = {"item": item, "language": language, "f1": one.f1, "interval": one.f1_interval, "cases": one.cases}
    if one.cases < bar.cases:
        return Demotion(**common, reason="cases", bar=bar.cases)
    if one.f1 is not None and one.f1 < bar.f1:
        return Demotion(**common, reason="f1", bar=bar.f1)
    return None
