"""What a link to audio carries: who may hear what until when. The signature is checked before anything is read."""

from __future__ import annotations

import binascii
import hashlib
import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from itsdangerous import BadSignature, Signer

Spans = tuple[tuple[float, float], ...]
"""Seconds of the recording."""


class Variant(StrEnum):
    """What is heard of private data."""

    MASKED = "masked"
    """Nothing."""
    RAW = "raw"
    """The spans that the link names."""


@dataclass(frozen=True, slots=True)
class Pass:
    """``session`` is `Session.mark`; ``channel`` is ``all``, ``mix`` or a number; times are seconds since 1970."""

    user: str
    session: str
    recording: str
    variant: Variant
    channel: str
    spans: Spans
    issued: float
    expires: float

    @property
    def sound(self) -> str:
        """Names what is heard, whoever hears it and when."""
        said = json.dumps([self.recording, self.variant, self.channel, self.spans])
        return hashlib.sha256(said.encode()).hexdigest()[:32]


class Passes:
    """Signs and reads passes with HMAC-SHA256 under the installation's key."""

    def __init__(self, key: bytes) -> None:
        self._signer = Signer(key, salt="qc.audio", key_derivation="hmac", digest_method=hashlib.sha256)

    def token(self, one: Pass) -> str:
        """As it stands in an address."""
        times = (round(one.issued, 3), round(one.expires, 3))
        said = [one.user, one.session, one.recording, one.variant.value, one.channel, one.spans, *times]
        body = urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).rstrip(b"=")
        return self._signer.sign(body).decode()

    def read(self, token: str) -> Pass | None:
        """What was signed, expired or not; None where it was not signed so by us."""
        try:
            body = self._signer.unsign(token)
            user, session, recording, variant, channel, spans, issued, expires = json.loads(
                urlsafe_b64decode(body + b"=" * (-len(body) % 4))
            )
        except (BadSignature, ValueError, binascii.Error):
            return None
        return Pass(user, session, recording, Variant(variant), channel, spans_of(spans), issued, expires)


def spans_of(spans: Sequence[Sequence[float]]) -> Spans:
    """Checked and in order. Raises ValueError for what is no span of time."""
    found = tuple(sorted((float(start), float(end)) for start, end in spans))
    if any(not 0 <= start < end or math.isinf(end) for start, end in found):
        raise ValueError("a span is (start, end) in seconds, 0 <= start < end")
    return found
