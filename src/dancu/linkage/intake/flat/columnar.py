"""Reads Parquet and line-delimited JSON in place: DuckDB scans them, a bounded sample decides the columns."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dancu.linkage.intake.encoding import charset
from dancu.linkage.intake.encoding.of_file import find_encoding
from dancu.linkage.intake.plan import Plan, make_plan
from dancu.linkage.intake.refusals import refuse
from dancu.linkage.intake.sheets.book import MAX_COLUMNS
from dancu.linkage.intake.source import Source, literal, quoted
from dancu.linkage.intake.spool import select_without, spool

SAMPLE_ROWS = 1_000
SPREAD_ROWS = 250
"""Rows taken from each of four later places of a large file."""
JSON_HEAD_BYTES = 1 << 21


def read_parquet(path: Path, *, work: Path, overrides: Mapping[str, str], careful: bool = False) -> Source:
    """Raises Refusal("file_damaged") for a file that is cut off; `careful` reads it to its end to be sure."""
    import duckdb

    with path.open("rb") as file:
        file.seek(-4, 2)
        if file.read() not in (b"PAR1", b"PARE"):
            raise refuse("file_damaged", file=path, detail="PAR1")
    scan = f"read_parquet({literal(path)})"
    with duckdb.connect() as db:
        db.execute("SET threads = 1")
        try:
            names = [row[0] for row in db.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()]
            if len(names) > MAX_COLUMNS:
                raise refuse("too_many_columns", file=path, detail=len(names), limit=MAX_COLUMNS)
            rows = _parquet_sample(db, scan, names)
            if careful:
                db.execute(f"SELECT bit_xor(hash(t)) FROM {scan} t").fetchall()
        except duckdb.Error as error:
            raise refuse("file_damaged", file=path, detail=type(error).__name__) from None
    if not rows:
        raise refuse("no_rows", file=path)
    plan, charsets = _decide(names, rows, path, overrides)
    if any(charsets):
        return _repaired(path, "parquet", plan, charsets, scan, work)
    relation = select_without(
        f"read_parquet({literal(path)}, file_row_number=true)", [names[i] for i in sorted(plan.own)]
    )
    # The scan keeps the file's own column names; a plan that had to change one is read by position instead.
    if list(plan.names) != names:
        renamed = ", ".join(
            f"{quoted(old)} AS {quoted(new)}" for old, new in zip(names, plan.names, strict=True)
        )
        relation = (
            f"(SELECT {renamed}, file_row_number FROM read_parquet({literal(path)}, file_row_number=true))"
        )
    return _source(path, "parquet", plan, relation, "file_row_number + 1")


def _parquet_sample(db, scan: str, names: Sequence[str]) -> list[list[str | None]]:
    texts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in names)
    rows = db.execute(f"SELECT {texts} FROM {scan} LIMIT {SAMPLE_ROWS}").fetchall()
    total = db.execute(f"SELECT count(*) FROM {scan}").fetchall()[0][0]
    if total > 20 * SAMPLE_ROWS:
        for part in range(1, 5):
            start = (total - SPREAD_ROWS) * part // 4
            where = f"file_row_number BETWEEN {start} AND {start + SPREAD_ROWS - 1}"
            rows += db.execute(f"SELECT {texts} FROM {scan} WHERE {where}").fetchall()
    return [list(row) for row in rows]


def read_ndjson(path: Path, *, work: Path, overrides: Mapping[str, str], careful: bool = False) -> Source:
    """One JSON object a line, or one array of objects; raises Refusal("file_damaged") for neither.

    `careful` reads every line in Python, and says which one is wrong.
    """
    where, head, whole = _utf8(path, work)
    array = head.lstrip().startswith("[")
    records = list(_array_records(head, whole, path)) if array else list(_line_records(head, whole, path))
    if not records:
        raise refuse("no_rows", file=path)
    names = list(dict.fromkeys(key for record in records for key in record))
    if len(names) > MAX_COLUMNS:
        raise refuse("too_many_columns", file=path, detail=len(names), limit=MAX_COLUMNS)
    taken: set[str] = set()
    names = [name for name in names if name and not (name.casefold() in taken or taken.add(name.casefold()))]
    rows = [[_json_text(record.get(name)) for name in names] for record in records]
    plan, charsets = _decide(names, rows, path, overrides)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for i, name in enumerate(names) if i not in plan.own)
    if careful and not array:
        return _checked(path, where, names, plan, charsets, work)
    kind = "array" if array else "newline_delimited"
    relation = f"read_json({literal(where)}, format='{kind}', columns={{{columns}}})"
    if list(plan.names) != names:
        renamed = ", ".join(
            f"{quoted(old)} AS {quoted(plan.names[i])}" for i, old in enumerate(names) if i not in plan.own
        )
        relation = f"(SELECT {renamed} FROM {relation})"
    if any(charsets):
        kept = [charsets[i] for i in range(len(names)) if i not in plan.own]
        return _repaired(path, "ndjson", plan, kept, relation, work)
    return _source(path, "ndjson", plan, relation, None)


def _checked(
    path: Path, where: Path, names: Sequence[str], plan: Plan, charsets: Sequence[str | None], work: Path
) -> Source:
    kept = [i for i in range(len(names)) if i not in plan.own]

    def rows() -> Iterator[list[object]]:
        number = 0
        with where.open("r", encoding="utf-8", errors="replace", newline="\n") as lines:
            for at, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                number += 1
                record = _record(line, path, f"JSON, dòng/line {at}")
                cells = [_json_text(record.get(names[i])) for i in kept]
                yield [*_with_charsets(cells, [charsets[i] for i in kept]), number]

    texts = [plan.names[i] for i in kept]
    target = work / f"{path.stem[:60]}.checked"
    made = spool(rows(), texts=texts, typed=(("_row", "INTEGER"),), target=target)
    return _source(path, "ndjson", plan, made, "_row")


def _with_charsets(cells: Sequence[str | None], charsets: Sequence[str | None]) -> list[str | None]:
    return [charset.repaired(v, c) if v and c else v for v, c in zip(cells, charsets, strict=True)]


def _record(line: str, path: Path, place: str) -> dict:
    try:
        record = json.loads(line, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise refuse("file_damaged", file=path, detail=place) from None
    if not isinstance(record, dict):
        raise refuse("file_damaged", file=path, detail=place)
    return record


def _utf8(path: Path, work: Path) -> tuple[Path, str, bool]:
    """(file DuckDB can read, its beginning as text, whether that is all of it)."""
    with path.open("rb") as file:
        raw = file.read(JSON_HEAD_BYTES)
    whole = len(raw) == path.stat().st_size
    encoding = find_encoding(raw, whole=whole)
    head = raw[encoding.skip_bytes :].decode(encoding.codec, "replace")
    if encoding.plain and not encoding.skip_bytes:
        return path, head, whole
    target = work / f"{path.stem[:60]}.utf8.json"
    decoder = codecs.getincrementaldecoder(encoding.codec)("replace")
    with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        file.seek(encoding.skip_bytes)
        while block := file.read(1 << 20):
            out.write(decoder.decode(block))
    return target, head, whole


def _line_records(head: str, whole: bool, path: Path) -> Iterator[dict]:
    lines = head.split("\n")
    if not whole:
        if len(lines) == 1:
            raise refuse("line_too_long", file=path, detail=f"{JSON_HEAD_BYTES:,}")
        lines.pop()
    for line in lines[: 2 * SAMPLE_ROWS]:
        if line.strip():
            yield _record(line, path, "JSON")


def _array_records(head: str, whole: bool, path: Path) -> Iterator[dict]:
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    at = head.index("[") + 1
    for _ in range(2 * SAMPLE_ROWS):
        while at < len(head) and head[at] in " \t\r\n,":
            at += 1
        if at >= len(head) or head[at] == "]":
            return
        try:
            record, at = decoder.raw_decode(head, at)
        except (ValueError, RecursionError):
            if whole:
                raise refuse("file_damaged", file=path, detail="JSON") from None
            return
        if not isinstance(record, dict):
            raise refuse("not_a_table", file=path, detail="JSON")
        yield record


def _json_text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _decide(
    names: Sequence[str], rows: list[list[str | None]], path: Path, overrides: Mapping[str, str]
) -> tuple[Plan, list[str | None]]:
    charsets = charset.decide_all([[row[i] for row in rows] for i in range(len(names))])
    for row in rows:
        for i, name in enumerate(charsets):
            if name and row[i]:
                row[i] = charset.repaired(row[i], name)
    plan = make_plan(names, rows, path=path, overrides=overrides, headed=True, charsets=charsets)
    return plan, charsets


def _repaired(
    path: Path, kind: str, plan: Plan, charsets: Sequence[str | None], relation: str, work: Path
) -> Source:
    """A copy in the work folder with legacy fonts repaired; derived columns are not met in these formats."""
    import duckdb

    def rows(db) -> Iterator[list[object]]:
        cursor = db.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {relation}")
        number = 0
        while batch := cursor.fetchmany(5_000):
            for row in batch:
                number += 1
                yield [*_with_charsets(row, charsets), number]

    names = list(plan.names) if kind == "parquet" else [column.name for column in plan.columns]
    with duckdb.connect() as db:
        target = work / f"{path.stem[:60]}.repaired"
        made = spool(rows(db), texts=names, typed=(("_row", "INTEGER"),), target=target)
    return _source(path, kind, plan, made, "_row")


def _source(path: Path, kind: str, plan: Plan, relation: str, row: str | None) -> Source:
    derived: Counter[str] = Counter(made.name for made in plan.derived)
    mapping = {field: columns for field, columns in plan.mapping.items() if columns[0] not in derived}
    return Source(
        path=path, stem=path.stem, format=kind, relation=relation, row=row, columns=plan.columns, mapping=mapping,
        date_order=plan.order, sex_codes=plan.codes, notes=plan.notes, people=plan.people, complete=plan.complete,
    )  # fmt: skip
