"""A database that is lost for a while is waited for."""

from __future__ import annotations

import pytest

from qc.batch.patience import patient
from qc.errors import StoreError, StoreLost


class Flaky:
    """Is lost for its first calls."""

    name = "flaky"

    def __init__(self, failures: int, kind: type[StoreError] = StoreLost) -> None:
        self.left, self.kind = failures, kind

    def double(self, number: int) -> int:
        if self.left:
            self.left -= 1
            raise self.kind("gone")
        return 2 * number


def test_it_is_tried_again_with_growing_pauses() -> None:
    pauses: list[float] = []
    flaky = patient(Flaky(5), 60.0, pauses.append)
    assert flaky.double(4) == 8
    assert pauses == [1.0, 2.0, 4.0, 8.0, 10.0]
    assert flaky.name == "flaky"


def test_patience_ends() -> None:
    pauses: list[float] = []
    with pytest.raises(StoreLost):
        patient(Flaky(100), 10.0, pauses.append).double(1)
    assert sum(pauses) <= 10.0


def test_other_errors_are_raised_at_once() -> None:
    with pytest.raises(StoreError, match="gone"):
        patient(Flaky(1, StoreError), 60.0, lambda _: pytest.fail("waited")).double(1)
