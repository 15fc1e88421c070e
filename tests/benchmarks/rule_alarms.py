"""How often phrase rules hit real service dialogues, by who says it: ``python -m tests.benchmarks.rule_alarms DATA``.

DATA holds labelled dialogues (CrossWOZ, the STC-3 help desk in Chinese and English, ABCD), a folder each. Nothing in
them was written for these rules: what a customer hits of the agent's courtesies, and any hit of a forbidden or
brush-off rule, is read by a person (``--show``).
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from qc.language import load
from qc.phrases import matches, normalise

Turn = tuple[str, str]
"""Who (agent, customer), and what."""


def dialogues(folder: Path) -> Iterator[tuple[str, str, list[Turn]]]:
    """Name of the set, language, turns of one dialogue."""
    for line in (folder / "zh_crosswoz_dialogues" / "crosswoz_val_500.jsonl").open(encoding="utf-8"):
        yield "crosswoz", "zh", [(turn["role"], turn["text"]) for turn in json.loads(line)["turns"]]
    for language, name in (("zh", "stc3_cn"), ("en", "stc3_en")):
        for line in (folder / "zh_en_helpdesk_satisfaction" / f"{name}.train.jsonl").open(encoding="utf-8"):
            turns = json.loads(line)["turns"]
            roles = {"helpdesk": "agent", "customer": "customer"}
            yield name, language, [(roles[turn["role"]], text) for turn in turns for text in turn["text"]]
    for talk in json.loads((folder / "en_abcd_sample" / "abcd_sample.json").read_text(encoding="utf-8")):
        yield "abcd", "en", [(role, text) for role, text in talk["original"] if role in ("agent", "customer")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dialogues", type=int, default=400, help="of each set, drawn evenly")
    parser.add_argument("--show", nargs="*", default=["forbidden", "brush_off"], help="rules whose hits are printed")
    arguments = parser.parse_args()
    sets: dict[tuple[str, str], list[list[Turn]]] = {}
    for name, language, turns in dialogues(arguments.folder):
        sets.setdefault((name, language), []).append(turns)
    for (name, language), talks in sets.items():
        chosen = random.Random(0).sample(talks, min(arguments.dialogues, len(talks)))
        turns = [turn for talk in chosen for turn in talk]
        spoken = Counter(role for role, _ in turns)
        print(f"\n{name}: {len(chosen)} dialogues, {spoken['agent']} agent and {spoken['customer']} customer turns")
        for rule in load(language).rules:
            hits = [(role, text) for role, text in turns if matches(rule, normalise(text, language), language)]
            count = Counter(role for role, _ in hits)
            shares = (f"{role} {count[role]} ({100 * count[role] / max(1, spoken[role]):.2f} %)" for role in spoken)
            print(f"  {rule.id:24} {rule.role:9} {'  '.join(shares)}")
            if rule.id.split(".")[0] in arguments.show:
                for role, text in hits:
                    if role == rule.role:
                        print(f"      {text}")


if __name__ == "__main__":
    main()
