"""Opening a shard after whatever happened to it: the write-ahead file is replayed, damage is refused, nothing re-signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dancu.ledger import refusals, wal
from dancu.ledger.growth import Growth
from dancu.ledger.proof import tiles, tree
from dancu.ledger.proof.checkpoint import Checkpoint, open_checkpoint
from dancu.ledger.proof.fault import Fault
from dancu.ledger.proof.note import VerifierKey


@dataclass(frozen=True)
class Recovered:
    """A shard's state as the disk proves it: the tree, the last signed checkpoint, where the write-ahead file goes on."""

    growth: Growth
    checkpoint: Checkpoint | None
    follower: wal.Follower
    wal_length: int


def recover(shard: Path, key: VerifierKey, upto: int | None = None) -> Recovered:
    """Bring a shard back. Raises Refusal where less is left than was signed, or other than was written.

    Every acknowledged entry is in the write-ahead file or below the signed checkpoint in durable tiles. What lies
    beyond the checkpoint is taken from the write-ahead file alone, whatever tiles a crash left there. `upto` leaves
    out what a running writer has written beyond that entry and not yet made durable.
    """
    signed = _signed(shard, key)
    read_back = wal.read(shard / "wal")
    ends = [(segment.first, r) for segment in read_back for r in segment.records if upto is None or r.first < upto]
    records = [record for _, record in ends]
    growth = _tree(shard, signed, records)
    _replay(growth, records)
    if upto is None:
        _no_tile_beyond(shard, growth.size)
    segment, at = (ends[-1][0], ends[-1][1].end) if ends else (read_back[0].first if read_back else growth.size, 0)
    follower = wal.Follower(shard / "wal", segment, at)
    return Recovered(growth, signed, follower, read_back[-1].length if read_back else 0)


def _signed(shard: Path, key: VerifierKey) -> Checkpoint | None:
    path = shard / "checkpoint"
    try:
        return open_checkpoint(path.read_bytes(), key)
    except FileNotFoundError:
        if (shard / "tile").exists() and not wal.segments(shard / "wal"):
            raise refusals.damaged("checkpoint") from None
        return None
    except Fault as fault:
        raise refusals.damaged("checkpoint", fault.at(path.name)) from None


def _tree(shard: Path, signed: Checkpoint | None, records: list[wal.Record]) -> Growth:
    """The tree that was signed, from its edge of tiles; from all entries where tiles are missing or do not fit."""
    if signed is None:
        return Growth()
    try:
        growth = Growth.load(shard, signed.size)
        if growth.root == signed.root:
            _compare(tiles.TileHashes(shard, signed.size), records)
            return growth
    except Fault:
        pass
    growth = _rebuilt(shard, signed.size, records)
    if growth.root != signed.root:
        raise refusals.damaged("tile")
    return growth


def _compare(hashes: tiles.TileHashes, records: list[wal.Record]) -> None:
    """Hold what the write-ahead file has of the signed tree against its tiles. Raises `Fault` where one is missing."""
    for record in records:
        for index, entry in enumerate(tiles.unpack(record.payload), record.first):
            if index < hashes.size and tree.leaf_hash(entry) != hashes(0, index):
                raise refusals.damaged(f"wal: entry {index}")


def _rebuilt(shard: Path, size: int, records: list[wal.Record]) -> Growth:
    """The tree over the bundles and, where they break off, over the write-ahead file; all its tiles to be written."""
    growth, kept = Growth(), _by_index(records)
    while growth.size < size:
        width = min(tiles.WIDTH, size - growth.size)
        try:
            entries = tiles.read_entries(shard, growth.size // tiles.WIDTH, width)
        except Fault:
            wanted = range(growth.size, growth.size + width)
            entries = [kept[i] for i in wanted if i in kept]
            if len(entries) < width:
                raise refusals.truncated(size, growth.size + len(entries)) from None
        growth.extend(b"".join(map(tiles.pack, entries)))
    return growth


def _by_index(records: list[wal.Record]) -> dict[int, bytes]:
    return {
        record.first + i: entry for record in records for i, entry in enumerate(tiles.unpack(record.payload))
    }


def _replay(growth: Growth, records: list[wal.Record]) -> None:
    """Add what the write-ahead file has beyond the tree."""
    for record in records:
        entries = tiles.unpack(record.payload)
        if record.first > growth.size or len(entries) != record.count:
            raise refusals.truncated(record.first, growth.size)
        fresh = entries[max(0, growth.size - record.first) :]
        growth.extend(b"".join(map(tiles.pack, fresh)))


def _no_tile_beyond(shard: Path, size: int) -> None:
    """Tiles are written only for durable entries, so a tile beyond the last entry means that entries were taken away."""
    n, width = divmod(size, tiles.WIDTH)
    full = shard / tiles.hash_path(0, n)
    partial = full.with_name(full.name + ".p")
    widths = [int(p.name) for p in partial.iterdir() if p.name.isdigit()] if partial.is_dir() else []
    reached = tiles.WIDTH if full.exists() else max(widths, default=0)
    if reached > width:
        raise refusals.truncated(n * tiles.WIDTH + reached, size)

