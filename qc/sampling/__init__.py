"""Which calls people hear: plans, drawing, and what a sample says of all calls. Pure: the same plan and the same calls
give the same sample.

::

    Plan + Candidates ─draw→ Draw (calls with their probabilities, strata)
                        ├looks→ does it look like its calls?
                        └weighted_share→ what calls that were heard say of all, with interval
"""

from qc.sampling.drawing import Draw, Drawn, Stratum, draw
from qc.sampling.looking import LEVEL, Category, Look, holm, looks
from qc.sampling.plan import (
    MOST,
    STRATA,
    Allocation,
    Candidate,
    Characteristic,
    Design,
    Plan,
    Weights,
    category,
)
from qc.sampling.weighting import Share, weighted_share

__all__ = [
    "LEVEL",
    "MOST",
    "STRATA",
    "Allocation",
    "Candidate",
    "Category",
    "Characteristic",
    "Design",
    "Draw",
    "Drawn",
    "Look",
    "Plan",
    "Share",
    "Stratum",
    "Weights",
    "category",
    "draw",
    "holm",
    "looks",
    "weighted_share",
]
