"""Each guard fires on what it is for and lets ordinary speech pass."""

from __future__ import annotations

import pytest
from whisper.utils import compression_ratio as whisper_ratio

from qc.engines.guards import compression_ratio, has_loop, judge


def words(text: str) -> list[str]:
    return text.split()


SPOKEN = {
    "zh": list("您好供电服务热线工号三零二五很高兴为您服务请问有什么可以帮您"),
    "en": words("thank you for calling this is mary how may i help you with your account today"),
    "es": words("gracias por llamar le atiende maría en qué le puedo ayudar hoy con su factura"),
}


def verdict(units: list[str], language: str, voice: float | None = None, logprob: float = -0.2, finished: bool = True):
    text = ("" if language == "zh" else " ").join(units)
    seconds = len(units) / 3 if voice is None else voice
    return judge(text, units, seconds, logprob, language, finished).reasons


@pytest.mark.parametrize("language", SPOKEN)
def test_ordinary_speech_passes(language: str) -> None:
    assert verdict(SPOKEN[language], language) == ()


@pytest.mark.parametrize("language", SPOKEN)
def test_a_phrase_said_over_and_over_is_a_loop(language: str) -> None:
    assert "loop" in verdict(SPOKEN[language][:3] * 6, language)


@pytest.mark.parametrize("units", [list("八八八八"), list("一三五八八八八六六六六"), ["no"] * 5, ["no", "sir"] * 3])
def test_what_people_do_repeat_is_no_loop(units: list[str]) -> None:
    assert not has_loop(units)


def test_a_loop_is_found_behind_other_words() -> None:
    assert has_loop([*SPOKEN["en"], *["thank", "you"] * 4])
    assert not has_loop([*SPOKEN["en"], *["thank", "you"] * 4], shortest=9)


def test_text_that_compresses_too_well_fails() -> None:
    assert "compression" in verdict(SPOKEN["en"] * 5, "en", voice=60)


def test_compression_is_measured_as_whisper_does() -> None:
    for text in ("您好您好您好", "abc " * 50, "x"):
        assert compression_ratio(text) == whisper_ratio(text)


def test_more_than_a_mouth_can_say_fails() -> None:
    assert "fast" in verdict(SPOKEN["zh"], "zh", voice=len(SPOKEN["zh"]) / 13)
    assert verdict(SPOKEN["zh"], "zh", voice=len(SPOKEN["zh"]) / 11) == ()
    assert "fast" in verdict(SPOKEN["en"], "en", voice=len(SPOKEN["en"]) / 8)


def test_much_voice_and_hardly_a_word_fails() -> None:
    assert verdict(["嗯"], "zh", voice=10.0) == ("sparse",)
    assert verdict([], "zh", voice=10.0) == ("sparse",)
    assert verdict([], "zh", voice=2.0) == ()


def test_guesses_and_endless_texts_fail() -> None:
    assert verdict(SPOKEN["es"], "es", logprob=-1.2) == ("improbable",)
    assert verdict(SPOKEN["es"], "es", finished=False) == ("unfinished",)


def test_a_few_words_that_are_hardly_believed_are_no_words() -> None:
    few = SPOKEN["zh"][:3]
    assert judge("".join(few), few, 1.0, -0.3, "zh", word_logprob=-0.9).reasons == ("unsure",)
    assert judge("".join(few), few, 1.0, -0.3, "zh", word_logprob=-0.6).reasons == ()
    assert judge("".join(SPOKEN["zh"]), SPOKEN["zh"], 9.0, -0.3, "zh", word_logprob=-0.9).reasons == ()
    assert judge("", [], 1.0, 0.0, "zh").reasons == ()


def test_text_outside_the_voice_and_invented_text_fail() -> None:
    spoken = SPOKEN["en"]
    assert judge(" ".join(spoken), spoken, 6.0, -0.2, "en", outside=0.4).reasons == ("outside",)
    assert judge(" ".join(spoken), spoken, 6.0, -0.2, "en", outside=0.1).reasons == ()
    assert judge(" ".join(spoken), spoken, 6.0, -0.2, "en", invented=True).reasons == ("invented",)


def test_fewer_reasons_beat_probability() -> None:
    good = judge("ok", ["ok"], 1.0, -0.9, "en")
    looped = judge("a " * 20, ["a"] * 20, 10.0, -0.1, "en")
    assert good.rank > looped.rank
    assert judge("ok", ["ok"], 1.0, -0.1, "en").rank > good.rank
