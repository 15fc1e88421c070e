"""Waiting for a database that is lost for a while, as when its server starts again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, TypeVar, cast

from qc.errors import StoreLost

Target = TypeVar("Target")

LONGEST = 10.0
"""Seconds between two tries at most."""


def patient(target: Target, patience: float, pause: Callable[[float], None]) -> Target:
    """`target`, whose methods are called again as long as they raise StoreLost: after 1, 2, 4 ... seconds, until the
    pauses would add up to more than `patience`; then the error is raised.

    The methods must be fit to be called twice: what the first call wrote may be stored, though its answer was lost.
    """
    return cast(Target, _Patient(target, patience, pause))


class _Patient(Generic[Target]):
    def __init__(self, target: Target, patience: float, pause: Callable[[float], None]) -> None:
        self._target, self._patience, self._pause = target, patience, pause

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        return self._wrapped(attribute) if callable(attribute) else attribute

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def again_and_again(*arguments: Any, **options: Any) -> Any:
            waited, wait = 0.0, 1.0
            while True:
                try:
                    return method(*arguments, **options)
                except StoreLost:
                    if waited + wait > self._patience:
                        raise
                    self._pause(wait)
                    waited, wait = waited + wait, min(LONGEST, wait * 2)

        return again_and_again
