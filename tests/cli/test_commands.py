"""Commands over stored results, wrong use, and the promise of one sentence instead of a traceback."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import qc as package
from qc.store import Store
from tests.cli.conftest import Ran
from tests.store.samples import make_call, make_inspection
from tests.talks import talk

Run = Callable[..., Ran]
REVIEW = ("review", "--db", "sqlite:///night.db", "--value", "pass", "--reason", "heard it", "--author", "Li")


@pytest.fixture
def night(tmp_path: Path) -> str:
    """A database of 24 calls: two agents who forget the greeting half of the time."""
    url = f"sqlite:///{tmp_path / 'night.db'}"
    with Store(url) as store:
        for number in range(24):
            call = make_call(f"call-{number}", agent=f"A{number % 2}", team=f"T{number % 2}")
            good = number % 4 < 2
            store.save(make_inspection(call, percent=100.0 if good else 0.0, opening=1.0 if good else 0.0))
        store.save(make_inspection(make_call("short"), percent=None, opening=None))
    return url


def test_version(qc: Run) -> None:
    assert qc("--version").out == f"qc {package.__version__}\n"


@pytest.mark.parametrize(
    "command",
    [
        "",
        "audio",
        "measure",
        "transcribe",
        "sentiment",
        "inspect",
        "explain",
        "rescore",
        "batch",
        "evaluate",
        "coaching",
        "clips",
        "report",
        "review",
        "models",
        "metadata check",
        "models list",
        "models fetch",
        "models verify",
        "models pin",
        "rules",
        "rules lint",
        "rules try",
        "channels",
        "channels swap",
        "channels confirm",
        "site",
        "site check",
        "announcements",
        "announcements find",
        "db",
        "db migrate",
        "db backup",
        "db check",
        "export",
    ],
)
def test_every_command_has_help(qc: Run, command: str) -> None:
    ran = qc(*command.split(), "--help")
    assert ran.code == 0
    assert "Usage: qc" in ran.out


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; from qc.cli.application import app\n"
        "print([name for name in ('torch', 'whisper', 'librosa', 'transformers', 'pandas', 'sqlalchemy', 'av', 'numpy')"
        " if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_explain_shows_why(qc: Run, night: str) -> None:
    ran = qc("explain", "call-2", "--db", night)
    assert ran.code == 0
    assert "falls short" in ran.out
    assert "not applicable" in ran.out
    assert "您好" in ran.out
    assert "score 0.0 % (6.25 of 10 points), not passed" in ran.out


@pytest.mark.parametrize("key", ["call-2", "call-2.wav", "/calls/call-2.wav"])
def test_explain_as_json(qc: Run, night: str, key: str) -> None:
    found = qc("explain", key, "--db", night, "--json").json
    assert (found["call"], found["percent"], found["names"]) == ("call-2", 0.0, ["/calls/call-2.wav"])
    opening, hold = found["items"]
    assert (opening["value"], opening["falls_short"], opening["threshold"]) == (0.0, True, 15.0)
    assert opening["findings"][0] | {"note": ""} == {
        "start": 1.0,
        "end": 1.5,
        "role": "agent",
        "quote": "您好",
        "note": "",
    }
    assert (hold["value"], hold["applicable"]) == (None, False)


def test_explain_a_call_that_is_not_scorable(qc: Run, night: str) -> None:
    assert "not scorable:" in qc("explain", "short", "--db", night).out
    assert qc("explain", "short", "--db", night, "--json").json["percent"] is None


def test_the_interface_language_is_used(qc: Run, night: str, monkeypatch: pytest.MonkeyPatch) -> None:
    english = qc("explain", "call-2", "--db", night).out
    monkeypatch.setenv("QC_INTERFACE_LANGUAGE", "zh")
    assert qc("explain", "call-2", "--db", night).out != english


def test_coaching(qc: Run, night: str) -> None:
    points = qc("coaching", "--db", night, "--json").json
    assert [(point["item"], point["scope"], point["calls"]) for point in points] == [("opening", "common", 12)]
    assert points[0]["agents"] == ["A0", "A1"]
    assert "opening" in qc("coaching", "--db", night).out
    assert "no coaching points" in qc("coaching", "--db", night, "--team", "none").out


def test_report(qc: Run, night: str) -> None:
    assert [row["calls"] for row in qc("report", "agents", "--db", night, "--json").json] == [12, 1, 12]
    assert len(qc("report", "calls", "--db", night, "--json", "--agent", "A0").json) == 12
    ran = qc("report", "--db", night)
    assert "25 calls of 3 agents" in ran.out
    assert "mean score 50.0 %" in ran.out


def test_a_review_is_added_and_shown(qc: Run, night: str) -> None:
    said = ("--reason", "She greets at 0:01", "--author", "Li Na", "--db", night)
    ran = qc("review", "call-2", "opening", "--value", "pass", *said)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("opening: pass (review by Li Na, ")
    ruling = qc("review", "call-2.wav", "opening", "--value", "na", "--kind", "ruling", *said, "--json").json
    assert (ruling["call"], ruling["kind"], ruling["value"]) == ("call-2", "ruling", None)
    shown = qc("explain", "call-2", "--db", night)
    assert "opening: na (ruling by Li Na" in shown.out
    assert "score 0.0 %" in shown.out  # a person's word stands beside the machine's
    kept = qc("explain", "call-2", "--db", night, "--json").json["reviews"]
    assert [(one["kind"], one["value"]) for one in kept] == [("review", 1.0), ("ruling", None)]


def test_reviews_are_a_truth(qc: Run, night: str, tmp_path: Path) -> None:
    assert "no reviews yet" in qc("evaluate", "--reviews", "--db", night).out
    for number, value in ((0, "pass"), (2, "pass"), (3, "fail")):
        said = ("--value", value, "--reason", "heard", "--author", "Li", "--db", night)
        assert qc("review", f"call-{number}", "opening", *said).code == 0
    ran = qc("evaluate", "--reviews", "--db", night)
    assert "Where they differ" in ran.out
    assert "fewer than 20 reviewed calls" in ran.out
    document = qc("evaluate", "--reviews", "--db", night, "--json").json
    one = document["checks"]["opening"]["zh"]
    assert (one["cases"], one["true_positive"], one["false_positive"], one["f1"]) == (3, 1, 1, pytest.approx(2 / 3))
    assert [(a["recording"], a["wanted"], a["found"]) for a in document["wrong"]] == [("call-2", "pass", "fail")]


def test_what_is_under_its_bar_is_demoted_and_says_so(
    qc: Run, tmp_path: Path, call_wav: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'qc.db'}"
    assert qc("batch", call_wav.parent, "--engine", "oracle", "--db", url).code == 0
    said = ("--value", "fail", "--reason", "heard", "--author", "Li", "--db", url)
    assert qc("review", "call", "opening", *said).code == 0
    before = {item["item"]: item for item in qc("explain", "call", "--db", url, "--json").json["items"]}
    monkeypatch.setenv("QC_ADVICE_MIN_CASES", "0")
    ran = qc("evaluate", "--reviews", "--db", url, "--demote", "demoted.yaml")
    assert "1 items written (0 for want of reviewed calls): set QC_DEMOTED=demoted.yaml, then qc rescore" in ran.err
    monkeypatch.setenv("QC_DEMOTED", "demoted.yaml")
    assert qc("rescore", "--db", url, "--json").json == {"calls": 1, "judged_again": 1}
    after = {item["item"]: item for item in qc("explain", "call", "--db", url, "--json").json["items"]}
    assert (before["opening"]["kind"], before["opening"]["demoted"]) == ("scored", None)
    assert (after["opening"]["kind"], after["opening"]["earned"]) == ("advice", 0)
    assert after["opening"]["demoted"] == "Advice only, not counted. F1 0.00 over 1 reviewed calls is under 0.80"
    assert {name: item["value"] for name, item in after.items()} == {n: item["value"] for n, item in before.items()}
    assert "Advice only, not counted." in " ".join(qc("explain", "call", "--db", url).out.split())
    found = qc("evaluate", "--reviews", "--db", url, "--json").json
    assert found["demoted"] == [{"item": "opening", "language": "zh"}]
    assert found["under_bar"][0]["reason"] == "f1"
    monkeypatch.setenv("QC_DEMOTED", "broken.yaml")
    (tmp_path / "broken.yaml").write_text("demoted: 1\n")
    wrong = qc("rescore", "--db", url)
    assert (wrong.code, wrong.out) == (1, "") and "broken.yaml, line 1" in wrong.err


def test_output_obeys_no_markup_and_no_control_characters(qc: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'qc.db'}"
    with Store(url) as store:
        store.save(make_inspection(make_call("x", agent="[red]A\x1b[31m[/red]", call_id="[bold]\x07id")))
    out = qc("report", "calls", "--db", url).out
    assert "[bold]" in out
    assert "\x1b" not in out
    assert "\x07" not in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["explain", "none", "--db", "sqlite:///night.db"], 1, "none: no such call"),
        (["explain", "x"], 1, "there is none yet"),
        (["explain", "x", "--db", "sqlite:////no/such/folder/qc.db"], 1, "database /no/such/folder/qc.db"),
        (["report", "--db", "nonsense"], 1, "not a database URL"),
        (["audio", "missing.wav"], 1, "missing.wav"),
        (["audio", "text.wav"], 1, "text.wav"),
        (["inspect", "tone.wav", "--scorecard", "broken.yaml"], 1, "broken.yaml"),
        (["inspect", "tone.wav", "--model", "no-such-model"], 1, "no-such-model"),
        (["inspect", "tone.wav", "--model", "small", "--engine", "oracle"], 2, "--model is of the whisper engine"),
        (["measure", "tone.wav", "--language", "xx"], 1, "xx"),
        (["sentiment", "--language", "zh", "none.txt"], 2, "none.txt"),
        (["models", "fetch", "no-such-model"], 1, "no-such-model"),
        (["models", "pin", "text.wav"], 2, "--manifest FILE, or the setting model_manifest"),
        (["models", "pin", "none.pt", "--manifest", "m.json"], 1, "no file or folder none.pt"),
        (["batch", "no-such-folder"], 2, "no-such-folder"),
        (["batch", ".", "--metadata", "none.csv"], 1, "none.csv"),
        (["batch", ".", "--db", "sqlite:////no/such/folder/qc.db"], 1, "/no/such/folder"),
        (["batch", ".", "--scorecard", "broken.yaml"], 1, "broken.yaml"),
        (["clips", "--item", "none", "--out", "out", "--db", "sqlite:///night.db"], 1, "none"),
        (["evaluate", "no-such-folder"], 2, "no-such-folder"),
        (["evaluate"], 2, "give either a folder"),
        (["evaluate", ".", "--reviews"], 2, "give either a folder"),
        (["evaluate", ".", "--demote", "x.yaml"], 2, "--demote needs --reviews"),
        (["evaluate", ".", "--db", "sqlite:///night.db"], 2, "--db is for --reviews"),
        (["evaluate", "--reviews", "--engine", "oracle"], 2, "--engine is for a folder"),
        (["evaluate", "--reviews"], 1, "there is none yet"),
        (["evaluate", "--reviews", "--db", "sqlite:///night.db", "--demote", "broken.yaml"], 1, "broken.yaml"),
        ([*REVIEW, "none", "opening"], 1, "none: no such call"),
        ([*REVIEW, "call-2", "greeting"], 1, "no item greeting on the scorecard of this call; it has opening"),
        ([*REVIEW, "call-2", "opening", "--value", "maybe"], 2, "maybe"),
        ([*REVIEW, "call-2", "opening", "--kind", "gossip"], 2, "gossip"),
        ([*REVIEW, "call-2", "opening", "--reason", " "], 2, "--reason is empty"),
        ([*REVIEW, "call-2", "opening", "--author", ""], 2, "--author is empty"),
        (["review", "call-2", "opening", "--value", "pass"], 2, "reason"),
        (["nonsense"], 2, "nonsense"),
        (["report", "--nonsense"], 2, "nonsense"),
    ],
)
def test_wrong_input_gets_one_sentence(
    qc: Run, night: str, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "text.wav").write_text("this is no audio\n" * 100)
    (tmp_path / "broken.yaml").write_text("id: x\nversion: [1\n")
    with wave.open(str(tmp_path / "tone.wav"), "wb") as tone:
        tone.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        tone.writeframes(b"\x00\x10\x00\xf0" * 8000)
    ran = qc(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "Traceback" not in ran.err
    if not ran.err.startswith("Usage:"):
        assert len(ran.err.strip().splitlines()) == 1


def test_a_wrong_setting_is_named(qc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QC_THREADS", "none")
    ran = qc("report")
    assert ran.code == 2
    assert "threads" in ran.err


def test_rules_lint(qc: Run, tmp_path: Path) -> None:
    ran = qc("rules", "lint")
    assert (ran.code, ran.out) == (0, "6 files, 0 mistakes\n")
    card = tmp_path / "own.yaml"
    rule = "{id: app, any: ['/App/'], examples: {match: [app], no_match: [bill]}}"
    item = f"{{id: app, check: wording, weight: 1, options: {{required: [{rule}]}}}}"
    card.write_text(
        f"id: own\nversion: 1\nlanguage: en\npass_mark: 5\nsections:\n  - {{id: a, items: [{item}]}}\n", "utf-8"
    )
    ran = qc("rules", "lint", card)
    assert ran.code == 1
    assert f"{card}, line 6, required app: /App/ has capitals" in ran.out
    assert qc("rules", "lint", card, "--json").json[0].startswith(f"{card}, line 6")
    missing = qc("rules", "lint", tmp_path / "none.yaml")
    assert missing.code != 0 and "cannot be read" in missing.err


def test_rules_try(qc: Run) -> None:
    found = qc("rules", "try", "满意请按一", "--json").json
    assert {(one["rule"], one["hit"]) for one in found} == {("announcement", True)}
    assert "waiting_thanks" in qc("rules", "try", "thank you for holding", "--language", "en").out
    only = qc("rules", "try", "thank you for holding", "--language", "en", "--rule", "thanks", "--json").json
    assert [one["rule"] for one in only] == ["thanks"]
    assert "no rule of English" in qc("rules", "try", "xylophone", "--language", "en").out
    wrong = qc("rules", "try", "x", "--language", "fr")
    assert wrong.code != 0 and "no language pack 'fr'" in wrong.err


def test_a_site_file_is_checked(qc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("units: [Riverbend Power]\nagent_number: '[1-9]\\d{3}'\n", "utf-8")
    shown = qc("site", "check", file)
    assert (shown.code, "Riverbend Power" in shown.out) == (0, True)
    assert qc("site", "check").code == 2
    monkeypatch.setenv("QC_SITE", str(file))
    assert qc("site", "check", "--json").json["site"]["agent_number"] == "[1-9]\\d{3}"
    file.write_text("units: [x]\nagent_nummer: '1'\n", "utf-8")
    wrong = qc("site", "check")
    assert wrong.code == 1
    assert f"{file}, line 1: units: 'x' is too short" in wrong.out
    assert f"{file}, line 2: unknown field agent_nummer" in wrong.out


def test_rules_are_tried_with_the_sites_names(qc: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("regulators: [Northern Grid Board]\n", "utf-8")
    words = ("rules", "try", "the Northern Grid Board", "--language", "en", "--json")
    assert qc(*words).json == []
    monkeypatch.setenv("QC_SITE", str(file))
    assert [(one["rule"], one["pattern"]) for one in qc(*words).json] == [("risk.regulator", "Northern Grid Board")]


def test_announcements_are_found_with_the_lines_to_paste(qc: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    texts = ["our service is checked for quality at times", "hello", "certainly"]
    with Store(url) as store:
        for number in range(6):
            call = make_call(f"call-{number}", agent=f"A{number % 3}")
            spoken = talk([("agent", 0, 4, texts[0]), ("customer", 5, 8, texts[1]), ("agent", 9, 10, texts[2])], "en")
            store.save(make_inspection(replace(call, transcript=spoken.transcript)))
    found = qc("announcements", "find", "--calls", "6", "--db", url)
    assert found.code == 0
    assert f"announcements:\n- {texts[0]}" in found.out
    (row,) = qc("announcements", "find", "--calls", "6", "--db", url, "--json").json
    assert (row["text"], row["calls"], row["agents"], row["played"]) == (texts[0], 6, 3, True)
    few = qc("announcements", "find", "--db", url)
    assert (few.code, few.out) == (0, "")
    assert "nothing is said alike in 10 calls of 3 agents" in few.err
