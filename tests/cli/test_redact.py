"""``qc redact``: a line out for each line in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

Run = Callable[..., Ran]
TEXT = "您好\n我手机是幺三八零零幺三八零零零\n\n户号三二零一二三四五六七"


def test_a_file_is_masked_line_by_line(qc: Run, tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert qc("redact", "--language", "zh", str(file)).out == "您好\n我手机是[电话]\n\n户号[户号]"


def test_hits_as_json_hold_no_text(qc: Run, tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    file.write_text(TEXT, encoding="utf-8")
    answers = [json.loads(line) for line in qc("redact", "--json", str(file)).out.splitlines()]
    assert [len(hits) for hits in answers] == [0, 1, 0, 1]
    assert answers[1][0]["kind"] == "phone" and (answers[1][0]["start"], answers[1][0]["end"]) == (4, 15)
    assert set(answers[1][0]) == {"kind", "start", "end", "probability"}


def test_a_site_says_what_its_accounts_are(qc: Run, tmp_path: Path) -> None:
    file, site = tmp_path / "call.txt", tmp_path / "site.yaml"
    file.write_text("就是7412\n", encoding="utf-8")
    site.write_text(r"account_number: '7\d{3}'", encoding="utf-8")
    assert qc("redact", str(file)).out == "就是7412\n"
    assert qc("redact", "--site", str(site), str(file)).out == "就是[户号]\n"


def test_what_is_no_text_is_one_sentence(qc: Run, tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    file.write_bytes("我手机13800138000\n".encode() + b"\xff\xfe13900139000\n")
    ran = qc("redact", str(file))
    assert ran.code == 2 and ran.out == "我手机[电话]\n"
    assert "line 2: not UTF-8" in ran.err and "Traceback" not in ran.err and "139" not in ran.err


def test_wrong_use_is_one_sentence(qc: Run, tmp_path: Path) -> None:
    ran = qc("redact", "--language", "xx")
    assert ran.code == 2 and "xx" in ran.err
    ran = qc("redact", str(tmp_path / "none.txt"))
    assert ran.code == 2 and "none.txt" in ran.err


def test_a_line_comes_back_before_the_next_is_sent() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "qc.cli", "redact", "--language", "zh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None and running.stdout is not None
        for phone in ("13800138000", "13900139000"):
            running.stdin.write(f"我手机{phone}\n".encode())
            running.stdin.flush()
            assert running.stdout.readline().decode() == "我手机[电话]\n"
        running.stdin.close()
