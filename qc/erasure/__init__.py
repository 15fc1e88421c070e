"""What must not be there for ever: erasing calls in every place where we put something of them, and proving it; what a
retention policy asks for; and erasing again what a restored backup brings back.

::

    who or which ─→ Found ─erase→ rows · files that we wrote · copies · alerts · logs ─→ Erasure: what went, what was
                                                                                         looked for again, whose turn
                                                                                         it is now
"""

from qc.erasure.erase import erase
from qc.erasure.proof import Erasure
from qc.erasure.retain import Retained, retain
from qc.erasure.tombstones import again, tombstone_file

__all__ = ["Erasure", "Retained", "again", "erase", "retain", "tombstone_file"]
