"""The rows that number, name and date made sure: their other fields against the record, by text where text tells.

Most rows of a file end here, so nothing is coded that text equality can tell; only writings that differ by more than
capitals, Unicode form or accents all left out are read by `core`, once per distinct pair.
"""

from __future__ import annotations

from dancu.core import name as names
from dancu.core import variant
from dancu.linkage import claims, judge, lookup
from dancu.linkage.cascade import Cascade

_COLUMNS = "pin, nid, dob, sex, prov, commune, mnid, fnid, phone, status, status_date"
_PARENTS = (("mother", "mnid"), ("father", "fnid"))


def judge_sure(cascade: Cascade) -> None:
    """Table `pair_sure`: for every row of `sure` the record, relations, `said_bits` of the name's writing, and what it claims."""
    engine, cells = cascade.engine, cascade.cells
    claims.fetch_facts(engine, cells, "sure", "sure_fact")
    claims.read_places(engine, "sure_fact")
    _fetch_people(cascade)
    asked = [parent for parent, _ in _PARENTS if f"{parent}_name" in cells.columns]
    joins = [
        f"LEFT JOIN {_names(cascade, nid)} {parent} ON {parent}.nid = p.{nid}" for parent, nid in _PARENTS if parent in asked
    ]
    told = {parent: judge.same_name(f"f.{parent}_name", parent) if parent in asked else "false" for parent, _ in _PARENTS}
    engine.file(
        "sure_pair",
        names=_names(cascade, "nid"),
        parents=" ".join(joins),
        date_rel=judge.date_relation("c.date", "p.dob"),
        sex_rel=judge.simple_relation("c.sex", "p.sex"),
        place_rel=judge.place_relation("coalesce(l.pid, -1)", "l.prov", "l.communes"),
        phone_rel=judge.simple_relation("f.phone", "p.phone"),
        mother_same=told["mother"],
        father_same=told["father"],
        said_bits=judge.writing_bits("c.name", "n.name", "n.plain"),
    )
    engine.drop("sure_fact", "sure_person")
    _read_odd_names(cascade)
    for parent, nid in _PARENTS:
        _read_odd_parents(cascade, parent, nid, asked=parent in asked)


def _fetch_people(cascade: Cascade) -> None:
    """Table `sure_person` (row, the record's `_COLUMNS`). First of all: names are joined to these people, not to a country."""
    engine = cascade.engine
    person = "numbered_person" if cascade.is_small else cascade.register.source("person")
    listed = ", ".join("p." + column for column in _COLUMNS.split(", "))
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE sure_person AS
        SELECT s.row, {listed} FROM sure s JOIN {person} p ON p.pin = s.pin"""
    )


def _names(cascade: Cascade, nid: str) -> str:
    """FROM item: the names that column `nid` of the sure people points to, at least."""
    return lookup.names(cascade.engine, cascade.register, f"SELECT {nid} AS nid FROM sure_person", f"sure_{nid}")


def _read_odd_names(cascade: Cascade) -> None:
    """Table `odd_name` (text, nid, relation, bits): claimed names whose writing `sql/sure_pair.sql` could not tell."""
    import pyarrow as pa

    table = _odd_pairs(cascade, "odd_name", "nid")
    found = variant.compare_many(table.column("text").to_pylist(), table.column("record").to_pylist())
    relations, bits = zip(*found, strict=True) if found else ((), ())
    columns = {"relation": pa.array(relations, pa.int8()), "bits": pa.array(bits, pa.int64())}
    cascade.engine.table("odd_name", pa.table({"text": table.column("text"), "nid": table.column("nid"), **columns}))


def _read_odd_parents(cascade: Cascade, parent: str, nid: str, *, asked: bool) -> None:
    """Table `odd_mother` or `odd_father` (text, nid, relation)."""
    import pyarrow as pa

    if not asked:
        cascade.engine.run(f"CREATE OR REPLACE TEMP TABLE odd_{parent} (text VARCHAR, nid INTEGER, relation TINYINT)")
        return
    table = _odd_pairs(cascade, f"odd_{parent}", nid)
    claimed, recorded = table.column("text").to_pylist(), table.column("record").to_pylist()
    keys = names.keys(claimed), names.keys(recorded)
    relations = variant.relations(claimed, recorded, *keys)
    found = [variant.SAME if a == b else relation for a, b, relation in zip(*keys, relations, strict=True)]
    columns = {"text": table.column("text"), "nid": table.column("nid"), "relation": pa.array(found, pa.int8())}
    cascade.engine.table(f"odd_{parent}", pa.table(columns))


def _odd_pairs(cascade: Cascade, column: str, nid: str):
    """Distinct (text, nid, record): texts of `column` of `pair_sure` that are left to be read, and the name on record."""
    nids = f"SELECT {nid} AS nid FROM pair_sure WHERE {column} IS NOT NULL"
    name = lookup.names(cascade.engine, cascade.register, nids, f"{column}_record")
    return cascade.engine.arrow(
        f"""SELECT x.text, x.nid, n.name AS record
        FROM (SELECT DISTINCT {column} AS text, {nid} AS nid FROM pair_sure WHERE {column} IS NOT NULL) x
        JOIN {name} n ON n.nid = x.nid"""
    )
