"""Audio leaves by a link, and a link opens for its user, in its session, for its time, as it was made: else 404."""

from __future__ import annotations

import io
import json
import wave
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pydantic import SecretStr
from starlette.requests import Request
from starlette.testclient import TestClient

from qc.access import Action, Subject, User, UserRole, may
from qc.audio import open_audio
from qc.call import Recording
from qc.errors import StoreError
from qc.private import Hit, Kind
from qc.redact import spans
from qc.result import Inspection
from qc.store import Store
from qc.ui.server import content
from qc.ui.server.media import Media
from qc.ui.server.passes import Variant
from qc.ui.server.played import PART
from qc.ui.server.refused import Refused
from qc.ui.server.routes import _given as streamed
from qc.ui.server.visit import SESSION_COOKIE
from tests.ui.gate.conftest import USERS, Clock, MakeSite, Site


def refused(site: Site, client: TestClient, link: str, code: str, **headers: str) -> None:
    """404 without a word, and the reason in the trail; the same for a new link."""
    for ask in (client.get, client.head):
        answer = ask(link, headers=headers)
        assert (answer.status_code, answer.content) == (404, b"")
        assert site.codes()[-1] == code


def test_the_call_is_heard_by_who_may(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    assert "content-disposition" not in answer.headers
    with wave.open(io.BytesIO(answer.content)) as heard, wave.open(call.call.recording.path) as file:
        assert heard.getparams()[:4] == file.getparams()[:4]
        assert heard.readframes(10**9) == file.readframes(10**9)
    assert Path(call.call.recording.path).name not in link
    assert site.codes() == []


def same_sound(heard: np.ndarray, recorded: np.ndarray, span: tuple[float, float]) -> bool:
    first, last = round(span[0] * 8000), round(span[1] * 8000)
    return bool(np.array_equal(heard[first:last], recorded[first:last]))


def test_private_spans_are_covered_but_for_those_that_a_pass_opens(site: Site, call: Inspection) -> None:
    first, second = call.call.transcript.utterances[3], call.call.transcript.utterances[5]
    hits = (
        Hit(Kind.ACCOUNT, first.index, 3, 7, first.interval, 0.9),
        Hit(Kind.PHONE, second.index, 3, 7, second.interval, 0.9),
    )
    heard_at = spans(call.call, hits)
    hits = tuple(replace(hit, interval=at) for hit, at in zip(hits, heard_at, strict=True))
    one, other = ((at.start, at.end) for at in heard_at)
    with Store(site.gate.settings.database) as store:
        store.delete(call.call.recording.id)
        store.save(replace(call, hits=hits))
    client = site.opened("li")

    def heard(*spans: tuple[float, float]) -> np.ndarray:
        variant = Variant.RAW if spans else Variant.MASKED
        answer = client.get(site.link(client, "li", call.call.recording.id, variant, spans=spans))
        return np.frombuffer(answer.content[44:], "<i2").reshape(-1, 2)

    with wave.open(call.call.recording.path) as file:
        recorded = np.frombuffer(file.readframes(10**9), "<i2").reshape(-1, 2)
    masked, opened = heard(), heard(one)
    for span, in_masked, in_opened in [(one, False, True), (other, False, False)]:
        assert same_sound(masked, recorded, span) is in_masked
        assert same_sound(opened, recorded, span) is in_opened
    for span in ((0.0, one[0] - 0.01), (one[1] + 0.01, other[0] - 0.01), (other[1] + 0.01, len(recorded) / 8000)):
        assert same_sound(masked, recorded, span) and same_sound(opened, recorded, span)
    inside = slice(*(round(second * 8000) for second in one))
    both = np.corrcoef(masked[inside, 1].astype(float), recorded[inside, 1].astype(float))
    assert np.abs(both[0, 1]) < 0.1


def test_another_user_is_refused(site: Site, call: Inspection) -> None:
    link = site.link(site.opened("li"), "li", call.call.recording.id)
    refused(site, site.opened("mo"), link, "another_user")


def test_another_user_with_the_first_ones_cookie_is_refused(site: Site, call: Inspection) -> None:
    first = site.opened("li")
    link = site.link(first, "li", call.call.recording.id)
    other = site.person("mo")
    other.cookies.set(SESSION_COOKIE, first.cookies[SESSION_COOKIE])
    refused(site, other, link, "no_session")


def test_another_session_of_the_same_user_is_refused(site: Site, call: Inspection) -> None:
    link = site.link(site.opened("li"), "li", call.call.recording.id)
    refused(site, site.opened("li"), link, "another_session")


def test_without_the_cookie_it_is_refused(site: Site, call: Inspection) -> None:
    link = site.link(site.opened("li"), "li", call.call.recording.id)
    refused(site, site.person("li"), link, "no_session")


def test_past_the_proxy_it_is_refused(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    client.headers["X-QC-Proxy-Secret"] = "guessed"
    answer = client.get(link)
    assert (answer.status_code, site.codes()) == (403, ["untrusted"])


def test_after_its_time_it_is_refused_and_a_new_one_is_given(site: Site, call: Inspection, clock: Clock) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    clock.now += 299.9
    assert client.head(link).status_code == 200
    clock.now += 0.2
    refused(site, client, link, "expired")
    renewed = client.post(link.replace("/qc/audio/", "/qc/renew/"))
    assert renewed.status_code == 200
    assert client.head(renewed.json()["link"]).status_code == 200


def test_a_link_is_not_renewed_for_others(site: Site, call: Inspection) -> None:
    link = site.link(site.opened("li"), "li", call.call.recording.id)
    renew = link.replace("/qc/audio/", "/qc/renew/")
    assert site.opened("mo").post(renew).status_code == 404
    assert site.person("li").post(renew).status_code == 404
    assert site.codes() == ["another_user", "no_session"]


def test_who_is_taken_out_of_the_users_file_is_refused_at_once(site: Site, call: Inspection, users: Path) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    assert client.head(link).status_code == 200
    users.write_text(USERS.replace("name: Li Na\n", "name: Li Na\n  disabled: true\n"), "utf-8")
    refused(site, client, link, "no_session")
    users.write_text(USERS.replace("name: Li Na\n  roles: [reviewer]\n  teams: [East]", "roles: [operator]"), "utf-8")
    refused(site, client, link, "no_right")
    users.write_text("li: [", "utf-8")
    refused(site, client, link, "no_session")
    users.write_text(USERS, "utf-8")
    assert client.head(link).status_code == 200


def test_after_signing_out_it_is_refused(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    site.gate.sessions.end(client.cookies[SESSION_COOKIE])
    refused(site, client, link, "no_session")


@pytest.mark.parametrize(("seconds", "alive"), [(1799, True), (1800, False)])
def test_an_idle_session_ends(site: Site, call: Inspection, clock: Clock, seconds: int, alive: bool) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    clock.now += seconds
    renewed = client.post(link.replace("/qc/audio/", "/qc/renew/"))
    assert renewed.status_code == (200 if alive else 404)


def test_renewing_is_no_use_of_a_session(site: Site, call: Inspection, clock: Clock) -> None:
    client = site.opened("li")
    renew = site.link(client, "li", call.call.recording.id).replace("/qc/audio/", "/qc/renew/")
    for _ in range(8):
        clock.now += 200
        assert client.post(renew).status_code == 200
    clock.now += 200
    assert client.post(renew).status_code == 404


@pytest.mark.parametrize("field", range(8))
def test_every_changed_field_of_a_link_is_refused(site: Site, call: Inspection, field: int) -> None:
    """User, session, call, variant, channel, spans, and both times."""
    client = site.opened("li")
    recording = call.call.recording.id
    link = site.link(client, "li", recording, Variant.RAW, spans=((1.0, 2.0),))
    head, _, token = link.rpartition("/")
    body, _, signature = token.rpartition(".")
    said = json.loads(urlsafe_b64decode(body + "=="))
    said[field] = ["mo", "0" * 24, "0" * 64, "masked", "mix", [[0.0, 99.0]], said[6] + 1, said[7] + 1000][field]
    forged = urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).rstrip(b"=").decode()
    assert forged != body
    refused(site, client, f"{head}/{forged}.{signature}", "forged")


@pytest.mark.parametrize("token", ["", "x", "x.y", "%2e%2e%2fetc%2fpasswd", "a" * 5000, "\u8bdd.x"])
def test_what_is_no_token_is_refused(site: Site, token: str) -> None:
    answer = site.opened("li").get(f"/qc/audio/{token}")
    assert (answer.status_code, answer.content) == (404, b"")


def test_a_link_of_another_installation_is_refused(site: Site, make_site: MakeSite, call: Inspection) -> None:
    client = site.opened("li")
    other = make_site(link_key=SecretStr("x" * 32))
    other.gate.sessions = site.gate.sessions
    refused(site, client, other.link(client, "li", call.call.recording.id), "forged")


@pytest.mark.parametrize("role", UserRole)
@pytest.mark.parametrize("team", ["East", "West"])
@pytest.mark.parametrize("variant", Variant)
def test_the_policy_is_asked(site: Site, call: Inspection, role: UserRole, team: str, variant: Variant) -> None:
    name = f"{role.value}-{team.lower()}"
    user = User(name, roles=frozenset({role}), teams=frozenset({team}), agent="A01" if team == "East" else "A09")
    needed = [Action.HEAR_CALL, *([Action.UNMASK] if variant is Variant.RAW else [])]
    allowed = all(may(user, action, Subject("A01", "East")) for action in needed)
    client = site.opened(name)
    spans = ((1.0, 2.0),) if variant is Variant.RAW else ()
    link = site.link(client, name, call.call.recording.id, variant, spans=spans)
    assert client.head(link).status_code == (200 if allowed else 404)
    assert client.post(link.replace("/audio/", "/renew/")).status_code == (200 if allowed else 404)
    assert site.codes() == ([] if allowed else ["no_right"] * 2)


def test_raw_audio_names_its_spans(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    with pytest.raises(ValueError, match="raw audio names the spans"):
        site.link(client, "li", call.call.recording.id, Variant.RAW)
    with pytest.raises(ValueError, match="masked audio names none"):
        site.link(client, "li", call.call.recording.id, spans=((1.0, 2.0),))


def test_an_erased_call_is_gone_at_once(site: Site, settings: object, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    assert client.get(link).status_code == 200
    assert len(site.media.copies) == 1
    with Store(site.gate.settings.database) as store:
        store.delete(call.call.recording.id)
    refused(site, client, link, "no_call")
    assert len(site.media.copies) == 0


def test_another_recording_in_the_file_is_not_served(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    path = Path(call.call.recording.path)
    soundfile.write(path, np.zeros((8000, 2)), 8000, format="WAV")
    assert client.get(link).status_code == 404
    path.unlink()
    assert client.get(link).status_code == 404
    assert site.codes() == [], "the file is gone: nobody did wrong"


@pytest.mark.parametrize("path", ["/qc/", "/qc/audio", "/qc/audio/", "/qc/renew/x", "/qc/x/../audio", "/qc"])
def test_nothing_is_listed(site: Site, path: str) -> None:
    answer = site.opened("li").get(path)
    assert (answer.status_code, answer.content) in [(404, b""), (200, b"Streamlit's own")]
    assert (answer.status_code == 200) == (path == "/qc")


def test_ranges(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    whole = client.get(link).content
    etag = client.head(link).headers["etag"]
    part = client.get(link, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert client.get(link, headers={"Range": "bytes=-10"}).content == whole[-10:]
    assert client.get(link, headers={"Range": f"bytes={len(whole) - 3}-"}).content == whole[-3:]
    beyond = client.get(link, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    assert client.get(link, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    for other in ('"x"', f"W/{etag}", "Sat, 21 Nov 2026 10:00:00 GMT"):
        assert client.get(link, headers={"Range": "bytes=0-1", "If-Range": other}).status_code == 200
    head = client.head(link, headers={"Range": "bytes=0-1"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(whole)), b"")
    assert client.get(link, headers={"Range": "bytes=0-1,5-6"}).content == whole


def test_one_channel_or_both_together(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    with wave.open(call.call.recording.path) as file:
        samples = np.frombuffer(file.readframes(10**9), "<i2").reshape(-1, 2)

    def heard(channel: str) -> np.ndarray:
        answer = client.get(site.link(client, "li", call.call.recording.id, channel=channel))
        with wave.open(io.BytesIO(answer.content)) as file:
            assert file.getnchannels() == 1
            return np.frombuffer(file.readframes(10**9), "<i2")

    assert np.array_equal(heard("0"), samples[:, 0])
    assert np.array_equal(heard("1"), samples[:, 1])
    assert np.abs(heard("mix") - samples.mean(axis=1)).max() <= 0.5
    assert client.get(site.link(client, "li", call.call.recording.id, channel="2")).status_code == 404


def test_what_was_played_is_in_the_trail(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    site.events.clear()
    client.get(link)
    client.get(link)
    played = [event for event in site.events if event.action == "played"]
    spans = [event.span for event in played]
    duration = call.call.recording.duration
    assert duration > PART
    assert spans == [(0.0, PART), (PART, pytest.approx(duration))]
    assert {(event.actor, event.origin, event.subject) for event in played} == {
        ("li", "10.1.2.3", call.call.recording.id)
    }
    assert dict(played[0].detail) == {"variant": "masked", "channel": "all"}


def test_what_cannot_be_recorded_is_not_played(site: Site, call: Inspection) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)

    def full(event: object) -> None:
        raise StoreError("no space left")

    site.gate.record = full
    answer = client.get(link)
    assert (answer.status_code, answer.content) == (404, b"")
    site.gate.record = site.events.append
    assert client.get(link).status_code == 200
    assert next(event.span for event in site.events if event.action == "played") == (0.0, PART)


def test_who_loses_the_right_while_it_plays_hears_no_more(site: Site, call: Inspection, users: Path) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    record = site.events.append

    def revoke(event: object) -> None:
        record(event)  # type: ignore[arg-type]
        users.write_text(USERS.replace("name: Li Na\n", "name: Li Na\n  disabled: true\n"), "utf-8")

    site.gate.record = revoke
    with client.stream("GET", link) as answer:
        size = int(answer.headers["content-length"])
        got = sum(len(piece) for piece in answer.iter_bytes())
    assert 0 < got < size


def test_compressed_recordings_play_from_any_place(site: Site, call: Inspection, tmp_path: Path) -> None:
    """Decoded once; a range in the middle is the same as in the whole."""
    path = tmp_path / "call.flac"
    samples = np.random.default_rng(5).normal(0, 0.1, (8000 * 70, 2))
    soundfile.write(path, samples, 8000)
    media: Media = site.media
    with open_audio(path) as audio:
        recording = Recording(audio.id, str(path), 8000, audio.num_samples, call.call.recording.roles)
    with Store(site.gate.settings.database) as store:
        store.save(replace(call, id="flac", hits=(), call=replace(call.call, recording=recording)))
    client = site.opened("li")
    link = site.link(client, "li", recording.id)
    whole = client.get(link).content
    assert len(whole) == 44 + 4 * 8000 * 70
    middle = client.get(link, headers={"Range": "bytes=1000001-1500000"}).content
    assert middle == whole[1_000_001:1_500_001]
    assert len(media.copies) == 1


def test_a_stream_that_was_played_before_ends_with_the_right(site: Site, call: Inspection, users: Path) -> None:
    client = site.opened("li")
    link = site.link(client, "li", call.call.recording.id)
    assert client.get(link).status_code == 200  # every part is noted by now
    one = site.media.read(link.rsplit("/", 1)[1])
    said = {**client.headers, "cookie": f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"}
    headers = [(name.encode(), value.encode()) for name, value in said.items()]
    request = Request({"type": "http", "method": "GET", "headers": headers, "client": ("10.0.0.1", 1), "path": "/"})
    with ExitStack() as stack:
        wav = content.heard(stack.enter_context(site.media.copies.opened(call.call.recording)), (), one)
        given = streamed(site.media, request, one, wav, (0, wav.size), stack.pop_all())
        next(given)
        users.write_text(USERS.replace("li:\n", "li:\n  disabled: true\n"), "utf-8")
        left = 0
        with pytest.raises(Refused):
            for piece in given:
                left += len(piece)
        assert left <= PART * 8000 * 4
