"""Several people before one dashboard, each with a browser of their own behind the proxy that says who they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page

from tests.ui.proxy import vouching
from tests.ui.server import serve
from tests.ui.tab import opened

SECRET = "a secret of the proxy alone"


@contextmanager
def signed_in(chromium: Browser, database: str, users: str, folder: Path) -> Iterator[dict[str, Page]]:
    """A tab of each user in `users` (YAML of a users file, which is written into `folder`), by id; see `opened`."""
    file = folder / "users.yaml"
    file.write_text(users, "utf-8")
    with ExitStack() as stack:
        backend = stack.enter_context(serve(database, login="header", login_secret=SECRET, users=str(file)))
        found = {}
        for name in yaml.safe_load(users):
            proxy = vouching(backend, x_forwarded_user=name, x_qc_proxy_secret=SECRET, x_forwarded_for="10.0.0.4")
            found[name] = stack.enter_context(opened(chromium, stack.enter_context(proxy)))
        yield found
