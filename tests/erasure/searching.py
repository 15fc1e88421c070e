"""Looks for texts in all that lies on the disk or in a server, in every form that they may have there."""

from __future__ import annotations

import email
import email.policy
import io
import json
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyarrow import parquet

from tests import postgresql


def forms(text: str) -> set[bytes]:
    """UTF-8, UTF-16 both ways, and escaped as in JSON, in either case of letters."""
    escaped = json.dumps(text)[1:-1]
    return {
        *(text.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")),
        *(escaped.encode(), escaped.upper().replace("\\U", "\\u").encode()),
    }


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, its name, and what is packed in it."""
    data = path.read_bytes()
    yield str(path).encode("utf-8", "surrogateescape")
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if data.startswith(b"PAR1"):
        yield json.dumps(parquet.read_table(io.BytesIO(data)).to_pylist(), default=str, ensure_ascii=False).encode()
    if path.suffix == ".eml":
        yield email.message_from_bytes(data, policy=email.policy.default).get_content().encode()


def dumped(url: str) -> bytes:
    """All that a server knows of a database, as text; nothing of SQLite, whose files are searched."""
    if not url.startswith("postgresql"):
        return b""
    programs = postgresql.binaries()
    assert programs is not None
    ran = subprocess.run([programs / "pg_dump", "--inserts", url], capture_output=True, check=True)
    return ran.stdout


def found(texts: Iterable[str], folder: Path, url: str, *, without: Iterable[Path] = ()) -> dict[str, list[str]]:
    """Where each of the texts is found: in files below `folder`, but not below `without`, and in the database."""
    left_out = tuple(without)
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(path == one or path.is_relative_to(one) for one in left_out)
    ]
    places = {str(path): list(contents(path)) for path in files}
    if dump := dumped(url):
        places["pg_dump"] = [dump]
    result: dict[str, list[str]] = {}
    for text in texts:
        needles = forms(text)
        where = [place for place, parts in places.items() if any(one in part for one in needles for part in parts)]
        if where:
            result[text] = where
    return result
