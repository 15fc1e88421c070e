"""One alert to an address: JSON by POST, signed, tried again while that can help."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from qc import __version__
from qc.alerts.alert import Alert

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds: pauses double from the first; no pause is longer, whatever the receiver asks for."""

BUSY = 429
"""Too Many Requests, RFC 6585."""


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """It was not delivered. ``lasting``: the address answered and does not want this alert; another may pass."""

    reason: str
    lasting: bool

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address (http or https). ``timeout`` of one attempt in seconds; `pause` waits so many seconds."""

    url: str
    secret: str | None
    timeout: float
    attempts: int
    pause: Callable[[float], None] = time.sleep

    def send(self, alert: Alert) -> None:
        """Deliver. Raises Refused after a lasting answer, or after the last attempt.

        Tried again: no connection, no answer in time, 5xx, and 429. Redirects are not followed: a signed alert goes to
        the address of the setting or nowhere.
        """
        body = json.dumps(alert.as_json(), ensure_ascii=False).encode("utf-8", "backslashreplace")
        wait = FIRST_PAUSE
        for attempt in range(1, self.attempts + 1):
            try:
                return self._post(alert.key, body)
            except urllib.error.HTTPError as error:
                error.close()
                reason = f"the webhook answered {error.code}"
                if error.code < 500 and error.code != BUSY:
                    raise Refused(reason, lasting=True) from None
                asked = _retry_after(error.headers.get("Retry-After"))
            except (OSError, http.client.HTTPException) as error:
                cause = error.reason if isinstance(error, urllib.error.URLError) else error
                reason, asked = f"the webhook does not answer ({cause})", None
            if attempt < self.attempts:
                self.pause(min(LONGEST_PAUSE, wait if asked is None else asked))
                wait *= 2
        raise Refused(f"{reason}, {self.attempts} times", lasting=False)

    def _post(self, key: str, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"qc/{__version__}",
            "Idempotency-Key": key,
        }
        if self.secret is not None:
            stamp = str(int(time.time()))
            headers |= {"X-QC-Timestamp": stamp, "X-QC-Signature": signature(self.secret, stamp, body)}
        request = urllib.request.Request(self.url, body, headers, method="POST")  # noqa: S310 - the setting is http(s)
        with _OPENER.open(request, timeout=self.timeout) as answer:
            answer.read(1024)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``sha256=`` and the hex HMAC-SHA256 of timestamp, a dot and the body, so that neither can be exchanged."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _retry_after(value: str | None) -> float | None:
    """Seconds (RFC 9110, 10.2.3: a number or a date); None where there is none that can be read."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """None: the answer becomes an error."""


_OPENER = urllib.request.build_opener(_NoRedirect)
