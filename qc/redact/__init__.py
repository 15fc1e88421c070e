"""Personal data out of text, and the spans to cover in audio.

::

    call ─find_in→ hits ─masked→ what everybody may read
                        ─spans→  what a clip must not let hear
"""

from qc.private import Hit, Kind
from qc.redact.finding import find, find_in
from qc.redact.masking import mask

__all__ = ["Hit", "Kind", "find", "find_in", "mask"]
