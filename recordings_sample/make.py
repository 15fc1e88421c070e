"""Make the sample recordings: ``python -m recordings_sample.make [--out FOLDER] [--only STEM ...] [--workers N]``.

``--larger tuning`` or ``--larger unseen`` makes that pool of the larger set instead. Writes every recording with its
``.truth.json`` and ``metadata.csv``. The same scripts give the same bytes. Needs espeak-ng and pypinyin
(``pip install -e .[train]``).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterable, Sequence
from multiprocessing import Pool
from pathlib import Path

from models.recogniser.speech import Synthesiser
from recordings_sample.scripts import codecs
from recordings_sample.scripts import larger as larger_set
from recordings_sample.scripts.cast import AGENTS
from recordings_sample.scripts.compose import compose
from recordings_sample.scripts.exchanges import POOLS
from recordings_sample.scripts.mixing import Mixer
from recordings_sample.scripts.plan import Plan, plans
from recordings_sample.scripts.writing import Script, Tone

FOLDER = Path(__file__).parent
COLUMNS = (
    "file", "call_id", "agent", "team", "start", "queue", "direction", "language", "customer_class", "ring_count",
    "queue_seconds", "hung_up_by", "satisfaction",
)  # fmt: skip


def file_name(plan: Plan) -> str:
    """Name of the recording of a plan."""
    return plan.stem + codecs.SUFFIXES[plan.format]


def metadata_row(script: Script, call_id: str) -> dict[str, str | int]:
    """What the recording system would know of the call."""
    plan = script.plan
    choice = random.Random(f"metadata/{plan.agent}/{plan.number}")
    rings = next((item.count for item in script.items if isinstance(item, Tone) and item.kind == "ringback"), 0)
    late = plan.extra is not None and plan.extra[0] == "ring_apology"
    return {
        "file": file_name(plan),
        "call_id": call_id,
        "agent": plan.agent,
        "team": AGENTS[plan.agent].team,
        "start": plan.start.isoformat(),
        "queue": script.queue,
        "direction": "inbound",
        "language": script.language,
        "customer_class": "A" if plan.scenario == "key_customer" else choice.choice("BCCC"),
        "ring_count": 6 if late else rings or choice.choice((1, 1, 2, 2, 3, 4, 4)),
        "queue_seconds": choice.choice((0, 0, 2, 4, 7, 11, 18, 35, 60)),
        "hung_up_by": "agent" if "closing" in plan.faults else choice.choice(("customer",) * 9 + ("agent",)),
        "satisfaction": "" if script.key is None else script.key,
        **script.known,
    }


def make(script: Script, out: Path) -> Path:
    """Write the recording and the truth of one call; returns the recording's path. Once a process, see `main`."""
    mix = Mixer(script, Synthesiser()).mix()
    path = out / file_name(script.plan)
    codecs.write(path, mix.samples, script.plan.format)
    if "agent" in script.plan.channels:
        hung_up_by = str(metadata_row(script, "")["hung_up_by"])
        mix.truth["checks"]["hang_up"] = {"agent": "fail", "customer": "pass"}.get(hung_up_by, "na")
    truth = json.dumps(mix.truth, ensure_ascii=False, separators=(",", ":"))
    path.with_suffix(".truth.json").write_text(truth + "\n", encoding="utf-8")
    return path


def write_metadata(scripts: Iterable[Script], out: Path) -> None:
    """``metadata.csv``: one row a call, by start time."""
    ordered = sorted(scripts, key=lambda script: (script.plan.start, script.plan.agent))
    with (out / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(metadata_row(script, f"S{number:04}") for number, script in enumerate(ordered, 1))


def scripts(larger: str = "") -> list[Script]:
    """The written calls of the samples, or of a pool of the larger set."""
    return list(map(larger_set.compose, larger_set.calls(larger))) if larger else list(map(compose, plans()))


def _job(job: tuple[Script, Path]) -> Path:
    return make(*job)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Make the sample recordings.")
    parser.add_argument("--larger", choices=POOLS, default="", help="a pool of the larger set; needs --out")
    parser.add_argument("--out", type=Path, help="the samples' own folder otherwise")
    parser.add_argument("--only", nargs="*", help="file names without extension; everything otherwise")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    if options.larger and options.out is None:
        parser.error("--larger needs --out: the larger set does not belong into the samples' folder")
    out = options.out or FOLDER
    out.mkdir(parents=True, exist_ok=True)
    written = scripts(options.larger)
    wanted = [script for script in written if not options.only or script.plan.stem in options.only]
    # A fresh process a call: what espeak-ng says depends a little on what it has said before.
    with Pool(options.workers, maxtasksperchild=1) as pool:
        for path in pool.imap(_job, [(script, out) for script in wanted], chunksize=1):
            print(path.name, flush=True)
    if not options.only:
        write_metadata(written, out)


if __name__ == "__main__":
    main()
