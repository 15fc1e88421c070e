"""How right the recogniser, the checks and the measures are, against truth files.

::

    folder ─truths→ recordings with truth ─listen, judge→ inspections ─compare→ Evaluation ─as_dict→ JSON
                                             (or stored ones)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from qc.call import Metadata
from qc.coaching import proportion
from qc.config import Settings
from qc.engines import factory
from qc.errors import LanguageError, RecordingError, TranscriptError
from qc.evaluation.agreement import Agreement, Answer, answers, by_check
from qc.evaluation.events import EventTimes, event_times, merged
from qc.evaluation.recognition import ROLE, Errors, Part, Recognition, parts, recognition
from qc.evaluation.talking import Talking, talking
from qc.evaluation.truth import Truth, truths
from qc.pipeline import inspect
from qc.result import Inspection, Proportion

Pair = tuple[Truth, Inspection]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``checks[check][language]``; ``planted``: faults found; ``flagged``: clean pairs (call, check) flagged."""

    calls: int
    recognition: Mapping[str, Recognition]
    recognition_parts: Mapping[str, Mapping[Part, Recognition]]
    """``[language][("by_role", "agent")]``."""
    checks: Mapping[str, Mapping[str, Agreement]]
    planted: Proportion
    flagged: Proportion
    events: Mapping[str, EventTimes]
    talking: Talking
    wrong: tuple[Answer, ...]
    """Every fault that was missed and every clean pair that was flagged, with its recording."""
    failures: Mapping[str, str]
    """Recordings that could not be heard, with the reason; their planted faults count as missed."""

    def as_dict(self) -> dict[str, object]:
        """The document of ``qc evaluate --json``."""
        return {
            "calls": self.calls,
            "recognition": {
                language: {**one.as_dict(), **_divided(self.recognition_parts[language])}
                for language, one in self.recognition.items()
            },
            "checks": checks_as_dict(self.checks),
            "planted": {
                "found": self.planted.count,
                "of": self.planted.total,
                "share": self.planted.share if self.planted.total else None,
                "interval": [self.planted.low, self.planted.high],
                "flagged_clean": self.flagged.count,
                "clean": self.flagged.total,
                "flagged_share": self.flagged.share if self.flagged.total else None,
                "flagged_interval": [self.flagged.low, self.flagged.high],
            },
            "events": {measure: one.as_dict() for measure, one in self.events.items()},
            **self.talking.as_dict(),
            "wrong": [asdict(answer) for answer in self.wrong],
            "failures": dict(self.failures),
        }


def evaluate(
    folder: Path | str,
    settings: Settings,
    metadata: Mapping[str, Metadata] | None = None,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Evaluation:
    """Hear and judge every recording of a folder that has a truth file, with the engines of the settings.

    `metadata`: by file name; without it the language is found from the audio. `progress` is called with each file's
    name when it is done. Raises what `truths` does, and ModelError or UsageError when the engines cannot be built.
    """
    known = truths(folder)
    described = metadata or {}
    jobs = [(path, described.get(path.name)) for path in known]
    pairs: list[Pair] = []
    failures: dict[str, str] = {}
    lost: list[Answer] = []
    for (path, _), outcome in zip(jobs, _inspections(jobs, settings, workers), strict=True):
        if isinstance(outcome, Inspection):
            pairs.append((known[path], outcome))
        else:
            failures[path.name] = outcome
            truth = known[path]
            lost += [Answer(check, truth.language, wanted, "na", path.name) for check, wanted in truth.checks.items()]
        if progress:
            progress(path.name)
    return compare(pairs, failures, lost)


def compare(
    pairs: Iterable[Pair], failures: Mapping[str, str] | None = None, lost: Iterable[Answer] = ()
) -> Evaluation:
    """Truth against inspections, heard now or taken from a store. `lost`: answers of recordings that failed."""
    given: list[Answer] = list(lost)
    words: dict[str, list[Mapping[Part, Errors]]] = defaultdict(list)
    times = []
    known = []
    for truth, inspection in pairs:
        call = inspection.call
        given += answers(truth, inspection.score, Path(call.recording.path).name)
        words[truth.language].append(parts(truth, call))
        times.append(event_times(truth, call))
        known.append((truth, call))
    clean = [answer for answer in given if answer.wanted != "fail"]
    planted = [answer for answer in given if answer.wanted == "fail"]
    return Evaluation(
        calls=len(times),
        recognition={language: recognition(language, _totals(found)) for language, found in sorted(words.items())},
        recognition_parts={language: _by_part(language, found) for language, found in words.items()},
        checks=by_check(given),
        planted=proportion(sum(a.found == "fail" for a in planted), len(planted)),
        flagged=proportion(sum(a.found == "fail" for a in clean), len(clean)),
        events=merged(times),
        talking=talking(known),
        wrong=tuple(a for a in given if (a.wanted == "fail") != (a.found == "fail")),
        failures=failures or {},
    )


def checks_as_dict(checks: Mapping[str, Mapping[str, Agreement]]) -> dict[str, object]:
    """``[check][language]`` as JSON."""
    return {check: {language: one.as_dict() for language, one in found.items()} for check, found in checks.items()}


def _totals(calls: Iterable[Mapping[Part, Errors]]) -> list[Errors]:
    return [sum((one for (kind, _), one in call.items() if kind == ROLE), Errors(0, 0, 0)) for call in calls]


def _by_part(language: str, calls: Sequence[Mapping[Part, Errors]]) -> dict[Part, Recognition]:
    found = sorted({part for call in calls for part in call})
    return {part: recognition(language, [call[part] for call in calls if part in call]) for part in found}


def _divided(found: Mapping[Part, Recognition]) -> dict[str, dict[str, object]]:
    result: dict[str, dict[str, object]] = {}
    for (kind, name), one in found.items():
        result.setdefault(kind, {})[name] = one.as_dict()
    return result


def _inspections(
    jobs: list[tuple[Path, Metadata | None]], settings: Settings, workers: int
) -> Iterable[Inspection | str]:
    """An inspection a job, in order; the reason where a recording failed."""
    if workers <= 1:
        engines = factory.build(settings)
        yield from (_attempt(engines, settings, job) for job in jobs)
        return
    # A fresh process has no threads or locks of ours; a forked one may hang in the model's thread pool.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(_work, settings), jobs)


_engines: factory.Engines | None = None
"""Of this worker process: models are loaded once."""


def _work(settings: Settings, job: tuple[Path, Metadata | None]) -> Inspection | str:
    global _engines
    if _engines is None:
        _engines = factory.build(settings)
    return _attempt(_engines, settings, job)


def _attempt(engines: factory.Engines, settings: Settings, job: tuple[Path, Metadata | None]) -> Inspection | str:
    path, metadata = job
    try:
        return inspect(path, engines, settings, metadata)
    except (RecordingError, TranscriptError, LanguageError) as error:  # of this file, not of the run
        return str(error)
