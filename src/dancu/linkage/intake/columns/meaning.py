"""What the columns of a file mean as somebody may confirm or correct it: column -> field, and the difference as overrides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.linkage.intake.opening import open_source
from dancu.linkage.intake.source import Source

# Name of a column -> field; None: not used.
Meaning = dict[str, str | None]
# Where no column is a number or a name the intake refuses the file; told that the first is one, it opens it.
_UNKNOWN, _PROBE = ("unknown_columns", "no_header"), {"A": "name"}


def recognised(path: Path, work: Path, sheets: Sequence[str] = ()) -> tuple[tuple[Source, ...], Meaning]:
    """The tables of a file as the intake reads them, and what the columns of the first mean.

    Also opens a file of which no column is known: its columns then all mean nothing yet. `work` is a private folder. Raises Refusal for
    what cannot be used otherwise.
    """
    try:
        tables = open_source(path, work=work, sheets=sheets)
        return tables, meaning(tables[0])
    except Refusal as refusal:
        if refusal.code not in _UNKNOWN:
            raise
    tables = open_source(path, work=work, sheets=sheets, overrides=_PROBE)
    plain = meaning(tables[0])
    return tables, {**plain, next(iter(plain)): None}


def meaning(source: Source) -> Meaning:
    """The field of every column of a file, in its order."""
    return {column.name: column.field for column in source.columns}


def overrides(plain: Meaning, wanted: Meaning, order: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The difference between two meanings as the intake takes it: column -> field, or `-` for unused.

    Only fields that change are said, so that what the intake makes of several columns stays as it made it; a field
    that changes is said with all its columns, those of `order` first, as joined columns are joined in this order.
    """
    changed = {name for name, field in wanted.items() if field != plain.get(name)}
    fields = {field for name in changed for field in (wanted[name], plain.get(name)) if field}
    said = {name: "-" for name in wanted if name in changed and wanted[name] is None}
    for field in sorted(fields):
        columns = [name for name, now in wanted.items() if now == field]
        known = order.get(field, ())
        columns.sort(key=lambda name: known.index(name) if name in known else len(known))
        said |= dict.fromkeys(columns, field)
    return said
