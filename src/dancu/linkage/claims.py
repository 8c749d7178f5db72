"""Reads an agency file's cells into integers: each distinct value once, in Python, then joined back by the engine."""

from __future__ import annotations

from dataclasses import dataclass

from dancu.core import date as dates
from dancu.core import name as names
from dancu.core import note
from dancu.core import number as numbers
from dancu.linkage import place
from dancu.linkage.engine import Engine, literal, name
from dancu.linkage.intake.source import Source
from dancu.linkage.prepared import Prepared

# Addresses end in their units; what stands before is house and street and differs in every row.
_ADDRESS_PARTS = 4
_SEPARATOR = "\x1f"
_CLAIM = (
    "row INTEGER, kind TINYINT, num BIGINT, len TINYINT, nbits BIGINT, date INTEGER, date_unread BOOLEAN, sex TINYINT, "
    "cnid INTEGER, kid INTEGER, bid INTEGER, tail BIGINT, pid INTEGER, prov SMALLINT, communes TINYINT, outdated BOOLEAN, "
    "mcnid INTEGER, mkid INTEGER, fcnid INTEGER, fkid INTEGER, phone BIGINT, checkable BOOLEAN"
)
_PARENTS = ("mother_name", "father_name")


@dataclass(frozen=True)
class Cells:
    """SQL for the cells of the judged rows, as text: NULL where empty.

    relation   FROM item with the original columns
    row        SQL of the 1-based row
    where      condition that leaves out rows that are not judged
    columns    field → SQL text expression
    """

    relation: str
    row: str
    where: str
    columns: dict[str, str]


def cells(engine: Engine, source: Source) -> Cells:
    """The mapped columns of a source; loads it into a table first where it has no row number of its own."""
    relation, row = source.relation, source.row
    if row is None:
        engine.run(f"CREATE OR REPLACE TEMP TABLE original AS SELECT * FROM {source.relation}")
        relation, row = "original", "rowid + 1"
    columns = {field: _joined(field, parts) for field, parts in source.mapping.items()}
    where = "NOT coalesce(_skip, false)" if source.has_skip else "true"
    return Cells(relation, f"CAST({row} AS INTEGER)", where, columns)


def _joined(field: str, columns: tuple[str, ...]) -> str:
    texts = [f"nullif(trim(CAST({name(column)} AS VARCHAR)), '')" for column in columns]
    if len(texts) == 1:
        return texts[0]
    return f"nullif(concat_ws({literal('/' if field == 'birth_date' else ' ')}, {', '.join(texts)}), '')"


def text_of(cells: Cells, field: str) -> str:
    """SQL text of a field; NULL where the file has no such column."""
    return cells.columns.get(field, "CAST(NULL AS VARCHAR)")


# Digits only, of a length a number can have: read by the engine; everything else by `core.number`.
_PLAIN = "regexp_full_match({number}, '[0-9]{{8,15}}') AND {number} NOT LIKE '00000000%'"


def read_plain(engine: Engine, source: Source, cells: Cells) -> None:
    """Table `plain`: number, birth date, sex and the name as written, of every judged row."""
    number = f"coalesce({text_of(cells, 'pin')}, {text_of(cells, 'old_id')})"
    _read_dates(engine, source, cells)
    _read_sexes(engine, source, cells)
    _read_numbers(engine, cells, number)
    sex = f"lower({cells.columns['sex']})" if "sex" in cells.columns else "CAST(NULL AS VARCHAR)"
    engine.file(
        "plain",
        row=cells.row,
        number=number,
        name=text_of(cells, "name"),
        date=text_of(cells, "birth_date"),
        sex=sex,
        relation=cells.relation,
        where=cells.where,
        plain=_PLAIN.format(number="number"),
    )


def without_facts(engine: Engine, rows: str, out: str) -> None:
    """Table `out`: like `claim` (see `sql/claim.sql`), of the rows of table `rows`, with names coded and no other fact."""
    engine.run(f"CREATE OR REPLACE TEMP TABLE {out} ({_CLAIM})")
    nothing = ", ".join(f"CAST(NULL AS VARCHAR) AS {text}" for text in (*_PARENTS, "place_text"))
    engine.file("claim", rows=rows, out=out, fact=f"(SELECT row, {nothing}, CAST(0 AS BIGINT) AS phone FROM {rows})")


def read_facts(engine: Engine, cells: Cells, register: Prepared, rows: str) -> None:
    """Add to table `claim` (see `sql/claim.sql`) the rows of table `rows` with names, places and telephone coded."""
    fetch_facts(engine, cells, rows, "fact")
    read_names(
        engine,
        register,
        f"""SELECT name AS text FROM plain WHERE row IN (SELECT row FROM {rows})
        UNION SELECT mother_name FROM fact UNION SELECT father_name FROM fact""",
    )
    read_places(engine, "fact")
    engine.file("claim", rows=rows, fact="fact", out="claim")


def fetch_facts(engine: Engine, cells: Cells, rows: str, out: str) -> None:
    """Table `out` (row, mother_name, father_name, place_text, phone) of the rows of table `rows`, as the file has them."""
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE {out} AS
        SELECT {cells.row} AS row, {", ".join(f"{text_of(cells, field)} AS {field}" for field in _PARENTS)},
          {_place_text(cells) or "CAST(NULL AS VARCHAR)"} AS place_text, {_phone(cells)} AS phone
        FROM {cells.relation} WHERE {cells.row} IN (SELECT row FROM {rows})"""
    )


def _phone(cells: Cells) -> str:
    if "phone" not in cells.columns:
        return "CAST(0 AS BIGINT)"
    return f"coalesce(TRY_CAST(regexp_replace({cells.columns['phone']}, '[^0-9]', '', 'g') AS BIGINT), 0)"


def start(engine: Engine) -> None:
    """Empty tables that `read_facts` adds to."""
    for sql in (
        "read_name (cnid INTEGER, text VARCHAR, toned VARCHAR, key VARCHAR, kid INTEGER, bid INTEGER, tail BIGINT)",
        "read_place (text VARCHAR, pid INTEGER, prov SMALLINT, communes TINYINT, outdated BOOLEAN)",
        "place_commune (pid INTEGER, commune INTEGER, relation TINYINT)",
        f"claim ({_CLAIM})",
    ):
        engine.run(f"CREATE OR REPLACE TEMP TABLE {sql}")


def _distinct(engine: Engine, cells: Cells, expression: str, condition: str = "true"):
    """Distinct values of an expression over the judged rows, as a pyarrow column without nulls."""
    sql = (
        f"SELECT DISTINCT text FROM (SELECT {expression} AS text FROM {cells.relation} WHERE {cells.where}) "
        f"WHERE text IS NOT NULL AND {condition}"
    )
    return engine.arrow(sql).column(0).combine_chunks()


def read_names(engine: Engine, register: Prepared, wanted: str) -> None:
    """Add to `read_name` the texts of the query `wanted` that are not there yet, with their keys and the keys' codes.

    A name whose key nobody on record has is searched for without its titles and remarks, in any order."""
    import pyarrow as pa

    texts = (
        engine.arrow(
            f"SELECT DISTINCT text FROM ({wanted}) WHERE text IS NOT NULL AND text NOT IN (SELECT text FROM read_name)"
        )
        .column(0)
        .combine_chunks()
    )
    if not len(texts):
        return
    keys, toned = names.keys_and_toned(texts.to_pylist())
    engine.table("arrived_name", pa.table({"text": texts, "key": pa.array(keys), "toned": pa.array(toned)}))
    few = engine.pruned("key", "SELECT DISTINCT key FROM arrived_name")
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE coded_name AS
        SELECT CAST(row_number() OVER () - 1 + {engine.count("read_name")} AS INTEGER) AS cnid, a.text, a.toned, a.key,
          coalesce(k.kid, -1) AS kid, coalesce(k.bid, -1) AS bid, coalesce(k.tail, 0) AS tail
        FROM arrived_name a
        LEFT JOIN (SELECT key, kid, bid, tail FROM {register.source("key")} WHERE true{few}) k ON k.key = a.key"""
    )
    new = engine.arrow("SELECT text, key FROM coded_name WHERE kid < 0")
    unknown, unknown_keys = (column.to_pylist() for column in new.columns)
    bare = note.bare_keys(unknown, unknown_keys)
    columns = {"text": pa.array(unknown, pa.string()), "bag": pa.array(_bags(bare), pa.string())}
    engine.table("bare_name", pa.table({**columns, "tail": pa.array(map(names.tail, bare), pa.int64())}))
    few = engine.pruned("bag", "SELECT DISTINCT bag FROM bare_name")
    engine.run(
        f"""INSERT INTO read_name
        SELECT c.cnid, c.text, c.toned, c.key, c.kid, CASE WHEN c.kid >= 0 THEN c.bid ELSE coalesce(b.bid, -1) END,
          coalesce(r.tail, c.tail)
        FROM coded_name c LEFT JOIN bare_name r ON r.text = c.text
        LEFT JOIN (SELECT bag, bid FROM {register.source("bag")} WHERE true{few}) b ON b.bag = r.bag"""
    )


def _bags(keys: list[str]) -> list[str]:
    """Keys without their order."""
    return [" ".join(sorted(key.split(" "))) for key in keys]


def _read_dates(engine: Engine, source: Source, cells: Cells) -> None:
    import pyarrow as pa

    texts = _distinct(engine, cells, text_of(cells, "birth_date"))
    parsed = dates.parse_many(texts.to_pylist(), source.date_order, source.date_epoch)
    engine.table("read_date", pa.table({"text": texts, "date": pa.array(parsed, pa.int32())}))


def _read_sexes(engine: Engine, source: Source, cells: Cells) -> None:
    import pyarrow as pa

    texts = (
        _distinct(engine, cells, f"lower({text_of(cells, 'sex')})")
        if "sex" in cells.columns
        else pa.array([], pa.string())
    )
    codes = {"male": 1, "female": 2}
    sexes = [codes.get(source.sex_codes.get(text, text), 0) for text in texts.to_pylist()]
    engine.table("read_sex", pa.table({"text": texts, "sex": pa.array(sexes, pa.int8())}))


def _read_numbers(engine: Engine, cells: Cells, number: str) -> None:
    import pyarrow as pa

    texts = _distinct(engine, cells, number, f"NOT ({_PLAIN.format(number='text')})")
    columns = zip(("kind", "num", "len", "nbits"), numbers.parse_columns(texts.to_pylist()), strict=True)
    types = {"kind": pa.int8(), "num": pa.int64(), "len": pa.int8(), "nbits": pa.int64()}
    data = {name: pa.array(values, types[name]) for name, values in columns}
    engine.table("read_number", pa.table({"text": texts, **data}))


def _place_text(cells: Cells) -> str:
    """Province, district, commune and the end of the address as one text; empty where the file has none of them."""
    parts = [text_of(cells, field) for field in ("province", "district", "commune")]
    tail = "CAST(NULL AS VARCHAR)"
    if "address" in cells.columns and "commune" not in cells.columns:
        address = cells.columns["address"]
        tail = f"array_to_string(list_slice(string_split({address}, ','), -{_ADDRESS_PARTS}, -1), ',')"
    if not any(field in cells.columns for field in ("province", "district", "commune", "address")):
        return ""
    joined = f" || chr({ord(_SEPARATOR)}) || ".join(f"coalesce({part}, '')" for part in (*parts, tail))
    return f"nullif({joined}, {' || '.join(['chr(31)'] * 3)})"


def _understood(texts: list[str]) -> list[place.Claimed]:
    """What each place means; texts that differ only in writing are resolved once."""
    keys = [tuple(part.split("\n")) for part in _folded(texts)]
    distinct = list(dict.fromkeys(keys))
    meant = dict(zip(distinct, place.claimed(distinct), strict=True))
    return [meant[key] for key in keys]


def _folded(texts: list[str]) -> list[str]:
    """Each text without diacritics or capitals, its parts on lines of their own."""
    parts = [part for text in texts for part in text.split(_SEPARATOR)]
    folded = names.folds(parts)
    size = len(parts) // len(texts)
    return ["\n".join(folded[i : i + size]) for i in range(0, len(folded), size)]


def read_places(engine: Engine, facts: str) -> None:
    """Add to `read_place` and `place_commune` the places of table `facts` that are not there yet."""
    import pyarrow as pa

    texts = engine.run(
        f"""SELECT DISTINCT place_text FROM {facts}
        WHERE place_text IS NOT NULL AND place_text NOT IN (SELECT text FROM read_place)"""
    )
    if not texts:
        return
    first = engine.count("read_place")
    found = _understood([text for (text,) in texts])
    arrived = {
        "text": pa.array([text for (text,) in texts]),
        "pid": pa.array(range(first, first + len(found)), pa.int32()),
        "prov": pa.array([entry.province for entry in found], pa.int16()),
        "communes": pa.array([len(entry.communes) for entry in found], pa.int8()),
        "outdated": pa.array([entry.outdated for entry in found]),
    }
    lines = [(first + i, code, relation) for i, entry in enumerate(found) for code, relation in entry.communes]
    columns = list(zip(*lines, strict=True)) or [(), (), ()]
    types = (pa.int32(), pa.int32(), pa.int8())
    named = {n: pa.array(c, t) for n, c, t in zip(("pid", "commune", "relation"), columns, types, strict=True)}
    engine.insert("read_place", pa.table(arrived))
    engine.insert("place_commune", pa.table(named))
