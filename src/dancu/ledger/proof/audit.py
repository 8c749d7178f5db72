"""The whole check of a log: every entry hashed again, every tile compared, every month tied to the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dancu.ledger.proof import rows, tiles, tree
from dancu.ledger.proof.checkpoint import Checkpoint, open_checkpoint
from dancu.ledger.proof.fault import Fault, malformed, missing
from dancu.ledger.proof.month import Beginning, is_month, key_of, parse_beginning
from dancu.ledger.proof.note import VerifierKey

_BUNDLE_MARK = b'"kind":"bundle"'


@dataclass(frozen=True)
class Audited:
    """A month that was found whole: its checkpoint, what it says of the month before, the rows of its bundles."""

    checkpoint: Checkpoint
    beginning: Beginning | None
    rows: int


def read_checkpoint(path: Path, key: VerifierKey) -> Checkpoint:
    """The signed checkpoint in a file. Raises `Fault` with the file's name where it does not hold."""
    try:
        note = path.read_bytes()
    except FileNotFoundError:
        raise missing(path) from None
    try:
        return open_checkpoint(note, key)
    except Fault as fault:
        raise fault.at(path) from None


def entries_of(shard: Path, size: int, start: int = 0) -> Iterator[list[bytes]]:
    """The entries from `start` to `size` of a shard, a bundle at a time. Raises `Fault` where one is missing."""
    for n in range(start // tiles.WIDTH, -(-size // tiles.WIDTH)):
        entries = tiles.read_entries(shard, n, min(tiles.WIDTH, size - n * tiles.WIDTH))
        yield entries[max(0, start - n * tiles.WIDTH) :]


def audit_shard(shard: Path, key: VerifierKey, log: Path | None = None) -> Audited:
    """Check one month with its own key; bundles' rows too where `log` has them. Raises the first `Fault` found."""
    signed = read_checkpoint(shard / "checkpoint", key)
    keeps_rows = log is not None and (log / "rows").is_dir()
    first, full, partial, count = b"", [], [], 0
    for n, entries in enumerate(entries_of(shard, signed.size)):
        hashes = [tree.leaf_hash(entry) for entry in entries]
        _compare(shard, 0, n, hashes)
        first = first or entries[0]
        if keeps_rows:
            count += sum(_audit_rows(log, entry) for entry in entries if _BUNDLE_MARK in entry)
        if len(hashes) == tiles.WIDTH:
            full.append(tree.root_of(hashes))
        else:
            partial = hashes
    if _root(shard, full, partial) != signed.root:
        raise Fault(
            "other_root",
            vi="Nội dung nhật ký không khớp với gốc đã ký: có mục bị sửa, bỏ, thêm hoặc đổi chỗ.",
            en="The log does not fit the signed root: an entry was altered, dropped, added or moved.",
            where=str(shard / "checkpoint"),
        )
    try:
        beginning = parse_beginning(first) if first else None
    except Fault as fault:
        raise fault.at(shard / tiles.entries_path(0)) from None
    return Audited(signed, beginning, count)


def _root(shard: Path, full: list[bytes], partial: list[bytes]) -> bytes:
    """Check the levels above the leaves; the root over all of them."""
    tails, level = [partial], 1
    while full:
        above = []
        for n in range(-(-len(full) // tiles.WIDTH)):
            hashes = full[n * tiles.WIDTH : (n + 1) * tiles.WIDTH]
            _compare(shard, level, n, hashes)
            if len(hashes) == tiles.WIDTH:
                above.append(tree.root_of(hashes))
        tails.append(full[len(above) * tiles.WIDTH :])
        full, level = above, level + 1
    return tree.root_of_tiles(tails)


def _compare(shard: Path, level: int, n: int, hashes: list[bytes]) -> None:
    """Check a tile against what was computed from the level below it."""
    kept = tiles.read_hashes(shard, level, n, len(hashes))
    if kept == hashes:
        return
    at = next(i for i, (a, b) in enumerate(zip(kept, hashes, strict=True)) if a != b)
    index = (n * tiles.WIDTH + at) << (tiles.HEIGHT * level)
    raise Fault(
        "other_hash",
        vi=f"Mã băm không khớp với nội dung, bắt đầu từ mục số {index}: mục hoặc ô băm đã bị sửa, bỏ hoặc đổi chỗ.",
        en=f"A hash does not fit its content from entry {index} on: an entry or a tile was altered, dropped or moved.",
        where=str(shard / tiles.hash_path(level, n, len(hashes))),
    )


def _audit_rows(log: Path, entry: bytes) -> int:
    """Check the rows of one bundle's entry; how many there are, 0 where the entry is no bundle."""
    try:
        leaf = json.loads(entry)
        if leaf["kind"] != "bundle":
            return 0
        month, root, count = str(leaf["key"]), str(leaf["root"]), int(leaf["rows"])
        path = log / rows.file_of(month, root)
        kept = rows.split(path.read_bytes()) if is_month(month) and root.isalnum() else []
    except FileNotFoundError:
        raise missing(path) from None
    except (ValueError, KeyError, TypeError):
        raise malformed("mục của gói không đọc được", "a bundle's entry is unreadable") from None
    except Fault as fault:
        raise fault.at(path) from None
    if len(kept) != count or rows.root(kept).hex() != root:
        raise Fault(
            "other_rows",
            vi="Các dòng của gói không khớp với gốc ghi trong nhật ký.",
            en="The rows of a bundle do not fit the root in the log.",
            where=str(path),
        )
    return count


def months_in(log: Path) -> list[str]:
    """The months that have a folder, in order."""
    return sorted(p.name for p in log.iterdir() if p.is_dir() and is_month(p.name))


def audit_log(log: Path, key: VerifierKey, since: str = "") -> dict[str, Audited]:
    """Check all months from `since` (yyyy-mm, or the first) and that each begins with the last root of the one before.

    A single shard's folder can be given too, with its own key. Raises the first `Fault` found.
    """
    months = [month for month in months_in(log) if month >= since]
    if not months:
        if (log / "checkpoint").exists():
            return {log.name: audit_shard(log, key, log.parent)}
        raise missing(log / "checkpoint")
    done: dict[str, Audited] = {}
    before: Checkpoint | None = None
    for month in months:
        found = audit_shard(log / month, key_of(key, month), log)
        previous = found.beginning.previous if found.beginning else None
        if previous != before and (before or not since):
            _blame_month(log / month, previous, before)
        done[month], before = found, found.checkpoint
    return done


def _blame_month(shard: Path, previous: Checkpoint | None, before: Checkpoint | None) -> None:
    if before and previous and previous.origin == before.origin:
        raise Fault(
            "month_fork",
            vi="Tháng này mở đầu bằng gốc khác với gốc cuối của tháng trước: tháng trước đã bị sửa sau khi đóng.",
            en="This month begins with another root than the month before ends with: that month was changed afterwards.",
            where=str(shard),
        )
    raise Fault(
        "month_missing",
        vi="Tháng này không nối với tháng liền trước trong thư mục: có tháng bị bỏ hoặc bị thay.",
        en="This month does not follow on the one before it in the folder: a month was dropped or replaced.",
        where=str(shard),
    )


def audit_consistency(old: Checkpoint, new: Checkpoint, shard: Path) -> None:
    """Check that the log at `new` still begins with the log at `old`; hashes come from the shard's tiles."""
    if old.origin != new.origin:
        raise Fault("other_log", vi="Hai điểm chốt của hai nhật ký khác nhau.", en="The checkpoints are of two logs.")
    if old.size > new.size:
        raise Fault(
            "rolled_back",
            vi=f"Nhật ký bị lùi: đã có {old.size} mục, nay chỉ còn {new.size}.",
            en=f"The log was rolled back: it had {old.size} entries and now has {new.size}.",
            where=str(shard),
        )
    hashes = tiles.TileHashes(shard, new.size)
    path = tree.consistency_path(old.size, new.size, hashes)
    if not tree.is_consistent(old.size, new.size, path, old.root, new.root):
        raise Fault(
            "forked",
            vi=f"Nhật ký bị rẽ nhánh: bản mới không còn bắt đầu bằng {old.size} mục của bản cũ.",
            en=f"The log was forked: the new one no longer begins with the {old.size} entries of the old one.",
            where=str(shard),
        )
