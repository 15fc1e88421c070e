"""Coaching packs: a ZIP that a trainer takes along, with clips, what is said in them, what the card asks, and a page
that plays it all in any browser, offline.

::

    chosen clips ─checked→ Pack ─write_pack→ index.html      the page, with everything but the sound in it
                                             manifest.json   what, from where, sha256 of each file
                                             audio/  captions/  transcripts/

Private data is covered in the sound and in the words. The same pack of the same calls has the same bytes.
"""

from qc.clips import SoundFormat
from qc.packs.choosing import chosen
from qc.packs.pack import LONGEST, MOST, SHORTEST, Pack, checked, file_name
from qc.packs.writing import write_pack

__all__ = ["LONGEST", "MOST", "SHORTEST", "Pack", "SoundFormat", "checked", "chosen", "file_name", "write_pack"]
