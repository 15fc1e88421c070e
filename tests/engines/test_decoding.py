"""The lean decoder chooses what `whisper.decode` chooses, and words get times from attention.

Checkpoints here have Whisper's own architecture with random weights: what they say means nothing, but every rule and
every cache is at work.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
import whisper
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import Tokenizer, get_tokenizer

from qc.engines import alignment, words
from qc.engines.alignment import Span
from qc.engines.decoding import Decoded, Decoder
from qc.engines.vocabulary import Vocabulary
from qc.interval import Interval

ROWS, LIMIT = 5, 30


def checkpoint(seed: int, learned: float = 1.0, mels: int = 80, tokens: int = 51865, scale: float = 0.6) -> Whisper:
    """A model of width 64; a share of `learned` of the text tokens have an embedding that is not 0."""
    torch.manual_seed(seed)
    model = Whisper(ModelDimensions(mels, 1500, 64, 2, 1, tokens, 448, 64, 2, 2)).eval()
    torch.nn.init.normal_(model.decoder.token_embedding.weight, std=scale)
    torch.nn.init.normal_(model.decoder.positional_embedding, std=1.0)
    with torch.no_grad():
        model.decoder.token_embedding.weight[:50257][torch.rand(50257) > learned] = 0
    return model


def heard(seed: int) -> torch.Tensor:
    return torch.randn(ROWS, 1500, 64, generator=torch.Generator().manual_seed(seed))


def decode(model: Whisper, audio: torch.Tensor, timed: bool = True, limits: list[int] | None = None) -> list[Decoded]:
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language="zh")
    with torch.inference_mode():
        vocabulary = Vocabulary(model.decoder.token_embedding.weight, tokenizer)
        return Decoder(model).decode(audio, tokenizer, vocabulary, limits or [LIMIT] * ROWS, timed=timed)


def official(model: Whisper, audio: torch.Tensor) -> list[whisper.DecodingResult]:
    """What whisper says. Language tokens are suppressed as ours are: random weights would choose them."""
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language="zh")
    language = "zh" if model.is_multilingual else "en"
    options = whisper.DecodingOptions(
        language=language, fp16=False, sample_len=LIMIT, suppress_tokens=[-1, *tokenizer.all_language_tokens]
    )
    with torch.inference_mode():
        return whisper.decode(model, audio, options)


@pytest.mark.parametrize("learned", [1.0, 0.05])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_greedy_tokens_are_those_of_whisper(seed: int, learned: float) -> None:
    model, audio = checkpoint(seed, learned), heard(seed)
    expected = official(model, audio)
    found = decode(model, audio)
    assert [list(each.tokens) for each in found] == [each.tokens for each in expected]
    begin = 50364
    assert {any(token >= begin for token in each.tokens) for each in found} == {True}
    for each, other in zip(found, expected, strict=True):
        assert each.no_speech == pytest.approx(other.no_speech_prob, rel=1e-3, abs=1e-7)
        assert each.avg_logprob == pytest.approx(other.avg_logprob, abs=1e-3)


def test_other_numbers_of_languages_and_mels_are_decoded_too() -> None:
    for model in (checkpoint(4, mels=128, tokens=51866), checkpoint(4, tokens=51864)):
        expected = official(model, heard(4))
        assert [list(each.tokens) for each in decode(model, heard(4))] == [each.tokens for each in expected]


def test_a_row_does_not_depend_on_the_others_or_on_when_they_end() -> None:
    model, audio = checkpoint(5, 0.05), heard(5)
    limits = [3, LIMIT, 11, 1, LIMIT]
    together = decode(model, audio, limits=limits)
    for row, limit in enumerate(limits):
        (alone,) = decode(model, audio[row : row + 1], limits=[limit])
        assert together[row].tokens == alone.tokens
        assert together[row].logprobs == pytest.approx(alone.logprobs, abs=1e-4)
        assert torch.allclose(together[row].attention, alone.attention, atol=1e-5)
        assert len(alone.tokens) <= limit


def test_attention_is_that_of_a_pass_over_all_tokens() -> None:
    model, audio = checkpoint(6), heard(6)[:1]
    (found,) = decode(model, audio, limits=[12])
    looks: list[torch.Tensor] = []
    hook = model.decoder.blocks[1].cross_attn.register_forward_hook(lambda *call: looks.append(call[-1][1]))
    tokenizer = get_tokenizer(True, language="zh")
    with torch.inference_mode(), whisper.model.disable_sdpa():
        model.decoder(torch.tensor([[*tokenizer.sot_sequence, *found.tokens]]), audio)
    hook.remove()
    start = len(tokenizer.sot_sequence) - 1
    expected = looks[0][0, :, start : start + len(found.logprobs)].softmax(-1)
    assert found.attention.shape == expected.shape
    assert torch.allclose(found.attention, expected, atol=1e-5)


def test_without_timestamps_none_is_said() -> None:
    for each in decode(checkpoint(7), heard(7), timed=False):
        assert max(each.tokens, default=0) < 50257


def test_warm_decoding_is_drawn_and_repeatable() -> None:
    model, audio = checkpoint(8), heard(8)
    tokenizer = get_tokenizer(True, language="zh")
    decoder, vocabulary = Decoder(model), Vocabulary(model.decoder.token_embedding.weight, tokenizer)
    with torch.inference_mode():
        one, same, other = (
            [each.tokens for each in decoder.decode(audio, tokenizer, vocabulary, [9] * ROWS, True, 1.0, seed)]
            for seed in (1, 1, 2)
        )
    assert one == same != other


def test_the_path_visits_every_row_in_order() -> None:
    emission = np.zeros((3, 10))
    emission[0, :4] = emission[1, 4:5] = emission[2, 5:] = 1.0
    assert alignment.best_path(emission).tolist() == [0, 4, 5]
    assert alignment.best_path(np.zeros((4, 4))).tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="5 rows do not fit 4 columns"):
        alignment.best_path(np.zeros((5, 4)))


def test_the_path_is_the_best_of_all() -> None:
    generator = np.random.default_rng(3)
    for _ in range(20):
        emission = generator.standard_normal((3, 7))
        best = max(
            ((one, other) for one in range(1, 6) for other in range(one + 1, 7)),
            key=lambda cut: (
                emission[0, : cut[0]].sum() + emission[1, cut[0] : cut[1]].sum() + emission[2, cut[1] :].sum()
            ),
        )
        assert alignment.best_path(emission).tolist() == [0, *best]


def test_tokens_are_where_attention_was() -> None:
    attention = np.full((2, 3, 200), 1e-4, np.float32)
    for token, (first, last) in enumerate([(20, 60), (60, 70), (70, 120)]):
        attention[:, token, first:last] = 1.0
    times = alignment.token_times(attention, np.arange(20, 120), [], [1, 1, 1])
    assert times == [pytest.approx((0.4, 1.2)), pytest.approx((1.2, 1.4)), pytest.approx((1.4, 2.4))]


def test_blurred_attention_gives_even_times_between_the_timestamps() -> None:
    begin = 50364
    tokens = [begin + 50, 10, 11, 12, 13, begin + 150]
    (span,) = alignment.spans(tokens, begin)
    assert span == Span(1, 5, Interval(1.0, 3.0))
    attention = np.full((1, 7, 1500), 1 / 1500, np.float32)
    times = alignment.token_times(attention, np.arange(0, 200), [span], [0, 1, 1, 1, 1, 0, 0])
    for number in range(4):
        assert times[1 + number] == pytest.approx((1 + 0.5 * number, 1.5 + 0.5 * number), abs=0.1)


def test_more_tokens_than_frames_share_them() -> None:
    times = alignment.token_times(np.ones((1, 6, 10), np.float32), np.arange(2, 5), [], [1] * 6)
    assert all(0.04 <= start < end <= 0.1 for start, end in times)


def test_spans_without_both_timestamps_have_no_time() -> None:
    begin = 100
    assert list(alignment.spans([1, 2, 120, 120, 3], begin)) == [Span(0, 2, None), Span(4, 5, None)]
    assert list(alignment.spans([130, 3, 120], begin)) == [Span(1, 2, None)]
    assert list(alignment.spans([], begin)) == []


def test_timestamps_near_a_border_mean_the_border() -> None:
    pieces = [Interval(0.4, 3.0), Interval(3.4, 8.0)]
    assert alignment.snapped(Interval(0.6, 2.8), pieces) == Interval(0.4, 3.0)
    assert alignment.snapped(Interval(4.5, 6.5), pieces) == Interval(4.5, 6.5)


def assembled(text: str, language: str) -> list[words.TimedWord]:
    tokenizer: Tokenizer = get_tokenizer(True, language=language, task="transcribe")
    tokens = tokenizer.encode(text)
    times = [(float(number), number + 1.0) for number in range(len(tokens))]
    return words.assemble(tokens, times, [-0.5] * len(tokens), tokenizer, language)


def test_chinese_words_are_characters_or_latin_runs() -> None:
    found = assembled("您好，请下载网上国网APP。户号是A 3吗？“好”", "zh")
    expected = "您 好， 请 下 载 网 上 国 网 APP。 户 号 是 A 3 吗？ “好”"
    assert [word.text for word in found] == expected.split()


def test_words_between_spaces_keep_their_punctuation() -> None:
    found = assembled(" Don't hang up, please - it's $12.50... ¿Cómo está? \"Yes.\"", "en")
    expected = "Don't hang up, please- it's $12.50... ¿Cómo está? \"Yes.\""
    assert [word.text for word in found] == expected.split()


@pytest.mark.parametrize(("text", "language"), [("您好，繁體龘字。", "zh"), (" Gracias por su llamada, señor.", "es")])
def test_words_follow_each_other_and_have_a_probability(text: str, language: str) -> None:
    found = assembled(text, language)
    assert all(word.start < word.end and word.probability == pytest.approx(np.exp(-0.5)) for word in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


def test_punctuation_takes_no_time() -> None:
    tokenizer = get_tokenizer(True, language="en", task="transcribe")
    tokens = [*tokenizer.encode(" yes"), *tokenizer.encode(","), *tokenizer.encode(" sir")]
    found = words.assemble(tokens, [(0, 1), (1, 3), (3, 4)], [0, 0, 0], tokenizer, "en")
    assert [(word.text, word.start, word.end) for word in found] == [("yes,", 0, 1), ("sir", 3, 4)]
    assert words.length(tokens[1], tokenizer) < words.length(tokens[0], tokenizer)
