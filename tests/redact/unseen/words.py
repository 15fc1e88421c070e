"""Names, places and words for numbers and letters that the makers draw from: ``words.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
"""List of words, or language -> list of words, by topic. `places` are said before a street in Chinese, after its number
in the other two; empty: not said."""
