"""Take the pictures of docs/screenshots: ``python -m tests.ui.screenshots --database sqlite:///qc.db``, and with
``--night night-DATE.html`` that of a morning report."""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Page

from qc.store import Store
from tests.ui.server import PATIENCE, ROOT, browser, serve, settle

WIDTH, HEIGHT = 1280, 900


def take(database: str, out: Path) -> list[Path]:
    """One picture a page in Chinese, and the overview and a call in the other languages."""
    with Store(database, create=False) as store:
        rows = [row for row in store.call_rows() if row.passed is False]
    worst = {row.language: row for row in sorted(rows, key=lambda row: -(row.percent or 0.0))}
    call = worst.get("zh", rows[0]).recording_id
    pages = {
        "overview": "/?period=all&lang=zh",
        "calls": "/calls?lang=zh",
        "call": f"/call?lang=zh&call={call}",
        "coaching": "/coaching?period=all&lang=zh",
        "agents": "/agents?period=all&lang=zh",
        "clips": f"/clips?period=all&lang=zh&call={call}&start=2&end=12",
        "overview-en": "/?period=all&lang=en",
        "coaching-en": "/coaching?period=all&lang=en",
        "call-en": f"/call?lang=en&call={worst.get('en', rows[0]).recording_id}",
        "call-es": f"/call?lang=es&call={worst.get('es', rows[0]).recording_id}",
    }
    out.mkdir(parents=True, exist_ok=True)
    written = []
    with serve(database) as address, browser() as chromium:
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, base_url=address)
        page.set_default_timeout(PATIENCE)
        for name, path in pages.items():
            page.goto(path)
            settle(page)
            written.append(_picture(page, out / f"{name}.png"))
            print(written[-1])
    return written


def take_night(report: Path, out: Path) -> Path:
    """The top of a morning report."""
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1100, "height": 1300})
        page.goto(report.resolve().as_uri())
        path = out / "night.png"
        page.screenshot(path=path)
    return path


def _picture(page: Page, path: Path) -> Path:
    """All of the page, as high as it is but no higher than two screens and a half."""
    height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(max(HEIGHT, height), int(2.5 * HEIGHT))})
    page.wait_for_timeout(1500)  # charts and tables fade in
    page.screenshot(path=path)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite:///qc.db")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--night", type=Path, help="the HTML file of a morning report; takes only its picture")
    arguments = parser.parse_args()
    if arguments.night:
        print(take_night(arguments.night, arguments.out))
    else:
        take(arguments.database, arguments.out)
