"""Hands everybody on record over to the care for the data: all at one position of the feed, or those changed since another.

All goes in pieces of a bounded number of people, each a statement of its own in one snapshot, so that no statement comes near the
limit of a reader's time, however large the country is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

# The columns of the view, in the order in which they are written.
COLUMNS = (
    "person", "version", "gone", "status", "pin", "name", "birth_date", "sex", "household", "old_id", "mother", "mother_name",
    "mother_pin", "father", "father_name", "father_pin", "spouse", "spouse_named", "marital", "has_ethnicity", "kinh", "has_nationality",
    "has_hometown", "has_birth_place", "registered_code", "registered_scheme", "registered_country", "has_registered", "commune",
    "scheme", "country", "lives_elsewhere", "temporary_until", "relation", "phone", "died", "has_death_place", "open_cards",
    "card_until", "renumbered", "former_pins", "first_kind", "first_on", "last_on", "death_days", "trace_on",
)  # fmt: skip
# People a statement: some seconds of a reader's thirty.
_PIECE = 100_000
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM register_observed"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Observed:
    """A csv file with `COLUMNS`, as the register was at `position` of the feed or a little later: `rows`, and its SHA-256.

    `redacted`: people whose data were to disappear from every copy since, so a copy has to be made anew.
    """

    path: Path
    position: int
    rows: int
    digest: bytes
    redacted: tuple[int, ...] = ()


def position(connection: psycopg.Connection[Any]) -> int:
    """The last position of the feed; 0 while it is empty."""
    row = connection.execute("SELECT coalesce(max(position), 0) FROM register_feed").fetchone()
    return row[0] if row else 0


def reaches_back(connection: psycopg.Connection[Any], position: int) -> bool:
    """Whether the feed still holds all that came after a position: its oldest positions may have been trimmed."""
    row = connection.execute("SELECT coalesce(min(position), 0) FROM register_feed").fetchone()
    return bool(row) and row[0] <= position + 1


def disappeared(connection: psycopg.Connection[Any]) -> tuple[int, ...]:
    """Everybody whose data ever had to disappear from copies (redacted, sealed), for a copy that lost the feed's thread."""
    query = "SELECT DISTINCT person FROM register_action WHERE kind IN ('redacted', 'sealed') ORDER BY 1 LIMIT 1000000"
    return tuple(person for (person,) in connection.execute(query))


def everybody(connection: psycopg.Connection[Any], path: Path, *, progress: Progress | None = None) -> Observed:
    """All records in one snapshot."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with connection.transaction():
        at = position(connection)
        row = connection.execute("SELECT coalesce(max(id), 0) FROM register_person").fetchone()
        last = row[0] if row else 0
        spans = [(first, first + _PIECE) for first in range(0, last + 1, _PIECE)]
        queries = [f"{_SELECT} WHERE person > {low} AND person <= {high} ORDER BY person" for low, high in spans]
        return _written(connection, path, at, queries, (), progress)


def changed(
    connection: psycopg.Connection[Any], path: Path, *, after: int, progress: Progress | None = None
) -> Observed:
    """Those whom the feed names after position `after`, in one snapshot."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with connection.transaction():
        at = position(connection)
        redacted = connection.execute(
            """SELECT DISTINCT a.person FROM register_feed f JOIN register_action a ON a.id = f.action
            WHERE f.position > %s AND f.position <= %s AND a.kind IN ('redacted', 'sealed') ORDER BY 1 LIMIT 1000000""",
            [after, at],
        ).fetchall()
        people = _changed_people(connection, after, at)
        queries = [
            f"{_SELECT} WHERE person = ANY('{{{','.join(map(str, people[start : start + _PIECE // 4]))}}}'::bigint[])"
            for start in range(0, len(people), _PIECE // 4)
        ]
        return _written(connection, path, at, queries, tuple(person for (person,) in redacted), progress)


def _changed_people(connection: psycopg.Connection[Any], after: int, upto: int) -> list[int]:
    """Ids of the people whom a span of the feed names, ascending."""
    query = """SELECT DISTINCT coalesce(a.person, e.person) FROM register_feed f LEFT JOIN register_action a ON a.id = f.action
      LEFT JOIN register_enrichment e ON e.id = f.enrichment WHERE f.position > %s AND f.position <= %s"""
    people: list[int] = []
    for low in range(after, upto, _PIECE):
        people += [person for (person,) in connection.execute(query, [low, min(low + _PIECE, upto)])]
    return sorted(set(people))


def _written(
    connection: psycopg.Connection[Any],
    path: Path,
    at: int,
    queries: list[str],
    redacted: tuple[int, ...],
    progress: Progress | None,
) -> Observed:
    """The rows of all queries in one file under one header."""
    rows, digest = 0, hashlib.sha256()
    with path.open("wb") as file, connection.cursor() as cursor:
        head = (",".join(COLUMNS) + "\n").encode()
        file.write(head)
        digest.update(head)
        for done, query in enumerate(queries, 1):
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
                for block in copy:
                    file.write(block)
                    digest.update(block)
            rows += cursor.rowcount
            if progress:
                progress(done, len(queries))
    return Observed(path, at, rows, digest.digest(), redacted)
