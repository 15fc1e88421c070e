"""What the recording system, ACD and CRM know of calls: delimited, a row a call, joined to recordings.

::

    file ──► encoding ──► header ──► records ──► rows ──► MetadataTable ──► a recording's Metadata
             recognised   columns    lines       values   abandoned, problems, orphans

A mapping (YAML, `load_map`) says how another system's export is read; without one the columns are named as the fields
are (`qc.metadata.fields`), in any order and case, spaces and hyphens counting as underscores, and other columns are
kept as `Metadata.extra`. Callers' numbers are sealed under the site's key where they are read (`qc.metadata.caller`).
"""

from qc.metadata.caller import key_of
from qc.metadata.mapping import NO_MAP, MetadataMap, load_map
from qc.metadata.reader import of_names, read
from qc.metadata.table import MetadataTable, Recognised

__all__ = ["NO_MAP", "MetadataMap", "MetadataTable", "Recognised", "key_of", "load_map", "of_names", "read"]
