"""What the statistics ask of a set of calls: counts and sums, worked out from inspections here, or by a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qc.coaching.effects import OutcomeSums, outcome_sums
from qc.coaching.outcomes import outcomes
from qc.coaching.tally import Tally, tally
from qc.coaching.variance import Cell, cells
from qc.result import Inspection


@dataclass(frozen=True, slots=True)
class Counted:
    """Of calls that could be scored: ``tally`` by item and agent, ``outcomes`` where an item falls short and where it
    does not, ``scores`` by team, agent, queue and class."""

    tally: Tally
    outcomes: OutcomeSums
    scores: tuple[Cell, ...]

    @property
    def calls(self) -> int:
        """That could be scored."""
        return sum(self.tally.calls.values())

    @property
    def agents(self) -> int:
        """That are known."""
        return len(set(self.tally.calls) - {None})


def counted(inspections: Iterable[Inspection]) -> Counted:
    """Of `inspections`, with evidence in the tally; the store counts the same without it."""
    found = list(inspections)
    rows = list(outcomes(found))
    return Counted(tally(found), outcome_sums(rows), cells(rows))
