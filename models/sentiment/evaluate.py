"""How right the classifier is on every set, beside the baseline: macro-F1 with counts and 95 % intervals.

``python -m models.sentiment.evaluate --data FOLDER --work FOLDER`` measures the shipped model again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

from models.sentiment import baseline, batches, data, domain
from models.sentiment.data import LABELS, Row
from models.sentiment.network import tag


@torch.inference_mode()
def predict(model: Any, tokenizer: Tokenizer, rows: Sequence[Row], tagged: bool) -> np.ndarray:
    """Labels (n,) of rows of one set, among the classes that it knows; with the set's tag, or as the product reads."""
    known = {row.label for row in rows}
    first = tokenizer.token_to_id(tag(rows[0].set)) if tagged and not rows[0].set.endswith(batches.OWN_SET) else None
    sequences = [batches.framed(one, first) for one in batches.pieces_of(tokenizer, [row.text for row in rows], None)]
    order = sorted(range(len(rows)), key=lambda index: len(sequences[index]))
    result = np.zeros(len(rows), np.int64)
    absent = torch.tensor([label not in known for label in range(len(LABELS))])
    for start in range(0, len(order), 64):
        chosen = order[start : start + 64]
        pieces, mask = batches.padded([sequences[index] for index in chosen])
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(input_ids=pieces, attention_mask=mask).logits.float()
        result[chosen] = logits.masked_fill(absent, -1e4).argmax(-1).numpy()
    return result


def evaluate(
    rows: Sequence[Row], folder: Path, baselines: Mapping[str, baseline.Baseline], work: Path, curve: Sequence[Any]
) -> dict[str, Any]:
    """Measure the exported model and the baseline on the same rows; writes ``metrics.json`` and ``table.md``."""
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    sets: dict[str, Any] = {}
    for name in dict.fromkeys(row.set for row in rows):
        own = [row for row in rows if row.set == name and row.validation]
        truth = np.array([row.label for row in own])
        answers = {
            "classifier": predict(model, tokenizer, own, tagged=True),
            "untagged": predict(model, tokenizer, own, tagged=False),
            "baseline": baselines[name].predicted,
        }
        sets[name] = {
            "training": sum(row.set == name and not row.validation for row in rows),
            "validation": {label: int((truth == index).sum()) for index, label in enumerate(LABELS)},
            "baseline_choice": baselines[name].choice,
        }
        for key, answer in answers.items():
            low, high = baseline.bootstrap(truth, answer)
            sets[name][key] = {"macro_f1": baseline.macro_f1(truth, answer), "low": low, "high": high}
    (work / "metrics.json").write_text(json.dumps({"sets": sets, "curve": list(curve)}, indent=1), encoding="utf-8")
    (work / "table.md").write_text(table(sets), encoding="utf-8")
    print(table(sets), flush=True)
    return sets


def table(sets: Mapping[str, Any]) -> str:
    """Markdown, one row a set."""
    lines = [
        "| set | training rows | held out (neg / neu / pos) | classifier | baseline | difference | without tag |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in sets.items():
        figure = {
            key: f"{one[key]['macro_f1']:.3f} [{one[key]['low']:.3f}, {one[key]['high']:.3f}]"
            for key in ("classifier", "baseline")
        }
        counts = " / ".join(str(count) for count in one["validation"].values())
        difference = one["classifier"]["macro_f1"] - one["baseline"]["macro_f1"]
        lines.append(
            f"| {name} | {one['training']} | {counts} | {figure['classifier']} | {figure['baseline']} "
            f"| {difference:+.3f} | {one['untagged']['macro_f1']:.3f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of the baseline and the results")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent / "builtin")
    parser.add_argument("--permissive", action="store_true", help="only sets whose licence allows any use")
    arguments = parser.parse_args()
    rows = data.labelled(arguments.data, arguments.permissive) + domain.rows()
    curve = arguments.work / "metrics.json"
    known = json.loads(curve.read_text(encoding="utf-8"))["curve"] if curve.exists() else []
    evaluate(rows, arguments.model, baseline.of_all(rows, arguments.work / "baseline"), arguments.work, known)


if __name__ == "__main__":
    main()
