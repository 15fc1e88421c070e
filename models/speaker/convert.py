"""Write ``encoder.safetensors`` and ``LICENSE`` out of Resemblyzer's wheel: ``python -m models.speaker.convert WHEEL``.

The wheel is ``Resemblyzer-0.1.4-py3-none-any.whl`` of PyPI (``pip download --no-deps resemblyzer``); nothing of the
package is run. Its checkpoint is read with ``weights_only``, the two scalars of its training loss are left out, and the
rest is kept in half precision. Run ``python -m models.manifest`` afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

FOLDER = Path(__file__).parent
CHECKPOINT, LICENCE = "resemblyzer/pretrained.pt", "Resemblyzer-0.1.4.dist-info/LICENSE"
CHECKPOINT_SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
"""Of ``pretrained.pt`` in Resemblyzer 0.1.4."""


def convert(wheel: Path, folder: Path = FOLDER) -> None:
    """Raises SystemExit when the wheel has another checkpoint than the one that was measured."""
    with zipfile.ZipFile(wheel) as package:
        content, licence = package.read(CHECKPOINT), package.read(LICENCE)
    if hashlib.sha256(content).hexdigest() != CHECKPOINT_SHA256:
        raise SystemExit(f"{wheel}: its {CHECKPOINT} is not that of Resemblyzer 0.1.4")
    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)["model_state"]
    kept = {name: value.half().contiguous() for name, value in state.items() if not name.startswith("similarity_")}
    save_file(kept, folder / "encoder.safetensors")
    (folder / "LICENSE").write_bytes(licence)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wheel", type=Path)
    convert(parser.parse_args().wheel)
