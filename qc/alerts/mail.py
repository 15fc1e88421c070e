"""Alerts as one mail in a folder that a mail system sends from: an .eml file (RFC 5322)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from qc.alerts.alert import Alert, AlertKind
from qc.artifacts import Outlet
from qc.errors import UsageError
from qc.language import item_title
from qc.words import Words, clock, percent


def mail(alerts: Sequence[Alert], language: str, *, sender: str, to: str, made_at: datetime) -> EmailMessage:
    """One mail of all `alerts`. Raises UsageError for an address that is none."""
    words = Words(language)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"] = sender, to
    except (ValueError, IndexError):
        raise UsageError(f"settings alert_from, alert_to: {sender!r} or {to!r} is no mail address") from None
    message["Date"] = format_datetime(made_at)
    message["Subject"] = words("alert.subject", count=len(alerts))
    message["Message-ID"] = f"<{_digest(alerts)}@qc>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    lines: list[str] = []
    for date in sorted({alert.date for alert in alerts}):
        lines += [words("alert.intro", date=date), ""]
        for alert in alerts:
            if alert.date == date:
                lines += [f"- {_title(alert, words)}", *(f"  {line}" for line in _place(alert, words)), ""]
    message.set_content("\n".join([*lines, words("alert.closing"), ""]))
    return message


def write(message: EmailMessage, alerts: Sequence[Alert], folder: Path, outlet: Outlet) -> Path:
    """Write the mail whole or not at all, named by its alerts: the same ones are never two files. Gives its path.

    Raises UsageError when the folder cannot be written.
    """
    path = folder / f"qc-alerts-{max(alert.date for alert in alerts)}-{_digest(alerts)[:12]}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with outlet.writing(path, lambda: [one.recording for one in alerts if one.recording]) as stream:
            stream.write(bytes(message))
    except OSError as error:
        raise UsageError(f"{folder}: mails cannot be written there ({error.strerror or error})") from None
    return path


def _title(alert: Alert, words: Words) -> str:
    if alert.kind is AlertKind.FAILURES:
        share = (alert.failed or 0) / (alert.files or 1)
        return words("alert.failures", failed=alert.failed, files=alert.files, share=percent(share))
    if alert.kind is AlertKind.RISK:
        return words("alert.risk", grade=alert.grade)
    return words("alert.critical", item=item_title(alert.item or "", words.language))


def _place(alert: Alert, words: Words) -> list[str]:
    if alert.call is None:
        return []
    none = words("none")
    time = (alert.start or none).replace("T", " ")
    call = words("alert.call", call=_line(alert.call), agent=_line(alert.agent or none), time=time)
    place = [words("alert.place", place=clock(alert.at))] if alert.at is not None else []
    return [call, *place, *([alert.link] if alert.link else [])]


def _line(text: str) -> str:
    """A name from outside is one line without control characters."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _digest(alerts: Sequence[Alert]) -> str:
    return hashlib.sha256("\n".join(sorted(alert.key for alert in alerts)).encode()).hexdigest()[:32]
