"""The trainer's own parts: its losses are the textbook's, and what it saves is a checkpoint of Whisper."""

from __future__ import annotations

import random
from ctypes.util import find_library
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import whisper
from whisper.tokenizer import get_tokenizer

from models.recogniser.network import _CrossEntropy
from models.recogniser.replay import CAPACITY, TOKENS, Replay
from models.recogniser.windows import Window, log_mel

needs_speech = pytest.mark.skipif(
    find_library("espeak-ng") is None or find_spec("pypinyin") is None,
    reason="the network's sounds need espeak-ng and pypinyin",
)


def test_cross_entropy_is_torchs_with_one_more_logit() -> None:
    torch.manual_seed(1)
    logits = torch.randn(7, 11, dtype=torch.float64).float().requires_grad_()
    same = logits.detach().clone().requires_grad_()
    targets = torch.randint(11, (7,))
    ours = _CrossEntropy.apply(logits, targets, 2.5)
    theirs = F.cross_entropy(torch.cat([same, torch.full((7, 1), 2.5)], -1), targets)
    ours.backward()
    theirs.backward()
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(logits.grad, same.grad)


def window(tokens: int) -> Window:
    return Window(np.zeros(0, np.float32), [1] * tokens, [1] * tokens, [(0.0, 0.0)] * tokens, [])


def test_replay_forgets_the_oldest_and_draws_one_length() -> None:
    replay = Replay(random.Random(0))
    for step in range(CAPACITY + 5):
        frames = (2, 3)[step % 2]
        replay.add(torch.full((2, frames, 4), float(step)), [window(50), window(70)])
    kept = [float(audio[0, 0]) for heard in replay.heard.values() for audio, _ in heard]
    assert len(kept) == 2 * CAPACITY
    assert min(kept) == 5
    for place in (0.0, 0.3, 0.999):
        audio, windows = replay.draw(place)
        assert audio.shape[0] == len(windows)
        assert TOKENS <= sum(len(one.inputs) for one in windows) < TOKENS + 70


def test_mel_is_whispers() -> None:
    samples = torch.randn(1, 16000, generator=torch.Generator().manual_seed(3)) * 0.1
    torch.testing.assert_close(log_mel(samples)[0], whisper.log_mel_spectrogram(samples[0]), atol=1e-4, rtol=1e-4)


@pytest.fixture
def network() -> Any:
    """A network of a few tokens."""
    from models.recogniser.network import Network

    torch.manual_seed(2)
    tokenizer = get_tokenizer(True, language="zh", task="transcribe")
    times = range(tokenizer.timestamp_begin, tokenizer.timestamp_begin + 100)
    tokens = sorted({*tokenizer.encode("您好电费"), tokenizer.eot, tokenizer.sot, *times})
    return Network(tokenizer, ["zh:n", "zh:in2"], tokens, {token: ["zh"] for token in tokens[:4]})


@needs_speech
def test_reading_notes_what_each_token_was_taken_for(network: Any) -> None:
    sot, begin, *text = network.eot + 1, 50364, *network.tokens[:3]
    inputs = [sot, begin, *text, begin + 80]
    one = Window(np.zeros(0, np.float32), inputs, [*inputs[1:], network.eot], [(0.0, 0.0)] * 6, [])
    cross, _, _ = network.read(torch.randn(1, 100, 256), [one], random.Random(0))
    cross.backward()
    assert len(one.guesses) == len(one.targets) - 1
    for target, guess in zip(one.targets, one.guesses, strict=False):
        assert guess == -1 or (network.tokens[guess] < network.eot) == (target < network.eot)
    assert network.free.grad.abs().sum() > 0


@needs_speech
def test_the_decoder_is_shown_its_own_errors(network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.recogniser import network as module

    monkeypatch.setattr(module, "MISREAD", 0.0)
    monkeypatch.setattr(module, "OWN", 1.0)
    shown = []
    decode = network._decode
    monkeypatch.setattr(network, "_decode", lambda tokens, *rest: shown.append(tokens) or decode(tokens, *rest))
    sot, *text = network.eot + 1, *network.tokens[:3]
    one = Window(np.zeros(0, np.float32), [sot, *text], [*text, network.eot], [(0.0, 0.0)] * 4, [], [2, -1, 0])
    network.read(torch.randn(1, 100, 256), [one], random.Random(0))
    first = int(network.token_index[sot])
    assert shown[0].tolist() == [[first, 2, int(network.token_index[text[1]]), 0]]


@needs_speech
def test_what_is_saved_is_a_checkpoint_of_whisper(network: Any, tmp_path: Path) -> None:
    from models.recogniser.network import Network

    torch.save(network.checkpoint(), tmp_path / "own.pt")
    model = whisper.load_model(str(tmp_path / "own.pt"), device="cpu")
    mel = torch.randn(1, 80, 3000, generator=torch.Generator().manual_seed(4))
    with torch.no_grad():
        torch.testing.assert_close(model.encoder(mel), network._encode(mel), atol=0.02, rtol=0.02)
    weight = model.decoder.token_embedding.weight
    tokens = network.tokens
    assert int(weight.any(-1).sum()) == len(tokens)
    torch.testing.assert_close(weight[tokens[0]], network.embedding[0], atol=1e-3, rtol=1e-3)

    tokenizer = get_tokenizer(True, language="zh", task="transcribe")
    again = Network(tokenizer, network.units, tokens, network.spoken_in)
    again.start_from(network.checkpoint())
    torch.testing.assert_close(again.embedding, network.embedding, atol=1e-3, rtol=1e-3)
