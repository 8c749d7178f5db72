"""What DuckDB's SQL and Spark's say differently, as a short list of named rules on text: one source of SQL, two engines.

The SQL files are written for DuckDB. Only what they really use is translated; whatever is alike on both engines (equality
joins, integer arithmetic, windows, ASCII edit distance) has no rule. Rules see a text whose strings, quoted names and
comments are set apart, so that nothing of a person's or a file's own text is ever rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_QUOTED = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_HELD = re.compile(r"‹(\d+)›")
# A reader of Parquet files, as `Prepared.source` writes it, strings set apart.
_READER = re.compile(r"read_parquet\(\[?((?:‹\d+›(?:,\s*)?)+)\]?\)")


@dataclass(frozen=True)
class Rule:
    """One difference: what DuckDB says, why Spark needs another text, and the change."""

    name: str
    why: str
    change: Callable[[str], str]


def _pattern(pattern: str, replacement: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(replacement, text)


def _call(function: str, write: Callable[[list[str]], str]) -> Callable[[str], str]:
    """Rewrites each call of a function from its arguments, inner calls first."""
    opening = re.compile(rf"\b{function}\(")

    def change(text: str) -> str:
        calls = list(opening.finditer(text))
        for call in reversed(calls):
            arguments, end = _arguments(text, call.end())
            text = text[: call.start()] + write(arguments) + text[end:]
        return text

    return change


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    """Arguments of the call whose bracket opened just before `start`, and where the call ends."""
    depth, parts, begun = 0, [], start
    for position in range(start, len(text)):
        letter = text[position]
        if letter in "([":
            depth += 1
        elif letter in ")]" and depth:
            depth -= 1
        elif letter == "," and not depth:
            parts.append(text[begun:position].strip())
            begun = position + 1
        elif letter == ")":
            return [*parts, text[begun:position].strip()], position + 1
    raise ValueError("a bracket of the statement is never closed")


def _whole_match(arguments: list[str]) -> str:
    text, pattern = arguments
    return f"({text} RLIKE concat('\\A(?:', {pattern}, ')\\z'))"


def _tail(arguments: list[str]) -> str:
    """`array_to_string(list_slice(string_split(x, d), -n, -1), d)`: the last n parts of a text."""
    inner = re.fullmatch(r"list_slice\(string_split\((.*), (‹\d+›)\), -(\d+), -1\)", arguments[0], re.DOTALL)
    if not inner:
        raise ValueError("array_to_string is translated for the last parts of a text only")
    return f"substring_index({inner[1]}, {inner[2]}, -{inner[3]})"


def _unescaped(text: str) -> str:
    """LIKE with a pattern made of data: Spark takes a backslash in it for an escape, DuckDB does not."""
    found = re.compile(r"\bLIKE (\w+)\(")
    for like in reversed(list(found.finditer(text))):
        _, end = _arguments(text, like.end())
        text = f"{text[:end]} ESCAPE '\x01'{text[end:]}"
    return text


RULES: tuple[Rule, ...] = (
    Rule("integer division", "Spark has no `//`; both cut towards nought", _pattern(r"//", "div")),
    Rule(
        "double literals",
        "a number with a point is DECIMAL on Spark and loses digits when multiplied; evidence is counted in DOUBLE",
        _pattern(r"(?<![\w.‹])(\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)(?![\w.›])", r"\1D"),
    ),
    Rule("cast mark", "one way of casting for both", _pattern(r"(?<![\w›])(\d+)::(\w+)", r"CAST(\1 AS \2)")),
    Rule("text type", "Spark casts to STRING", _pattern(r"\bVARCHAR\b(\(\d+\))?", "STRING")),
    Rule("left-out columns", "EXCLUDE is EXCEPT", _pattern(r"\* EXCLUDE \(", "* EXCEPT (")),
    Rule(
        "numbers from nought", "a generator is explode",
        _pattern(r"\bunnest\(range\((\d+)\)\)", r"explode(sequence(0, \1 - 1))"),
    ),
    Rule("bytes of a text", "strlen counts bytes", _pattern(r"\bstrlen\(", "octet_length(")),
    Rule("whole match", "RLIKE finds anywhere; $ would let a line end pass", _call("regexp_full_match", _whole_match)),
    Rule(
        "replace all", "Spark always replaces all, its fourth argument is a position",
        _call("regexp_replace", lambda a: f"regexp_replace({', '.join(a[:3])})"),
    ),
    Rule("last parts", "Spark's slice is empty where the list is shorter than the slice", _call("array_to_string", _tail)),
    Rule("pattern from data", "no escape letter in a LIKE pattern made of data", _unescaped),
    Rule("row numbers", "a numbering needs an order", _pattern(r"row_number\(\) OVER \(\)", "row_number() OVER (ORDER BY NULL)")),
    Rule("filtered counts", "FILTER wants WHERE", _pattern(r"\bFILTER \((?!WHERE\b)", "FILTER (WHERE ")),
    Rule("union by name", "parts of one register format have the same columns in the same order", _pattern(r"\bBY NAME\b", "")),
)  # fmt: skip


def translated(sql: str, view_of: Callable[[tuple[str, ...]], str]) -> str:
    """One DuckDB statement as Spark reads it; `view_of(paths)` names the view that stands for those Parquet files.

    Expects a session with `spark.sql.parser.escapedStringLiterals`: a backslash in a string is a backslash.
    """
    held: list[str] = []

    def set_apart(found: re.Match[str]) -> str:
        if found[0].startswith("--"):
            return " "
        held.append(found[0])
        return f"‹{len(held) - 1}›"

    text = _QUOTED.sub(set_apart, sql)
    text = _READER.sub(lambda found: view_of(tuple(_plain(held[int(i)]) for i in _HELD.findall(found[1]))), text)
    for rule in RULES:
        text = rule.change(text)
    return _HELD.sub(lambda found: _written(held[int(found[1])]), text).strip()


def _plain(literal: str) -> str:
    return literal[1:-1].replace("''", "'")


def _written(quoted: str) -> str:
    """A string as it stands; a quoted name in Spark's quotes."""
    return quoted if quoted[0] == "'" else "`" + quoted[1:-1].replace('""', '"').replace("`", "``") + "`"
