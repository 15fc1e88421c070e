"""Files that only a key opens: age (age-encryption.org/v1), by the library pyrage."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from pyrage import passphrase, x25519

from qc.errors import UsageError

ENDING = ".age"
"""Of a sealed file, after its own ending."""
SHORTEST = 12
"""Characters of a passphrase: whoever has the file can try them (age derives its key by scrypt, N = 2 ** 18)."""
_PASSPHRASE = b"-> scrypt "
"""How the first stanza of a file begins that a passphrase opens (the format's section "The scrypt recipient type")."""


@dataclass(frozen=True, slots=True)
class Seal:
    """For whom a file is encrypted: public keys (``age1…``), or a passphrase."""

    recipients: tuple[str, ...] = ()
    passphrase: str | None = field(default=None, repr=False)

    def close(self, plain: bytes) -> bytes:
        """The encrypted file."""
        if self.passphrase is not None:
            return bytes(passphrase.encrypt(plain, self.passphrase))
        return bytes(pyrage.encrypt(plain, [x25519.Recipient.from_str(one) for one in self.recipients]))


def seal_for(recipients: Sequence[str], passphrase_file: Path | None) -> Seal | None:
    """The seal of these; None without any. Raises UsageError for what is no public key, for a passphrase that is short
    or cannot be read, and for both at once, which the format does not allow."""
    if passphrase_file is not None:
        if recipients:
            raise UsageError("a file is encrypted to public keys or with a passphrase, not with both")
        return Seal(passphrase=_passphrase(passphrase_file))
    for one in recipients:
        try:
            x25519.Recipient.from_str(one)
        except pyrage.RecipientError:
            shown = "a private key; give the public one" if one.startswith("AGE-SECRET") else "no public key of age"
            raise UsageError(f"--encrypt-to: this is {shown} (age1…)") from None
    return Seal(tuple(recipients)) if recipients else None


def opened(file: Path, identity: Path | None, passphrase_file: Path | None) -> bytes:
    """What is in a sealed file. Raises UsageError when it is none, or the key or the passphrase does not open it."""
    try:
        sealed = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None
    head = sealed.split(b"\n", 2)
    if head[0] != b"age-encryption.org/v1":
        raise UsageError(f"{file}: is not encrypted by age")
    by_passphrase = len(head) > 1 and head[1].startswith(_PASSPHRASE)
    if by_passphrase != (passphrase_file is not None):
        need = "a passphrase (--passphrase-file)" if by_passphrase else "a key (--identity)"
        raise UsageError(f"{file}: {need} opens it")
    try:
        if passphrase_file is not None:
            return bytes(passphrase.decrypt(sealed, _passphrase(passphrase_file, shortest=1)))
        return bytes(pyrage.decrypt(sealed, _identities(identity)))
    except pyrage.DecryptError as error:
        reason = "is of another key" if "matching" in str(error) else "does not open, or the file was changed"
        raise UsageError(f"{file}: {reason}") from None


def new_key(file: Path) -> str:
    """Write a new private key that only its owner may read; gives the public one. Raises UsageError when the file is
    there already or cannot be written."""
    key = x25519.Identity.generate()
    public = str(key.to_public())
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.write(f"# public key: {public}\n{key}\n")
    except FileExistsError:
        raise UsageError(f"{file}: is there already; a key is never replaced") from None
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None
    return public


def _identities(file: Path | None) -> list[x25519.Identity]:
    if file is None:
        raise UsageError("name the file of the private key (--identity)")
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {getattr(error, 'strerror', None) or 'not text'}") from None
    try:
        keys = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        raise UsageError(f"{file}: holds no private key of age (AGE-SECRET-KEY-1…)")
    return keys


def _passphrase(file: Path, shortest: int = SHORTEST) -> str:
    try:
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {getattr(error, 'strerror', None) or 'not text'}") from None
    if len(text) < shortest:
        raise UsageError(f"{file}: the passphrase has {len(text)} characters, at least {shortest} are needed")
    return text
