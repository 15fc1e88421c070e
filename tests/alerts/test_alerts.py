"""Alerts arrive once, signed, whatever the receiver does; what cannot be told now is told by the next run."""

from __future__ import annotations

import email
import email.policy
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from qc.alerts import Account, Alert, AlertKind, alerts_of, post
from qc.artifacts import Outlet
from qc.config import ROOT, Settings, load_settings
from qc.errors import UsageError
from qc.result import Failure
from qc.store import ArtifactKind, FlaggedItem, Store
from tests.alerts.receiver import Receiver, receiving
from tests.nights import QUOTE, inspected, risk, rude

OUTLET = Outlet(None, ArtifactKind.MAIL)
NOW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
PHONE = "13800138000"


@pytest.fixture
def flagged(tmp_path: Path) -> tuple[FlaggedItem, ...]:
    calls = (
        inspected("rude", rude(), risk(2), agent="A01", extra={"caller": PHONE}),
        inspected("angry", risk(3), agent="A02"),
    )
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        store.save(*calls)
        return store.flagged([one.call.recording.id for one in calls], ("complaint_risk",))


def found(flagged: tuple[FlaggedItem, ...], grade: int = 3, failed: int = 0, files: int = 2) -> tuple[Alert, ...]:
    critical = [one for one in flagged if one.critical]
    risks = [one for one in flagged if one.check == "complaint_risk"]
    failures = [Failure(f"/calls/{number}.wav", "decode", "corrupt", "torn") for number in range(failed)]
    return alerts_of(
        *(critical, risks, failures, files),
        date="2026-03-02",
        risk_grade=grade,
        failure_share=0.05,
        dashboard="https://qc.example/",
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


class Pauses(list[float]):
    """Remembers pauses instead of making them."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def hook(receiver: Receiver, tmp_path: Path, **more: object) -> Settings:
    options: dict[str, object] = {"alert_outbox": tmp_path / "outbox", "alert_attempts": 3} | more
    return load_settings(alert_webhook=receiver.url, **options)


def waiting(tmp_path: Path, way: str = "webhook") -> list[str]:
    return sorted(path.stem for path in (tmp_path / "outbox" / way).glob("*.json"))


def test_what_is_worth_an_alert(flagged: tuple[FlaggedItem, ...]) -> None:
    assert [(one.kind, one.call, one.grade) for one in found(flagged)] == [
        (AlertKind.CRITICAL, "rude", None),
        (AlertKind.RISK, "angry", 3),
    ]
    assert len(found(flagged, grade=2)) == 3
    assert found((), failed=1, files=20) == ()  # the share that is allowed
    (many,) = found((), failed=2, files=20)
    assert (many.kind, many.failed, many.files) == (AlertKind.FAILURES, 2, 20)


def test_the_same_thing_has_the_same_key(flagged: tuple[FlaggedItem, ...]) -> None:
    assert [one.key for one in found(flagged)] == [one.key for one in found(flagged, grade=2) if one.grade != 2]
    assert len({one.key for one in found(flagged, grade=2)}) == 3
    assert found((), failed=2)[0].key != found((), failed=3)[0].key


def test_what_is_sent(flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path) -> None:
    assert post(found(flagged), hook(receiver, tmp_path), made_at=NOW, outlet=OUTLET) == Account(2, 0)
    path, headers, body = receiver.requests[0]
    assert path == "/hook?room=4"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert "x-qc-signature" not in {name.lower() for name in headers}  # no secret, no signature
    recording = next(one.recording_id for one in flagged if one.critical)
    assert json.loads(body) == {
        "key": headers["Idempotency-Key"],
        "kind": "critical",
        "date": "2026-03-02",
        "call": "rude",
        "agent": "A01",
        "item": "forbidden_phrases",
        "grade": None,
        "start": "2026-03-02T09:30:00",
        "at": 12.0,
        "link": f"https://qc.example/call?call={recording}",
        "files": None,
        "failed": None,
        "recording": recording,
    }


def test_no_words_and_no_number_are_sent(flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path) -> None:
    settings = hook(receiver, tmp_path, alert_folder=tmp_path / "mail")
    post(found(flagged), settings, made_at=NOW, outlet=OUTLET)
    sent = b"".join(body for _, _, body in receiver.requests).decode()
    sent += "".join(text_of(path) for path in (tmp_path / "mail").iterdir())
    assert "rude" in sent
    assert QUOTE not in sent and PHONE not in sent


def test_a_run_that_finds_the_same_sends_nothing(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path
) -> None:
    settings = hook(receiver, tmp_path, alert_folder=tmp_path / "mail")
    assert post(found(flagged), settings, made_at=NOW, outlet=OUTLET) == Account(4, 0)
    assert post(found(flagged), settings, made_at=NOW, outlet=OUTLET) == Account(0, 0)
    assert len(receiver.requests) == 2
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_receiver_that_recovers_is_sent_it_again(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path, pauses: Pauses
) -> None:
    receiver.answers[:] = [(500, {}), (503, {}), (204, {})]
    assert post(found(flagged)[:1], hook(receiver, tmp_path), made_at=NOW, outlet=OUTLET, pause=pauses) == Account(1, 0)
    assert pauses == [1.0, 2.0]
    assert len(set(receiver.keys)) == 1 and len(receiver.keys) == 3


def test_a_receiver_that_asks_for_a_pause_gets_it(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path, pauses: Pauses
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    receiver.answers[:] = [(429, {"Retry-After": "7"}), (503, {"Retry-After": date}), (429, {"Retry-After": "soon"})]
    settings = hook(receiver, tmp_path, alert_attempts=4)
    assert post(found(flagged)[:1], settings, made_at=NOW, outlet=OUTLET, pause=pauses) == Account(1, 0)
    assert pauses == [7.0, 60.0, 4.0]  # two hours are capped; what cannot be read is no wish


@pytest.mark.parametrize("status", [400, 401, 404, 410, 302, 307])
def test_what_is_refused_waits_and_the_others_are_sent(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path, pauses: Pauses, status: int
) -> None:
    receiver.answers[:] = [(status, {"Location": receiver.url.replace("hook", "elsewhere")})]
    settings = hook(receiver, tmp_path)
    account = post(found(flagged), settings, made_at=NOW, outlet=OUTLET, pause=pauses)
    assert account is not None
    assert (account.sent, account.waiting) == (1, 1)
    assert account.problems == (f"the webhook answered {status}; it is tried again in the next run",)
    assert pauses == []
    assert {path for path, _, _ in receiver.requests} == {"/hook?room=4"}  # no redirect is followed
    refused = waiting(tmp_path)
    assert refused == receiver.keys[:1]
    assert post((), settings, made_at=NOW, outlet=OUTLET) == Account(1, 0)  # a run that finds nothing new sends it
    assert receiver.keys[2:] == refused and waiting(tmp_path) == []


def test_a_receiver_that_is_down_is_not_waited_for_by_every_alert(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path, pauses: Pauses
) -> None:
    receiver.answers[:] = [(500, {})] * 3
    account = post(found(flagged), hook(receiver, tmp_path), made_at=NOW, outlet=OUTLET, pause=pauses)
    assert account is not None and (account.sent, account.waiting) == (0, 2)
    assert "answered 500, 3 times" in account.problems[0]
    assert len(receiver.requests) == 3


def test_no_server_at_all(flagged: tuple[FlaggedItem, ...], tmp_path: Path, pauses: Pauses) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        settings = load_settings(alert_webhook=address, alert_outbox=tmp_path / "outbox", alert_attempts=2)
        account = post(found(flagged), settings, made_at=NOW, outlet=OUTLET, pause=pauses)
    assert account is not None and (account.sent, account.waiting) == (0, 2)
    assert "does not answer" in account.problems[0]
    assert pauses == [1.0]
    assert len(waiting(tmp_path)) == 2


def test_a_server_that_never_answers(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path, pauses: Pauses
) -> None:
    receiver.answers[:] = [None, None]
    settings = hook(receiver, tmp_path, alert_timeout=0.05, alert_attempts=2)
    account = post(found(flagged)[:1], settings, made_at=NOW, outlet=OUTLET, pause=pauses)
    assert account is not None and (account.sent, account.waiting) == (0, 1)
    assert "timed out" in account.problems[0]


def snippet() -> str:
    """The receiver's check as docs/operation.md shows it."""
    text = (ROOT / "docs" / "operation.md").read_text("utf-8")
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "x-qc-signature" in block]
    return str(code)


def test_the_documented_check_accepts_what_is_sent_and_nothing_else(
    flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path
) -> None:
    post(found(flagged)[:1], hook(receiver, tmp_path, alert_secret="key of the site"), made_at=NOW, outlet=OUTLET)
    names: dict[str, object] = {}
    exec(snippet(), names)  # noqa: S102 (the example of our own page)
    genuine = names["genuine"]
    assert callable(genuine)
    _, sent, body = receiver.requests[0]
    headers = {name.lower(): value for name, value in sent.items()}
    assert genuine("key of the site", sent, body)
    assert not genuine("another key", headers, body)
    assert not genuine("key of the site", headers, body.replace(b"A01", b"A02"))
    late = str(int(headers["x-qc-timestamp"]) - 301)
    assert not genuine("key of the site", {**headers, "x-qc-timestamp": late}, body)
    assert not genuine("key of the site", {}, body)


def test_the_secret_is_not_shown(tmp_path: Path) -> None:
    assert "hidden key" not in repr(Settings(alert_secret="hidden key"))  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/", "example.org", "http://"])
def test_only_web_addresses(address: str) -> None:
    with pytest.raises((UsageError, ValidationError)):
        load_settings(alert_webhook=address)


def text_of(path: Path) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    content = message.get_body()
    assert content is not None
    return str(content.get_content())


@pytest.mark.parametrize(
    ("language", "critical"), [("zh", "一票否决"), ("en", "Critical failure"), ("es", "Fallo crítico")]
)
def test_one_mail_a_run(flagged: tuple[FlaggedItem, ...], tmp_path: Path, language: str, critical: str) -> None:
    settings = load_settings(
        alert_folder=tmp_path / "mail",
        alert_outbox=tmp_path / "outbox",
        alert_from="QC <qc@example.org>",
        alert_to="Lead <lead@example.org>, night@example.org",
        interface_language=language,
    )
    alerts = found(flagged, failed=3, files=10)
    assert post(alerts, settings, made_at=NOW, outlet=OUTLET) == Account(3, 0)
    (path,) = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml"
    raw = path.read_bytes()
    assert b"\n" not in raw.replace(b"\r\n", b"")  # RFC 5322: lines end with CRLF
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message.defects == []
    assert [one.addr_spec for one in message["To"].addresses] == ["lead@example.org", "night@example.org"]
    assert message["Date"].datetime == NOW
    text = text_of(path)
    assert critical in text and "rude" in text and "30 %" in text and "https://qc.example/call?call=" in text


def test_a_folder_that_fails_keeps_the_alerts(flagged: tuple[FlaggedItem, ...], tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    settings = load_settings(alert_folder=tmp_path / "mail", alert_outbox=tmp_path / "outbox")
    account = post(found(flagged), settings, made_at=NOW, outlet=OUTLET)
    assert account is not None and (account.sent, account.waiting) == (0, 2)
    assert "cannot be written there" in account.problems[0]
    (tmp_path / "mail").unlink()
    assert post((), settings, made_at=NOW, outlet=OUTLET) == Account(2, 0)


def test_a_wrong_address_keeps_the_alerts(flagged: tuple[FlaggedItem, ...], tmp_path: Path) -> None:
    settings = load_settings(
        alert_folder=tmp_path / "mail",
        alert_outbox=tmp_path / "outbox",
        alert_to="lead@example.org\nBcc: x@example.org",
    )
    account = post(found(flagged), settings, made_at=NOW, outlet=OUTLET)
    assert account is not None and (account.sent, account.waiting) == (0, 2)
    assert "is no mail address" in account.problems[0]


def test_an_outbox_that_fails_is_told(flagged: tuple[FlaggedItem, ...], receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    account = post(found(flagged), hook(receiver, tmp_path), made_at=NOW, outlet=OUTLET)
    assert account is not None and (account.sent, account.waiting) == (0, 2)
    assert "alerts cannot be kept there" in account.problems[0]


def test_a_file_that_is_no_alert_is_named_and_not_sent(receiver: Receiver, tmp_path: Path) -> None:
    folder = tmp_path / "outbox" / "webhook"
    folder.mkdir(parents=True)
    (folder / "torn.json").write_text('{"key": "to')
    (folder / "renamed.json").write_text(json.dumps(Alert("other", AlertKind.FAILURES, "2026-03-02").as_json()))
    account = post((), hook(receiver, tmp_path), made_at=NOW, outlet=OUTLET)
    assert account is not None and len(account.problems) == 2
    assert receiver.requests == []


def test_nobody_to_tell(flagged: tuple[FlaggedItem, ...], tmp_path: Path) -> None:
    assert post(found(flagged), load_settings(alert_outbox=tmp_path / "outbox"), made_at=NOW, outlet=OUTLET) is None
    assert not (tmp_path / "outbox").exists()
