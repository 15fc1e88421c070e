"""Files that leave the store. Whoever writes one does it through an `Outlet`, which registers whose data is in it
before it appears, so that erasure finds it, and encrypts it where somebody asked for that.

::

    rows, sound, text ─Outlet.writing→ [age] ─→ FILE or FILE.age      path, kind, recordings, sha256 in the store
"""

from qc.artifacts.outlet import Outlet
from qc.artifacts.seal import ENDING, Seal, new_key, opened, seal_for

__all__ = ["ENDING", "Outlet", "Seal", "new_key", "opened", "seal_for"]
