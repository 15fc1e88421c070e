"""Files that only a key opens, and files that are known: nothing plain on the disk, not for a moment."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

import qc as package
from qc.artifacts import Outlet, Seal, new_key, opened, seal_for
from qc.errors import StoreError, UsageError
from qc.store import ArtifactKind, Store
from tests.cli.conftest import Ran, qc  # noqa: F401 (a fixture)
from tests.store.samples import make_call, make_inspection

SECRET = "没电了 'DROP' <b>".encode()
SOURCES = Path(package.__file__).parent


@pytest.fixture
def key(tmp_path: Path) -> tuple[str, Path]:
    """A public key, and the file of its private one."""
    return new_key(tmp_path / "key"), tmp_path / "key"


def written(path: Path, seal: Seal | None, store: Store | None = None) -> Path:
    outlet = Outlet(store, ArtifactKind.TABLE, seal)
    with outlet.writing(path, lambda: ["r1"]) as stream:
        stream.write(SECRET)
    return outlet.name(path)


def test_a_key_opens_what_was_made_for_it(tmp_path: Path, key: tuple[str, Path]) -> None:
    public, private = key
    file = written(tmp_path / "x.csv", seal_for([public], None))
    assert file.name == "x.csv.age" and SECRET not in file.read_bytes()
    assert opened(file, private, None) == SECRET
    assert private.stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other"
    new_key(other)
    with pytest.raises(UsageError, match=r"x\.csv\.age: is of another key"):
        opened(file, other, None)
    with pytest.raises(UsageError, match=r"a key .* opens it"):
        opened(file, None, private)
    damaged = bytearray(file.read_bytes())
    damaged[-1] ^= 1
    file.write_bytes(damaged)
    with pytest.raises(UsageError, match="or the file was changed"):
        opened(file, private, None)
    with pytest.raises(UsageError, match="is there already"):
        new_key(private)


def test_a_passphrase_opens_what_was_made_with_it(tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("nine green bottles\n")
    file = written(tmp_path / "x.csv", seal_for((), words))
    assert opened(file, None, words) == SECRET
    words.write_text("nine blue bottles\n")
    with pytest.raises(UsageError, match="does not open"):
        opened(file, None, words)
    words.write_text("short")
    with pytest.raises(UsageError, match="5 characters, at least 12"):
        seal_for((), words)


@pytest.mark.parametrize(
    ("recipient", "sentence"), [("age1x", "no public key of age"), ("AGE-SECRET-KEY-1X", "a private key")]
)
def test_what_is_no_public_key_is_refused(recipient: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence) as refused:
        seal_for([recipient], None)
    assert recipient not in refused.value.message or recipient == "age1x"


def test_nothing_plain_is_ever_on_the_disk(tmp_path: Path, key: tuple[str, Path]) -> None:
    """Looked at while the file is being written, and when it is done."""
    with Outlet(None, ArtifactKind.TABLE, seal_for([key[0]], None)).writing(tmp_path / "x.csv", list) as stream:
        stream.write(SECRET)
        assert not any(SECRET in path.read_bytes() for path in tmp_path.iterdir())
        assert [path.name for path in tmp_path.iterdir() if path != key[1]] == ["x.csv.age.part"]
    assert not any(SECRET in path.read_bytes() for path in tmp_path.iterdir())


def test_a_file_is_known_before_it_appears(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'qc.db'}") as store:
        outlet = Outlet(store, ArtifactKind.TABLE)
        with outlet.writing(tmp_path / "x.csv", lambda: ["r1"]) as stream:
            stream.write(b"1")
            (known,) = store.life.artifacts(["r1"])
            assert known.path == str(tmp_path / "x.csv") and known.sha256 is None and not (tmp_path / "x.csv").exists()
        with pytest.raises(OSError, match="torn"):
            fails(outlet, tmp_path / "x.csv")
        assert (tmp_path / "x.csv").read_bytes() == b"1"
        assert len(store.life.artifacts(["r1"])) == 1
        with pytest.raises(OSError, match="torn"):
            fails(outlet, tmp_path / "y.csv")
        assert len(store.life.artifacts()) == 1 and not list(tmp_path.glob("*.part"))


def fails(outlet: Outlet, path: Path) -> None:
    with outlet.writing(path, lambda: ["r1"]) as stream:
        stream.write(b"2")
        raise OSError("torn")


def test_what_cannot_be_registered_is_not_written(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'qc.db'}")
    store.life.announce = _refuse  # type: ignore[method-assign]
    with pytest.raises(StoreError), Outlet(store, ArtifactKind.TABLE).writing(tmp_path / "x.csv", list):
        pass
    assert not (tmp_path / "x.csv").exists()
    store.close()


def _refuse(*_: object) -> None:
    raise StoreError("the disk is full")


def test_commands_write_encrypted_only(
    qc: Callable[..., Ran],  # noqa: F811
    tmp_path: Path,
    key: tuple[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    public, private = key
    with Store("sqlite:///qc.db") as store:
        store.save(make_inspection(), make_inspection(make_call("other")))
    out = tmp_path / "out"
    out.mkdir()
    assert qc("export", "findings", "--to", out / "f.csv", "--encrypt-to", public).code == 0
    assert qc("export", "findings", "--to", out / "f.parquet", "--encrypt-to", public).code == 0
    assert qc("report", "calls", "--to", out / "r.json", "--encrypt-to", public).code == 0
    sheet = qc("export", "findings", "--to", out / "f.xlsx", "--encrypt-to", public)
    assert sheet.code == 2 and "cannot be written encrypted only" in sheet.err
    assert qc("report", "calls", "--encrypt-to", public).code == 2
    assert qc("export", "calls", "--to", out / "c.csv", "--encrypt-to", "age1no").code == 2
    monkeypatch.setenv("QC_ENCRYPT_TO", f'["{public}"]')
    assert qc("export", "calls", "--to", out / "c.csv").code == 0
    names = ["c.csv.age", "f.csv.age", "f.parquet.age", "r.json.age"]
    assert sorted(path.name for path in out.iterdir()) == names
    for path in out.iterdir():
        assert b"call-1" not in path.read_bytes()
    opened_ = qc("decrypt", out / "f.csv.age", "--identity", private)
    assert opened_.code == 0 and "call-1" in (out / "f.csv").read_text("utf-8-sig")
    assert qc("decrypt", out / "f.csv.age", "--identity", private).code == 2  # is there already
    assert qc("decrypt", out / "f.parquet.age", "--identity", private, "--to", out / "p").code == 0
    assert (out / "p").read_bytes().startswith(b"PAR1")
    made = qc("keygen", tmp_path / "new")
    assert made.out.startswith("age1") and qc("keygen", tmp_path / "new").code == 2


ELSEWHERE = {
    "alerts/outbox.py": "the outbox: `Outbox.forget` takes alerts out by recording",
    "artifacts/outlet.py": "this is the way out",
    "artifacts/seal.py": "a new key",
    "audio/clip.py": "to a file in a folder that goes at once; what stays goes through an outlet",
    "audio/decoder.py": "the decoder's process: to a descriptor that it was given, without a name",
    "audio/mp3.py": "to a stream: of an outlet, or of a pack",
    "audio/sandbox.py": "the decoder's own pipes",
    "audio/spool.py": "the spool: named by recording, and taken out by that",
    "audit/anchor.py": "number and hash of the trail's end",
    "cli/audit.py": "the trail: codes and ids",
    "cli/erase.py": "the account of an erasure, which its reader keeps until the sources are deleted",
    "cli/supply.py": "what is installed",
    "cli/sealing.py": "what its user decrypts on purpose",
    "batch/trial.py": "its own pipe",
    "demotion.py": "items of scorecards",
    "desk/cards.py": "scorecards of the site",
    "engines/manifests.py": "hashes of model files",
    "engines/models.py": "model files",
    "engines/pinning.py": "hashes of model files",
    "erasure/places.py": "cuts lines out of logs",
    "erasure/tombstones.py": "tombstones",
    "packs/archive.py": "to a stream: of an outlet, or of what a page's user saves",
    "ui/server/key.py": "the key of the links",
    "store/backup.py": "copies of the database: listed by every erasure, and erased again when they are restored",
}
"""Modules that write files without an outlet, and why."""


def writes(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that make or change files."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [one.value for one in (*node.args, *(k.value for k in node.keywords)) if isinstance(one, ast.Constant)]
        modes = [
            one for one in texts if isinstance(one, str) and one in {"w", "wb", "a", "ab", "x", "xb", "r+b", "wb+"}
        ]
        if name in {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"} or (
            name in {"open", "fdopen"} and modes
        ):
            yield node


def test_no_other_way_out() -> None:
    """A module that writes files in another way must say here why erasure need not know of them."""
    found = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if any(writes(ast.parse(path.read_text("utf-8"))))
    }
    assert found <= ELSEWHERE.keys(), found - ELSEWHERE.keys()


def test_the_stream_may_be_closed_by_who_writes(tmp_path: Path, key: tuple[str, Path]) -> None:
    def close(stream: IO[bytes]) -> None:
        stream.write(SECRET)
        stream.close()

    outlet = Outlet(None, ArtifactKind.TABLE, seal_for([key[0]], None))
    with outlet.writing(tmp_path / "x", list) as stream:
        close(stream)
    assert opened(tmp_path / "x.age", key[1], None) == SECRET
