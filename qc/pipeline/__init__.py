"""Listen and judge, apart.

::

    recording ─listen→ Call ─judge→ Score          inspect = both, with the versions that made it
               slow, once   fast, again and again
"""

from qc.pipeline.judging import inspect, judge, rejudge, scorecard_for
from qc.pipeline.listening import listen
from qc.pipeline.stages import stage_of, watching
from qc.pipeline.versions import inspection_id, judging_version, listening_version

__all__ = [
    "inspect",
    "inspection_id",
    "judge",
    "judging_version",
    "listen",
    "listening_version",
    "rejudge",
    "scorecard_for",
    "stage_of",
    "watching",
]
