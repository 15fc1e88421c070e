"""The measure of redaction: nothing found is 0, every label found is 1, and what is masked beside them is counted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qc.call import Call, Role
from qc.private import Hit, Kind
from tests.redact.unseen.generate import Label, Labelled, utterances
from tests.redact.unseen.measure import as_call, main, measure, report
from tests.redact.unseen.values import LANGUAGES


class Knows:
    """Finds what the labels say, utterance after utterance; `short`, `everything` and `kind` make it worse."""

    def __init__(self, said: Sequence[Labelled], *, short: int = 0, everything: bool = False, kind: Kind | None = None):
        self.said, self.short, self.everything, self.kind = iter(said), short, everything, kind

    def __call__(self, call: Call) -> list[Hit]:
        one = next(self.said)
        assert [u.text for u in call.transcript.utterances] == [text for _, text in one.turns]
        if self.everything:
            return [Hit(Kind.NAME, turn, 0, len(text), None, 1.0) for turn, (_, text) in enumerate(one.turns)]
        return [
            Hit(self.kind or label.kind, label.turn, label.start, label.carrying[-1][1] - self.short, None, 1.0)
            for label in one.labels
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_knows_the_labels_finds_all_and_masks_nothing_else(language: str) -> None:
    said = utterances(language, "second", 300, 2)
    result = measure(said, Knows(said))
    assert result.recall.share == result.kind_accuracy.share == 1.0
    assert result.recall.total == sum(len(one.labels) for one in said)
    assert result.false_masking.count == 0
    assert result.false_masking.total > 1000
    assert (result.missed, result.wrongly) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_finds_nothing_has_no_recall(language: str) -> None:
    result = measure(utterances(language, "third", 300, 2), lambda call: ())
    assert result.recall.count == 0
    assert result.recall.total > 150
    assert result.kind_accuracy.total == 0
    assert result.false_masking.count == 0
    assert len(result.missed) == result.recall.total


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_letter_left_over_is_a_miss(language: str) -> None:
    said = utterances(language, "second", 300, 3)
    assert measure(said, Knows(said, short=1)).recall.count == 0


def test_who_masks_everything_finds_all_and_masks_all() -> None:
    said = utterances("en", "second", 300, 4)
    result = measure(said, Knows(said, everything=True))
    assert (result.recall.share, result.false_masking.share) == (1.0, 1.0)
    assert {kind for kind, right in result.right.items() if all(right)} == {"name"}


def test_a_wrong_kind_is_found_but_not_right() -> None:
    said = utterances("es", "second", 300, 4)
    result = measure(said, Knows(said, kind=Kind.SECRET))
    assert result.recall.share == 1.0
    assert all(result.right["secret"])
    assert not any(any(right) for kind, right in result.right.items() if kind != "secret")


SLIP = Labelled(
    "en",
    (("customer", "it is 512, uh, 867 5309 okay"),),
    (Label(0, Kind.PHONE, 6, 23, ((6, 9), (15, 18), (19, 23)), "mobile", "whole", "written filler"),),
    "",
)


def test_fillers_inside_a_number_need_not_be_masked_and_may_be() -> None:
    pieces = measure([SLIP], lambda call: [Hit(Kind.PHONE, 0, a, b, None, 1.0) for a, b in ((6, 9), (15, 23))])
    whole = measure([SLIP], lambda call: [Hit(Kind.PHONE, 0, 6, 23, None, 1.0)])
    for result in (pieces, whole):
        assert (result.recall.count, result.false_masking.count, result.false_masking.total) == (1, 0, 3)
    wide = measure([SLIP], lambda call: [Hit(Kind.PHONE, 0, 3, 28, None, 1.0)])
    assert wide.false_masking.count == 2
    assert [words for _, _, words in wide.wrongly] == ["is okay"]


def test_chinese_words_are_characters_and_runs_of_figures() -> None:
    said = [Labelled("zh", (("agent", "电费326.5元，VIP。"),), (), "")]
    result = measure(said, lambda call: [Hit(Kind.CARD, 0, 2, 5, None, 1.0)])
    assert (result.false_masking.count, result.false_masking.total) == (1, 6)


def test_a_call_of_two_channels_with_words_at_even_times() -> None:
    one = next(one for one in utterances("zh", "second", 300, 2) if len(one.turns) == 4 and len(one.labels) > 1)
    call = as_call(one)
    assert [u.role for u in call.transcript.utterances] == [Role(role) for role, _ in one.turns]
    assert [u.index for u in call.transcript.utterances] == [0, 1, 2, 3]
    assert all("".join(w.text for w in u.words) == u.text.replace(" ", "") for u in call.transcript.utterances)
    assert call.recording.roles == (Role.AGENT, Role.CUSTOMER)


def test_the_report_lists_what_was_missed_only_when_asked() -> None:
    result = measure([SLIP], lambda call: [Hit(Kind.PHONE, 0, 0, 5, None, 1.0)])
    assert not any("5309" in line for line in report("en", result, 0))
    lines = list(report("en", result, 1))
    assert lines[0].startswith("en: recall 0/1 = 0.00% (0.00% to 79.35%)")
    assert any("missed phone '512, uh, 867 5309'" in line for line in lines)
    assert any("masked 'it is'" in line for line in lines)


def test_the_command_measures_the_recognisers(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--pool", "second", "--language", "en", "--count", "60"])
    assert capsys.readouterr().out.startswith("en: recall ")
