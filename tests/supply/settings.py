"""The settings that are secrets: a new one joins by its type."""

from __future__ import annotations

from typing import get_args

from pydantic import SecretStr

from qc.config import Settings

SECRETS = tuple(
    name
    for name, field in Settings.model_fields.items()
    if SecretStr in (field.annotation, *get_args(field.annotation))
)
