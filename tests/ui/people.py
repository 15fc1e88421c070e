"""Several people before one dashboard, each with a browser of their own behind the proxy that says who they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.ui.proxy import vouching
from tests.ui.server import serve
from tests.ui.tab import opened

SECRET = "a secret of the proxy alone"
USERS = """\
li: {name: Li Na, roles: [reviewer], teams: [East, West]}
mo: {roles: [reviewer], teams: [East, West]}
agent3: {roles: [agent], agent: A03}
lead: {roles: [team_lead], teams: [East, West]}
tao: {roles: [trainer], teams: [East, West]}
op: {roles: [operator]}
"""
"""A small centre: two reviewers, an agent, and who leads, teaches and runs the machine."""


@contextmanager
def signed_in(chromium: Browser, database: str, folder: Path, *names: str) -> Iterator[dict[str, Page]]:
    """A tab of each of these `USERS`, by id; see `opened`. The users file is written into `folder`."""
    file = folder / "users.yaml"
    file.write_text(USERS, "utf-8")
    with ExitStack() as stack:
        backend = stack.enter_context(serve(database, login="header", login_secret=SECRET, users=str(file)))
        found = {}
        for name in names:
            proxy = vouching(backend, x_forwarded_user=name, x_qc_proxy_secret=SECRET, x_forwarded_for="10.0.0.4")
            found[name] = stack.enter_context(opened(chromium, stack.enter_context(proxy)))
        yield found
