"""Failures are listed, and files get another chance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

Qc = Callable[..., Ran]


def listed(qc: Qc) -> dict[str, tuple[str, bool, int]]:
    rows = qc("failures", "list", "--json").json
    return {Path(row["path"]).name: (row["code"], row["waiting"], row["attempts"]) for row in rows}


def test_failures(qc: Qc, tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "text.wav").write_text("no audio\n" * 50)
    (folder / "page.wav").write_text("<html>")
    batch = ("batch", folder, "--engine", "oracle", "--workers", 1)
    assert qc(*batch).code == 1
    assert listed(qc) == {"text.wav": ("not_audio", False, 1), "page.wav": ("not_audio", False, 1)}
    qc(*batch)
    assert listed(qc)["text.wav"] == ("not_audio", False, 1), "a later run leaves it alone"

    assert qc("failures", "retry").code == 2
    nothing = qc("failures", "release", "--all")
    assert (nothing.code, "nothing changed" in nothing.err) == (1, True)
    assert "1 files wait" in qc("failures", "retry", "text.wav").out
    assert listed(qc) == {"text.wav": ("not_audio", True, 1), "page.wav": ("not_audio", False, 1)}
    qc(*batch)
    assert listed(qc) == {"text.wav": ("not_audio", False, 2), "page.wav": ("not_audio", False, 1)}

    table = qc("failures", "list", "--code", "not_audio").out
    assert "page.wav" in table and "failed" in table
    assert qc("failures", "list", "--code", "corrupt").out.strip() == "no failures"
    unknown = qc("failures", "retry", "nobody.wav", "page.wav")
    assert (unknown.code, "nobody.wav: no such failure" in unknown.err) == (0, True)
