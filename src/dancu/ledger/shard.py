"""One month of the log, open for writing, and how a month follows on the one before."""

from __future__ import annotations

import os
from pathlib import Path

from dancu.ledger import refusals
from dancu.ledger.disk import Disk
from dancu.ledger.leaf import Begin, encode
from dancu.ledger.proof import tiles
from dancu.ledger.proof.audit import months_in, read_checkpoint
from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.fault import Fault
from dancu.ledger.proof.month import key_of, origin_of
from dancu.ledger.proof.note import SigningKey
from dancu.ledger.recovery import recover
from dancu.ledger.wal import Wal

KEY_FILE, PUBLIC_FILE = "key", "key.pub"


def create_log(log: Path, name: str, *, seed: bytes | None = None) -> SigningKey:
    """Make a folder a log of that name: its secret key (0600) and the verifier key to hand out.

    A folder that is a log already keeps its key. `seed` (32 bytes) is for committed vectors only.
    """
    log.mkdir(parents=True, exist_ok=True)
    path = log / KEY_FILE
    if not path.exists():
        key = SigningKey.create(name, seed)
        Disk().replace(log / PUBLIC_FILE, (key.verifier.text() + "\n").encode())
        Disk().replace(path, (key.text() + "\n").encode(), mode=0o600)
    return read_log_key(log)


def read_log_key(log: Path) -> SigningKey:
    """The log's secret key. Raises Refusal where the folder is no log or its key is unreadable."""
    try:
        return SigningKey.parse((log / KEY_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refusals.no_key(log) from None
    except Fault as fault:
        raise refusals.damaged(KEY_FILE, fault) from None


class Shard:
    """The month that is written now: its write-ahead file and how far it is published. Belongs to one thread."""

    def __init__(self, log: Path, month: str, key: SigningKey, disk: Disk):
        self.month, self.published = month, 0
        folder = log / month
        if not folder.exists():
            folder.mkdir()
            disk.sync_folder(log)
        self.state = recover(folder, key.renamed(origin_of(key.name, month)).verifier)
        self.next_index = self.state.growth.size
        self.published = self.state.checkpoint.size if self.state.checkpoint else 0
        self._wal = Wal(folder / "wal", disk, self.next_index, self.state.wal_length)

    def append(self, payload: bytes, count: int) -> int:
        """Make packed entries durable; the index of the first. Raises OSError with nothing recorded."""
        first = self.next_index
        self._wal.append(first, count, payload)
        self.next_index += count
        return first

    def begin(self, time_ms: int, previous: Checkpoint | None) -> None:
        """Write the month's first leaf, which carries the last root of the month before, unless it is there."""
        if self.next_index == 0:
            self.append(tiles.pack(encode(Begin.after(time_ms, previous))), 1)

    @property
    def unpublished(self) -> int:
        """How many entries are durable but under no signed checkpoint yet."""
        return self.next_index - self.published

    def signed(self, checkpoint: Checkpoint | None) -> None:
        """Note how far the publisher came, and drop what of the write-ahead file its tiles replace."""
        if checkpoint and checkpoint.size > self.published:
            self.published = checkpoint.size
            self._wal.drop(checkpoint.size)

    def close(self, *, over: bool = False) -> None:
        """Close the file; `over` when the month is and all of it is in durable tiles."""
        self._wal.close(remove=over and not self.unpublished)


def open_latest(log: Path, month: str, time_ms: int, key: SigningKey, disk: Disk) -> Shard:
    """The shard to write to: the latest there is, or a first one for `month`. Raises Refusal where it is damaged."""
    months = months_in(log)
    try:
        previous = None
        if len(months) > 1:
            before = months[-2]
            previous = read_checkpoint(log / before / "checkpoint", key_of(key.verifier, before))
        shard = Shard(log, months[-1] if months else month, key, disk)
        try:
            shard.begin(time_ms, previous)
        except OSError:
            shard.close()
            raise
    except Fault as fault:
        raise refusals.damaged("checkpoint", fault) from None
    except OSError:
        raise refusals.full() from None
    return shard


def next_shard(log: Path, last: Checkpoint, month: str, time_ms: int, key: SigningKey, disk: Disk) -> Shard:
    """Begin a month with the root of the one before, all of which is published. Raises OSError with nothing begun."""
    fresh = Shard(log, month, key, disk)
    try:
        fresh.begin(time_ms, last)
    except OSError:
        fresh.close()
        raise
    return fresh


def is_log(log: Path) -> bool:
    """Whether the folder has been made a log."""
    return os.path.exists(log / KEY_FILE)
