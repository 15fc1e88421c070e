"""The only codec user: recordings in, bounded blocks of 16 kHz float32 out, and what sounds are in them."""

from qc.audio.clip import write_clip
from qc.audio.levels import channel_levels, channels_identical
from qc.audio.prosody import prosody
from qc.audio.recording import SAMPLE_RATE, Audio, Block, open_audio
from qc.audio.sounds import find_sounds

__all__ = [
    "SAMPLE_RATE",
    "Audio",
    "Block",
    "channel_levels",
    "channels_identical",
    "find_sounds",
    "open_audio",
    "prosody",
    "write_clip",
]
