"""Find phrases in what was said, and when. Pure.

Texts are compared after `normalise`: Traditional and Simplified Chinese, full and half width, capitals, punctuation
and Spanish accents make no difference. A recogniser writes a homophone or a wrong letter now and then, so a plain
pattern of a rule is found in three ways, in this order:

1. the same characters (in en and es at word boundaries), or the regular expression;
2. zh, patterns of 3 characters and more: the same toneless syllables (pypinyin, character by character);
3. patterns of 6 (zh) or 10 (en, es) characters and more: alike by the rule's ``similarity`` (rapidfuzz ratio on
   syllables in zh, on letters in en and es).
"""

from qc.phrases.cue import CUE_RULES, Cues, cues
from qc.phrases.deadlines import due
from qc.phrases.hearing import MIN_PROBABILITY, TURN_GAP, Hit, Passage, find, heard, passages
from qc.phrases.matching import Match, matches
from qc.phrases.numbers import DigitRun, digit_runs
from qc.phrases.text import all_listed, normalise, spoken_units

__all__ = [
    "CUE_RULES",
    "MIN_PROBABILITY",
    "TURN_GAP",
    "Cues",
    "DigitRun",
    "Hit",
    "Match",
    "Passage",
    "all_listed",
    "cues",
    "digit_runs",
    "due",
    "find",
    "heard",
    "matches",
    "normalise",
    "passages",
    "spoken_units",
]
