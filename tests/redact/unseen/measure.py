"""How much of the unseen utterances redaction finds, and how much else it masks.

``python -m tests.redact.unseen.measure --pool second [--language zh] [--count 1500] [--seed 1] [--failures N]``

**Recall**: a label counts as found when every digit and letter of its value is covered by hits, whatever their kind;
words between them (fillers, *dot*, *número*, a slip taken back) need not be. **Kind accuracy**: of the found ones,
those most of whose characters are covered by hits of the label's kind. **False masking**: of the words outside of
labels, those with a masked character. Words of Chinese are Han characters and runs of Latin letters or digits, of the
others whitespace tokens.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from qc.call import Call
from qc.coaching import proportion
from qc.private import Hit
from qc.result import Proportion
from tests.redact.unseen.generate import POOLS, Label, Labelled, utterances
from tests.redact.unseen.values import LANGUAGES
from tests.talks import talk

COUNT, SEED = 1500, 1
FindIn = Callable[[Call], Sequence[Hit]]
_WORDS = {"zh": re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+")}
_SPACED = re.compile(r"\S+")
_RATE = {"zh": 4.0, "en": 12.0, "es": 12.0}
"""Characters a second."""


@dataclass(slots=True)
class Measure:
    """Counts over utterances of one language. The keys of `found` and `right` are ``kind``, ``part`` and ``style``."""

    found: dict[str, dict[str, list[bool]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    right: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    masked: int = 0
    words: int = 0
    missed: list[tuple[Labelled, Label]] = field(default_factory=list)
    wrongly: list[tuple[Labelled, int, str]] = field(default_factory=list)
    """Utterance, turn and the words that were masked there without need."""

    @property
    def recall(self) -> Proportion:
        """Of all labels."""
        every = [one for answers in self.found["kind"].values() for one in answers]
        return proportion(sum(every), len(every))

    @property
    def kind_accuracy(self) -> Proportion:
        """Of the found labels."""
        every = [one for answers in self.right.values() for one in answers]
        return proportion(sum(every), len(every))

    @property
    def false_masking(self) -> Proportion:
        """Of the words outside labels. Words of a hit come together, so the interval is a little too narrow."""
        return proportion(self.masked, self.words)

    def recall_by(self, what: str) -> dict[str, Proportion]:
        """By ``kind``, ``part`` or ``style``."""
        return {name: proportion(sum(one), len(one)) for name, one in sorted(self.found[what].items())}


def as_call(labelled: Labelled) -> Call:
    """A call of its turns, one after another on two channels, half a second apart, words of even times."""
    rows, at = [], 0.5
    for role, text in labelled.turns:
        end = at + max(0.5, len(text) / _RATE[labelled.language])
        rows.append((role, at, end, text))
        at = end + 0.5
    return talk(rows, labelled.language)


def measure(all_labelled: Sequence[Labelled], find_in: FindIn) -> Measure:
    """Runs `find_in` over calls made of the utterances."""
    result = Measure()
    for labelled in all_labelled:
        hits = find_in(as_call(labelled))
        covers = [
            {at: hit.kind for hit in hits if hit.utterance == turn for at in range(hit.start, hit.end)}
            for turn in range(len(labelled.turns))
        ]
        for label in labelled.labels:
            text, cover = labelled.turns[label.turn][1], covers[label.turn]
            asked = [at for start, end in label.carrying for at in range(start, end) if text[at].isalnum()]
            found = all(at in cover for at in asked)
            for what in ("kind", "part", "style"):
                result.found[what][str(getattr(label, what))].append(found)
            if found:
                kinds = Counter(cover[at] for at in asked)
                result.right[str(label.kind)].append(kinds.most_common(1)[0][0] is label.kind)
            else:
                result.missed.append((labelled, label))
        for turn, cover in enumerate(covers):
            wrongly = ""
            for word, is_masked in _outside(labelled, turn, set(cover)):
                result.words += 1
                result.masked += is_masked
                wrongly += f" {word}" if is_masked else ""
            if wrongly:
                result.wrongly.append((labelled, turn, wrongly.strip()))
    return result


def _outside(labelled: Labelled, turn: int, masked: set[int]) -> Iterator[tuple[str, bool]]:
    """Words of a turn that touch no label, and whether they are masked. Signs alone are no word."""
    text = labelled.turns[turn][1]
    inside = {at for label in labelled.labels if label.turn == turn for at in range(label.start, label.end)}
    for match in _WORDS.get(labelled.language, _SPACED).finditer(text):
        at = {one for one in range(*match.span()) if text[one].isalnum()}
        if at and not at & inside:
            yield match.group(), bool(at & masked)


def _share(one: Proportion) -> str:
    return f"{one.count}/{one.total} = {one.share:.2%} ({one.low:.2%} to {one.high:.2%})"


def report(language: str, result: Measure, failures: int) -> Iterator[str]:
    """Lines for people; the first `failures` misses and words masked without need, quoted."""
    yield f"{language}: recall {_share(result.recall)}, kind right {_share(result.kind_accuracy)}"
    yield f"{language}: false masking {_share(result.false_masking)} of words"
    for what in ("kind", "part", "style"):
        for name, one in result.recall_by(what).items():
            right = result.right[name] if what == "kind" else ()
            kinds = f", kind right {_share(proportion(sum(right), len(right)))}" if right else ""
            yield f"  {what} {name}: {_share(one)}{kinds}"
    for labelled, label in result.missed[:failures]:
        value = labelled.turns[label.turn][1][label.start : label.end]
        yield f"  missed {label.kind} {value!r} in {_quoted(labelled)}"
    for labelled, _, words in result.wrongly[:failures]:
        yield f"  masked {words!r} in {_quoted(labelled)}"


def _quoted(labelled: Labelled) -> str:
    return " / ".join(f"{role}: {text}" for role, text in labelled.turns)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures qc.redact on a pool and prints it."""
    from qc.redact import find_in  # here, so that the tests of the measure do not need the recognisers

    parser = argparse.ArgumentParser(description="Measure redaction on utterances that its authors have not seen.")
    parser.add_argument("--pool", choices=POOLS, required=True)
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="may be given again; all otherwise")
    parser.add_argument("--count", type=int, default=COUNT, help="utterances a language")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="list N misses and N words masked wrongly")
    options = parser.parse_args(arguments)
    for language in options.language or LANGUAGES:
        found = measure(utterances(language, options.pool, options.count, options.seed), find_in)
        print("\n".join(report(language, found, options.failures)))


if __name__ == "__main__":
    main()
