"""Tables of docs/accuracy.md from a document of `qc evaluate --json`: ``accuracy_tables FILE``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PARTS = (
    *(("by_role", role) for role in ("agent", "customer", "system")),
    *(("by_channel_quality", noise) for noise in ("under_15_db", "15_to_30_db", "30_db_and_more")),
)


def rows(columns: Sequence[str], cells: Iterator[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *cells]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def share(value: float | None, span: Sequence[float] | None) -> str:
    return "–" if value is None or span is None else f"{value:.1%} ({100 * span[0]:.1f} to {100 * span[1]:.1f})"


def words(document: dict[str, Any]) -> Iterator[Sequence[object]]:
    for language, one in document["recognition"].items():
        measure = "cer" if "cer" in one else "wer"
        found = [one, *(one.get(kind, {}).get(name) for kind, name in PARTS)]
        rates = [share(part[measure], part["interval"]) if part else "–" for part in found]
        yield [f"{language} ({measure.upper()})", *rates]


def checks(document: dict[str, Any]) -> Iterator[Sequence[object]]:
    """Without those that have neither a fault nor a flag."""
    for check, by_language in document["checks"].items():
        for language, one in by_language.items():
            if one["f1"] is None:
                continue
            low, high = one["f1_interval"]
            kappa = "–" if one["kappa"] is None else f"{one['kappa']:.2f}"
            counts = (one["cases"], one["true_positive"], one["false_negative"], one["false_positive"])
            f1 = f"{one['f1']:.2f} ({low:.2f} to {high:.2f})"
            yield [f"`{check}`", language, *counts, f1, f"{one['agreement']:.0%}", kappa]


def events(document: dict[str, Any]) -> Iterator[Sequence[object]]:
    for measure, one in document["events"].items():
        errors = ["–" if one[key] is None else f"{one[key]:.3f} s" for key in ("onset_p95", "end_p95")]
        within = share(one["within_share"], one["within_interval"])
        yield [measure, one["events"], one["found"], one["spurious"], *errors, within]


def talk(document: dict[str, Any]) -> Iterator[Sequence[object]]:
    for role, one in document["talk_time"].items():
        if one["calls"]:
            errors = [f"{one['error_median']:.1%}", f"{one['error_worst']:.1%}", f"{one['error_overall']:+.1%}"]
            yield [role, one["calls"], *errors, share(one["within_share"], one["within_interval"])]


def main(file: Path) -> None:
    document = json.loads(file.read_text("utf-8"))
    parts = ("agent", "customer", "announcements", "speech under 15 dB above noise", "15 to 30 dB", "30 dB and more")
    faults = ("falls short, found", "missed", "clean, flagged")
    print(rows(["language", "all", *parts], words(document)), end="\n\n")
    print(
        rows(["check", "language", "cases", *faults, "F1 (95 %)", "agreement", "kappa"], checks(document)), end="\n\n"
    )
    times = ("onset error, 95 % within", "end error, 95 % within", "both within 0.25 s (goal 95 %)")
    print(rows(["event", "true", "found", "not true", *times], events(document)), end="\n\n")
    print(rows(["role", "calls", "median error", "worst", "over all calls", "calls within 3 %"], talk(document)))
    for name in ("planted", "roles", "backchannels", "diarization"):
        print(f"\n{name}: {document.get(name)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="The tables of docs/accuracy.md from what `qc evaluate --json` printed."
    )
    parser.add_argument("file", type=Path)
    main(parser.parse_args().file)
