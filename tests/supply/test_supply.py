"""The bill of materials is valid and whole, the page of licences is what is installed."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from qc.config import ROOT
from qc.engines import models, pinning
from qc.errors import UsageError
from qc.supply import closure, licences
from qc.supply.page import markdown
from tests.cli.conftest import Ran, qc
from tests.engines.test_models import save

__all__ = ["qc"]

PAGE = ROOT / "docs" / "licences.md"
ROWS = licences.licences(closure.closure())


@pytest.fixture
def bom(qc: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The document as the command prints it, with a model of the site."""
    pinning.pin(str(save(tmp_path / "ours.pt")), tmp_path / "site.json", name="ours", licence="MIT")
    monkeypatch.setenv("QC_MODEL_MANIFEST", "site.json")
    ran = qc("sbom")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_the_bill_of_materials_is_valid(bom: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom) is None
    spoilt = bom.replace('"machine-learning-model"', '"machine"')
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(spoilt) is not None


def test_the_bill_of_materials_is_whole(bom: str) -> None:
    document = json.loads(bom)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    by_type: dict[str, dict[str, dict[str, object]]] = {}
    for component in document["components"]:
        by_type.setdefault(component["type"], {})[component["name"]] = component
    installed = {row.package: metadata.version(row.package) for row in ROWS}
    assert {name: one["version"] for name, one in by_type["library"].items()} == installed
    found = {
        file["name"]: file["hashes"][0]["content"]
        for model in by_type["machine-learning-model"].values()
        for file in model["components"]  # type: ignore[attr-defined]
    }
    for entry in models.manifest():
        for file in entry.files:
            content = (models.FOLDER / file.file).read_bytes()
            assert found[file.file] == hashlib.sha256(content).hexdigest()
    assert {"assets/silero_vad_v6.onnx", "ours.pt"} <= set(found)
    assert all(one["licenses"] for one in by_type["machine-learning-model"].values())
    needs = {one["ref"]: one.get("dependsOn", []) for one in document["dependencies"]}
    asked = tomllib.loads(closure.PROJECT.read_text("utf-8"))["project"]["dependencies"]
    assert len([one for one in needs["qc"] if one.startswith("pkg:")]) == len(asked)
    everything = {one for refs in needs.values() for one in refs}
    assert {one["bom-ref"] for one in by_type["library"].values()} <= everything


def test_the_page_is_what_is_installed() -> None:
    """The same page on every machine and Python: NVIDIA's packages are left out, others' needs are in."""
    assert PAGE.read_text("utf-8") == markdown(ROWS), "make it again: qc licences --markdown > docs/licences.md"


def test_every_licence_is_known_and_every_copyleft_one_explained() -> None:
    assert [row.package for row in ROWS if row.licence == licences.NOT_STATED] == []
    assert [row.package for row in ROWS if re.search(r"\bBSD\b(?!-)", row.licence)] == []
    assert {row.package for row in ROWS if row.copyleft} == {row.package for row in ROWS if row.note}
    known = licences._known()
    assert {*known["packages"], *known["notes"], *known["inside"]} <= {row.package for row in ROWS}
    listed = {row.package: dict(row.inside) for row in ROWS if row.inside}
    if platform.machine() == "x86_64":
        assert listed == known["inside"]
    else:  # wheels for others hold fewer
        assert all(libraries.items() <= known["inside"][name].items() for name, libraries in listed.items())
    elsewhere = {row.package: row.licence for row in ROWS if row.package in known["elsewhere"]}
    assert elsewhere.items() <= known["elsewhere"].items()


@pytest.mark.parametrize(
    ("licence", "asks"),
    [("MIT", False), ("LGPL-3.0-only", True), ("GPL-2.0-or-later", True), ("MPL-2.0 AND MIT", True), ("MIT-CMU", False),
     ("GPL-3.0-or-later WITH GCC-exception-3.1", False), ("GNU General Public License v3", True)],
)  # fmt: skip
def test_copyleft_is_seen(licence: str, asks: bool) -> None:
    assert licences.asks_for_sources(licence) is asks


def test_extras_and_their_mistakes(qc: Callable[..., Ran], tmp_path: Path) -> None:
    more = {one.name for one in closure.closure(["test"])}
    assert "pytest" in more - {row.package for row in ROWS}
    ran = qc("licences", "--extra", "none")
    assert ran.code == 2 and "there is no extra none: choose check, oidc, pyannote" in ran.err
    missing = tmp_path / "pyproject.toml"
    missing.write_text('[project]\ndependencies = ["no-such-package-of-ours"]\n')
    with pytest.raises(UsageError, match="no-such-package-of-ours is needed and not installed"):
        closure.closure(project=missing)


def test_an_install_without_its_folder_is_read_from_metadata(tmp_path: Path) -> None:
    names = {requirement.name for requirement in closure.roots(project=tmp_path / "none")}
    assert {"torch", "streamlit"} <= names and "ruff" not in names
    with_test = {requirement.name for requirement in closure.roots(["test"], tmp_path / "none")}
    assert "pytest" in with_test and "ruff" not in with_test


def test_licences_in_a_table_and_as_json(qc: Callable[..., Ran]) -> None:
    table = qc("licences")
    assert table.code == 0 and re.search(r"soxr +LGPL-2.1-or-later +copyleft", table.out)
    rows = {row["package"]: row for row in qc("licences", "--json").json}
    assert rows["av"]["inside"]["libx264"] == "GPL-2.0-or-later" and not rows["av"]["copyleft"]
