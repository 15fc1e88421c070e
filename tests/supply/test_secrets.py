"""No secret is in the repository: detect-secrets' detectors over all files that git tracks (here: would track)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector
from detect_secrets.plugins.keyword import KeywordDetector

from qc.config import ROOT
from tests.supply.settings import SECRETS

MADE_UP = {
    "docs/access.md": {"the value of QC_LOGIN_SECRET", "at least 32 random signs"},
    "docs/operation.md": {"PASSWORD"},
    "qc/private.py": {"secret"},
    "qc/ui/server/login.py": {"X-QC-Proxy-Secret"},
    "tests/cli/test_db.py": {"secret"},
    "tests/supply/test_secret_settings.py": {"{PASSWORD}"},
    "tests/store/test_backup.py": {"secret"},
    "tests/store/test_database.py": {"secret"},
}
"""What only looks like a secret. One that is new fails the test: make it up more plainly, or add it here."""
RANDOM = re.compile(r"^(?=\S*[0-9])(?=\S*[A-Za-z])\S{8,}$")
KEYWORD = re.compile(r"key|pass|pwd|secret|token|credential|private|contrase", re.IGNORECASE)
OURS = re.compile(rf"""({"|".join(SECRETS)})["']? ?[=:] ?["']?([\w/+=-]{{16,}})""", re.IGNORECASE)
"""A value given to one of our own secret settings."""
SKIPPED = {".png", ".wav", ".safetensors", ".pt"}
BUILTIN = {"models/sentiment/builtin/tokenizer.json"}
"""A vocabulary of 1.4 MB, whose hash is in the manifest."""


@cache
def detectors() -> tuple[BasePlugin, ...]:
    """All of the library's but the two that take any hash for a secret, and the one for addresses of the network."""
    kinds = get_mapping_from_secret_type_to_class().values()
    return tuple(
        kind()
        for kind in sorted(kinds, key=lambda kind: kind.__name__)
        if not re.search("Entropy|IPPublic", kind.__name__)
    )


def secrets(text: str, name: str = "") -> Iterator[str]:
    """What looks like a secret in a file called `name`. The library's own scan, line by line, takes 40 s for this
    repository. In tests, which are full of made-up ones, what is called a secret is one when it has no blank, but
    letters and digits."""
    wanted = RANDOM if name.startswith("tests/") else re.compile(".")
    yield from (found[2] for found in OURS.finditer(text))
    for detector in detectors():
        if isinstance(detector, KeywordDetector):
            for line in filter(KEYWORD.search, text.splitlines()):
                values = (str(found.secret_value) for found in detector.analyze_line("x.py", line, 1))
                yield from filter(wanted.search, values)
        elif isinstance(detector, RegexBasedDetector):
            yield from detector.analyze_string(text)


def tracked() -> list[str]:
    """Files of the working tree that git tracks, or would."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    if (ROOT / ".git").exists():
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        return [name for name in listed.split("\0") if name]
    skipped = {".venv", "build", "__pycache__", ".git"}
    return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not skipped & set(path.relative_to(ROOT).parts)]


def test_no_secret_is_in_the_repository() -> None:
    found = {}
    for name in tracked():
        path = ROOT / name
        if path.suffix in SKIPPED or name in BUILTIN or not path.is_file():
            continue
        if others := set(secrets(path.read_text("utf-8", errors="replace"), name)) - MADE_UP.get(name, set()):
            found[name] = others
    assert found == {}


def test_no_file_of_secrets_is_in_the_repository() -> None:
    names = re.compile(r"(^|/)(\.env(\..+)?|id_(rsa|ed25519|ecdsa)|.+\.(pem|key|p12|pfx|kdbx|jks)|secrets\.toml)$")
    assert [name for name in tracked() if names.search(name)] == []


@pytest.mark.parametrize(
    "text",
    ["AKIA" + "Q3EGRIFWXJOFPTZ7", "-----BEGIN " + "RSA PRIVATE KEY-----", "https://me:" + "hunter2@example.org/",
     "ghp_" + "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx", "caller_key = '" + "k3Jf8sLq0ZpWx7Yv'",
     "export QC_RAY_TOKEN=" + "k3Jf8sLq0ZpWx7Yv", "secret: \"" + "k3Jf8sLq0ZpW\""],
)  # fmt: skip
def test_a_secret_is_found(text: str) -> None:
    assert list(secrets(f"first line\n{text}\nlast line", "tests/test_x.py"))
