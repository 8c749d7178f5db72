"""Figures of the register: how many people and events, how far the feed is behind, how many bytes a person takes."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import psycopg
from msgspec import Struct

from dancu.kit.clock import Clock

Connection = psycopg.Connection[Any]
# Tables larger than this are not counted: figures come from the planner's statistics, as soon as it has any.
COUNTED_BYTES_MAX = 1 << 30
WAITING_MAX = 100_000
_TABLES = (files("dancu.register") / "sql" / "tables.sql").read_text(encoding="utf-8")
_FREQUENCIES = """SELECT most_common_vals::text::text[], most_common_freqs FROM pg_stats
  WHERE schemaname = 'public' AND tablename = 'register_person' AND attname = 'status'"""


class Size(Struct, frozen=True):
    """A table: its rows (as the planner knows, exact where small), bytes without and of indexes, bytes of both a person."""

    table: str
    rows: int
    table_bytes: int
    index_bytes: int
    bytes_a_person: float


class Stats(Struct, frozen=True):
    """`exact`: whether people were counted. `waiting`: committed and not yet in the feed, at most 100,000; `lag_s`: for how long."""

    people: int
    exact: bool
    by_status: dict[str, int]
    actions: int
    position: int
    waiting: int
    lag_s: float
    tables: tuple[Size, ...]


def stats(connection: Connection, clock: Clock, *, exact: bool = False) -> Stats:
    """Figures as of now; of tables above a gibibyte from the planner's statistics unless `exact` asks to count."""
    tables = connection.execute(_TABLES).fetchall()
    rows = {name: count for name, count, _, _ in tables}
    small = {name for name, count, own, _ in tables if own <= COUNTED_BYTES_MAX or not count}
    exact = exact or "register_person" in small
    by_status = _counted(connection) if exact else _estimated(connection, rows["register_person"])
    people = sum(by_status.values())
    (actions,) = (
        connection.execute("SELECT count(*) FROM register_action").fetchone()
        if exact or "register_action" in small
        else (rows["register_action"],)
    ) or (0,)
    position, waiting, lag_s = behind(connection, clock)
    sizes = tuple(Size(name, count, own, index, (own + index) / max(people, 1)) for name, count, own, index in tables)
    return Stats(people, exact, by_status, actions, position, waiting, lag_s, sizes)


def behind(connection: Connection, clock: Clock) -> tuple[int, int, float]:
    """(last position of the feed, how much waits for one, seconds since the oldest of that was recorded)."""
    (position,) = connection.execute("SELECT coalesce(max(position), 0) FROM register_feed").fetchone() or (0,)
    (waiting,) = connection.execute(
        "SELECT count(*) FROM (SELECT FROM register_outbox LIMIT %s) AS waiting", [WAITING_MAX]
    ).fetchone() or (0,)
    oldest = connection.execute(
        """SELECT coalesce(a.recorded_at, e.recorded_at) FROM (SELECT * FROM register_outbox ORDER BY id LIMIT 1) AS o
        LEFT JOIN register_action a ON a.id = o.action LEFT JOIN register_enrichment e ON e.id = o.enrichment"""
    ).fetchone()
    lag_s = max((clock.now() - oldest[0]).total_seconds(), 0.0) if oldest and oldest[0] else 0.0
    return position, waiting, lag_s


def _counted(connection: Connection) -> dict[str, int]:
    query = "SELECT status, count(*) FROM register_person GROUP BY status ORDER BY status LIMIT 64"
    return dict(connection.execute(query).fetchall())


def _estimated(connection: Connection, people: int) -> dict[str, int]:
    """People by status from a sample; rare states may be missing from it."""
    values, shares = connection.execute(_FREQUENCIES).fetchone() or ((), ())
    return {value: round(people * share) for value, share in zip(values, shares, strict=True)}
