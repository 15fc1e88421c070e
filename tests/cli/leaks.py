"""A night with private data planted wherever it can be, and how to look for it in what was written."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.recordings import Said, make_recording

PHONE, SPOKEN = "13907654321", "一三九零七六五四三二一"
CARD, NAME = "6222021001116245703", "欧阳震华"
CALL: tuple[Said, ...] = (
    ("agent", 0.5, 4.0, "您好，请问有什么可以帮您？请报一下您的手机号"),
    ("customer", 4.5, 9.5, f"我叫{NAME}，手机号{SPOKEN}，你们这个不解决我要投诉到12398"),
    ("agent", 10.0, 14.5, f"{SPOKEN}，你烦不烦啊，我明天下午给{PHONE}回电话"),
    ("customer", 15.0, 20.0, f"银行卡号是{CARD}，给我退钱"),
    ("agent", 20.5, 23.0, f"{NAME}先生，这不归我们管"),
    ("customer", 23.5, 25.0, "我要找媒体曝光你们"),
)
"""A customer who tells everything, and an agent whose shortcomings quote it."""


def pieces() -> set[str]:
    """What must be read nowhere: any seven digits in a row of a number, as written and as spoken, and the name."""
    found = {NAME, NAME[:3]}
    for number in (PHONE, SPOKEN, CARD):
        found |= {number[at : at + 7] for at in range(len(number) - 6)}
    return found


def plant(folder: Path) -> tuple[Path, Path]:
    """A folder of recordings whose names are numbers, one of them broken and one a copy; and its metadata."""
    recording = make_recording(folder / f"{PHONE}.wav", CALL)
    (folder / f"copy_{PHONE}.wav").write_bytes(recording.read_bytes())
    (folder / f"broken_{PHONE}.wav").write_bytes(b"RIFF\x00\x00")
    make_recording(folder / "plain.wav", seed=1)
    metadata = folder / "metadata.csv"
    with metadata.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "call_id", "agent", "team", "start", "remark"])
        rows.writerow([recording.name, f"C{PHONE}", "A01", "T1", "2026-11-20 09:00", f"call back {PHONE}"])
        rows.writerow(["plain.wav", "plain-1", "A02", "T1", "2026-11-20 09:10", ""])
        rows.writerow([f"gone_{PHONE}.wav", "gone-1", "A02", "T1", "2026-11-20 09:20", ""])
    return recording, metadata


def leaks(text: str) -> list[str]:
    """Planted pieces that a text holds, also where it holds them with separators or escaped."""
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)
    together = re.sub(r"(?<=\d)[ .()\-](?=\d)", "", unescaped)
    return sorted(piece for piece in pieces() if piece in unescaped or piece in together)


def texts_of(path: Path) -> Iterator[str]:
    """All texts in a file, archives and tables opened; its name first."""
    yield path.name
    if path.suffix == ".parquet":
        from pyarrow import parquet

        yield repr(parquet.read_table(path).to_pylist())
        return
    content = path.read_bytes()
    yield from (content.decode(encoding, "ignore") for encoding in ("utf-8", "utf-16-le", "gb18030"))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
