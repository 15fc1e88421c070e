"""Speech-analytics quality inspection for call centres: recordings in, explained scores out."""

__version__ = "0.1.0"
