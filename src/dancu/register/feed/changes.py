"""What those who follow the register read: typed events from any position on, heartbeats, and a limit on everything."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec
import psycopg
from msgspec import Raw, Struct

from dancu.core.refusal import Refusal
from dancu.register.event import Changes, read
from dancu.register.read.queries import fields_of

Connection = psycopg.Connection[Any]
LIMIT = 10_000
# Positions looked at in one call, however few of them are wished for.
WINDOW = 50_000
POLL_S = 0.2
HEARTBEAT = "heartbeat"
_CHANGES = (files("dancu.register") / "sql" / "changes.sql").read_text(encoding="utf-8")
_ENDS = "SELECT coalesce(min(position), 1), coalesce(max(position), 0) FROM register_feed"


class Paper(Struct, frozen=True):
    """What an enrichment says: which sector paper, from whom, how sure (0–100), and its fields as JSON."""

    kind: str
    source: str
    confidence: int
    value: Raw


class Change(Struct, frozen=True, kw_only=True):
    """One event of the feed. `changes` is None where it was redacted and for enrichments, whose `paper` is set instead.

    A heartbeat has a position and nothing else: all up to there was looked at.
    """

    position: int
    kind: str
    person: int = 0
    version: int = 0
    effective: str = ""
    recorded_at: datetime | None = None
    fields: tuple[str, ...] = ()
    changes: Changes | None = None  # type: ignore[valid-type]
    paper: Paper | None = None


def ends(connection: Connection) -> tuple[int, int]:
    """The oldest and the newest position that can be read; (1, 0) while there is none."""
    first, last = connection.execute(_ENDS).fetchone() or (1, 0)
    return first, last


def changes(
    connection: Connection,
    after: int,
    *,
    limit: int = LIMIT,
    kinds: Collection[str] | None = None,
    people: Collection[int] | None = None,
) -> list[Change]:
    """Events behind position `after`, in order, at most `limit`; only of some kinds or people where they are given.

    One call looks at no more than 50,000 positions: where more were looked at than the last event given, a heartbeat at the end
    says how far, and the next call goes on from there. Refuses `feed_trimmed` where positions behind `after` are no longer kept.
    """
    limit = max(1, min(limit, LIMIT))
    # The ends are read before the window, so that what is committed in between cannot be skipped.
    first, last = ends(connection)
    if after < first - 1:
        raise Refusal(
            "feed_trimmed",
            vi=f"Dòng thay đổi chỉ còn từ vị trí {first}; hãy nạp lại bản sao rồi theo dõi tiếp.",
            en=f"The feed is kept from position {first} on; load the copy anew, then follow on.",
        )
    upto = min(last, after + (WINDOW if kinds is not None or people is not None else limit))
    wanted = {
        "after": after,
        "upto": upto,
        "limit": limit,
        "kinds": list(kinds) if kinds is not None else None,
        "people": list(people) if people is not None else None,
    }
    found = [_change(*row) for row in connection.execute(_CHANGES, wanted)]
    if len(found) < limit and upto > (found[-1].position if found else after):
        found.append(Change(position=upto, kind=HEARTBEAT))
    return found


def follow(
    connection: Connection,
    after: int = 0,
    *,
    stop: threading.Event | None = None,
    heartbeat_s: float = 10.0,
    limit: int = LIMIT,
    kinds: Collection[str] | None = None,
    people: Collection[int] | None = None,
) -> Iterator[Change]:
    """Events behind `after` as they come, until `stop` is set; a heartbeat whenever nothing came for a while.

    The connection is in autocommit, or each look would see the same.
    """
    stop = stop or threading.Event()
    said = time.monotonic()
    while not stop.is_set():
        found = changes(connection, after, limit=limit, kinds=kinds, people=people)
        for one in found:
            if one.kind != HEARTBEAT:
                said = time.monotonic()
                yield one
        after = found[-1].position if found else after
        if not found:
            if time.monotonic() - said >= heartbeat_s:
                said = time.monotonic()
                yield Change(position=after, kind=HEARTBEAT)
            stop.wait(POLL_S)


def _change(
    position: int,
    kind: str,
    person: int,
    version: int,
    day: str,
    moment: datetime,
    schema: int | None,
    payload: str | None,
    paper: str | None,
    source: str | None,
    confidence: int | None,
    value: str | None,
) -> Change:
    said = read(payload.encode(), schema or 1) if payload else None
    return Change(
        position=position,
        kind=kind,
        person=person,
        version=version,
        effective=day,
        recorded_at=moment,
        fields=fields_of(said),
        changes=said,
        paper=Paper(paper, source or "", confidence or 0, Raw(msgspec.json.format(value or "null", indent=-1)))
        if paper
        else None,
    )
