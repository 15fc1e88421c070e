"""Write ``models/manifest.json``, the list of shipped files with their hashes: ``python -m models.manifest``.

Run it after a training, together with the new figures in the model's card.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
LANGUAGES = ["zh", "en", "es"]
MODELS: list[dict[str, Any]] = [
    {
        "name": "builtin",
        "kind": "recogniser",
        "licence": "Apache-2.0",
        "card": "recogniser/README.md",
        "files": ["whisper_builtin.pt"],
        "options": {
            "languages": LANGUAGES,
            "short_windows": True,
            "alignment_heads": [[1, head] for head in range(4)],  # the last layer's: shown the next token's place
        },
    },
    {
        "name": "builtin",
        "kind": "sentiment",
        "licence": "research and evaluation only (some training sets are non-commercial)",
        "card": "sentiment/README.md",
        "files": [
            f"sentiment/builtin/{name}"
            for name in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")
        ],
        "options": {"languages": LANGUAGES},
    },
    {
        "name": "builtin",
        "kind": "speaker",
        "licence": "Apache-2.0",
        "card": "speaker/README.md",
        "files": ["speaker/encoder.safetensors"],
        "options": {},
    },
]


def describe(name: str) -> dict[str, str | int]:
    """A file's entry: path relative to the folder, sha256 and size."""
    content = (FOLDER / name).read_bytes()
    return {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def main() -> None:
    entries = [{**model, "files": [describe(name) for name in model["files"]]} for model in MODELS]
    (FOLDER / "manifest.json").write_text(json.dumps({"models": entries}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
