"""The users file: who is known, and what they are. YAML -> Roster; every mistake is named with file, line and user.

::

    li.na@example.com:
      name: Li Na
      roles: [reviewer, trainer]
      teams: [East]
    wang.wei:
      roles: [agent]
      agent: A07
    zhao:
      roles: [operator]
      disabled: true

A user's id is compared without case: mail addresses are written in many ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from qc.access.policy import POLICY, Reach
from qc.access.users import LOCAL, User, UserRole
from qc.document import Document, Place, parse, problems, text_of
from qc.errors import UsersError

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    roles: Annotated[tuple[UserRole, ...], BeforeValidator(_list)]
    teams: Annotated[tuple[Named, ...], BeforeValidator(_list)] = ()
    agent: Named | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Users by their id without case; ``disabled`` are those who are known and may nothing."""

    users: dict[str, User]
    disabled: frozenset[str] = frozenset()

    def find(self, name: str) -> User | None:
        """Who it is, whether disabled or not; None: nobody knows them."""
        return self.users.get(name.strip().casefold())

    def enabled(self, user: User) -> bool:
        """Whether the user may do anything at all."""
        return user.id.casefold() in self.users and user.id.casefold() not in self.disabled


def load(path: Path) -> Roster:
    """Read a users file. Raises UsersError, naming file and line, for all mistakes at once."""
    document = parse(
        text_of(path, UsersError), str(path), UsersError, "a users file is a mapping from ids to name, roles, teams"
    )
    found: dict[str, User] = {}
    off: set[str] = set()
    mistakes: list[tuple[Place, str]] = []
    for key, value in document.data.items():
        mistakes += _mistakes_of_id(key, found)
        try:
            entry = _Entry.model_validate(value)
        except ValidationError as error:
            mistakes += [((str(key), *place), said) for place, said in problems(error)]
            continue
        user = User(str(key), entry.name, frozenset(entry.roles), frozenset(entry.teams), entry.agent)
        mistakes += [((str(key), "roles"), said) for said in _mistakes_of_roles(user)]
        found[user.id.casefold()] = user
        off |= {user.id.casefold()} if entry.disabled else set()
    if mistakes:
        raise UsersError(_told(document, mistakes))
    return Roster(found, frozenset(off))


def _mistakes_of_id(key: object, found: dict[str, User]) -> Iterator[tuple[Place, str]]:
    place = (str(key),)
    if not isinstance(key, str):
        yield place, f"{key}: write the id in quotes, it reads as a number or a date"
    elif key.strip() != key or not key or len(key) > 128 or not key.isprintable():
        yield place, f"{key!r} is no id: 1 to 128 signs without blanks around them"
    elif key.casefold() == LOCAL.id:
        yield place, f"{key} is the user of login local; choose another id"
    elif key.casefold() in found:
        yield place, f"{key} is given twice; ids are compared without case"


def _mistakes_of_roles(user: User) -> Iterator[str]:
    """What would let somebody in and then show nothing."""
    if not user.roles:
        yield "at least one role is needed"
    if UserRole.AGENT in user.roles and user.agent is None:
        yield "the role agent needs the field agent: the agent's id in metadata"
    narrow = sorted(role for role in user.roles if Reach.TEAMS in POLICY[role].values())
    if narrow and not user.teams:
        yield f"the role {narrow[0]} needs teams: it reaches the calls of one's teams only"


def _told(document: Document, mistakes: list[tuple[Place, str]]) -> str:
    return document.mistakes(
        (place, said if said.startswith(str(place[0])) else f"{place[0]}: {said}") for place, said in mistakes
    )


class RosterFile:
    """A users file that is read again when it has changed, so that a user who is taken out is out at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, ...], Roster] | None = None

    def current(self) -> Roster:
        """As the file is now. Raises UsersError where it cannot be read or is wrong: then nobody is known."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise UsersError(f"{self.path}: cannot be read ({error.strerror})") from None
        stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, load(self.path))
        return self._read[1]
