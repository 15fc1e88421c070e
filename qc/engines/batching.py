"""How many windows or texts go through a model at once: half as many where memory runs out, down to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")

_WORDS = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory", "bad_alloc",
          "bad allocation", "alloc_failed", "failed to allocate")  # fmt: skip
"""How PyTorch, its CPU allocator, cuBLAS, cuDNN, oneDNN and ONNX Runtime say it, lower case."""


def is_exhausted(error: BaseException) -> bool:
    """Whether memory, the processor's or the GPU's, ran out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _WORDS)


class Batching:
    """Batches of at most `size`. What once did not fit is not tried again by this process."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.halvings = 0
        """How often memory ran out."""

    def results(self, items: Sequence[Item], work: Callable[[Sequence[Item]], Iterable[Result]]) -> Iterator[Result]:
        """A result an item, in order. Raises MemoryError when not even one item fits."""
        at = 0
        while at < len(items):
            batch = items[at : at + self.size]
            found = self._tried(batch, work)
            if found is not None:
                yield from found
                at += len(batch)
            elif len(batch) == 1:
                raise MemoryError("not enough memory for a single window")
            else:
                self.size = len(batch) // 2
                self.halvings += 1

    @staticmethod
    def _tried(batch: Sequence[Item], work: Callable[[Sequence[Item]], Iterable[Result]]) -> list[Result] | None:
        """None where memory ran out: only here, after the error is gone with all that it held, is it free again."""
        try:
            return list(work(batch))
        except Exception as error:
            if not is_exhausted(error):
                raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None
