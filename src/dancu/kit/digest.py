"""A short proof of what a database holds: rows and an order-free sum of each table, and a hash of its structure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg import sql


@dataclass(frozen=True)
class Table:
    """What one table holds: its rows, and the sum of 60 bits of each row's MD5 as text."""

    rows: int
    total: str


@dataclass(frozen=True)
class Digest:
    """Tables by "schema.name", and the SHA-256 of the structure's lines."""

    tables: dict[str, Table]
    structure: str

    def as_json(self) -> dict[str, Any]:
        tables = {name: [table.rows, table.total] for name, table in self.tables.items()}
        return {"tables": tables, "structure": self.structure}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Digest:
        """The digest in what `as_json` gave; raises KeyError, TypeError or ValueError on anything else."""
        tables = {str(name): Table(int(rows), str(total)) for name, (rows, total) in told["tables"].items()}
        return cls(tables, str(told["structure"]))


def digest(connection: psycopg.Connection[Any]) -> Digest:
    """The digest of what the open transaction sees, in the memory of one row; each table is read once.

    The session's time zone, date style and search path must be those `Database.connect` sets, since rows are
    compared as text. Views are of the structure; what they show comes from tables.
    """
    tables = {f"{schema}.{name}": _content(connection, schema, name) for schema, name in table_names(connection)}
    structure = hashlib.sha256()
    for (line,) in connection.execute(_sql("structure")):
        structure.update(line.encode() + b"\0")
    return Digest(tables, structure.hexdigest())


def table_names(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """The ordinary tables of ours in a database, as (schema, name) in a fixed order."""
    return connection.execute(_sql("tables")).fetchall()


def differences(before: Digest, after: Digest) -> list[str]:
    """The names of tables that differ, and "structure" when that does; none when both hold the same."""
    names = sorted(before.tables.keys() | after.tables.keys())
    wrong = [name for name in names if before.tables.get(name) != after.tables.get(name)]
    return wrong + (["structure"] if before.structure != after.structure else [])


def _content(connection: psycopg.Connection[Any], schema: str, name: str) -> Table:
    query = sql.SQL(_sql("content")).format(table=sql.Identifier(schema, name))
    rows, total = connection.execute(query).fetchone()  # type: ignore[misc]
    return Table(rows, str(total))


def _sql(name: str) -> Any:
    return (files("dancu.kit") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
