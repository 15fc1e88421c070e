"""Take the pictures of docs/screenshots: ``python -m tests.ui.screenshots --database sqlite:///qc.db``, and with
``--night night-DATE.html`` that of a morning report. People's work on the night is added to a copy."""

from __future__ import annotations

import argparse
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from qc.store import Store
from qc.ui.shell import PAGES
from tests.ui.server import PATIENCE, ROOT, browser, path, serve, settle
from tests.ui.worked import worked_night

WIDTH, HEIGHT = 1280, 900
TABLET = 820
LARGEST = 300_000
"""Bytes of a picture; a larger one is kept with 256 colours, rare ones among them."""
MORE = {"calibration": "session=1", "reports": "about=team"}
"""What a page shows besides its first view."""
TRANSLATED = ("overview", "call", "coaching")


def take(database: str, out: Path, only: str = "") -> list[Path]:
    """One picture a page in Chinese; some in the other languages, in the dark, and on a tablet. `only`: those whose
    name contains it."""
    with tempfile.TemporaryDirectory() as folder:
        worked = worked_night(database, Path(folder))
        with Store(worked, create=False) as store:
            rows = [row for row in store.call_rows() if row.passed is False]
        worst = {row.language: row.inspection_id for row in sorted(rows, key=lambda row: -(row.percent or 0.0))}
        shots = [(name, name, "zh", WIDTH, "light") for name in PAGES]
        shots += [
            (f"{name}-{language}", name, language, WIDTH, "light") for name in TRANSLATED for language in ("en", "es")
        ]
        shots += [("call-dark", "call", "zh", WIDTH, "dark")]
        shots += [(f"{name}-tablet", name, "zh", TABLET, "light") for name in (*TRANSLATED, "review")]
        out.mkdir(parents=True, exist_ok=True)
        written = []
        with serve(worked) as address, browser() as chromium:
            for file, page, language, width, scheme in shots:
                if only not in file:
                    continue
                call = worst.get(language, rows[0].inspection_id)
                query = f"call={call}&start=2&end=12" if page in ("call", "review", "clips") else MORE.get(page, "")
                url = f"{address}{path(page)}?lang={language}&period=all&{query}"
                written.append(_picture(chromium, url, out / f"{file}.png", width, scheme))
                print(written[-1], flush=True)
    return written


def take_night(report: Path, out: Path) -> Path:
    """The top of a morning report."""
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1100, "height": 1300})
        page.goto(report.resolve().as_uri())
        path = out / "night.png"
        page.screenshot(path=path)
    return path


def _picture(chromium: Browser, url: str, path: Path, width: int, scheme: str) -> Path:
    """All of the page, as high as it is but no higher than two screens and a half."""
    context = chromium.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    settle(page)
    height = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(HEIGHT, height), int(2.5 * HEIGHT))})
    page.wait_for_timeout(1500)  # charts and tables fade in
    _save(page.screenshot(), path)
    context.close()
    return path


def _save(taken: bytes, path: Path) -> None:
    """As it was taken, or with fewer colours where it is large."""
    picture = Image.open(BytesIO(taken)).convert("RGB")
    picture.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite:///qc.db")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--night", type=Path, help="the HTML file of a morning report; takes only its picture")
    parser.add_argument("--only", default="", help="pictures whose name contains this")
    arguments = parser.parse_args()
    if arguments.night:
        print(take_night(arguments.night, arguments.out))
    else:
        take(arguments.database, arguments.out, arguments.only)
