"""The adapter against small models that are made here, and the builtin one on sentences of a hotline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

from qc.call import Sentiment
from qc.engines.protocols import SentimentClassifier
from qc.engines.transformers_sentiment import BATCH_TOKENS, NEUTRAL, TransformersSentiment, batches, classes_of
from qc.errors import ModelError

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "power")
STARS = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]


def make(folder: Path, labels: list[str], *, safe: bool = True, head: bool = True) -> Path:
    """A model of transformers' own format with random weights."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    model = BertForSequenceClassification(config) if head else BertModel(config)
    model.save_pretrained(folder)
    if not safe:
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=32
    ).save_pretrained(folder)
    return folder


def test_probabilities_of_a_folder_follow_the_texts(tmp_path: Path) -> None:
    engine = TransformersSentiment(make(tmp_path, ["negative", "neutral", "positive"]))
    texts = ["good power", "", "bad", "good power", "bad " * 100, "   "]
    found = engine.classify(texts, "en")
    assert isinstance(engine, SentimentClassifier)
    assert len(found) == len(texts) and found[1] == found[5] == NEUTRAL and found[0] == found[3]
    for sentiment in found:
        assert sentiment.negative + sentiment.neutral + sentiment.positive == pytest.approx(1.0, abs=1e-5)
    assert engine.classify(["bad"], "en")[0].negative == pytest.approx(found[2].negative, abs=1e-5)
    assert engine.classify([], "en") == []


def test_order_of_labels_does_not_matter(tmp_path: Path) -> None:
    """The same weights under other names give the same numbers under those names."""
    one = TransformersSentiment(make(tmp_path / "a", ["negative", "neutral", "positive"])).classify(["good bad"], "en")
    other = TransformersSentiment(make(tmp_path / "b", ["POS", "NEU", "NEG"])).classify(["good bad"], "en")
    assert (one[0].negative, one[0].neutral) == pytest.approx((other[0].positive, other[0].neutral))


def test_stars_are_added_up_and_two_classes_have_no_neutral(tmp_path: Path) -> None:
    five = TransformersSentiment(make(tmp_path / "five", STARS)).classify(["good"], "en")[0]
    assert five.negative + five.neutral + five.positive == pytest.approx(1.0, abs=1e-5)
    assert five.negative > five.neutral < five.positive
    two = TransformersSentiment(make(tmp_path / "two", ["NEGATIVE", "POSITIVE"])).classify(["good"], "en")[0]
    assert two.neutral == 0.0 and two.negative + two.positive == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (["negative", "neutral", "positive"], (0, 1, 2)),
        (["Positive", "NEG"], (2, 0)),
        (STARS, (0, 0, 1, 2, 2)),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"], (0, 0, 1, 2, 2)),
        (["消极", "积极"], (0, 2)),
        (["negativo", "neutro", "positivo"], (0, 1, 2)),
    ],
)
def test_labels_that_can_be_mapped(labels: list[str], classes: tuple[int, ...]) -> None:
    assert classes_of(dict(enumerate(labels)), "m") == classes


@pytest.mark.parametrize(
    "labels",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["joy", "anger"],
        ["neutral", "positive"],
        ["negative", "neutral"],
        ["LABEL_0"],
    ],
)
def test_labels_that_cannot_be_mapped_are_refused(labels: list[str], tmp_path: Path) -> None:
    engine = TransformersSentiment(make(tmp_path, labels))
    with pytest.raises(ModelError, match="label"):
        engine.classify(["good"], "en")


@pytest.mark.parametrize("case", ["pickle", "no head", "no config", "broken weights", "remote code"])
def test_what_is_no_classifier_is_one_sentence(case: str, tmp_path: Path) -> None:
    folder = make(tmp_path, ["negative", "positive"], safe=case != "pickle", head=case != "no head")
    if case == "no config":
        (folder / "config.json").unlink()
    if case == "broken weights":
        (folder / "model.safetensors").write_bytes(b"no tensors")
    if case == "remote code":
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config["model_type"] = "unheard_of"
        config["auto_map"] = {
            "AutoConfig": "code.Config",
            "AutoModelForSequenceClassification": "code.Network",
        }
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        (folder / "code.py").write_text("raise SystemExit('this code must never run')\n", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        TransformersSentiment(folder).classify(["good"], "en")
    assert "\n" not in caught.value.message and str(folder) in caught.value.message


def test_a_hub_model_without_a_network_names_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="builtin or the folder"):
        TransformersSentiment("nobody-here/no-such-model").classify(["good"], "en")


def test_a_missing_folder_and_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        TransformersSentiment(tmp_path / "nowhere")
    file = tmp_path / "model.bin"
    file.write_bytes(b"x")
    with pytest.raises(ModelError, match="must be a folder"):
        TransformersSentiment(file)


def test_version_follows_the_weights(tmp_path: Path) -> None:
    one = TransformersSentiment(make(tmp_path / "a", ["negative", "positive"]))
    same = TransformersSentiment(make(tmp_path / "b", ["negative", "positive"]))
    other = TransformersSentiment(make(tmp_path / "c", STARS))
    assert one.version == same.version != other.version


def test_batches_hold_every_text_once_and_stay_small() -> None:
    lengths = [5, 500, 3, 70, 70, 70, 1, BATCH_TOKENS * 2] + [9] * 600
    found = list(batches(lengths))
    assert sorted(index for batch in found for index in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= BATCH_TOKENS for batch in found)
    assert list(batches([])) == []


@pytest.fixture(scope="module")
def builtin() -> TransformersSentiment:
    return TransformersSentiment("builtin")


SENTENCES = {
    "zh": {
        "negative": [
            "我要投诉你们，停电一整天了都没人管",
            "你们的服务太差了，我非常生气",
            "这不归我们管，你打别的电话",
        ],
        "neutral": ["您好，请问有什么可以帮您", "我的户号是三七二零五一", "请问什么时候来电", "请稍等，我帮您查询一下"],
        "positive": ["谢谢你帮我解决了问题", "非常满意，你们的服务真好"],
    },
    "en": {
        "negative": [
            "I want to complain, nobody came and this is unacceptable",
            "your service is terrible and I am furious",
        ],
        "neutral": [
            "good morning how can I help you",
            "my account number is one two eight eight",
            "when will the power be back",
        ],
        "positive": ["thank you so much you solved my problem", "I am very satisfied with your service"],
    },
    "es": {
        "negative": ["quiero poner una queja, esto es una vergüenza", "el servicio es pésimo y estoy muy enfadado"],
        "neutral": [
            "buenos días, en qué puedo ayudarle",
            "mi número de cuenta es tres siete dos",
            "cuándo vuelve la luz",
        ],
        "positive": ["muchas gracias por resolver mi problema", "estoy muy contento con el servicio"],
    },
}


@pytest.mark.parametrize("language", SENTENCES)
def test_builtin_reads_sentences_of_a_hotline(language: str, builtin: TransformersSentiment) -> None:
    expected = [(label, text) for label, texts in SENTENCES[language].items() for text in texts]
    found = builtin.classify([text for _, text in expected], language)
    assert [(sentiment.label, text) for sentiment, (_, text) in zip(found, expected, strict=True)] == expected


def test_builtin_is_repeatable_and_does_not_mind_the_company(builtin: TransformersSentiment) -> None:
    texts = [text for groups in SENTENCES.values() for texts in groups.values() for text in texts]
    together = builtin.classify(texts, "zh")
    alone = [builtin.classify([text], "zh")[0] for text in texts]
    pairs: list[tuple[Sentiment, Sentiment]] = list(zip(together, alone, strict=True))
    assert all(one.value == pytest.approx(other.value, abs=1e-3) for one, other in pairs)
