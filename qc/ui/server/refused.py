"""What is not given to whoever asks for it."""

from __future__ import annotations


class Refused(Exception):
    """`code` is for the trail; whoever asks is told nothing."""

    def __init__(self, code: str, subject: str = "") -> None:
        super().__init__(code)
        self.code, self.subject = code, subject
