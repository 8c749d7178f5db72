"""Hands the register over to whoever keeps a copy: everybody at one position of the feed, or those changed since another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

COLUMNS = (
    "pin, name, birth_date, sex, old_id, mother_name, mother_pin, father_name, father_pin, spouse_pin, province, commune, "
    "unit_scheme, phone, status, status_date, number_history, other_name, previous_name, removed"
)
_ALL = f"SELECT {COLUMNS} FROM register_readable WHERE removed IS NULL ORDER BY person"
# Whom the feed names since a position, and the numbers they had before: those are nobody's any more.
_SINCE = f"""WITH changed AS (
      SELECT DISTINCT a.person FROM register_feed f JOIN register_action a ON a.id = f.action WHERE f.position > {{after}}
        AND f.position <= {{position}})
    SELECT {COLUMNS} FROM register_readable WHERE person IN (SELECT person FROM changed)
    UNION ALL SELECT n.pin, 'x', '', {", ".join(["NULL"] * 16)}, 'yes' FROM register_number n
    WHERE n.person IN (SELECT person FROM changed) AND n.until IS NOT NULL"""


@dataclass(frozen=True)
class Exported:
    """A csv file with the columns of a register file, as the register was at `position` of the feed or a little later.

    `redacted`: somebody's data were to disappear from every copy since, so a copy has to be made anew.
    """

    path: Path
    position: int
    rows: int
    redacted: bool = False


def position(connection: psycopg.Connection[Any]) -> int:
    """The last position of the feed; 0 while it is empty."""
    row = connection.execute("SELECT coalesce(max(position), 0) FROM register_feed").fetchone()
    return row[0] if row else 0


def everybody(connection: psycopg.Connection[Any], path: Path) -> Exported:
    """Everybody with a number, in one snapshot."""
    with _snapshot(connection):
        at = position(connection)
        return Exported(path, at, _copy(connection, _ALL, path))


def changed(connection: psycopg.Connection[Any], path: Path, *, after: int) -> Exported:
    """Everybody whom the feed names after position `after`, in one snapshot; column `removed` says who is gone."""
    with _snapshot(connection):
        at = position(connection)
        redacted = connection.execute(
            """SELECT EXISTS (SELECT 1 FROM register_feed f JOIN register_action a ON a.id = f.action
            WHERE f.position > %s AND f.position <= %s AND a.kind IN ('redacted', 'sealed'))""",
            [after, at],
        ).fetchone()
        rows = _copy(connection, _SINCE.format(after=int(after), position=int(at)), path)
        return Exported(path, at, rows, bool(redacted and redacted[0]))


def _snapshot(connection: psycopg.Connection[Any]):
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection.transaction()


def _copy(connection: psycopg.Connection[Any], query: str, path: Path) -> int:
    with path.open("wb") as file, connection.cursor() as cursor:
        with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            for block in copy:
                file.write(block)
        return cursor.rowcount
