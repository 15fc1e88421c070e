"""Judges stored calls again, without listening."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache

from qc import demotion, language, scorecard, scorecard_table
from qc import site as sites
from qc.config import Settings
from qc.errors import ScorecardError
from qc.pipeline import judging_version, rejudge
from qc.result import Inspection
from qc.scorecard import Scorecard
from qc.scorecard_table import CallKind, CardTable
from qc.store import Store


class Judge:
    """The scorecards, the site and the demoted items of the settings. Raises ScorecardError or SiteError at once when a
    file that the settings name is wrong."""

    def __init__(self, settings: Settings) -> None:
        named = settings.scorecard
        card = scorecard.load(named) if named is not None else None
        site = sites.of(settings)
        demotions = () if settings.demoted is None else demotion.load(settings.demoted)
        table = CardTable() if settings.scorecards is None else scorecard_table.load(settings.scorecards)

        @cache
        def card_for(kind: CallKind) -> Scorecard:
            return demotion.demoted(card or table.choose(kind), kind.language, demotions)

        @cache
        def version(kind: CallKind) -> str:
            return judging_version(card_for(kind), language.load(kind.language, site))

        self._card_for, self._site = card_for, site
        self._named, self._table, self._languages = card, table, settings.languages
        self.version: Callable[[CallKind], str] = version
        """The judging version for calls of a kind."""

    def cards(self) -> dict[str, Scorecard]:
        """The cards that it may judge by: of each language and of each row of a table; ``all``: one for all calls."""
        if self._named is not None:
            return {"all": self._card_for(CallKind(self._named.language))}
        found = {f"row-{number}": card for number, card in enumerate(self._table.cards, 1)}
        for code in self._languages:
            with suppress(ScorecardError):  # a language without a card
                found[code] = self._card_for(CallKind(code))
        return found

    def again(self, inspection: Inspection) -> Inspection:
        """Judge what was heard, by the card for its kind."""
        return rejudge(inspection, self._card_for(CallKind.of(inspection.call)), self._site)


def rescore(store: Store, settings: Settings, watch: Callable[[int, int], None] | None = None) -> tuple[int, int]:
    """Judge every stored call whose current judgement is of another version. Gives how many were, and of how many.

    `watch` is told how many are done, and how many there are. Earlier judgements stay in the store. A call whose words
    went by the retention policy keeps its score.
    """
    judge = Judge(settings)
    rows = store.call_rows()
    standing = store.standing(row.recording_id for row in rows)
    changed = 0
    for done, row in enumerate(rows, 1):
        stands = standing.get(row.recording_id)
        versions = stands.versions if stands is not None and not stands.wordless else None
        if versions is not None and versions.judging != judge.version(versions.kind):
            store.save(judge.again(store.inspection(row.inspection_id)))
            changed += 1
        if watch:
            watch(done, len(rows))
    return changed, len(rows)
