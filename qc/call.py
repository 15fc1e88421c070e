"""Who said what, when: the domain types that listening fills and everything else reads.

Times are float seconds from the start of the recording. A `Call` holds nothing that comes from a language pack or a
scorecard, so judging it again never needs the audio.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qc.interval import Interval, Timeline


class Role(StrEnum):
    """Who speaks on a channel or in an utterance."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"
    """Recorded announcements."""
    UNKNOWN = "unknown"

    @property
    def other(self) -> Role:
        """The other party; UNKNOWN for SYSTEM and UNKNOWN."""
        return {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT}.get(self, Role.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Recording:
    """A file as it was found. ``id`` is the sha256 (hex) of its bytes; ``roles[i]`` is channel i."""

    id: str
    path: str
    sample_rate: int
    num_samples: int
    roles: tuple[Role, ...]

    @property
    def duration(self) -> float:
        """Seconds, from the number of samples."""
        return self.num_samples / self.sample_rate

    @property
    def span(self) -> Interval:
        """All of it."""
        return Interval(0.0, self.duration)


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Probabilities of the three classes; they add to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> str:
        """``negative``, ``neutral`` or ``positive``: the most probable."""
        return max(("negative", "neutral", "positive"), key=lambda name: float(getattr(self, name)))

    @property
    def probability(self) -> float:
        """Of the label."""
        return max(self.negative, self.neutral, self.positive)

    @property
    def value(self) -> float:
        """-1 (surely negative) .. +1 (surely positive)."""
        return self.positive - self.negative


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; in Chinese one character or one run of Latin letters. ``probability`` is 0..1."""

    interval: Interval
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """A role's voice activity joined over gaps under 0.5 s, with its text.

    ``avg_logprob`` is the mean natural logarithm of the words' probabilities (0 without words). ``pitch`` (Hz) and
    ``energy`` (dB) are differences from the speaker's own median in this call; None where they cannot be measured.
    """

    index: int
    role: Role
    interval: Interval
    text: str
    words: tuple[Word, ...] = ()
    avg_logprob: float = 0.0
    sentiment: Sentiment | None = None
    pitch: float | None = None
    energy: float | None = None

    @property
    def probability(self) -> float:
        """Geometric mean of the words' probabilities; 1 without words."""
        return math.exp(self.avg_logprob)


@dataclass(frozen=True, slots=True)
class Transcript:
    """Utterances of all roles, sorted by start. ``language`` is an ISO 639-1 code."""

    language: str
    utterances: tuple[Utterance, ...]

    def of(self, role: Role) -> tuple[Utterance, ...]:
        """The utterances of one role."""
        return tuple(utterance for utterance in self.utterances if utterance.role is role)


class SoundKind(StrEnum):
    """Sounds on a line that are not speech."""

    MUSIC = "music"
    RINGBACK = "ringback"
    DTMF = "dtmf"


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound found in the audio of one channel."""

    kind: SoundKind
    interval: Interval
    channel: int


@dataclass(frozen=True, slots=True)
class ChannelLevel:
    """Levels of one channel in dBFS; ``speech_level`` and ``noise_level`` are None where there is none of it."""

    peak: float
    speech_level: float | None
    noise_level: float | None
    clipped: float
    """Share of samples at full scale."""
    dead: bool
    """Nothing but silence or constant noise."""


@dataclass(frozen=True, slots=True)
class QualityNote:
    """What could not be measured, or only doubtfully, and why. ``code`` is stable: ``mono``, ``dead_channel``,
    ``identical_channels``, ``inverted_channels``, ``speakers_by_voice``, ``one_voice``, ``swapped_channels``,
    ``low_recognition``, ``truncated``, ``longer_than_declared``, ``dc_offset``, ``window_fallback``, ``crosstalk``,
    ``invented_text``, ``words_outside_voice``, ... ``values`` fill the sentence that the interface shows for the
    code."""

    code: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)


DOUBTFUL_ROLES = 0.7
"""Role probability under which a fault could be put on the wrong person."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What may be measured in a call. ``role_probability``: how sure the roles are, 0..1."""

    channels: tuple[ChannelLevel, ...] = ()
    role_probability: float = 1.0
    role_source: str = "setting"
    """``setting``, ``metadata``, ``content``, ``voice`` (told apart by voice, named by content), ``truth`` or
    ``review``: a person decided."""
    recognition_probability: float | None = None
    """Mean probability of all words; None without words."""
    notes: tuple[QualityNote, ...] = ()

    @property
    def one_channel(self) -> bool:
        """Both parties are on the same channel: what they say at the same time cannot be told apart."""
        return any(self.has(code) for code in ("mono", "identical_channels", "inverted_channels"))

    def has(self, code: str) -> bool:
        """Whether a note of this code is there."""
        return any(note.code == code for note in self.notes)

    @property
    def roles_doubtful(self) -> bool:
        """Whether nobody can be sure who is the agent."""
        return self.role_probability < DOUBTFUL_ROLES

    @property
    def roles_state(self) -> str | None:
        """What to look at in a list of calls: ``review``, ``doubtful``, ``swapped`` (by content); None: nothing."""
        if self.role_source == "review":
            return "review"
        return "doubtful" if self.roles_doubtful else "swapped" if self.has("swapped_channels") else None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the recording system knows of a call. Everything may be unknown.

    ``start`` is the centre's wall clock, in ``zone`` (IANA) where that is known. ``caller`` is no number but its
    HMAC-SHA256 (hex) under the site's key: the same for the same number. ``earlier_contacts``: of this customer.
    """

    call_id: str = ""
    agent: str | None = None
    agent_name: str | None = None
    team: str | None = None
    start: datetime | None = None
    queue: str | None = None
    direction: str | None = None
    language: str | None = None
    agent_channel: int | None = None
    customer_class: str | None = None
    ring_count: int | None = None
    queue_seconds: float | None = None
    hung_up_by: str | None = None
    satisfaction: int | None = None
    zone: str | None = None
    caller: str | None = None
    earlier_contacts: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """Everything that was heard in one recording.

    ``speech`` maps each role to its voice activity (joined over gaps under 0.5 s, hold music left out).
    """

    recording: Recording
    metadata: Metadata
    speech: Mapping[Role, Timeline]
    sounds: tuple[Sound, ...]
    transcript: Transcript
    quality: Quality

    def voice(self, role: Role) -> Timeline:
        """A role's voice activity; empty when the role does not speak."""
        return self.speech.get(role, ())
