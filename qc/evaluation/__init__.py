"""How right the recogniser, the checks and the measures are, against truth files.

::

    folder ─truths→ recordings with truth ─listen, judge→ inspections ─compare→ Evaluation ─as_dict→ JSON
                                             (or stored ones)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
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
from qc.evaluation.agreement import Agreement, Answer, agreement, answers
from qc.evaluation.onsets import Onsets, merged, onsets
from qc.evaluation.recognition import Errors, Recognition, errors, recognition
from qc.evaluation.truth import Truth, truths
from qc.pipeline import inspect
from qc.result import Inspection, Proportion

Pair = tuple[Truth, Inspection]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``checks[check][language]``; ``planted``: faults found; ``flagged``: clean pairs (call, check) flagged."""

    calls: int
    recognition: Mapping[str, Recognition]
    checks: Mapping[str, Mapping[str, Agreement]]
    planted: Proportion
    flagged: Proportion
    events: Mapping[str, Onsets]
    wrong: tuple[Answer, ...]
    """Every fault that was missed and every clean pair that was flagged, with its recording."""
    failures: Mapping[str, str]
    """Recordings that could not be heard, with the reason; their planted faults count as missed."""

    def as_dict(self) -> dict[str, object]:
        """The document of ``qc evaluate --json``."""
        return {
            "calls": self.calls,
            "recognition": {language: one.as_dict() for language, one in self.recognition.items()},
            "checks": {
                check: {language: one.as_dict() for language, one in by_language.items()}
                for check, by_language in self.checks.items()
            },
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
    words: dict[str, list[Errors]] = defaultdict(list)
    times = []
    for truth, inspection in pairs:
        call = inspection.call
        given += answers(truth, inspection.score, Path(call.recording.path).name)
        words[truth.language].append(errors(truth, call))
        times.append(onsets(truth, call))
    clean = [answer for answer in given if answer.wanted != "fail"]
    planted = [answer for answer in given if answer.wanted == "fail"]
    checks: dict[str, dict[str, Agreement]] = {}
    for check, language in sorted({(answer.check, answer.language) for answer in given}):
        same = (a for a in given if a.check == check and a.language == language)
        checks.setdefault(check, {})[language] = agreement(same)
    return Evaluation(
        calls=len(times),
        recognition={language: recognition(language, found) for language, found in sorted(words.items())},
        checks=checks,
        planted=proportion(sum(a.found == "fail" for a in planted), len(planted)),
        flagged=proportion(sum(a.found == "fail" for a in clean), len(clean)),
        events=merged(times),
        wrong=tuple(a for a in given if (a.wanted == "fail") != (a.found == "fail")),
        failures=failures or {},
    )


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
