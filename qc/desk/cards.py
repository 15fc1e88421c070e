"""Scorecards at the desk: those in use, what another one would change, and the way to put a new version in use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from qc import comparison, demotion, scorecard, scorecard_table
from qc.access import Action
from qc.audit import code
from qc.batch.trial import tried
from qc.comparison import ItemChange, Trial, TriedCall
from qc.config import Settings
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.desk.unmasking import masked_but
from qc.document import text_of
from qc.errors import Conflict, ScorecardError, UsageError
from qc.redact import call_name, discreet
from qc.result import Inspection, Review, Score
from qc.scorecard import Scorecard
from qc.scorecard_table import CallKind, CardTable, Row
from qc.store import Judgement, Selection

LARGEST_CARD = 200_000
"""Characters of a card that somebody brings; ours have 4,000."""
MOST = 500
"""Calls that a card is tried on at once."""


@dataclass(frozen=True, slots=True)
class UsedCard:
    """A card that judges calls. ``place``: ``all``, ``row-1`` of the table, or a language; ``row``: which calls, None:
    all, or those of its language that no row fits. ``card``: as it is written; ``shown``: as it judges, with demoted
    items as advice. ``file``: None for a card of the package, which nobody changes."""

    place: str
    row: Row | None
    card: Scorecard
    shown: Scorecard
    text: str
    file: Path | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A call by the card that judged it and by another one, both masked. Nothing of it is stored."""

    before: Inspection
    after: Inspection

    @property
    def changes(self) -> tuple[ItemChange, ...]:
        """Item by item."""
        return comparison.scores(self.before.score, self.after.score)


def used(settings: Settings) -> tuple[UsedCard, ...]:
    """The cards that judge calls, in the order in which they are asked. Raises ScorecardError for a wrong file."""
    demotions = () if settings.demoted is None else demotion.load(settings.demoted)

    def one(place: str, card: Scorecard, row: Row | None = None) -> UsedCard:
        source = Path(card.source)
        file = None if source.parent == scorecard.FOLDER else source
        shown = demotion.demoted(card, card.language, demotions)
        return UsedCard(place, row, card, shown, text_of(source, ScorecardError), file)

    if settings.scorecard is not None:
        return (one("all", scorecard.load(settings.scorecard)),)
    table = CardTable() if settings.scorecards is None else scorecard_table.load(settings.scorecards)
    found = [one(f"row-{number}", card, row) for number, (row, card) in enumerate(table.rows, 1)]
    for language in settings.languages:
        try:
            card = table.choose(CallKind(language))
        except ScorecardError:
            continue  # a language without a card
        if not any(card is row for _, row in table.rows):
            found.append(one(language, card))
    return tuple(found)


class Cards(Base):
    """Part of the desk."""

    @needs(Action.SEE_RULES)
    def cards(self) -> tuple[UsedCard, ...]:
        """The cards that judge calls. Raises ScorecardError for a wrong file."""
        return used(self.settings)

    @needs(Action.SEE_CALL)
    def judgements(self, key: str) -> tuple[Judgement, ...]:
        """All judgements of a call's recording, newest first. Raises NotFound."""
        return self._store.judgements.of(self._reached(Action.SEE_CALL, key).call.recording.id)

    @needs(Action.SEE_CALL)
    def said(self, key: str) -> tuple[Review, ...]:
        """What people said of a call's items, as it was given, in whichever judgement of it. Raises NotFound."""
        said = self._store.reviews(self._reached(Action.SEE_CALL, key).call.recording.id)
        return tuple(replace(one, reason=discreet(one.reason)) for one in said)

    @needs(Action.TRY_CARD)
    def preview(self, key: str, card: Scorecard) -> Preview:
        """A call judged by another card; nothing is stored. Raises NotFound, UsageError for a card of another language
        or a call that cannot be judged again, and ScorecardError (see `qc.batch.trial`)."""
        inspection = self._reached(Action.SEE_CALL, key, Action.TRY_CARD)
        stands = self._store.standing([inspection.call.recording.id]).get(inspection.call.recording.id)
        if stands is not None and stands.wordless:
            raise UsageError("the words of this call went by the retention policy: it cannot be judged again")
        language = inspection.call.transcript.language
        if card.language != language:
            raise UsageError(f"the card {card.label} is for {card.language}, the call is {language}")
        (score,) = tried([inspection], card, self.settings, own=self._own(card))
        self._remember_once(Action.SEE_CALL, inspection)
        seen = self._revealed.get(inspection.id, ())
        run = replace(inspection.run, scorecard=card.label)
        return Preview(masked_but(inspection, seen), masked_but(replace(inspection, score=score, run=run), seen))

    @needs(Action.TRY_CARD)
    def try_card(self, card: Scorecard, selection: Selection | None = None, *, most: int = 200, seed: int = 1) -> Trial:
        """What would change in a sample of the selected calls of the card's language; nothing is stored. The same seed
        draws the same calls. Raises ScorecardError (see `qc.batch.trial`)."""
        inside = self._inside(Action.TRY_CARD, selection)
        if inside.languages and card.language not in inside.languages:
            return Trial((), 0)
        inside = replace(inside, languages=(card.language,))
        chosen, total = self._store.judgements.sample(inside, min(max(1, most), MOST), seed)
        self.remember(Action.TRY_CARD.value, detail={**_detail(card), "calls": len(chosen), "seed": seed})
        if not chosen:
            return Trial((), total)
        found = self._store.inspections(Selection(recordings=chosen))
        scores = tried(found, card, self.settings, own=self._own(card))
        return Trial(tuple(_call(one, score) for one, score in zip(found, scores, strict=True)), total)

    @needs(Action.CHANGE_CARD)
    def replace_card(self, place: str, text: str, *, instead_of: str) -> Path:
        """Write a new version of a card of the site over the old one, which is kept beside it; gives where.
        `instead_of`: fingerprint of the card that it was made from.

        Stored scores stay as they are until calls are judged again. Raises ScorecardError for a wrong card, UsageError
        for one that does not belong there or cannot be written, and Conflict when another one is in use by now.
        """
        now = next((one for one in used(self.settings) if one.place == place), None)
        if now is None or now.file is None:
            raise UsageError("this card comes with the package: write a file of your own, and name it in the settings")
        card = scorecard.parse(text[: LARGEST_CARD + 1], now.file.name)
        if now.card.fingerprint != instead_of:
            raise Conflict(f"the card was changed meanwhile: {now.card.label} is in use now; compare with it first")
        if (card.id, card.language) != (now.card.id, now.card.language):
            raise UsageError(f"the new card must have the id {now.card.id} and the language {now.card.language}")
        if card.version <= now.card.version:
            raise UsageError(f"the new card needs a version above {now.card.version}")
        self.remember(Action.CHANGE_CARD.value, detail={"place": place, **_detail(card)})
        return _written(now, now.file, text)

    def _own(self, card: Scorecard) -> bool:
        """Whether the site uses it, or it came with the package: nobody who asks wrote it."""
        known = [one.card for one in used(self.settings)] + [scorecard.load(name) for name in scorecard.names()]
        return card.fingerprint in {one.fingerprint for one in known}


def _call(inspection: Inspection, score: Score) -> TriedCall:
    metadata = inspection.call.metadata
    name = call_name(metadata.call_id, inspection.call.recording.id)
    return TriedCall(inspection.id, name, metadata.agent, inspection.score, score)


def _detail(card: Scorecard) -> dict[str, str | int | float]:
    """Of a card, for the trail."""
    return {"card": code(card.id), "version": card.version, "print": f"sha-{card.fingerprint[:10]}"}


def _written(now: UsedCard, file: Path, text: str) -> Path:
    """The new text in the card's place, the old one in a file of its version."""
    kept = file.with_name(f"{file.stem}.v{now.card.version}{file.suffix}")
    try:
        if not kept.exists():
            _whole(kept, now.text)
        elif kept.read_text("utf-8") != now.text:
            raise UsageError(f"{kept}: it holds another card of this version; move it away, nothing was changed")
        _whole(file, text)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written ({error.strerror})") from None
    return kept


def _whole(file: Path, text: str) -> None:
    """Written beside it and put in its place: a card is never half there."""
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        unfinished.write_text(text, "utf-8")
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
