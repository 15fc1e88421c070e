"""The engines that the settings name, each built at first use and once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from qc.config import Settings
from qc.engines.protocols import Diarizer, Engine, SentimentClassifier, Transcriber, VoiceDetector
from qc.errors import UsageError

VOICE_DETECTORS = ("silero", "oracle")
TRANSCRIBERS = ("whisper", "oracle", "transcript")
DIARIZERS = ("builtin", "pyannote", "oracle", "none")


class Engines:
    """``voice``, ``transcriber``, ``diarizer`` and ``sentiment``. Made by `build`.

    An adapter's module is imported, and its model read, when it is first needed: measuring silences asks for no
    recogniser, and a transcript from a file for no tensors.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def voice(self) -> VoiceDetector:
        """Raises ModelError when its model is missing."""
        if self._settings.voice_detector == "oracle":
            from qc.engines.oracle import OracleDetector

            return OracleDetector()
        from qc.engines.silero import SileroDetector

        return SileroDetector(manifest=self._settings.model_manifest)

    @cached_property
    def transcriber(self) -> Transcriber:
        """Raises ModelError when its model is missing, changed or unlisted."""
        settings = self._settings
        if settings.transcriber == "oracle":
            from qc.engines.oracle import OracleTranscriber

            return OracleTranscriber()
        if settings.transcriber == "transcript":
            from qc.engines.transcript_file import TranscriptFile

            return TranscriptFile()
        from qc.engines.whisper import WhisperTranscriber

        return WhisperTranscriber(
            settings.model,
            settings.languages,
            settings.device,
            settings.threads,
            settings.models,
            manifest=settings.model_manifest,
        )

    @cached_property
    def diarizer(self) -> Diarizer:
        """Raises ModelError when its model is missing, changed or unlisted."""
        settings = self._settings
        if settings.diarizer == "oracle":
            from qc.engines.oracle import OracleDiarizer

            return OracleDiarizer()
        if settings.diarizer == "none":
            from qc.engines.one_speaker import OneSpeaker

            return OneSpeaker()
        if settings.diarizer == "pyannote":
            from qc.engines.pyannote_diarizer import PyannoteDiarizer

            return PyannoteDiarizer(settings.diarizer_model, settings.device, manifest=settings.model_manifest)
        from qc.engines.builtin_diarizer import BuiltinDiarizer

        return BuiltinDiarizer(settings.models, settings.device, settings.threads)

    @cached_property
    def sentiment(self) -> SentimentClassifier:
        """Raises ModelError when its model is missing, changed or of the wrong kind."""
        from qc.engines.transformers_sentiment import TransformersSentiment

        settings = self._settings
        return TransformersSentiment(
            settings.sentiment_model, settings.models, settings.device, settings.threads, settings.model_manifest
        )

    def items(self) -> Iterator[tuple[str, Engine]]:
        """All four with their kind."""
        yield "voice", self.voice
        yield "transcriber", self.transcriber
        yield "diarizer", self.diarizer
        yield "sentiment", self.sentiment


def build(settings: Settings) -> Engines:
    """Engines by their names in the settings. Raises UsageError, naming the setting and the choices."""
    for name, value, known in (
        ("voice_detector", settings.voice_detector, VOICE_DETECTORS),
        ("transcriber", settings.transcriber, TRANSCRIBERS),
        ("diarizer", settings.diarizer, DIARIZERS),
    ):
        if value not in known:
            raise UsageError(f"setting {name}: {value} is none of {', '.join(known)}")
    return Engines(settings)
