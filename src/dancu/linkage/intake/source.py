"""The value every later step works on: one readable table and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GROUP_SIGN = " – "
"""Between a group's caption and the caption under it, where a header has several rows."""

FIELDS = (
    "pin", "old_id", "name", "birth_date", "sex", "mother_name", "mother_pin", "father_name", "father_pin",
    "province", "district", "commune", "address", "phone", "other_name", "spouse_name",
)  # fmt: skip
"""The canonical fields a column can carry, in the order summaries list them."""

SUBJECTS = ("mother", "father", "husband", "wife", "guardian", "ward", "declarant")
"""People a row can hold beside the one it is about, in the order their results are written."""

PERSON_FIELDS = (
    "pin", "old_id", "name", "birth_date", "sex", "province", "district", "commune", "address", "phone",
)  # fmt: skip
"""The fields a further person of a row can have; said as `mother.pin`, `wife.birth_date`."""

ALSO = {
    ("mother", "name"): "mother_name", ("mother", "pin"): "mother_pin",
    ("father", "name"): "father_name", ("father", "pin"): "father_pin",
}  # fmt: skip
"""Fields of a further person that are evidence about the one the row is about as well."""

KEY_FIELDS = frozenset({"pin", "old_id", "name"})
"""At least one of these must be found: without a number or a name no row can be checked."""


@dataclass(frozen=True)
class Column:
    """One original column, in file order."""

    name: str
    """Unique name inside `Source.relation`."""
    caption: str
    """Header as the file shows it, legacy fonts already repaired."""
    field: str | None = None
    why: str = ""
    """How it was recognised: `header`, `content`, `map`, or empty."""
    notes: tuple[str, ...] = ()
    """Decisions about its values: `charset TCVN3`, `date order dmy`, `serial1900`, `sex 0=male` …"""


@dataclass(frozen=True)
class Source:
    """A file, or one member of a zip, ready to be read by DuckDB.

    `relation` is a FROM item. Every original column is VARCHAR with empty cells as NULL (Parquet keeps the
    types of the file: cast when reading), text repaired to Unicode NFC where a legacy encoding was decided.
    """

    path: Path
    stem: str
    format: str
    """csv | tsv | xlsx | xls | ods | parquet | ndjson, by content and not by extension."""
    relation: str
    row: str | None
    """SQL for the 1-based row in `relation`; None: load into a table first and use `rowid + 1`."""
    columns: tuple[Column, ...]
    mapping: dict[str, tuple[str, ...]]
    """Field to the columns that carry it, joined in this order (names by a space, date parts by `/`)."""
    date_order: str = "dmy"
    date_epoch: int = 1900
    sex_codes: dict[str, str] = field(default_factory=dict)
    """Raw value, stripped and lower-cased, to `male` or `female`."""
    has_skip: bool = False
    """`relation` has a BOOLEAN `_skip`: group rows, totals, signatures, blanks; kept but not judged."""
    extra: bool = False
    """`relation` has `_sheet` VARCHAR and `_source_row` INTEGER, the row number the spreadsheet shows."""
    skipped_rows: int = 0
    notes: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    """Columns of `relation` that are not in the file, made for `mapping` (such as a sex told by which of two
    columns is filled)."""
    people: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """Of `SUBJECTS` those the row names beside the one it is about: field to columns, as in `mapping`."""
    complete: tuple[str, ...] = ()
    """Of `people` those with a name and a number or a birth date, each filled in some row: enough to judge them."""
    delimiter: str = ","
    """Of a csv or tsv: the sign between cells, so that a file with semicolons comes back with semicolons."""


def person_field(text: str) -> tuple[str, str] | None:
    """`mother.pin` and `mother_pin` as ("mother", "pin"); None for what is no field of a further person."""
    subject, _, name = text.partition(".")
    if subject in SUBJECTS and name in PERSON_FIELDS:
        return subject, name
    return next((person for person, other in ALSO.items() if other == text), None)


def further(people: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, str]:
    """What the columns of further people are: `mother.birth_date`, and `mother+father.address` for a home given once for both."""
    found: dict[str, str] = {}
    for subject, mapping in people.items():
        for name, columns in mapping.items():
            for column in columns:
                known = found.get(column)
                found[column] = f"{known.partition('.')[0]}+{subject}.{name}" if known else f"{subject}.{name}"
    return found


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """`text` as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"
