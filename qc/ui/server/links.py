"""Links to audio, as pages give them to the player."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from streamlit import config

from qc.access import User
from qc.result import Inspection
from qc.ui.server import identity
from qc.ui.server.gate import Gate
from qc.ui.server.media import Media
from qc.ui.server.passes import Pass, Spans, Variant, spans_of


@dataclass(frozen=True, slots=True)
class Sound:
    """``link`` is good for ``seconds``; ``renew`` gives a new one (POST). ``name`` is the same for the same sound."""

    link: str
    renew: str
    seconds: float
    name: str


def sound(
    user: User,
    inspection: Inspection | str,
    variant: Variant | str = Variant.MASKED,
    *,
    channel: str = "all",
    spans: Spans = (),
) -> Sound:
    """Audio of an inspection, or of a recording by its id: ``masked``, or ``raw`` in the `spans` that are named.

    The link opens for nobody else, in no other session, and only while the user may hear the call.

    Raises ValueError when spans are given for masked audio, or none for raw.
    """
    gate = identity.gate()
    media = of(gate)
    recording = inspection if isinstance(inspection, str) else inspection.call.recording.id
    session = identity.visitor(touch=False).session
    one = media.issue(user, session, recording, Variant(variant), channel, spans_of(spans))
    return _sound(media, one)


@lru_cache(maxsize=8)
def of(gate: Gate) -> Media:
    """The gate's audio."""
    return Media(gate)


def base() -> str:
    """The path below which the dashboard is, as ``/qc``, or empty."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def _sound(media: Media, one: Pass) -> Sound:
    token = media.passes.token(one)
    return Sound(
        f"{base()}/qc/audio/{token}", f"{base()}/qc/renew/{token}", media.gate.settings.link_seconds, one.sound
    )
