"""Synthetic telephone speech from espeak-ng, with the time of each word.

The builtin recogniser is trained on this speech and the sample recordings are made of it. Needs Debian's
``espeak-ng`` (its shared library is called through ctypes, because the command line does not give word times)
and ``pypinyin``: espeak's own reading of Chinese characters is often wrong, so it is given numbered pinyin.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soxr
from pypinyin import Style, lazy_pinyin

SAMPLE_RATE = 8000
"""Telephone speech: samples a second."""

VOICES = {
    "zh": ("cmn-latn-pinyin",),
    "en": ("en-us", "en", "en-gb-x-rp", "en-029"),
    "es": ("es", "es-419"),
}
VARIANTS = (
    *("m1", "m2", "m3", "m4", "m5", "m6", "m7", "f1", "f2", "f3", "f4", "f5", "Annie", "Andy", "Alex"),
    *("linda", "Mike", "steph2", "rob", "Alicia", "Michael", "Marco"),
)
UNHEARD_VARIANTS = {"zh": "belinda", "en": "david", "es": "pablo"}
"""One voice a language that training never uses, so that it can be measured on a voice it does not know."""

_LETTER_PINYIN = {
    "A": "ei1", "B": "bi4", "C": "sei1", "D": "di4", "E": "yi4", "F": "ai2 fu5", "G": "ji4", "H": "ei2 chi5",
    "I": "ai4", "J": "zhei4", "K": "kei4", "L": "ai2 lou5", "M": "ai2 mu5", "N": "en1", "O": "ou1", "P": "pi4",
    "Q": "kiu4", "R": "a4 er5", "S": "ai2 si5", "T": "ti4", "U": "you1", "V": "wei1", "W": "da2 bu5 liu5",
    "X": "ai2 ke5 si5", "Y": "wai4", "Z": "zei4",
}  # fmt: skip
_PUNCTUATION = str.maketrans({"，": ",", "。": ".", "？": "?", "！": "!", "、": ",", "：": ",", "；": ","})
_HAN = re.compile(r"[\u3400-\u9fff]")
_AUDIBLE = 0.01  # of full scale, after peak normalisation


@dataclass(frozen=True, slots=True)
class Voice:
    """How a person speaks: espeak voice, variant, words a minute (80..450) and pitch (0..99)."""

    language: str
    name: str
    variant: str
    rate: int = 175
    pitch: int = 50


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word (zh: one character) and its audible span, in seconds from the start of the samples."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """float32 samples, shape (n,), at `SAMPLE_RATE`, peak 0.9, silence trimmed; and its words."""

    samples: np.ndarray
    words: tuple[SpokenWord, ...]


def to_pinyin(text: str) -> list[tuple[str, str]]:
    """Characters of a Chinese text with what espeak is to read: ``[('你', 'ni3'), ('，', ','), ...]``."""
    pairs: list[tuple[str, str]] = []
    position = 0
    for run in re.finditer(r"[\u3400-\u9fff]+|[A-Za-z]|\S", text):
        piece = run.group()
        if _HAN.match(piece):
            readings = lazy_pinyin(piece, style=Style.TONE3, neutral_tone_with_five=True)
            pairs += list(zip(piece, readings, strict=True))
        else:
            pairs.append((piece, _LETTER_PINYIN.get(piece.upper(), piece.translate(_PUNCTUATION))))
        position = run.end()
    assert position <= len(text)
    return pairs


class _Event(ctypes.Structure):
    """``espeak_EVENT`` of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", ctypes.c_char * 8),
    ]  # fmt: skip


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
_WORD, _UTF8, _RATE, _PITCH, _SYNCHRONOUS = 1, 1, 1, 3, 2


class Synthesiser:
    """espeak-ng in this process. One a process: the library keeps global state."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng")
        if name is None:
            raise RuntimeError("espeak-ng is not installed: apt-get install espeak-ng")
        self._library = ctypes.CDLL(name)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._native_rate = self._library.espeak_Initialize(_SYNCHRONOUS, 200, None, 0)
        self._chunks: list[np.ndarray] = []
        self._events: list[tuple[int, int, float]] = []
        self._callback = _CALLBACK(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wav: ctypes.Array[ctypes.c_short], count: int, events: ctypes.Array[_Event]) -> int:
        if count and wav:
            self._chunks.append(np.ctypeslib.as_array(wav, shape=(count,)).copy())
        index = 0
        while events[index].type != 0:
            event = events[index]
            if event.type == _WORD:
                self._events.append((event.text_position - 1, event.length, event.audio_position / 1000))
            index += 1
        return 0

    def _choose(self, voice: Voice) -> None:
        identifier = f"{voice.name}+{voice.variant}"
        if self._library.espeak_SetVoiceByName(identifier.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {identifier}")
        self._library.espeak_SetParameter(_RATE, voice.rate, 0)
        self._library.espeak_SetParameter(_PITCH, voice.pitch, 0)

    def say(self, text: str, voice: Voice) -> Speech:
        """Speak `text`. Raises ValueError when nothing audible comes out."""
        self._choose(voice)
        self._chunks, self._events = [], []
        spoken, owners = _script(text, voice.language)
        data = spoken.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8, None, None)
        if not self._chunks:
            raise ValueError(f"nothing was spoken for {text!r}")
        raw = np.concatenate(self._chunks).astype(np.float32) / 32768
        samples = soxr.resample(raw, self._native_rate, SAMPLE_RATE).astype(np.float32)
        peak = float(np.abs(samples).max(initial=0))
        if peak < 1e-3:
            raise ValueError(f"nothing audible was spoken for {text!r}")
        samples *= 0.9 / peak
        audible = np.flatnonzero(np.abs(samples) > _AUDIBLE)
        first, last = int(audible[0]), int(audible[-1]) + 1
        words = _words(samples, owners, self._events, first, last)
        return Speech(samples[first:last], words)

    def phonemes(self, text: str, voice: Voice) -> str:
        """espeak's phoneme mnemonics of a text (en, es), words separated by spaces."""
        self._choose(voice)
        data = ctypes.c_char_p(text.encode())
        pointer = ctypes.pointer(ctypes.cast(data, ctypes.c_void_p))
        clauses = []
        while pointer.contents.value:
            clauses.append(self._library.espeak_TextToPhonemes(pointer, _UTF8, 0).decode())
        return " ".join(clauses)


def _script(text: str, language: str) -> tuple[str, list[tuple[int, str]]]:
    """What espeak reads, and for each word of it (offset in it, the written word)."""
    if language == "zh":
        spoken, owners = "", []
        for written, reading in to_pinyin(text):
            if reading[0].isalpha():
                owners.append((len(spoken), written))
            spoken += reading + " "
        return spoken, owners
    return text, [(m.start(), m.group().strip(".,;:?!¿¡")) for m in re.finditer(r"\S+", text)]


def _words(
    samples: np.ndarray, owners: list[tuple[int, str]], events: list[tuple[int, int, float]], first: int, last: int
) -> tuple[SpokenWord, ...]:
    """Word events to audible spans relative to `first`. A word without an event shares its neighbour's span."""
    starts: list[float | None] = [None] * len(owners)
    for position, _, at in events:
        owner = max((i for i, (offset, _) in enumerate(owners) if offset <= position), default=None)
        if owner is not None and starts[owner] is None:
            starts[owner] = at
    known = [(i, s) for i, s in enumerate(starts) if s is not None]
    if not known or known[0][0] != 0:
        known.insert(0, (0, first / SAMPLE_RATE))
    known.append((len(owners), last / SAMPLE_RATE))
    words: list[SpokenWord] = []
    for (index, start), (after, stop) in pairwise(known):
        group = owners[index:after]
        total = sum(len(word) for _, word in group) or 1
        at = start
        for _, word in group:
            upto = at + (stop - start) * len(word) / total
            span = _audible(samples, at, upto)
            if span is not None and word:
                begin = max(span[0], first) - first
                end = min(span[1], last) - first
                if begin < end:
                    words.append(SpokenWord(word, begin / SAMPLE_RATE, end / SAMPLE_RATE))
            at = upto
    return tuple(words)


def _audible(samples: np.ndarray, start: float, end: float) -> tuple[int, int] | None:
    begin = int(start * SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(samples[begin : int(end * SAMPLE_RATE)]) > _AUDIBLE)
    return (begin + int(loud[0]), begin + int(loud[-1]) + 1) if len(loud) else None
