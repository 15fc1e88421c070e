"""The desk's part for coaching: what there is to teach, what was taught, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from qc import site as sites
from qc.access import Action, Subject
from qc.coaching import (
    WINDOW,
    ActionEffect,
    ActionState,
    Coached,
    CoachingAction,
    Counted,
    Criterion,
    Step,
    action_effect_of,
    examples,
)
from qc.desk.base import Base
from qc.desk.rights import needs
from qc.errors import Forbidden, NotFound, UsageError
from qc.redact import discreet, masked, unnumbered
from qc.result import Evidence
from qc.store import Selection

LONGEST = 2000
"""Signs of what people write about a coaching action."""
_EACH, _MOST = 2, 24
"""Calls of an agent, and of all, that are looked through for examples."""


class Coaching(Base):
    """What is common, and whom to help with what; coaching that was given, with its effect."""

    @needs(Action.SEE_COACHING)
    def counted_for_coaching(self, selection: Selection | None = None) -> Counted:
        """What the statistics ask of the calls in reach."""
        self._remember_once(Action.SEE_COACHING, None)
        return self._store.coaching.counted(self._inside(Action.SEE_COACHING, selection))

    @needs(Action.SEE_COACHING)
    def examples(
        self,
        item: str,
        selection: Selection | None = None,
        *,
        agents: Collection[str] = (),
        fulfilled: bool = False,
        most: int = 5,
    ) -> tuple[Evidence, ...]:
        """Pieces to play, of calls in which an item falls short, or is `fulfilled`: clear, short, of different agents.
        `agents`: only of these."""
        self._remember_once(Action.SEE_COACHING, None)
        inside = self._inside(Action.SEE_COACHING, selection)
        if agents:
            inside = replace(inside, agents=tuple(sorted(agents)))
        each = _MOST if len(agents) == 1 else _EACH
        found = self._store.coaching.examples(item, inside, fulfilled=fulfilled, each=each, most=_MOST)
        shown = (masked(one, sites.of(self.settings)) for one in found)
        return examples(shown, item, most, fulfilled=fulfilled)

    @needs(Action.SEE_COACHING)
    def coaching_days(self) -> tuple[date, date] | None:
        """The first and the last day with calls in reach."""
        return self._store.coaching.days(self._inside(Action.SEE_COACHING, None))

    @needs(Action.SEE_COACHING)
    def actions(self, selection: Selection | None = None) -> tuple[CoachingAction, ...]:
        """Coaching of agents in reach, the latest day first; of a selection, its teams, agents and days count."""
        chosen = selection or Selection()
        return tuple(
            one
            for action in self._store.coaching.actions()
            if (one := self._in_reach(Action.SEE_COACHING, action)) is not None and _chosen(one, chosen)
        )

    @needs(Action.SEE_AGENTS)
    def coaching_of(self, agent: str) -> tuple[CoachingAction, ...]:
        """Coaching that an agent in reach was given or is going to be, the latest day first. Others are not named."""
        found = (self._in_reach(Action.SEE_AGENTS, action) for action in self._store.coaching.actions())
        return tuple(
            replace(one, agents=tuple(who for who in one.agents if who.agent == agent))
            for one in found
            if one is not None and agent in one.names
        )

    @needs(Action.SEE_COACHING)
    def coaching_effect(self, number: int) -> ActionEffect:
        """Before and after an action, four weeks each, from the day after it on; beside the other agents in reach.
        Raises NotFound."""
        action = self._action(Action.SEE_COACHING, number)
        at = datetime.combine(action.day, time()) + timedelta(days=1)
        inside = self._inside(Action.SEE_COACHING, None)
        rows = self._store.coaching.shares(action.item, at - WINDOW, at + WINDOW, inside)
        return action_effect_of(rows, action.names, at)

    @needs(Action.RECORD_COACHING)
    def record_coaching(
        self,
        item: str,
        agents: Iterable[str],
        what: str,
        day: date,
        *,
        by: str = "",
        team: str | None = None,
        note: str = "",
        state: ActionState = ActionState.PLANNED,
        author: str = "",
    ) -> int:
        """Remember that agents in reach are coached on an item; gives the action's number. `team`: it is meant for all
        of them. A known user signs with their own id. Raises UsageError for what is missing, NotFound for an agent."""
        wanted = tuple(sorted(set(agents)))
        what, by, author = discreet(what.strip()), unnumbered(by.strip()), self._signature(author)
        for text, name in ((what, "what is coached"), ("".join(wanted), "an agent")):
            if not text:
                raise UsageError(f"{name} is missing")
        if max(map(len, (what, by, note, author))) > LONGEST:
            raise UsageError(f"at most {LONGEST} signs, please")
        if team is not None and not self.may(Action.RECORD_COACHING, Subject(team=team)):
            raise NotFound(f"no team {team} with calls in {self._store.name}")
        known = self._store.coaching.teams(self._inside(Action.RECORD_COACHING, Selection(agents=wanted)))
        if unknown := [one for one in wanted if one not in known]:
            raise NotFound(f"no agent {unknown[0]} with calls in {self._store.name}")
        self.remember(Action.RECORD_COACHING.value, detail={"agents": len(wanted), "state": state.value})
        steps = (Step(state, author, datetime.now(UTC), discreet(note.strip())),)
        whom = tuple(Coached(one, known[one]) for one in wanted)
        return self._store.coaching.record(CoachingAction(item, whom, what, day, by or author, steps, team))

    @needs(Action.RECORD_COACHING)
    def change_coaching(
        self, number: int, state: ActionState, instead_of: int, *, note: str = "", author: str = ""
    ) -> None:
        """Say how an action stands. `instead_of`: its version when it was looked at; raises Conflict when somebody
        else changed it since, NotFound, and UsageError without a name."""
        whole = self._store.coaching.action(number)
        if len(self._action(Action.RECORD_COACHING, number).agents) < len(whole.agents):
            raise Forbidden("this coaching is for agents of other teams, too; only who leads all of them may change it")
        author = self._signature(author)
        if len(note) > LONGEST:
            raise UsageError(f"at most {LONGEST} signs, please")
        self.remember(Action.RECORD_COACHING.value, detail={"action": number, "state": state.value})
        self._store.coaching.change(number, Step(state, author, datetime.now(UTC), discreet(note.strip())), instead_of)

    @needs(Action.SEE_COACHING)
    def weights(self) -> tuple[Mapping[Criterion, float], datetime] | None:
        """The user's weights of the cause-and-effect matrix, and since when; None: those to start from."""
        return self._store.coaching.weights(self.user.id)

    @needs(Action.SEE_COACHING)
    def set_weights(self, weights: Mapping[Criterion, float]) -> None:
        """From now on this user's."""
        self.remember("set_weights", detail={one.value: weight for one, weight in weights.items()})
        self._store.coaching.set_weights(self.user.id, weights)

    def _action(self, asked: Action, number: int) -> CoachingAction:
        found = self._in_reach(asked, self._store.coaching.action(number))
        if found is None:
            self.remember("refused", detail={"asked": asked.value})
            raise NotFound(f"no coaching action {number}")
        return found

    def _in_reach(self, asked: Action, action: CoachingAction) -> CoachingAction | None:
        """With the agents in reach alone, as everybody may read it; None: none of them is."""
        agents = tuple(one for one in action.agents if self.may(asked, Subject(one.agent, one.team)))
        if not agents:
            return None
        steps = tuple(replace(one, note=discreet(one.note)) for one in action.steps)
        return replace(action, agents=agents, steps=steps, what=discreet(action.what), by=unnumbered(action.by))


def _chosen(action: CoachingAction, selection: Selection) -> bool:
    return (
        (not selection.agents or any(one.agent in selection.agents for one in action.agents))
        and (not selection.teams or any(one.team in selection.teams for one in action.agents))
        and (selection.since is None or datetime.combine(action.day, time()) >= selection.since)
        and (selection.until is None or datetime.combine(action.day, time()) < selection.until)
    )
