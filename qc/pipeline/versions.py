"""What decides whether a recording is heard again, and whether a call is judged again (DESIGN, principle 1)."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import qc
from qc import language, redact
from qc import site as sites
from qc.config import Settings
from qc.engines.factory import Engines
from qc.language import LanguagePack
from qc.pipeline.roles import ANNOUNCEMENTS, CUES, GREETING, NAMING, PICK_UP
from qc.scorecard import Scorecard

LISTENING = 5
"""Raise it by hand when `listen` changes its meaning: every recording is then heard again."""
JUDGING_CODE = (
    "checks/**/*.py",
    "conversation/**/*.py",
    "demotion.py",
    "interval.py",
    "language/*.py",
    "phrases/**/*.py",
    "pipeline/judging.py",
    "rules/**/*.py",
    "scorecard.py",
    "scoring.py",
    "site.py",
)
"""The files, inside the package, that can change a judgement."""


def listening_version(engines: Engines, settings: Settings) -> str:
    """Names all that can change what is heard: `LISTENING`, the engines with their models and decoding settings, the
    languages, the agent's channel, and the few phrases by which roles are told apart, the site's announcements among
    them. Loads no model. Raises SiteError."""
    content: dict[str, object] = {
        "engines": {kind: (engine.name, engine.version) for kind, engine in engines.items()},
        "languages": settings.languages,
        "agent_channel": settings.agent_channel,
        "role_phrases": [_role_phrases(code) for code in settings.languages],
    }
    if recorded := sites.of(settings).announcements:
        content["announcements"] = recorded
    if settings.raw_formats:
        content["raw_formats"] = settings.raw_formats
    return f"{LISTENING}-{_digest(content)}"


def judging_version(card: Scorecard, pack: LanguagePack | None) -> str:
    """Names all that can change a judgement of the same call: scorecard, language pack with the site's names (None: not
    installed; its version names all of the site), judging code, and how private data is found."""
    content = {"card": card.fingerprint, "pack": pack and pack.version, "code": _judging_code()}
    return _digest({**content, "redact": redact.VERSION})


def inspection_id(recording_id: str, listening: str, judging: str) -> str:
    """The same recording, heard and judged by the same versions, is the same inspection."""
    return _digest([recording_id, listening, judging])


def _role_phrases(code: str) -> list[str]:
    if code not in language.installed():
        return []
    pack = language.load(code)
    wanted = (*CUES, *ANNOUNCEMENTS, GREETING, NAMING, PICK_UP)
    return [repr(rule) for rule in pack.rules if rule.id.split(".")[0] in wanted]


@cache
def _judging_code() -> str:
    folder = Path(qc.__file__).parent
    files = sorted({file for pattern in JUDGING_CODE for file in folder.glob(pattern)})
    return _digest([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
