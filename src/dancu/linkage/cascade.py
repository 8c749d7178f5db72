"""The cascade: numbers first, then keys of name, date, place and mother for what is left, each pair judged by evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dancu.core import variant
from dancu.core.policy import Policy, Weights
from dancu.core.reason import BIT
from dancu.linkage import claims, judge
from dancu.linkage.claims import Cells
from dancu.linkage.engine import Engine
from dancu.linkage.prepared import Prepared

# A pair this certain is not challenged by looking for others.
_SETTLED = 0.9999
# More people than this behind one key prove nothing; the key is left out and the row needs other evidence.
_MOST_PER_KEY = 96
# Namesakes of one year in one province: with more of them only the commune or a parent can tell, which have keys of their own.
_MOST_NAMESAKES = 8

_FULL = (
    "pin, nid, kid, dob, sex, prov, commune, mnid, mkid, fnid, fkid, nf, df, mf, ff, mpin, fpin, spin, old, phone, "
    "status, status_date, onid, okid, pnid, pkid, history"
)


@dataclass(frozen=True)
class Cascade:
    """What one run of the cascade works with. Tables made: `hit` (by number), `pair` (judged pairs of open rows)."""

    engine: Engine
    register: Prepared
    weights: Weights
    policy: Policy
    cells: Cells

    @property
    def settled_score(self) -> float:
        """Evidence in bits from which a lone candidate is `_SETTLED` probable."""
        absent = self.weights.absent_share
        return math.log2(_SETTLED / (1 - _SETTLED) * absent * self.register.people / (1 - absent))


def run(cascade: Cascade) -> None:
    """Find and judge the candidates of every row of table `plain`."""
    engine = cascade.engine
    engine.run("CREATE OR REPLACE TEMP TABLE variant_pair (cnid INTEGER, nid INTEGER, relation TINYINT)")
    with engine.stage("numbers", engine.count("plain")):
        by_number(cascade)
    with engine.stage("names", engine.count("doubted_row")):
        claims.read_names(engine, cascade.register, "doubted_row")
        _settle_hits(cascade)
    with engine.stage("facts", engine.count("open_row")):
        claims.read_facts(engine, cascade.cells, cascade.register, "open_row")
        engine.run("CREATE OR REPLACE TEMP TABLE open AS SELECT * FROM claim WHERE checkable OR (cnid >= 0 AND mcnid + fcnid >= -1)")
    with engine.stage("candidates", engine.count("open")):
        _first_candidates(cascade)
        judge_candidates(cascade, "pair_first")
    with engine.stage("search"):
        _second_candidates(cascade)
        judge_candidates(cascade, "pair_second")
    engine.run(
        """CREATE OR REPLACE TEMP VIEW pair AS
        SELECT * FROM pair_first UNION ALL SELECT * FROM pair_second"""
    )


def by_number(cascade: Cascade) -> None:
    """Table `hit`: rows whose number is somebody's; `sure` where name and date agree as well (see `sql/hit.sql`)."""
    engine, person = cascade.engine, cascade.register.source("person")
    few = engine.pruned("p.pin", "SELECT DISTINCT num FROM plain WHERE kind IN (1, 3)")
    few_names = ""
    if few:
        hits = f"SELECT DISTINCT p.nid FROM plain c JOIN {person} p ON p.pin = c.num WHERE c.kind IN (1, 3){few}"
        few_names = engine.pruned("n.nid", hits)
    engine.file("hit", person=person, name=cascade.register.source("name"), few=few, few_names=few_names)
    engine.run("CREATE OR REPLACE TEMP TABLE doubted_row AS SELECT row FROM hit WHERE NOT sure")


def _settle_hits(cascade: Cascade) -> None:
    """Judge the other hits by number, name, date and sex alone; certain ones become `sure` too. Table `open_row`: the rest.

    Relations are the cheap ones here: the same key, another order, one letter, a middle name left out.
    """
    engine = cascade.engine
    engine.file(
        "settle",
        name=cascade.register.source("name"),
        few=engine.pruned("n.nid", "SELECT DISTINCT nid FROM hit WHERE NOT sure"),
        date_rel=judge.date_relation("c.date", "h.dob"),
        sex_rel=judge.simple_relation("c.sex", "h.sex"),
        score=judge.score(cascade.weights, cascade.register.people, ("number", "name", "date", "sex")),
        settled=cascade.settled_score,
    )
    engine.run(
        """CREATE OR REPLACE TEMP TABLE open_row AS
        SELECT row FROM plain WHERE row NOT IN (SELECT row FROM hit WHERE sure)"""
    )


def _first_candidates(cascade: Cascade) -> None:
    """Numbers that somebody has or had, and full names with full dates (also with day and month exchanged)."""
    engine = cascade.engine
    engine.run("CREATE OR REPLACE TEMP TABLE candidate AS SELECT row, pin FROM hit WHERE NOT sure")
    _look_up(
        cascade,
        "alias",
        "number",
        """SELECT row, num AS k FROM open WHERE kind = 2 OR (kind = 3 AND len = 8)
           UNION ALL SELECT row, num FROM open WHERE kind IN (1, 3)""",
    )
    _look_up(
        cascade,
        "name_date",
        "k",
        """SELECT row, bid * 100000000::BIGINT + date AS k FROM open WHERE bid >= 0 AND date % 100 > 0
           UNION ALL
           SELECT row, bid * 100000000::BIGINT + date // 10000 * 10000 + date % 100 * 100 + date // 100 % 100
           FROM open WHERE bid >= 0 AND date % 100 BETWEEN 1 AND 12 AND date % 100 <> date // 100 % 100""",
    )


def _second_candidates(cascade: Cascade) -> None:
    """For rows that no first candidate settles: keys that survive a slip in the date, the name or the number."""
    engine = cascade.engine
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE still_open AS
        SELECT o.* FROM open o
        WHERE NOT EXISTS (
          SELECT 1 FROM pair_first p
          WHERE p.row = o.row AND p.score >= {cascade.settled_score} AND p.name_rel BETWEEN 1 AND {variant.TYPO})"""
    )
    engine.run("CREATE OR REPLACE TEMP TABLE candidate (row INTEGER, pin BIGINT)")
    _look_up(
        cascade,
        "name_place",
        "k",
        """SELECT row, bid * 1000000::BIGINT + date // 10000 * 100 + prov AS k
           FROM still_open WHERE bid >= 0 AND date > 0 AND prov > 0""",
        most=_MOST_NAMESAKES,
    )
    _look_up(
        cascade,
        "date_commune",
        "k",
        """SELECT o.row, o.date * 100000::BIGINT + g.commune AS k
           FROM still_open o JOIN place_commune g ON g.pid = o.pid WHERE o.date % 100 > 0""",
    )
    _look_up(
        cascade,
        "name_commune",
        "k",
        """SELECT o.row, o.bid * 100000::BIGINT + g.commune AS k
           FROM still_open o JOIN place_commune g ON g.pid = o.pid WHERE o.bid >= 0""",
    )
    _look_up(
        cascade,
        "name_mother",
        "k",
        "SELECT row, bid * 10000000::BIGINT + mkid AS k FROM still_open WHERE bid >= 0 AND mkid >= 0",
    )
    _look_up(cascade, "child", "k", "SELECT o.row, o.num AS k FROM still_open o JOIN hit h ON h.row = o.row")
    engine.run(
        """CREATE OR REPLACE TEMP TABLE digit_place AS
        SELECT CAST(pow(10, place) AS BIGINT) AS unit, digit
        FROM (SELECT unnest(range(12)) AS place), (SELECT unnest(range(10)) AS digit)"""
    )
    engine.file("near_numbers", open="still_open", person=cascade.register.source("person"))
    engine.run(
        """CREATE OR REPLACE TEMP TABLE candidate AS
        SELECT DISTINCT row, pin FROM candidate c
        WHERE NOT EXISTS (SELECT 1 FROM pair_first p WHERE p.row = c.row AND p.pin = c.pin)"""
    )


def _look_up(cascade: Cascade, table: str, column: str, keys: str, *, most: int = _MOST_PER_KEY) -> None:
    """Add to `candidate` the people behind each row's key; keys with more than `most` people are left out."""
    engine = cascade.engine
    engine.run(f"CREATE OR REPLACE TEMP TABLE wanted AS {keys}")
    few = engine.pruned(f"i.{column}", "SELECT DISTINCT k FROM wanted")
    engine.run(
        f"""INSERT INTO candidate
        WITH found AS (
          SELECT i.{column} AS k, i.pin FROM {cascade.register.source(table)} i
          WHERE i.{column} IN (SELECT k FROM wanted){few}
        ), narrow AS (SELECT k FROM found GROUP BY k HAVING count(*) <= {most})
        SELECT w.row, f.pin FROM wanted w JOIN found f USING (k) WHERE k IN (SELECT k FROM narrow)"""
    )


def judge_candidates(cascade: Cascade, out: str) -> None:
    """Table `out`: every pair of `candidate` with relations and score."""
    fetch_people(cascade, "SELECT DISTINCT row, pin FROM candidate", "candidate_person")
    compare_names(cascade, "candidate_person")
    judge_pairs(cascade, "candidate_person", out)


def fetch_people(cascade: Cascade, pairs: str, out: str) -> None:
    """Table `out`: (row, the record's columns) for every (row, pin) of `pairs`."""
    engine = cascade.engine
    few = engine.pruned("p.pin", f"SELECT DISTINCT pin FROM ({pairs})")
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE {out} AS
        SELECT x.row, {", ".join("p." + column for column in _FULL.split(", "))},
          coalesce(h.mkid = p.mkid AND h.pin <> p.pin, false) AS sibling
        FROM ({pairs}) x JOIN {cascade.register.source("person")} p ON p.pin = x.pin
        LEFT JOIN hit h ON h.row = x.row AND h.mkid >= 0 AND NOT h.sure WHERE true{few}"""
    )


def judge_pairs(cascade: Cascade, people: str, out: str) -> None:
    """Relations and score of (row, person) pairs by the SQL twin of `core.match`."""
    weights = cascade.weights
    cascade.engine.file(
        "pair",
        people=people,
        out=out,
        number_rel=judge.number_relation(),
        date_rel=judge.date_relation("c.date", "p.dob"),
        sex_rel=judge.simple_relation("c.sex", "p.sex"),
        phone_rel=judge.simple_relation("c.phone", "p.phone"),
        other_name_used=BIT["other_name_used"],
        previous_value=BIT["previous_value"],
        score=judge.score(weights, cascade.register.people),
    )


def compare_names(cascade: Cascade, people: str) -> None:
    """Add to `variant_pair` the relation of each claimed name to a recorded one that is not the same, once per pair.

    Names that share neither most letters nor a first or last word are different without a closer look.
    """
    import pyarrow as pa

    engine = cascade.engine
    engine.file("name_pairs", people=people)
    if not engine.count("new_pair"):
        return
    few = engine.pruned("n.nid", "SELECT DISTINCT nid FROM new_pair")
    engine.file("similar_names", name=cascade.register.source("name"), few=few)
    for table in engine.batches("SELECT cnid, nid, claim, record FROM similar_pair"):
        claimed, recorded = table.column("claim").to_pylist(), table.column("record").to_pylist()
        relations = pa.array([relation for relation, _ in compared(claimed, recorded)], pa.int8())
        arriving = {"cnid": table.column("cnid"), "nid": table.column("nid"), "relation": relations}
        engine.insert("variant_pair", pa.table(arriving))


def compared(claimed: list[str], recorded: list[str]) -> list[tuple[int, int]]:
    """`core.variant.compare` of each pair of names as written; every distinct text is prepared once."""
    distinct = list(dict.fromkeys((*claimed, *recorded)))
    written = dict(zip(distinct, variant.writings(distinct), strict=True))
    return [variant.compare(written[a], written[b]) for a, b in zip(claimed, recorded, strict=True)]
