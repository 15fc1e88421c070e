"""What each method of the desk asks of its user."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from qc.access import Action

P = ParamSpec("P")
T = TypeVar("T")


class Checked(Protocol):
    """Something with rights to check."""

    def require(self, action: Action) -> None:
        """Raise Forbidden, and remember it, when the user may not do it to anything at all."""


Who = TypeVar("Who", bound=Checked)
Method = Callable[Concatenate[Who, P], T]
_ACTION = "__qc_action__"


def needs(action: Action) -> Callable[[Method[Who, P, T]], Method[Who, P, T]]:
    """A method that first asks whether its user may do `action`. To whom is for the method itself to ask."""

    def checked(method: Method[Who, P, T]) -> Method[Who, P, T]:
        @wraps(method)
        def run(self: Who, *args: P.args, **kwargs: P.kwargs) -> T:
            self.require(action)
            return method(self, *args, **kwargs)

        setattr(run, _ACTION, action)
        return cast("Method[Who, P, T]", run)

    return checked


def action_of(method: Callable[..., Any]) -> Action | None:
    """The action that a method needs; None for one without a rule."""
    return getattr(method, _ACTION, None)
