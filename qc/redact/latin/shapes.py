"""What a number's digits alone say."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

REGIONS = ("ES", "US", "GB", "MX", "AR", "CO", "CL", "PE", "AU", "IE", "CN")
"""Whose numbers are known when they are said without a country code."""
FEWEST = 9
"""Digits of a telephone number that nothing but its shape tells."""


@lru_cache(maxsize=4096)
def is_phone(digits: str) -> bool:
    """Whether it can be somebody's number in one of `REGIONS`, with or without country code."""
    return FEWEST <= len(digits) <= 15 and any(
        phonenumbers.is_valid_number(number) for number in _parsed(digits) if number is not None
    )


def _parsed(digits: str) -> list[phonenumbers.PhoneNumber | None]:
    tries = [(digits, region) for region in REGIONS] + [("+" + digits.removeprefix("00"), None)]
    found: list[phonenumbers.PhoneNumber | None] = []
    for text, region in tries:
        try:
            found.append(phonenumbers.parse(text, region))
        except phonenumbers.NumberParseException:
            found.append(None)
    return found
