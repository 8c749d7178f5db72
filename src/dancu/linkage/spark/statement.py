"""Takes the few kinds of statements apart that the linkage uses, for an engine whose tables cannot be changed in place."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FLAGS = re.IGNORECASE | re.DOTALL
_APART = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|;")
_SHAPES = (
    ("table", re.compile(r"CREATE (?:OR REPLACE )?TEMP TABLE (?P<target>\w+) AS\s+(?P<query>.+)", _FLAGS)),
    ("view", re.compile(r"CREATE (?:OR REPLACE )?TEMP VIEW (?P<target>\w+) AS\s+(?P<query>.+)", _FLAGS)),
    ("empty", re.compile(r"CREATE (?:OR REPLACE )?TEMP TABLE (?P<target>\w+) \((?P<columns>.+)\)", _FLAGS)),
    ("insert", re.compile(r"INSERT INTO (?P<target>\w+)\s+(?P<query>(?:WITH|SELECT)\b.+)", _FLAGS)),
    ("copy", re.compile(r"COPY \((?P<query>.+)\) TO (?P<path>'[^']+' \(.+\))", _FLAGS)),
    ("query", re.compile(r"(?P<query>(?:WITH|SELECT)\b.+)", _FLAGS)),
)


@dataclass(frozen=True)
class Statement:
    """What a statement does.

    kind       table | view | empty | insert | copy | query
    target     the table it makes or changes
    query      its SELECT
    columns    `name TYPE, …` of an empty table
    path       path and options of a copy
    """

    kind: str
    target: str = ""
    query: str = ""
    columns: str = ""
    path: str = ""


def parse(sql: str) -> list[Statement]:
    """The statements of a text, without their comments; raises ValueError for a kind that the linkage does not use."""
    return [_one(text.strip()) for text in _split(sql) if text.strip()]


def _split(sql: str) -> list[str]:
    texts, begun = [""], 0
    for found in _APART.finditer(sql):
        texts[-1] += sql[begun : found.start()]
        if found[0] == ";":
            texts.append("")
        elif not found[0].startswith("--"):
            texts[-1] += found[0]
        begun = found.end()
    texts[-1] += sql[begun:]
    return texts


def _one(text: str) -> Statement:
    for kind, shape in _SHAPES:
        if found := shape.fullmatch(text):
            return Statement(kind, **{name: part or "" for name, part in found.groupdict().items()})
    raise ValueError(f"no such statement is known: {text.split('(')[0][:40]}")
