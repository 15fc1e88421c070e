"""How many planted numbers can still be heard after covering: ``python -m tests.benchmarks.audible FOLDER [--json]``.

FOLDER holds calls with private numbers and their truth, made by ``python -m tests.redact.unseen.calls --out FOLDER``.
Each call is heard with the builtin models, private data are found in what was recognised, and the spans that an export
covers with a tone are held against the true times of every spoken digit and letter of every planted value.

A digit is audible when less than `HEARD` of its time is covered, a number when any digit of it is. What covering
costs is the share of the talk time that is covered without need.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qc.coaching import proportion
from qc.config import Settings
from qc.engines.factory import build
from qc.interval import Interval, Timeline, intersection, subtraction, timeline, total
from qc.pipeline import listen
from qc.redact import find_in, spans

HEARD = 0.8
"""Share of a digit that must be covered."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted value of one call: its digits, and those of them that can be heard."""

    call: str
    kind: str
    part: str
    role: str
    digits: int
    audible: int


def audible(document: dict[str, object], covered: Timeline, call: str) -> list[Planted]:
    """Each planted value of a truth document with its audible digits."""
    found = []
    for one in document["private"]:  # type: ignore[attr-defined]
        words = [Interval(word["start"], word["end"]) for word in one["words"]]
        heard = sum(total(intersection((word,), covered)) < HEARD * word.duration for word in words)
        found.append(Planted(call, one["kind"], one["part"], one["role"], len(words), heard))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Hear, find, cover, count."""
    parser = argparse.ArgumentParser(description="How many planted numbers can still be heard after covering.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    settings = Settings()
    engines = build(settings)
    values: dict[str, list[Planted]] = defaultdict(list)
    needless: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for path in sorted(options.folder.glob("*.truth.json")):
        document = json.loads(path.read_text("utf-8"))
        language = document["language"]
        call = listen(path.with_name(path.name.replace(".truth.json", ".wav")), engines, settings)
        covered = spans(call, find_in(call))
        values[language] += audible(document, covered, path.name)
        private = timeline(Interval(one["start"], one["end"]) for one in document["private"])
        talk = timeline(interval for line in call.speech.values() for interval in line)
        other = subtraction(talk, private)
        needless[language][0] += total(intersection(other, covered))
        needless[language][1] += total(other)
    if options.json:
        print(json.dumps({code: [asdict(one) for one in found] for code, found in values.items()}))
        return
    for code, found in values.items():
        numbers = proportion(sum(one.audible > 0 for one in found), len(found))
        digits = proportion(sum(one.audible for one in found), sum(one.digits for one in found))
        seconds, of = needless[code]
        print(
            f"{code}: numbers with an audible digit {numbers.count} of {numbers.total} "
            f"({numbers.share:.1%}, {numbers.low:.1%}-{numbers.high:.1%}); digits audible {digits.count} of "
            f"{digits.total} ({digits.share:.1%}); other talk covered {seconds:.0f} of {of:.0f} s ({seconds / of:.1%})"
        )


if __name__ == "__main__":
    main()
