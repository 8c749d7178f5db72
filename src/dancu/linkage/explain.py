"""Turns results into what people read: sentences per distinct combination, suggestions where enough agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dancu.core import date as dates
from dancu.core import variant, words
from dancu.core.match import field_result
from dancu.core.reason import codes, mask
from dancu.linkage import lookup, place
from dancu.linkage.cascade import Cascade
from dancu.linkage.choose import VERDICTS

if TYPE_CHECKING:
    from dancu.linkage.engine import Engine

STATES = ("", "active", "deceased", "cancelled", "locked", "number_replaced")
# Agreement bits of `sql/chosen.sql` and the words' names for them.
AGREED = ("number", "name", "date", "year", "sex", "parent", "place", "phone")
# Stands for the row number while sentences are built, so that rows of one kind share one sentence.
_ROW = 987654321
# What is told of a further person, beside suggestions; the severity is for counting only.
_OF_A_PERSON = ("_verdict", "_pin", "_confidence", "_reasons", "_explain", "_action", "_who", "_state", "_severity")
_KIND = "verdict, bits, agreed, digits, rivals, state, by_old, repeated"
_SEXES = {"vi": ("", "Nam", "Nữ"), "en": ("", "male", "female")}


@dataclass(frozen=True)
class Telling:
    """How much is told, and how: language, disclosure, date order of the file, fields the file has.

    `row_shift`: what is added to a row so that it is the number the reader sees (1 in a workbook with a header).
    `date_order`: as `Source.date_order`, or `y` where the file asks for no more than the year.
    `subject`: the further person of a row who is told about, '' for the one the row is about. `unsaid`: bits of `agreed` that no
    cell says, such as the sex of a mother: neither told nor counted as agreeing."""

    lang: str
    disclose: str
    date_order: str
    fields: tuple[str, ...]
    row_shift: int = 0
    subject: str = ""
    unsaid: int = 0


def tell(cascade: Cascade, telling: Telling) -> None:
    """View `checked_rows`: the contract's columns for every judged row (see docs), `_explain` with a mark for a row number."""
    _sentences(cascade, telling)
    _names(cascade)
    engine = cascade.engine
    engine.file(
        "checked",
        kind=_KIND,
        name_differs=_NAME_DIFFERS,
        tell_date="true" if telling.disclose == "full" else "false",
        suggestions=",\n  ".join(_suggestions(telling)),
        pin="lpad(CAST(r.pin AS VARCHAR), 12, '0')"
        if telling.disclose in ("suggest", "full")
        else "CAST(NULL AS VARCHAR)",
    )


def deliver(cascade: Cascade, telling: Telling) -> None:
    """View `checked`: `checked_rows` in the order of the file and with a line for every row of it, judged or not.

    Of a further person table `delivered_<subject>`, with their columns alone; see `beside`."""
    engine, cells = cascade.engine, cascade.cells
    if telling.subject:
        suggested = (sql.rpartition(" AS ")[2] for sql in _suggestions(telling))
        columns = ", ".join(f"c.{column} AS _{telling.subject}{column}" for column in (*_OF_A_PERSON, *suggested))
        engine.file("in_order", relation=cells.relation, row=cells.row, out=f"delivered_{telling.subject}", columns=columns)
        engine.fetch(f"delivered_{telling.subject}")
        return
    engine.file("in_order", relation=cells.relation, row=cells.row, out="delivered", columns="s.line AS _row, c.* EXCLUDE (_row)")
    engine.fetch("delivered")
    engine.desk.run(
        f"""CREATE OR REPLACE TEMP VIEW checked AS
        SELECT * REPLACE (CASE WHEN _duplicate_of IS NULL THEN CAST(_explain AS VARCHAR)
          ELSE replace(_explain, '{_ROW}', CAST(_duplicate_of + {telling.row_shift} AS VARCHAR)) END AS _explain) FROM delivered"""
    )


def beside(engine: Engine, subjects: tuple[str, ...]) -> str:
    """The view of view `checked` with the columns of further people after it: all have a line for every row, in one order."""
    if not subjects:
        return "checked"
    others = "".join(f" POSITIONAL JOIN delivered_{subject}" for subject in subjects)
    engine.desk.run(f"CREATE OR REPLACE TEMP VIEW checked_people AS SELECT * FROM checked{others}")
    return "checked_people"


def _sentences(cascade: Cascade, telling: Telling) -> None:
    """Table `sentence`: verdict, reasons, explanation, action and owner of every kind of row there is."""
    import pyarrow as pa

    engine = cascade.engine
    kinds = engine.arrow(f"SELECT DISTINCT {_KIND} FROM result")
    told = [_sentence(telling, **kind) for kind in kinds.to_pylist()]
    columns = ("_verdict", "_reasons", "_explain", "_action", "_who", "_state")
    said = {column: pa.array([line[i] for line in told], pa.string()) for i, column in enumerate(columns)}
    engine.table("sentence", pa.table({**dict(zip(kinds.column_names, kinds.columns, strict=True)), **said}))
    engine.share_texts("sentence", columns)


def _sentence(
    telling: Telling, *, verdict: int, bits: int, agreed: int, digits: int, rivals: int, state: int, by_old: bool, repeated: bool
) -> tuple[str, ...]:  # fmt: skip
    lang, found = telling.lang, codes(bits)
    facts = words.Facts(
        digits=digits,
        candidates=rivals,
        agreed=tuple(part for i, part in enumerate(AGREED) if (agreed & ~telling.unsaid) >> i & 1),
        by_old_number=bool(by_old),
        duplicate_of=_ROW if repeated else None,
        state=STATES[state],
    )
    said = words.explain(lang, VERDICTS[verdict], found, facts)
    return (
        VERDICTS[verdict],
        ";".join(found) or None,
        said,
        words.action(lang, found),
        words.who(lang, found),
        STATES[state] or None,
    )


def _names(cascade: Cascade) -> None:
    """Tables `own_name`, `mother_name`, `father_name` (nid, name) and `place_name` (commune, prov, full_name): what may be
    suggested."""
    import pyarrow as pa

    engine = cascade.engine
    for table, column, wanted in (
        ("own_name", "nid", _NAME_DIFFERS),
        ("mother_name", "mnid", f"r.mother_rel >= {variant.PART}"),
        ("father_name", "fnid", f"r.father_rel >= {variant.PART}"),
    ):
        nids = f"SELECT DISTINCT {column} AS nid FROM result r WHERE {column} >= 0 AND {wanted}"
        known = lookup.names(engine, cascade.register, f"SELECT nid FROM ({nids})", f"known_{table}")
        engine.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT nid, name FROM {known} WHERE nid IN ({nids})")
    rows = engine.run(
        "SELECT DISTINCT commune, prov FROM result WHERE place_rel BETWEEN 2 AND 5 AND commune IS NOT NULL"
    )
    engine.table(
        "place_name",
        pa.table(
            {
                "commune": pa.array([row[0] for row in rows], pa.int32()),
                "prov": pa.array([row[1] for row in rows], pa.int16()),
                "full_name": pa.array([place.full_name(*row) for row in rows], pa.string()),
            }
        ),
    )


def _suggestions(telling: Telling) -> list[str]:
    """SQL of each `_suggest_<field>`: shown only where two other attributes of the row agree (docs: disclosure)."""
    date = (
        "concat_ws('/', nullif(lpad(CAST(r.dob % 100 AS VARCHAR), 2, '0'), '00'), "
        "nullif(lpad(CAST(r.dob // 100 % 100 AS VARCHAR), 2, '0'), '00'), CAST(r.dob // 10000 AS VARCHAR))"
    )
    if telling.date_order == "ymd":
        parts = (f"nullif(lpad(CAST(r.dob // {unit} % 100 AS VARCHAR), 2, '0'), '00')" for unit in (100, 1))
        date = f"concat_ws('-', CAST(r.dob // 10000 AS VARCHAR), {', '.join(parts)})"
    date_differs = "r.date_rel NOT IN (1, 3)"
    if telling.date_order == "y":
        date, date_differs = "CAST(r.dob // 10000 AS VARCHAR)", f"r.date_rel >= {dates.TYPO}"
    sexes = _SEXES[telling.lang]
    sex = f"CASE r.psex WHEN 1 THEN '{sexes[1]}' WHEN 2 THEN '{sexes[2]}' END"
    # field: (condition, value, bits of `agreed` that are the field's own and do not count as another)
    wanted = {
        "pin": ("r.num_rel <> 1", "lpad(CAST(r.pin AS VARCHAR), 12, '0')", 1),
        "name": ("tn.name IS NOT NULL", "tn.name", 2),
        "birth_date": (date_differs, date, 12),
        "sex": ("r.sex_rel = 2", sex, 16),
        "mother_name": ("r.mother_rel >= 6", "mn.name", 32),
        "father_name": ("r.father_rel >= 6", "fn.name", 32),
    }
    if where := next((field for field in ("address", "commune", "province") if field in telling.fields), None):
        wanted[where] = ("r.place_rel BETWEEN 2 AND 5", "pn.full_name", 64)
    shown = []
    for field, (condition, value, own) in wanted.items():
        if field != "pin" and field not in telling.fields:
            continue
        if telling.disclose in ("none", "verdict"):
            shown.append(f"CAST(NULL AS VARCHAR) AS _suggest_{field}")
            continue
        enough = f"bit_count(CAST(r.agreed & {255 & ~(own | telling.unsaid)} AS INTEGER)) >= 2"
        shown.append(
            f"CASE WHEN r.outcome = 1 AND {condition} AND {enough} THEN {value} END AS _suggest_{field}"
        )
    return shown


_NAME_FIX = mask(
    ("d_lookalike", "diacritics", "i_y", "word_order", "middle_name_missing", "initial", "typo_1", "different_name",
     "note_in_name", "other_name_used", "previous_value")
)  # fmt: skip


_NAME_DIFFERS = f"(r.name_rel <> 1 OR r.bits & {_NAME_FIX} <> 0)"

# Per-field results of the closed list, by relation; order of the relations as in core.
_RESULT_COLUMNS = {
    "number": "num_rel", "name": "name_rel", "birth_date": "date_rel", "sex": "sex_rel", "place": "place_rel",
    "mother_name": "mother_rel", "father_name": "father_rel", "phone": "phone_rel",
}  # fmt: skip


def field_counts(cascade: Cascade) -> dict[str, dict[str, int]]:
    """Field → result of the closed list → linked rows, for summary.json; fields that no row claims are left out."""
    counts = {}
    for field, column in _RESULT_COLUMNS.items():
        name = {"birth_date": "date", "mother_name": "mother", "father_name": "father"}.get(field, field)
        found: dict[str, int] = {}
        for relation, bits, rows in cascade.engine.run(
            f"SELECT {column}, bits & {_VARIANT}, count(*) FROM result WHERE outcome = 1 AND {column} > 0 GROUP BY ALL"
        ):
            result = field_result(name, relation, bits if field == "name" else 0)
            found[result] = found.get(result, 0) + rows
        if found:
            counts[field] = found
    return counts


_VARIANT = mask(
    ("case", "unicode_form", "tone_placement", "d_lookalike", "diacritics", "i_y", "note_in_name", "other_name_used",
     "previous_value")
)  # fmt: skip
