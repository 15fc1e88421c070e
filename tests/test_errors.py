"""The error tree: drawn as it is, and every error survives the way between processes."""

from __future__ import annotations

import pickle
import re

import pytest

from qc import errors
from qc.errors import QcError, RecordingError


def tree(kind: type[QcError]) -> list[type[QcError]]:
    return [
        kind,
        *(below for child in kind.__subclasses__() if child.__module__ == errors.__name__ for below in tree(child)),
    ]


KINDS = tree(QcError)


def make(kind: type[QcError]) -> QcError:
    if issubclass(kind, RecordingError):
        return kind("/data/通话 1.wav", "the reason")
    return kind("one clear sentence")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_survives_pickling(kind: type[QcError]) -> None:
    error = make(kind)
    error.add_note("while listening")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 (pickled a moment ago)
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert copy.args == error.args
    assert copy.__dict__ == error.__dict__


def test_recording_errors_have_their_own_codes() -> None:
    kinds = [kind for kind in KINDS if issubclass(kind, RecordingError)]
    assert len({kind.code for kind in kinds}) == len(kinds)
    error = errors.NotAudio("a.wav", "it is text")
    assert (error.path, error.reason, str(error)) == ("a.wav", "it is text", "a.wav: it is text")


def test_the_drawn_tree_is_the_real_one() -> None:
    """Names and depth, in order: a child is drawn four columns to the right of its parent."""
    assert errors.__doc__ is not None
    drawn = re.findall(r"^    ([│ ├└─]*)([A-Z]\w+)", errors.__doc__, re.MULTILINE)
    expected: list[tuple[int, str]] = []

    def walk(kind: type[QcError], depth: int) -> None:
        expected.append((depth, kind.__name__))
        for child in kind.__subclasses__():
            if child.__module__ == errors.__name__:
                walk(child, depth + 1)

    walk(QcError, 0)
    assert [(len(prefix) // 4, name) for prefix, name in drawn] == expected


def test_every_error_of_the_module_is_in_the_tree() -> None:
    defined = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)}
    assert defined == set(KINDS)
    assert all(kind.__doc__ for kind in KINDS)
