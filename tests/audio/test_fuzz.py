"""Damaged recordings end in samples or in a typed error, never otherwise, and whoever reads them lives on.

``python -m tests.benchmarks.fuzz_reader`` does the same for as long as it is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qc.config import Settings
from tests.audio import fuzzing

pytestmark = pytest.mark.xdist_group("fuzz")
LIMITS = Settings.model_construct(max_duration=60.0)


@pytest.mark.parametrize("name", fuzzing.OWN)
def test_own_reader_exhaustively(tmp_path: Path, name: str) -> None:
    """Cut at every byte of the first 4 KB, every bit of the header turned, every length in it a lie."""
    good, path = fuzzing.own(name), tmp_path / "call.wav"
    found: Counter[str] = Counter()
    for data in chain(fuzzing.truncated(good), fuzzing.flipped(good, 80), fuzzing.lying(good, 80)):
        if fuzzing.is_own(path, data):  # a header that now names another codec is the decoder's, below
            found[fuzzing.opened(path, LIMITS, resampled=False)] += 1
    assert set(found) <= fuzzing.CODES
    assert found["ok"] > 1000
    assert found["corrupt"] > 10
    assert found["empty"] > 10


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(fuzzing.OWN),
    patches=st.lists(st.tuples(st.integers(0, 120), st.binary(min_size=1, max_size=8)), max_size=8),
    cut=st.integers(0, 7000),
)
def test_own_reader_by_chance(tmp_path: Path, name: str, patches: list[tuple[int, bytes]], cut: int) -> None:
    data = bytearray(fuzzing.own(name))
    for at, patch in patches:
        data[at : at + len(patch)] = patch
    path = tmp_path / "call.wav"
    if fuzzing.is_own(path, bytes(data[:cut])):
        assert fuzzing.opened(path, LIMITS) in fuzzing.CODES


@pytest.fixture(scope="module")
def child() -> Iterator[fuzzing.Child]:
    with fuzzing.Child() as child:
        yield child


@pytest.mark.parametrize("name", fuzzing.CODED)
def test_decoder(tmp_path: Path, child: fuzzing.Child, name: str) -> None:
    """A hundred of each: cuts, turned bits, lying lengths, and all of it together."""
    good = fuzzing.CODED[name](tmp_path).read_bytes()
    assert child.outcome(good) == "ok"
    random = np.random.default_rng(len(name))
    every = [*fuzzing.flipped(good, 64), *fuzzing.lying(good, 64)]
    chosen = [every[at] for at in random.integers(0, len(every), 100)]
    by_chance = (fuzzing.damaged(good, random) for _ in range(100))
    found = Counter(child.outcome(data) for data in chain(islice(fuzzing.truncated(good, 41), 100), chosen, by_chance))
    assert set(found) <= fuzzing.CODES
    assert found.total() > 200
    assert len(found) > 1
