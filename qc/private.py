"""What must not be read or heard by everybody: where it is in a call, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qc.interval import Interval


class Kind(StrEnum):
    """Kinds of personal and secret data."""

    PHONE = "phone"
    IDENTITY = "identity"
    """Number of an identity document."""
    CARD = "card"
    """Number of a bank card."""
    SECURITY_CODE = "security_code"
    """CVV and its like."""
    EXPIRY = "expiry"
    """Of a bank card."""
    SECRET = "secret"  # noqa: S105 (a kind of data, no password)
    """Password, PIN or verification code."""
    ACCOUNT = "account"
    """Number of a customer's account with the utility."""
    EMAIL = "email"
    PLATE = "plate"
    """Of a vehicle."""
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Hit:
    """Private data at characters ``[start, end)`` of an utterance's text (`utterance`: its index).

    ``interval``: where it is heard, seconds, with a margin; None for text without times. ``probability``: 0..1.
    """

    kind: Kind
    utterance: int
    start: int
    end: int
    interval: Interval | None
    probability: float
