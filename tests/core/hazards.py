"""Reads the tables of hazards beside it: rows as agencies write them, with the relation and the reasons expected."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|(t))")


def rows(name: str) -> list[tuple[str, ...]]:
    """The rows of `<name>_hazards.tsv`; what cannot be seen in an editor is written there as \\uXXXX or \\t."""
    lines = Path(__file__).with_name(f"{name}_hazards.tsv").read_text(encoding="utf-8").rstrip("\n").split("\n")[1:]
    return [tuple(_ESCAPE.sub(_character, cell) for cell in line.split("\t")) for line in lines]


def _character(found: re.Match[str]) -> str:
    return "\t" if found.group(2) else chr(int(found.group(1), 16))


def fewest(table: list[tuple[str, ...]], hazards: str) -> dict[str, int]:
    """How many rows each of `hazards` has that has fewer than twenty."""
    counted = Counter(row[0] for row in table)
    return {hazard: counted[hazard] for hazard in hazards.split() if counted[hazard] < 20}
