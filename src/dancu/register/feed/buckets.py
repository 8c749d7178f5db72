"""A digest for every 10,000 positions of the feed, so that who follows it finds drift without reading it all again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import psycopg

from dancu.register.feed.changes import HEARTBEAT, Change

Connection = psycopg.Connection[Any]
BUCKET = 10_000
_BUCKET = (files("dancu.register") / "sql" / "bucket.sql").read_text(encoding="utf-8")
_NEXT = "SELECT coalesce((SELECT max(bucket) FROM register_feed_bucket), -1) + 1, coalesce(max(position), 0) FROM register_feed"


def seal(connection: Connection) -> bool:
    """Keep the digest of the next bucket that is full; whether there was one. Asked by the sequencer alone."""
    bucket, last = connection.execute(_NEXT).fetchone() or (0, 0)
    if (bucket + 1) * BUCKET > last:
        return False
    count, digest = connection.execute(_BUCKET, {"bucket": bucket}).fetchone() or (0, b"")
    if count != BUCKET:
        raise RuntimeError("the feed has a hole")
    connection.execute("INSERT INTO register_feed_bucket (bucket, digest) VALUES (%s, %s)", [bucket, digest])
    return True


def kept(connection: Connection, *, first: int = 0, limit: int = 1000) -> dict[int, bytes]:
    """Digests of full buckets by number, from `first` on. Bucket n holds the positions 10,000 n + 1 to 10,000 (n + 1)."""
    query = "SELECT bucket, digest FROM register_feed_bucket WHERE bucket >= %s ORDER BY bucket LIMIT %s"
    return dict(connection.execute(query, [first, min(limit, 10_000)]).fetchall())


def of_changes(changes: Iterable[Change]) -> bytes:
    """The digest of what a consumer holds of one bucket, in order of position: SHA-256 of "position|kind|person|version" lines."""
    digest = hashlib.sha256()
    for one in changes:
        if one.kind != HEARTBEAT:
            digest.update(f"{one.position}|{one.kind}|{one.person}|{one.version}\n".encode())
    return digest.digest()
