"""Labelled rows and plain text for the sentiment classifier, read from a folder of published data sets.

Every set is split by `split`: its own validation part where it has one, else a fixed tenth chosen by a hash of the
text, so that equal texts are on one side and a new run chooses the same rows.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
LABELS = ("negative", "neutral", "positive")
HELD_OUT = 10
"""One text in so many is held out where a set has no validation part."""
_NAMES = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE, "N": NEGATIVE, "NEU": NEUTRAL, "P": POSITIVE}
_EMOTIONS = {"joy": POSITIVE, "optimism": POSITIVE, "others": NEUTRAL} | dict.fromkeys(
    ("anger", "disgust", "fear", "sadness"), NEGATIVE
)
"""Surprise is left out: it may be either."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled text. ``validation``: held out, in no training of any kind."""

    set: str
    language: str
    text: str
    label: int
    validation: bool


Labelled = tuple[str, int, bool | None]
"""Text, label, whether it is of the set's own validation part (None: the set has none)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A published set: where it lies in the data folder, where it comes from, and on what terms."""

    name: str
    language: str
    folder: str
    published: str
    licence: str
    permissive: bool
    read: Callable[[Path], Iterator[Labelled]]


def clean(text: str, language: str) -> str:
    """One line; addresses of pages and users stand as ``http`` and ``@user``."""
    text = re.sub(r"https?://\S+", "http", text.replace("\ufeff", ""))
    text = re.sub(r"(?<!\w)@\w+", "@user", text) if language != "zh" else text
    return re.sub(r"\s+", " ", text).strip()


def held_out(text: str) -> bool:
    """Whether the hash of the text's letters and digits puts it into the fixed tenth."""
    form = re.sub(r"[\W_]+", "", text.lower()) or text
    return int(hashlib.sha256(form.encode()).hexdigest()[:8], 16) % HELD_OUT == 0


def _table(path: Path, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter=delimiter, quoting=quoting):  # type: ignore[arg-type]
            yield {str(key).strip(): str(value).strip() for key, value in row.items()}


def _official(train: str, validation: str, text: str, label: str) -> Callable[[Path], Iterator[Labelled]]:
    def read(folder: Path) -> Iterator[Labelled]:
        for name, is_validation in ((train, False), (validation, True)):
            for row in _table(folder / name):
                yield row[text], _NAMES[row[label]], is_validation

    return read


def _read_chat(folder: Path) -> Iterator[Labelled]:
    for row in _table(folder / "sentiment_XS_30k.txt", quoting=csv.QUOTE_NONE):
        yield row["text"].replace(" ", ""), _NAMES[row["labels"]], None


def _reviews(name: str) -> Callable[[Path], Iterator[Labelled]]:
    def read(folder: Path) -> Iterator[Labelled]:
        for row in _table(folder / name):
            yield row["review"], POSITIVE if row["label"] == "1" else NEGATIVE, None

    return read


def _read_tweets(folder: Path) -> Iterator[Labelled]:
    texts = (folder / "sentiment/val_text.txt").read_text(encoding="utf-8").splitlines()
    labels = (folder / "sentiment/val_labels.txt").read_text(encoding="utf-8").split()
    for text, label in zip(texts, labels, strict=True):
        yield text, int(label), None


def _read_tweet_emotions(folder: Path) -> Iterator[Labelled]:
    names = ("anger", "joy", "optimism", "sadness")
    for part in ("train", "val"):
        texts = (folder / f"emotion/{part}_text.txt").read_text(encoding="utf-8").splitlines()
        labels = (folder / f"emotion/{part}_labels.txt").read_text(encoding="utf-8").split()
        for text, label in zip(texts, labels, strict=True):
            yield text, _EMOTIONS[names[int(label)]], part == "val"


def _read_airline(folder: Path) -> Iterator[Labelled]:
    for row in _table(folder / "tweets.train.csv"):
        yield row["text"], _NAMES[row["airline_sentiment"]], None


def _read_tass(folder: Path) -> Iterator[Labelled]:
    for path in sorted((folder / "train").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if len(fields) == 3 and fields[2].strip() in _NAMES:
                yield fields[1], _NAMES[fields[2].strip()], None


def _read_emoevent(folder: Path) -> Iterator[Labelled]:
    for row in _table(folder / "train.tsv", delimiter="\t"):
        if row["label"] in _EMOTIONS:
            yield row["tweet"], _EMOTIONS[row["label"]], None


SOURCES = (
    Source(
        "zh_cped", "zh", "zh_cped_dialogue_sentiment", "github.com/scutcyr/CPED", "Apache-2.0", True,
        _official("test_split_part_train.csv", "valid_split.csv", "Utterance", "Sentiment"),
    ),
    Source(
        "zh_bmeld", "zh", "zh_bmeld_dialogue_sentiment", "github.com/XL2248/CPCC", "none stated; research", False,
        _official("bmeld_train.csv", "bmeld_dev.csv", "Target", "Sentiment"),
    ),
    Source(
        "zh_chat", "zh", "zh_chat_sentiment_xs", "github.com/z17176/Chinese_conversation_sentiment",
        "none stated; research", False, _read_chat,
    ),
    Source(
        "zh_food", "zh", "zh_reviews_sentiment", "github.com/SophonPlus/ChineseNlpCorpus, waimai_10k",
        "none stated; research", False, _reviews("waimai_10k.train.csv"),
    ),
    Source(
        "zh_hotel", "zh", "zh_reviews_sentiment", "github.com/SophonPlus/ChineseNlpCorpus, ChnSentiCorp_htl_all",
        "none stated; research", False, _reviews("ChnSentiCorp_htl_all.train.csv"),
    ),
    Source(
        "zh_shopping", "zh", "zh_reviews_sentiment", "github.com/SophonPlus/ChineseNlpCorpus, online_shopping_10_cats",
        "none stated; research", False, _reviews("online_shopping_10_cats.train.csv"),
    ),
    Source(
        "en_meld", "en", "en_meld_dialogue_sentiment", "github.com/declare-lab/MELD", "GPL-3.0", True,
        _official("train_sent_emo.csv", "dev_sent_emo.csv", "Utterance", "Sentiment"),
    ),
    Source(
        "en_tweets", "en", "en_tweeteval", "github.com/cardiffnlp/tweeteval, sentiment",
        "without restrictions of its own, Twitter's may apply; research", False, _read_tweets,
    ),
    Source(
        "en_tweet_emotions", "en", "en_tweeteval", "github.com/cardiffnlp/tweeteval, emotion",
        "without restrictions of its own, Twitter's may apply; research", False, _read_tweet_emotions,
    ),
    Source(
        "en_airline", "en", "en_airline_tweets", "Twitter US Airline Sentiment (CrowdFlower)", "CC BY-NC-SA 4.0", False,
        _read_airline,
    ),
    Source(
        "es_tass", "es", "es_tass2020_sentiment", "tass.sepln.org/2020, task 1", "TASS licence: research only", False,
        _read_tass,
    ),
    Source(
        "es_emoevent", "es", "es_emoevent", "github.com/fmplaza/EmoEvent", "research", False, _read_emoevent
    ),
)  # fmt: skip


def labelled(folder: Path, permissive: bool) -> list[Row]:
    """Rows of every source; with `permissive` only of those whose licence allows any use.

    Within a set a text that is held out is in no training row, however it is written.
    """
    rows: list[Row] = []
    for source in SOURCES:
        if permissive and not source.permissive:
            continue
        for text, label, validation in source.read(folder / source.folder):
            text = clean(text, source.language)
            if text:
                aside = held_out(text) if validation is None else validation
                rows.append(Row(source.name, source.language, text, label, aside))
    return rows


def plain_text(folder: Path, permissive: bool) -> Iterator[str]:
    """Dialogue text without labels, for masked-language training. Labelled sets are not repeated here."""
    yield from (text for text in _dialogues(folder, permissive) if text)


def _dialogues(folder: Path, permissive: bool) -> Iterator[str]:
    for line in _lines(folder / "zh_crosswoz_dialogues/crosswoz_val_500.jsonl"):
        yield from (clean(turn["text"], "zh") for turn in json.loads(line)["turns"])
    for line in _lines(folder / "en_contoso_call_texts/calls.jsonl"):
        yield from _pieces(json.loads(line)["Content"])
    for chat in json.loads((folder / "en_abcd_sample/abcd_sample.json").read_text(encoding="utf-8")):
        yield from (clean(turn[1], "en") for turn in chat["original"])
    if permissive:
        return
    for name, language in (("stc3_cn.train.jsonl", "zh"), ("stc3_en.train.jsonl", "en")):
        for line in _lines(folder / "zh_en_helpdesk_satisfaction" / name):
            yield from (clean(" ".join(turn["text"]), language) for turn in json.loads(line)["turns"])
    for name in ("MWOZ.train.txt", "SGD.train.txt"):
        for line in _lines(folder / "en_service_satisfaction_uss" / name):
            fields = line.split("\t")
            if len(fields) > 1 and fields[1] != "OVERALL":
                yield clean(fields[1], "en")
    for line in _lines(folder / "en_tweeteval/offensive/train_text.txt"):
        yield clean(line, "en")


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _pieces(text: str, sentences: int = 3) -> Iterable[str]:
    parts = re.split(r"(?<=[.?!])\s+", clean(text, "en"))
    return (" ".join(parts[index : index + sentences]) for index in range(0, len(parts), sentences))
