"""Private data in languages written in Latin script: English and Spanish.

::

    text ─tokens→ words ─units→ digits and letters ─runs→ numbers ─cues, shapes→ what they are
                        ─names, addresses, e-mail, secrets→

One file of data a language (`lexicon`), one module a kind of data; `call` joins what is said over several turns.
"""

from qc.redact.latin.call import Piece, find_all
from qc.redact.latin.lexicon import of
from qc.redact.latin.reading import Found
from qc.redact.latin.text import find_text

__all__ = ["Found", "Piece", "find_all", "find_text", "of"]
