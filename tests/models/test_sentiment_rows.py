"""What the sentiment classifier learns from: labels, splits and templates. The published sets are not needed here."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.sentiment import data, domain
from models.sentiment.data import NEGATIVE, NEUTRAL, POSITIVE


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_each_reader_gives_its_own_labels_and_split(tmp_path: Path) -> None:
    """Small files in the formats of the published sets."""
    sources = {source.name: source for source in data.SOURCES}
    cped = tmp_path / "zh_cped_dialogue_sentiment"
    write(cped, "test_split_part_train.csv", "Utterance,Sentiment\n好了没事了,neutral\n")
    write(cped, "valid_split.csv", "Utterance,Sentiment\n撞你个头,negative\n")
    assert list(sources["zh_cped"].read(cped)) == [("好了没事了", NEUTRAL, False), ("撞你个头", NEGATIVE, True)]
    tass = tmp_path / "es_tass2020_sentiment"
    write(tass, "train/es.tsv", '1\tQué "bien\tP\n2\tmal\tN\n')
    assert list(sources["es_tass"].read(tass)) == [('Qué "bien', POSITIVE, None), ("mal", NEGATIVE, None)]
    emotions = tmp_path / "es_emoevent"
    write(emotions, "train.tsv", 'id\ttweet\tlabel \n1\t"a\nb"\tsadness \n2\tc\tsurprise \n3\td\tothers \n')
    assert list(sources["es_emoevent"].read(emotions)) == [("a\nb", NEGATIVE, None), ("d", NEUTRAL, None)]
    chat = tmp_path / "zh_chat_sentiment_xs"
    write(chat, "sentiment_XS_30k.txt", "labels,text\npositive,谢谢 妹妹\n")
    assert list(sources["zh_chat"].read(chat)) == [("谢谢妹妹", POSITIVE, None)]


def test_permissive_sources_have_licences_that_allow_any_use() -> None:
    assert {source.name for source in data.SOURCES if source.permissive} == {"zh_cped", "en_meld"}
    assert all(source.licence and source.published for source in data.SOURCES)


def test_held_out_tenth_is_fixed_and_blind_to_spelling() -> None:
    texts = [f"text number {number}" for number in range(2000)]
    share = sum(map(data.held_out, texts)) / len(texts)
    assert 0.07 < share < 0.13
    assert data.held_out("Text  number 7!!") == data.held_out("text number 7")


def test_clean_hides_addresses_and_users() -> None:
    assert data.clean("@Delta  see https://t.co/x\nnow", "en") == "@user see http now"
    assert data.clean("\ufeff给a@b.c写信", "zh") == "给a@b.c写信"


@pytest.mark.parametrize("language", domain.LANGUAGES)
def test_templates_expand_wholly(language: str) -> None:
    rows = [row for row in domain.rows() if row.language == language]
    assert not [row.text for row in rows if set(row.text) & set("{}()|")]
    for label in (NEGATIVE, NEUTRAL, POSITIVE):
        assert sum(row.label == label and not row.validation for row in rows) > 300
        assert sum(row.label == label and row.validation for row in rows) >= 15


def test_held_out_sentences_are_in_no_training_row() -> None:
    rows = domain.rows()
    trained = {row.text for row in rows if not row.validation}
    assert not trained & {row.text for row in rows if row.validation}
    assert rows == domain.rows()


def test_a_sentence_has_one_label() -> None:
    """Templates of two labels must not make the same sentence."""
    labels: dict[str, set[int]] = {}
    for row in domain.rows():
        labels.setdefault(row.text, set()).add(row.label)
    assert {text for text, found in labels.items() if len(found) > 1} == set()


def test_bootstrap_holds_the_value_and_narrows_with_rows() -> None:
    baseline = pytest.importorskip("models.sentiment.baseline")
    choice = np.random.default_rng(1)

    def interval(count: int) -> tuple[float, float, float]:
        truth = choice.integers(3, size=count)
        answer = np.where(choice.random(count) < 0.7, truth, (truth + 1) % 3)
        return (baseline.macro_f1(truth, answer), *baseline.bootstrap(truth, answer, 300))

    value, low, high = interval(200)
    many = interval(5000)
    assert low < value < high and many[2] - many[1] < high - low
    assert baseline.macro_f1([0, 0, 2, 2], [0, 0, 2, 0]) == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_lexicon_has_every_language() -> None:
    entries = list(domain.lexicon())
    assert len(entries) > 150
    assert all([language for language, _ in texts] == list(domain.LANGUAGES) for _, texts in entries)
    assert json.dumps(entries, ensure_ascii=False).count('""') == 0
