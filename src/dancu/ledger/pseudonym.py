"""Names for people that only a month's key can make: found again while the key lives, meaningless once it is destroyed."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from dancu.ledger import refusals
from dancu.ledger.disk import Disk, take_lock
from dancu.ledger.proof.month import is_month

Namespace = Literal["person", "claimed", "officer"]
KEY_BYTES = 32
SALT_BYTES = 16
LOCK_TIMEOUT_S = 10.0
_COMMITMENT = b"dancu ledger commitment v1\x00"


def pseudonym(key: bytes, namespace: Namespace, identity: int | str) -> str:
    """HMAC-SHA256(month key, namespace || 0x00 || identity) as 64 hex digits.

    `person` takes the internal person id, so that a re-issued number keeps one history; `claimed` a number nobody
    holds (a plain hash of twelve digits could be reversed by trying all of them); `officer` the officer's account.
    """
    return hmac.digest(key, f"{namespace}\x00{identity}".encode(), "sha256").hex()


def commitment(body: bytes, salt: bytes | None = None) -> tuple[bytes, str]:
    """(salt, SHA-256 over salt and body in hex): binds to `body` and tells nothing of it. Keep the salt with the body."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    return salt, hashlib.sha256(_COMMITMENT + salt + body).hexdigest()


def opens(committed: str, salt: bytes, body: bytes) -> bool:
    """Whether a commitment is to this body."""
    return hmac.compare_digest(commitment(body, salt)[1], committed)


class KeyStore:
    """The months' pseudonym keys in one file (0600) outside the log; destroying a month's key is its erasure.

    Several processes may share the file: it is read again when another has changed it. A copy of the file in a backup
    keeps what was destroyed, so keep the file out of long-lived backups.
    """

    def __init__(self, path: Path, *, disk: Disk | None = None):
        self._path = path
        self._disk = disk or Disk()
        self._keys: dict[str, str | None] = {}
        self._stamp: tuple[int, int, int] | None = None
        self._changing = threading.Lock()

    def key(self, month: str, *, create: bool = True) -> bytes:
        """The 32-byte key of a month (yyyy-mm), made when first asked for.

        Raises Refusal (`ledger_key_erased`) where it was destroyed, or is not there and may not be made.
        """
        keys = self._read()
        if month not in keys and create and is_month(month):
            keys = self._change(month, secrets.token_hex(KEY_BYTES), replace=False)
        if not keys.get(month):
            raise refusals.erased(month)
        return bytes.fromhex(keys[month])

    def destroy(self, month: str) -> None:
        """Forget a month's key for good: nobody can be found in that month any more, the proofs still hold."""
        self._change(month, None, replace=True)

    def months(self) -> dict[str, bool]:
        """Every month with a key or without one any more: whether the key lives."""
        return {month: bool(key) for month, key in sorted(self._read().items())}

    def _read(self) -> dict[str, str | None]:
        try:
            now = os.stat(self._path)
        except FileNotFoundError:
            return {}
        stamp = (now.st_mtime_ns, now.st_size, now.st_ino)
        if stamp != self._stamp:
            self._keys, self._stamp = self._parsed(), stamp
        return self._keys

    def _parsed(self) -> dict[str, str | None]:
        """The file's keys; blanks are an old file that is being destroyed, so the new one is read instead."""
        text = self._path.read_text(encoding="utf-8")
        return json.loads(text if text.strip() else self._path.read_text(encoding="utf-8"))

    def _change(self, month: str, key: str | None, *, replace: bool) -> dict[str, str | None]:
        with self._changing, self._alone():
            self._stamp = None
            keys = dict(self._read())
            if replace or month not in keys:
                keys[month] = key
                self._replace(keys, shred=replace)
            self._stamp = None
            return dict(self._read())

    def _replace(self, keys: dict[str, str | None], *, shred: bool) -> None:
        """Put new keys in place; `shred` overwrites the old bytes too, once nobody can open them any more.

        That is a best effort: a disk's journal or flash may keep them, so keep the store on an encrypted disk.
        """
        old = self._path.open("r+b") if shred and self._path.exists() else None
        try:
            self._disk.replace(self._path, json.dumps(keys, sort_keys=True).encode(), mode=0o600)
            if old:
                old.write(b" " * os.fstat(old.fileno()).st_size)
                old.flush()
                self._disk.sync(old.fileno())
        finally:
            if old:
                old.close()

    @contextmanager
    def _alone(self):
        """Hold the store's lock among processes, or refuse after a while."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + LOCK_TIMEOUT_S
        while (lock := take_lock(self._path.with_name(self._path.name + ".lock"))) is None:
            if time.monotonic() > end:
                raise refusals.owned(self._path)
            time.sleep(0.02)
        try:
            yield
        finally:
            os.close(lock)
