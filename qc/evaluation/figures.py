"""The document that ``qc evaluate FOLDER --json`` printed, read again for a page that shows it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from qc.errors import UsageError

Span = tuple[float, float] | None


class _Figures(BaseModel):
    """What is not asked for is left out, so a document of a newer version is read too."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class RateFigures(_Figures):
    """Of `qc.evaluation.recognition.Recognition`; one of ``cer`` and ``wer`` is there."""

    cer: float | None = None
    wer: float | None = None
    interval: Span = None
    units: int
    calls: int

    @property
    def rate(self) -> float | None:
        """Whichever it is."""
        return self.wer if self.cer is None else self.cer


class LanguageFigures(RateFigures):
    """A language, and its parts by role and by noise on the channel."""

    by_role: dict[str, RateFigures] = {}
    by_channel_quality: dict[str, RateFigures] = {}


class CheckFigures(_Figures):
    """Of `qc.evaluation.agreement.Agreement`."""

    cases: int
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int
    precision: float | None
    recall: float | None
    f1: float | None
    f1_interval: Span = None
    agreement: float | None = None
    kappa: float | None = None
    kappa_interval: Span = None


class EventFigures(_Figures):
    """Of `qc.evaluation.events.EventTimes`; seconds."""

    events: int
    found: int
    missed: int
    spurious: int
    onset_p95: float | None
    end_p95: float | None
    within_share: float | None
    within_interval: Span


class TalkFigures(_Figures):
    """Of `qc.evaluation.talking.TalkTimes`; shares."""

    calls: int
    untold: int
    error_median: float | None
    error_overall: float | None
    within_share: float | None
    within_interval: Span


class RoleFigures(_Figures):
    """How often the channels' roles are right."""

    calls: int
    right: int
    interval: Span
    mean_probability: float | None


class BackchannelFigures(_Figures):
    """Listening sounds, and those taken for an interruption."""

    events: int
    counted_as_interruption: int


class EvaluationFigures(_Figures):
    """The whole document."""

    calls: int
    recognition: dict[str, LanguageFigures]
    checks: dict[str, dict[str, CheckFigures]]
    events: dict[str, EventFigures]
    talk_time: dict[str, TalkFigures]
    roles: RoleFigures
    backchannels: BackchannelFigures


def read(path: Path) -> EvaluationFigures:
    """Raises UsageError, naming the file and the place."""
    try:
        return EvaluationFigures.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{place and place + ': '}{first['msg']}"
        raise UsageError(f"{path}: not what `qc evaluate FOLDER --json` prints: {reason}") from None
