"""The fields that a metadata file can give, and the headers that are theirs without a mapping."""

from __future__ import annotations

import re
import unicodedata

FIELDS = (
    "file",
    "call_id",
    "agent",
    "agent_name",
    "team",
    "start",
    "zone",
    "queue",
    "direction",
    "language",
    "agent_channel",
    "customer_class",
    "ring_count",
    "queue_seconds",
    "abandoned",
    "hung_up_by",
    "satisfaction",
    "caller",
    "earlier_contacts",
)
"""In the order in which problems of a row are told."""

_ALIASES = {
    "file": ("filename", "file_name", "recording"),
    "call_id": ("callid",),
    "agent": ("agent_id",),
    "start": ("start_time",),
    "zone": ("time_zone", "timezone"),
    "customer_class": ("class",),
    "ring_count": ("rings",),
    "satisfaction": ("key_press_satisfaction",),
    "earlier_contacts": ("previous_contacts",),
    # Wide in all languages: a telephone number must not pass for a column that nobody knows, and be kept in plain.
    "caller": (
        *("caller_number", "caller_id", "calling_number", "ani", "cli", "phone", "phone_number", "telephone", "tel"),
        *("telephone_number", "mobile", "customer_number", "customer_phone", "customer_phone_number", "contact_number"),
        *("主叫", "主叫号码", "来电", "来电号码", "客户号码", "客户电话", "用户号码", "用户电话", "联系电话", "电话"),
        *("电话号码", "手机", "手机号", "手机号码"),
        *("teléfono", "telefono", "número", "numero", "número_llamante", "numero_llamante", "número_de_teléfono"),
        *("numero_de_telefono", "teléfono_cliente", "telefono_cliente", "móvil", "movil", "llamante"),
    ),
}


def folded(text: str) -> str:
    """A header or a value as it is compared: case, width and outer spaces do not count."""
    return unicodedata.normalize("NFKC", text.replace("\ufeff", "")).strip().casefold()


def header_key(text: str) -> str:
    """A header as it is compared: spaces and hyphens count as underscores, too."""
    return re.sub(r"[\s-]+", "_", folded(text))


HEADERS = {name: (name, *(header_key(alias) for alias in _ALIASES.get(name, ()))) for name in FIELDS}
"""Headers of each field, the first that a file has counts; of ``caller`` all of them are telephone numbers."""
