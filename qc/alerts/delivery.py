"""Brings alerts to their receivers, each once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from qc.alerts import mail
from qc.alerts.alert import Alert
from qc.alerts.outbox import Outbox
from qc.alerts.webhook import Refused, Webhook
from qc.artifacts import Outlet
from qc.config import Settings
from qc.errors import UsageError


@dataclass(frozen=True, slots=True)
class Account:
    """What became of alerts: ``sent`` now, ``waiting`` for the next run, and why, in sentences. An alert that goes both
    ways counts twice."""

    sent: int = 0
    waiting: int = 0
    problems: tuple[str, ...] = ()

    def __add__(self, other: Account) -> Account:
        return Account(self.sent + other.sent, self.waiting + other.waiting, (*self.problems, *other.problems))


def post(
    alerts: Sequence[Alert],
    settings: Settings,
    *,
    made_at: datetime,
    outlet: Outlet,
    pause: Callable[[float], None] = time.sleep,
) -> Account | None:
    """Tell the receivers of the settings what they do not know yet, and what earlier runs could not tell them.

    Mails are written through `outlet`. None when the settings name no receiver. Nothing is raised for a receiver or a
    folder that fails: the account says so, because a night is not lost for it.
    """
    ways: list[tuple[str, Callable[[Outbox], Account]]] = []
    if settings.alert_webhook is not None:
        secret = settings.alert_secret.get_secret_value() if settings.alert_secret else None
        url = str(settings.alert_webhook)
        hook = Webhook(url, secret, settings.alert_timeout, settings.alert_attempts, pause)
        ways.append(("webhook", lambda outbox: _by_webhook(outbox, hook)))
    if settings.alert_folder is not None:
        ways.append(("mail", lambda outbox: _by_mail(outbox, settings, made_at, outlet)))
    if not ways:
        return None
    account = Account()
    for way, deliver in ways:
        outbox = Outbox(settings.alert_outbox, way)
        try:
            with outbox.opened():
                outbox.add(alerts)
                account += deliver(outbox)
        except UsageError as error:
            account += Account(0, len(alerts), (error.message,))
    return account


def _by_webhook(outbox: Outbox, hook: Webhook) -> Account:
    waiting, problems = outbox.waiting()
    reasons: dict[str, int] = {}
    sent = 0
    for alert in waiting:
        try:
            hook.send(alert)
        except Refused as refused:
            reasons[refused.reason] = reasons.get(refused.reason, 0) + 1
            if not refused.lasting:
                break  # it is down: the rest would wait as long, each
        else:
            outbox.done([alert])
            sent += 1
    said = (f"{reason}; it is tried again in the next run" for reason in reasons)
    return Account(sent, len(waiting) - sent, (*problems, *said))


def _by_mail(outbox: Outbox, settings: Settings, made_at: datetime, outlet: Outlet) -> Account:
    waiting, problems = outbox.waiting()
    if not waiting or settings.alert_folder is None:
        return Account(problems=problems)
    try:
        message = mail.mail(
            waiting, settings.interface_language, sender=settings.alert_from, to=settings.alert_to, made_at=made_at
        )
        mail.write(message, waiting, settings.alert_folder, outlet)
    except UsageError as error:
        return Account(0, len(waiting), (*problems, error.message))
    outbox.done(waiting)
    return Account(len(waiting), 0, problems)
