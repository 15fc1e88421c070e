"""The real dashboard on a free port, and a real browser, for tests and screenshots."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page, sync_playwright

from qc.ui.shell import PAGES

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE = 90_000
"""Milliseconds until a page must stand, on a busy machine too."""
_TROUBLE = re.compile(r"Traceback|Uncaught|\b(ERROR|CRITICAL)\b")


@contextmanager
def serve(database: str, **settings: str) -> Iterator[str]:
    """Run the dashboard on `database`, with settings by their names; gives its address. At the end its log must hold no
    error."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {**os.environ, "QC_DATABASE": database, "OMP_NUM_THREADS": "1"}
    environment |= {f"QC_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    address = f"http://127.0.0.1:{port}"
    log: list[str] = []
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, log), daemon=True)
    try:
        for line in process.stdout:
            if address in line:
                break
        else:
            raise RuntimeError("the dashboard did not start")
        reader.start()
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=PATIENCE / 1000) as answer:  # noqa: S310 (our own server)
            assert answer.status == 200
        yield address
        said = "".join(log)  # what it says while it is ended is not of interest
        assert not _TROUBLE.search(said), said
    finally:
        process.terminate()
        process.wait(timeout=60)
        if reader.ident is not None:
            reader.join(timeout=60)
        process.stdout.close()


def _read(stream: IO[str], log: list[str]) -> None:
    for line in stream:
        log.append(line)


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def settle(page: Page) -> None:
    """Wait until Streamlit has drawn the page."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)
    page.wait_for_selector("[data-testid=stMain] h1", timeout=PATIENCE)
    page.wait_for_function(
        "() => document.querySelectorAll('[data-stale=true], [data-testid=stSkeleton]').length === 0", timeout=PATIENCE
    )


def path(name: str) -> str:
    """Where a page is; the first one is at the root."""
    return "/" if name == next(iter(PAGES)) else f"/{name}"
