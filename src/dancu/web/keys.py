"""The secret of this installation's pages, and what is derived from it: sealed values, keyed hashes, opaque references."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_FILE = "web.key"
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Keys:
    """Keys for each use, derived from one secret by HMAC-SHA-512; `Keys.of(home)` reads it or makes it."""

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, home: Path) -> Keys:
        """The keys of an installation; the secret lies in `home/web.key`, readable by its owner alone."""
        return cls(_secret(home))

    @property
    def django(self) -> str:
        """Django's SECRET_KEY."""
        return self._derived("django").hex()

    def digest(self, use: str, text: str) -> bytes:
        """A keyed hash of 32 bytes, for values that must be recognised and not kept."""
        return hmac.digest(self._derived(f"digest:{use}"), text.encode(), hashlib.sha256)

    def seal(self, use: str, value: bytes) -> bytes:
        """A value that only this installation can read again (AES-SIV, RFC 5297)."""
        return AESSIV(self._derived(f"seal:{use}")).encrypt(value, None)

    def unseal(self, use: str, sealed: bytes) -> bytes:
        """The value sealed for that use; raises ValueError where it is not one of ours."""
        try:
            return AESSIV(self._derived(f"seal:{use}")).decrypt(bytes(sealed), None)
        except InvalidTag:
            raise ValueError("not sealed here") from None

    def reference(self, salt: str, kind: str, number: int) -> str:
        """An opaque reference to a record, good for one holder (`salt`), to whom the same record gives the same text."""
        sealed = self._references(salt).encrypt(number.to_bytes(8, "big"), [kind.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def number(self, salt: str, kind: str, reference: str) -> int | None:
        """The record a reference of this holder means; None for anything else."""
        try:
            sealed = base64.urlsafe_b64decode(reference + "=" * (-len(reference) % 4))
            return int.from_bytes(self._references(salt).decrypt(sealed, [kind.encode()]), "big")
        except (InvalidTag, ValueError):
            return None

    def _references(self, salt: str) -> AESSIV:
        return AESSIV(self._derived(f"reference:{salt}"))

    def _derived(self, use: str) -> bytes:
        return hmac.digest(self.secret, use.encode(), hashlib.sha512)


@functools.lru_cache(maxsize=8)
def _secret(home: Path) -> bytes:
    path = home / _FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        making = path.with_name(f".{_FILE}.{os.getpid()}")
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Whoever links first has made it; the other process reads that one.
            os.link(making, path)
        except FileExistsError:
            pass
        finally:
            making.unlink()
    return path.read_bytes()
