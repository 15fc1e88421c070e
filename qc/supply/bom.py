"""A bill of materials in CycloneDX 1.6: installed packages, libraries inside their wheels, models with hashes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.utils import canonicalize_name

import qc
from qc.engines.manifests import PACKAGES, Entry, read
from qc.engines.models import FOLDER, manifest, of_site
from qc.supply.closure import closure, roots
from qc.supply.licences import licences

_FACTORY = LicenseFactory()


def document(extras: Iterable[str] = (), folder: Path = FOLDER, site: Path | None = None) -> str:
    """JSON of everything that is installed for `qc` with those extras, and of the models of all manifests. Raises
    ModelError and UsageError."""
    extras = tuple(extras)
    packages = closure(extras)
    root = Component(
        name="qc", version=qc.__version__, type=ComponentType.APPLICATION, licenses=_licence("Apache-2.0"), bom_ref="qc"
    )
    bom = Bom(metadata=BomMetaData(component=root))
    found: dict[str, Component] = {}
    for package, about in zip(packages, licences(packages), strict=True):
        purl = PackageURL("pypi", name=package.name, version=package.version)
        found[package.name] = Component(
            name=package.name,
            version=package.version,
            purl=purl,
            bom_ref=purl.to_string(),
            licenses=_licence(about.licence),
            components=[
                Component(name=library, bom_ref=f"{purl.to_string()}#{library}", licenses=_licence(licence))
                for library, licence in about.inside
            ],
        )
    models = [_model(entry) for entry in (*manifest(folder), *read(PACKAGES), *of_site(site))]
    for component in (*found.values(), *models):
        bom.components.add(component)
    for package in packages:
        bom.register_dependency(found[package.name], [found[name] for name in package.needs if name in found])
    direct = {one.name for one in packages} & {canonicalize_name(one.name) for one in roots(extras)}
    bom.register_dependency(root, [*(found[name] for name in direct), *models])
    text: str = JsonV1Dot6(bom).output_as_string(indent=1)
    return text + "\n"


def _model(entry: Entry) -> Component:
    reference = f"model:{entry.kind}:{entry.name}"
    return Component(
        name=f"{entry.kind}/{entry.name}",
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=reference,
        licenses=_licence(entry.licence),
        properties=[Property(name="qc:kind", value=entry.kind), Property(name="qc:card", value=entry.card or "none")],
        components=[
            Component(
                name=file.file,
                type=ComponentType.FILE,
                bom_ref=f"{reference}#{file.file}",
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=file.sha256)],
            )
            for file in entry.files
        ],
    )


def _licence(text: str) -> list[License]:
    return [_FACTORY.make_from_string(text)] if text else []
