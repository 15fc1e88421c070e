"""The only codec user: recordings in, bounded blocks of 16 kHz float32 out, and what sounds are in them."""

from qc.audio.clip import stream_clip, write_clip
from qc.audio.covering import Covered, covered
from qc.audio.crosstalk import Crosstalk, find_crosstalk, without_echo
from qc.audio.levels import Likeness, channel_levels, channel_likeness
from qc.audio.prosody import prosody
from qc.audio.recording import SAMPLE_RATE, Audio, Block, open_audio
from qc.audio.sounds import find_sounds

__all__ = [
    "SAMPLE_RATE",
    "Audio",
    "Block",
    "Covered",
    "Crosstalk",
    "Likeness",
    "channel_levels",
    "channel_likeness",
    "covered",
    "find_crosstalk",
    "find_sounds",
    "open_audio",
    "prosody",
    "stream_clip",
    "without_echo",
    "write_clip",
]
