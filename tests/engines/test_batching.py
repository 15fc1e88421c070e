"""Memory that runs out halves the batch, and listening goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from qc.audio import open_audio
from qc.batch.listening import failure
from qc.config import ROOT
from qc.engines.batching import Batching, is_exhausted
from qc.engines.silero import SileroDetector
from qc.engines.transformers_sentiment import TransformersSentiment
from qc.engines.whisper import WhisperTranscriber

GPU = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
CPU = RuntimeError("[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory")


class Small:
    """Work that runs out of memory on more than `most` items."""

    def __init__(self, most: int, error: Exception) -> None:
        self.most, self.error, self.sizes = most, error, list[int]()

    def __call__(self, batch: Sequence[int]) -> list[int]:
        self.sizes.append(len(batch))
        if len(batch) > self.most:
            raise self.error
        return [2 * each for each in batch]


@pytest.mark.parametrize("error", [GPU, CPU, MemoryError(), RuntimeError("std::bad_alloc")])
@pytest.mark.parametrize(("most", "sizes"), [(8, [8, 8, 4]), (4, [8] + [4] * 5), (3, [8, 4] + [2] * 10)])
def test_the_batch_is_halved_until_it_fits_and_stays_so(error: Exception, most: int, sizes: list[int]) -> None:
    batching, work = Batching(8), Small(most, error)
    assert list(batching.results(range(20), work)) == list(range(0, 40, 2))
    assert work.sizes == sizes
    assert list(batching.results(range(3), work)) == [0, 2, 4]
    assert max(work.sizes[len(sizes) :]) <= min(most, batching.size)


def test_not_even_one_fits() -> None:
    batching = Batching(8)
    with pytest.raises(MemoryError):
        list(batching.results(range(20), Small(0, GPU)))
    assert batching.size == 1


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        list(Batching(8).results(range(20), Small(0, RuntimeError("shapes do not fit"))))
    assert not is_exhausted(RuntimeError("shapes do not fit"))


@pytest.mark.parametrize("error", [GPU, CPU, MemoryError()])
def test_the_failure_has_a_code_of_its_own(error: Exception) -> None:
    found = failure("a.wav", error)
    assert (found.code, found.reason) == ("memory", "a.wav: not enough memory for it")


def test_a_call_is_heard_in_smaller_batches(call_wav: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU that holds two windows: the recogniser hears the call all the same, and says how."""
    engine = WhisperTranscriber()
    encode = engine._encode

    def small(audio: object, batch: Sequence[object]) -> torch.Tensor:
        if len(batch) > 2:
            raise GPU
        return encode(audio, batch)  # type: ignore[arg-type]

    with open_audio(call_wav) as audio:
        # Windows of a few seconds, so that there are more than fit.
        speech = SileroDetector().detect(audio)
        monkeypatch.setattr("qc.engines.whisper.SHORT_WINDOW", 3.0)
        usual = engine.transcribe(audio, speech, "zh")
        monkeypatch.setattr(engine, "_encode", small)
        short = engine.transcribe(audio, speech, "zh")
    assert usual.details["windows"] > 2
    assert (usual.details["batch_halvings"], short.details["batch_halvings"]) == (0, 1)
    assert short.details["batch"] == 2
    assert [[word.text for word in line] for line in short.words] == [
        [word.text for word in line] for line in usual.words
    ]


def test_sentiment_goes_on_too(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = TransformersSentiment()
    texts = ["谢谢你", "我要投诉你们", "好的", "太慢了，我很生气", "没有了"]
    usual = engine.classify(texts, "zh")
    tokenizer, network, matrix = engine._parts

    def small(**inputs: torch.Tensor) -> object:
        if len(inputs["input_ids"]) > 1:
            raise GPU
        return network(**inputs)

    monkeypatch.setitem(engine.__dict__, "_parts", (tokenizer, small, matrix))
    found = engine.classify(texts, "zh")
    for one, other in zip(found, usual, strict=True):
        np.testing.assert_allclose([one.negative, one.positive], [other.negative, other.positive], atol=1e-4)


LIMITED = """
import resource, sys
import torch
from qc.engines.batching import Batching
rows = Batching(64)
def work(batch):
    return [float(row.sum()) for row in torch.ones(len(batch), 10_000_000)]
list(rows.results(range(1), work))
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 900_000_000,) * 2)
found = list(rows.results(range(64), work))
print(len(found), set(found), rows.size, rows.halvings)
"""


def test_a_real_limit() -> None:
    """64 rows of 40 MB under a limit that the kernel keeps: 16 at a time fit."""
    command, alone = [sys.executable, "-c", LIMITED], {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=alone)
    assert done.stdout.split() == ["64", "{10000000.0}", "16", "2"]
