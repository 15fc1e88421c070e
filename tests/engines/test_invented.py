"""Invented phrases are taken out, and people who thank are believed."""

from __future__ import annotations

import pytest

from qc.engines.invented import comparable, phrases, without_invented
from qc.engines.words import TimedWord

CREDITS = {
    "zh": (
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "由 Amara.org 社群提供的字幕",
        "字幕by索兰娅",
        "中文字幕志愿者 杨茜茜",
        "字幕志願者 李宗盛",
        "謝謝觀看",
    ),
    "en": ("Thanks for watching!", "Please subscribe.", "Subtitles by the Amara.org community", "Like and subscribe!"),
    "es": ("Subtítulos realizados por la comunidad de Amara.org", "¡Gracias por ver el video!", "¡Suscríbete!"),
}
GENUINE = {
    "zh": ("谢谢你的帮助", "好的谢谢再见", "谢谢观看您的账单", "请点击订阅", "请您订阅电子账单", "您给我点赞我很高兴"),
    "en": (
        "thank you for watching my house",
        "how do I subscribe to paperless bills",
        "are there subtitles on it",
        "thanks for waiting",
    ),
    "es": ("gracias por ver mi caso", "quiero suscribirme a la factura electrónica", "gracias por su ayuda"),
}


def said(text: str, language: str, probability: float = 0.9, pace: float | None = None) -> list[TimedWord]:
    """Words at a pace of units a second."""
    texts = list(text.replace(" ", "")) if language == "zh" else text.split()
    each = 1 / (pace or (4.0 if language == "zh" else 2.5))
    return [TimedWord(word, at * each, (at + 1) * each, probability) for at, word in enumerate(texts)]


def left(words: list[TimedWord], language: str, no_speech: float = 0.0) -> tuple[str, tuple[str, ...]]:
    kept, gone = without_invented([words], language, no_speech)
    return ("" if language == "zh" else " ").join(word.text for word in kept), gone


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in CREDITS.items() for text in texts])
def test_credits_go_however_probable_they_are(language: str, text: str) -> None:
    kept, gone = left(said(text, language, 0.99), language)
    assert kept == ""
    assert len(gone) == 1
    assert comparable(gone[0]) == comparable(text)


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in CREDITS.items() for text in texts])
def test_they_go_in_a_call_of_another_language(language: str, text: str) -> None:
    other = {"zh": "en", "en": "zh", "es": "zh"}[language]
    kept, gone = without_invented([said(text, language)], other, 0.0)
    assert kept == ()
    assert gone


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in GENUINE.items() for text in texts])
def test_honest_sentences_stay(language: str, text: str) -> None:
    kept, gone = left(said(text, language), language)
    assert gone == ()
    assert comparable(kept) == comparable(text)


def test_only_the_phrase_goes_out_of_an_utterance() -> None:
    assert left(said("好的请不吝点赞订阅转发没电了", "zh"), "zh") == ("好的没电了", ("请不吝点赞订阅转发",))
    assert left(said("my bill is wrong. Thanks for watching! So please check", "en"), "en") == (
        "my bill is wrong. So please check",
        ("Thanks for watching!",),
    )
    kept, gone = left(said("字幕by索兰娅", "zh"), "zh")
    assert (kept, gone) == ("", ("字幕by索兰娅",))


def test_a_phrase_must_end_where_a_word_ends() -> None:
    assert left(said("subscribe to my channels", "en"), "en") == ("subscribe to my channels", ())


@pytest.mark.parametrize(("text", "language"), [("谢谢", "zh"), ("Thank you.", "en"), ("Gracias.", "es")])
class TestThanks:
    def test_stay_when_said_clearly(self, text: str, language: str) -> None:
        assert left(said(text, language), language)[1] == ()
        assert left(said(text, language), language, no_speech=0.9)[1] == ()

    def test_go_when_the_model_hardly_believes_them(self, text: str, language: str) -> None:
        assert left(said(text, language, probability=0.4), language) == ("", (text,))
        assert left(said(text, language, probability=0.7), language, no_speech=0.9) == ("", (text,))

    def test_go_when_drawn_over_a_long_sound(self, text: str, language: str) -> None:
        assert left(said(text, language, pace=0.5), language) == ("", (text,))

    def test_stay_in_a_longer_utterance(self, text: str, language: str) -> None:
        more = {"zh": "好的", "en": "okay then", "es": "vale pues"}[language]
        words = [*said(more, language, 0.4), *said(text, language, 0.4)]
        assert left(words, language)[1] == ()


def test_the_same_phrase_many_times_is_one_text() -> None:
    kept, gone = left(said("谢谢谢谢谢谢", "zh", probability=0.3), "zh")
    assert (kept, gone) == ("", ("谢谢谢谢谢谢",))


def test_the_list_is_in_order() -> None:
    assert set(phrases()) == {"anywhere", "alone", "doubtful"}
    every = [text for kind in phrases().values() for text in kind.texts]
    assert len(every) == len(set(every))
    assert all(every)
