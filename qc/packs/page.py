"""The page of a pack: one HTML file that needs nothing but the sound beside it, from a disk as from a server."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2

from qc.packs.lesson import Lesson
from qc.packs.pack import Pack
from qc.words import Words, clock

_FOLDER = Path(__file__).parent


def page(pack: Pack, lessons: Sequence[Lesson], words: Words) -> str:
    """The HTML. Everything from outside is escaped; its policy lets no script and no address but its own be used."""
    css, script = ((_FOLDER / name).read_text("utf-8") for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_hash(css)}'; script-src '{_hash(script)}'; media-src 'self' file:"
    return _template().render(
        pack=pack,
        title=pack.title or words("pack.title"),
        lessons=lessons,
        words=words,
        total=clock(sum(one.seconds for one in lessons)),
        css=css,
        script=script,
        policy=policy,
    )


def _hash(content: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock}
    return environment.get_template("page.html")
