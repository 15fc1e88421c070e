"""After a batch: the morning report is written, and alerts are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qc.cli.options import seal_of
from qc.cli.output import note
from qc.config import Settings
from qc.errors import UsageError

if TYPE_CHECKING:
    from qc.batch.report import BatchReport
    from qc.metadata import MetadataTable
    from qc.store import Store


def ready(folder: Path | None) -> None:
    """Make the report's folder before the night begins. Raises UsageError when it cannot be made."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: no folder for reports ({error.strerror or error})") from None


def written(settings: Settings, reports: Path | None) -> list[Path]:
    """What earlier nights wrote: no recordings, though their folders may lie among recordings."""
    outbox = settings.alert_outbox
    found = [*outbox.glob("webhook/**/*"), *outbox.glob("mail/**/*")]
    if reports is not None:
        found += reports.glob("night-*.*")
    if settings.alert_folder is not None:
        found += settings.alert_folder.glob("qc-alerts-*.eml")
    return found


def morning(
    run: BatchReport,
    store: Store,
    settings: Settings,
    *,
    metadata: MetadataTable,
    folders: Sequence[Path],
    to: Path | None,
    since: datetime | None = None,
) -> None:
    """Write the report `to` a folder where one is named, and send alerts where the settings name a receiver.

    Raises StoreError, or UsageError when the report cannot be written.
    """
    if to is None and settings.alert_webhook is None and settings.alert_folder is None:
        return
    from qc.alerts import alerts_of, post
    from qc.artifacts import Outlet
    from qc.batch.night import Delivery, night_report, write
    from qc.store import ArtifactKind

    seal = seal_of(settings, None, None)

    now = datetime.now().astimezone()
    on_gpu = settings.device != "cpu"
    night = night_report(run, store, made_at=now, metadata=metadata, folders=folders, since=since, on_gpu=on_gpu)
    dashboard = str(settings.dashboard_url) if settings.dashboard_url else None
    alerts = alerts_of(
        *(night.critical, night.risks, night.failed, night.files),
        date=night.date,
        risk_grade=settings.alert_risk_grade,
        failure_share=settings.failure_share,
        dashboard=dashboard,
    )
    account = post(alerts, settings, made_at=now, outlet=Outlet(store, ArtifactKind.MAIL))
    if account is not None:
        night = replace(night, alerts=Delivery(account.sent, account.waiting, account.problems))
        note(f"alerts: {account.sent} sent, {account.waiting} waiting")
        for problem in account.problems:
            note(problem)
    if to is not None:
        language, share = settings.interface_language, settings.failure_share
        outlet = Outlet(store, ArtifactKind.NIGHT, seal)
        for path in write(night, to, language, outlet, failure_share=share, dashboard=dashboard):
            note(f"report: {path}")
