"""Takes the few kinds of statements apart that the linkage uses, for an engine whose tables cannot be changed in place."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FLAGS = re.IGNORECASE | re.DOTALL
_COMMENTS = re.compile(r"\s*(--[^\n]*\n\s*)*")
_SHAPES = (
    ("table", re.compile(r"CREATE (?:OR REPLACE )?TEMP TABLE (?P<target>\w+) AS\s+(?P<query>.+)", _FLAGS)),
    ("view", re.compile(r"CREATE (?:OR REPLACE )?TEMP VIEW (?P<target>\w+) AS\s+(?P<query>.+)", _FLAGS)),
    ("empty", re.compile(r"CREATE (?:OR REPLACE )?TEMP TABLE (?P<target>\w+) \((?P<columns>.+)\)", _FLAGS)),
    ("insert", re.compile(r"INSERT INTO (?P<target>\w+)\s+(?P<query>(?:WITH|SELECT)\b.+)", _FLAGS)),
    (
        "update",
        re.compile(
            r"UPDATE (?P<target>\w+) SET (?P<column>\w+) = (?P<value>.+?)(?: WHERE (?P<condition>.+))?", _FLAGS
        ),
    ),
    ("copy", re.compile(r"COPY \((?P<query>.+)\) TO (?P<path>'[^']+' \(.+\))", _FLAGS)),
    ("query", re.compile(r"(?P<query>(?:WITH|SELECT)\b.+)", _FLAGS)),
)


@dataclass(frozen=True)
class Statement:
    """What a statement does.

    kind       table | view | empty | insert | update | copy | query
    target     the table it makes or changes
    query      its SELECT
    columns    `name TYPE, …` of an empty table
    column, value, condition   of an update of one column
    path       path and options of a copy
    """

    kind: str
    target: str = ""
    query: str = ""
    columns: str = ""
    column: str = ""
    value: str = ""
    condition: str = ""
    path: str = ""


def parse(sql: str) -> Statement:
    """One statement; raises ValueError for a kind that the linkage does not use."""
    text = _COMMENTS.sub("", sql, count=1).strip()
    for kind, shape in _SHAPES:
        if found := shape.fullmatch(text):
            return Statement(kind, **{name: part or "" for name, part in found.groupdict().items()})
    raise ValueError(f"no such statement is known: {text.split('(')[0][:40]}")
