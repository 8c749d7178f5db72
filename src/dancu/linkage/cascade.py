"""The cascade: numbers first, then keys of name, date, place and mother for what is left, each pair judged by evidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dancu.core import variant
from dancu.core.match import OTHER_NAMES
from dancu.core.policy import FIELDS, Policy, Weights
from dancu.core.reason import BIT
from dancu.linkage import claims, judge, lookup
from dancu.linkage.claims import Cells
from dancu.linkage.engine import Engine, statement
from dancu.linkage.prepared import Prepared

# A scan of the register pays from one row asked for so many people.
_SCAN_PAYS = 50
# A pair this certain is not challenged by looking for others.
_SETTLED = 0.9999
# Below this nobody on record fits a row yet, and keys that are less exact are tried.
_DOUBTFUL = 0.9
# Namesakes of one year in one province: with more of them only the commune or a parent can tell, which have keys of their own.
_MOST_NAMESAKES = 8
# People behind a key that says little: a name in a commune, or what is left of a name when more than a letter is left out.
_MOST_ALIKE = 32
_NOT_SURE = """CREATE OR REPLACE TEMP TABLE {out} AS
    SELECT row FROM plain WHERE row NOT IN (SELECT row FROM sure)"""
# What the first look goes by: the rest of a row is read only where this leaves a doubt.
_FIRST_LOOK = ("number", "name", "date", "sex")


@dataclass(frozen=True)
class Cascade:
    """What one run of the cascade works with. Tables made: `hit` (by number), `pair` (judged pairs of open rows).

    answered   is told when table `decided` is made, before anybody learns of it: the ledger of a check against the database
    """

    engine: Engine
    register: Prepared
    weights: Weights
    policy: Policy
    cells: Cells
    answered: Callable[[Engine], Any] | None = None

    @property
    def is_small(self) -> bool:
        """Whether the file has so few rows that people are looked up one by one rather than in a scan of the register."""
        return self.engine.has_arrays and self.engine.count("plain") * _SCAN_PAYS < self.register.people

    @property
    def settled_score(self) -> float:
        """Evidence in bits from which a lone candidate is `_SETTLED` probable."""
        return self._score(_SETTLED)

    @property
    def doubtful_score(self) -> float:
        """Evidence below which a row has nobody yet."""
        return self._score(_DOUBTFUL)

    def _score(self, probability: float) -> float:
        return math.log2(probability / (1 - probability) * self.absent_weight)

    @property
    def absent_weight(self) -> float:
        """The weight, in the scale of 2^score, of nobody on record being the person."""
        absent = self.weights.absent_share
        return absent * self.register.people / (1.0 - absent)


def run(cascade: Cascade) -> None:
    """Find and judge the candidates of every row of table `plain`.

    Tables: `hit`, `settled` (row, pin: certain at the first look), `claim` (the other rows), `pair` (their judged pairs and
    those that settled).
    """
    engine = cascade.engine
    engine.run("CREATE OR REPLACE TEMP TABLE variant_pair (cnid INTEGER, nid INTEGER, relation TINYINT)")
    with engine.stage("numbers", engine.count("plain"), steps=4 if cascade.is_small else 2):
        by_number(cascade)
    with engine.stage("names", engine.count("unsure_row")):
        claims.read_names(engine, cascade.register, "SELECT name AS text FROM plain WHERE row IN (SELECT row FROM unsure_row)")
        _settle_by_name(cascade)
        claims.without_facts(engine, "open_row", "bare_claim")
    with engine.stage("candidates", engine.count("open_row"), steps=len(_FIRST_KEYS) + 2):
        _first_candidates(cascade)
        _first_look(cascade)
    with engine.stage("facts", engine.count("unsettled")):
        claims.read_facts(engine, cascade.cells, cascade.register, "unsettled")
        engine.run("""CREATE OR REPLACE TEMP TABLE open AS SELECT * FROM claim
            WHERE checkable OR (cnid >= 0 AND (mcnid + fcnid >= -1 OR communes > 0))""")
    with engine.stage("search", engine.count("open"), steps=len(_SECOND_KEYS) + len(_LAST_KEYS) + 6):
        _second_candidates(cascade)
        _last_candidates(cascade)
    engine.drop("second_person", "last_person", "first_open", "person_beside_number", "still_open", "hopeless", "unsure_row", "open_row")
    engine.run(
        """CREATE OR REPLACE TEMP VIEW pair AS SELECT * FROM pair_first UNION ALL SELECT * FROM pair_second
        UNION ALL SELECT * FROM pair_last UNION ALL SELECT * FROM pair_look WHERE row IN (SELECT row FROM settled)"""
    )


def by_number(cascade: Cascade) -> None:
    """Table `hit`: rows whose number is somebody's. Table `sure` (row, pin): those whose name is the same as well and whose
    date and sex leave no doubt. Table `unsure_row`: the other rows of `plain`."""
    engine, register = cascade.engine, cascade.register
    person, name = register.source("person"), register.source("name")
    if cascade.is_small:
        lookup.nobody(engine)
        lookup.look_up(engine, register, "pin", "SELECT row, num AS k FROM plain WHERE kind IN (1, 3)")
        once = "SELECT min(row) AS row, who FROM candidate GROUP BY who"
        lookup.fetch_people(engine, register, "numbered_person", pairs=once)
        person = "numbered_person"
        name = lookup.names(engine, register, "SELECT nid FROM numbered_person", "numbered_name")
    engine.file("hit", person=person, name=name, same=judge.same_name("x.written", "n"))
    engine.run("CREATE OR REPLACE TEMP TABLE sure AS SELECT row, pin FROM hit WHERE agrees AND same")
    lookup.nobody(engine)
    lookup.look_up(engine, register, "pin", "SELECT row, pin AS k FROM hit WHERE NOT (agrees AND same)")
    lookup.fetch_people(engine, register, "hit_person", columns="pin, nid, dob, sex, mkid, nf, df")
    _settle_hits(cascade, "CASE WHEN x.same THEN 1 END")
    engine.run(_NOT_SURE.format(out="unsure_row"))


def _settle_hits(cascade: Cascade, name_rel: str, names: str = "") -> None:
    """Judge hits by number, name, date and sex alone; certain ones become `sure`."""
    cascade.engine.file(
        "settle",
        name_rel=name_rel,
        names=names,
        borne="r.kid >= 0" if names else "true",
        date_rel=judge.date_relation("c.date", "h.dob"),
        sex_rel=judge.simple_relation("c.sex", "h.sex"),
        score=judge.score(cascade.weights, cascade.register.people, _FIRST_LOOK),
        settled=cascade.settled_score,
    )


def _settle_by_name(cascade: Cascade) -> None:
    """Make hits sure whose name is the same but for diacritics, order, a middle name left out or one letter.

    Table `open_row`: the rows that are still not sure."""
    name = lookup.names(cascade.engine, cascade.register, "SELECT nid FROM hit_person WHERE row NOT IN (SELECT row FROM sure)", "hit_name")
    joined = f"JOIN read_name r ON r.text = c.name JOIN {name} n ON n.nid = h.nid"
    _settle_hits(cascade, statement("cheap_name"), joined)
    cascade.engine.run(_NOT_SURE.format(out="open_row"))


def _first_candidates(cascade: Cascade) -> None:
    """Numbers that somebody has or had, and full names with full dates (also with day and month exchanged)."""
    lookup.nobody(cascade.engine)
    for table, wanted in _FIRST_KEYS:
        lookup.look_up(cascade.engine, cascade.register, table, wanted)


def _first_look(cascade: Cascade) -> None:
    """Judge the first candidates by number, name, date and sex alone. Tables `pair_look`, `settled` and `unsettled` (row)."""
    engine = cascade.engine
    lookup.fetch_people(engine, cascade.register, "first_person")
    engine.file("alike_names", name=lookup.names(engine, cascade.register, "SELECT nid FROM first_person", "first_name"))
    judge_pairs(cascade, beside_number(cascade, "first_person"), "pair_look", claim="bare_claim", compared="alike_name", fields=_FIRST_LOOK)
    engine.file("settled", absent_weight=repr(cascade.absent_weight), settled=_SETTLED)
    engine.run(
        """CREATE OR REPLACE TEMP TABLE unsettled AS
        SELECT row FROM open_row WHERE row NOT IN (SELECT row FROM settled)"""
    )


def _second_candidates(cascade: Cascade) -> None:
    """Tables `pair_first`, the first candidates judged by all that the row says, and `pair_second`: for rows that these do
    not settle, people behind keys that survive a slip in the date, the name or the number."""
    engine, register = cascade.engine, cascade.register
    engine.run("CREATE OR REPLACE TEMP TABLE first_open AS SELECT * FROM first_person WHERE row IN (SELECT row FROM open)")
    compare_names(cascade, "first_open")
    judge_pairs(cascade, beside_number(cascade, "first_open"), "pair_first")
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE still_open AS
        SELECT o.* FROM open o
        WHERE NOT EXISTS (
          SELECT 1 FROM pair_first p
          WHERE p.row = o.row AND p.score >= {cascade.settled_score}
            AND (p.name_rel BETWEEN 1 AND {variant.INITIAL} OR (p.name_rel = {variant.TYPO} AND o.bid < 0)))"""
    )
    lookup.nobody(engine)
    for table, wanted, most in _SECOND_KEYS:
        lookup.look_up(engine, register, table, wanted, most=most)
    lookup.near_numbers(engine, register, "still_open")
    _judge_new(cascade, ("first_open",), "second_person", "pair_second")


def _last_candidates(cascade: Cascade) -> None:
    """Table `pair_last`: for rows that nobody fits so far, people behind keys that survive slips in two of name, date and place.

    Not for rows whose number is nobody's and agrees with their own date and sex: who bears it is not on record.
    """
    engine = cascade.engine
    fit = f"score >= {cascade.doubtful_score} AND name_rel NOT IN {OTHER_NAMES}"
    engine.run(
        f"""CREATE OR REPLACE TEMP TABLE hopeless AS
        SELECT * FROM still_open o
        WHERE (o.row IN (SELECT row FROM hit) OR NOT ({judge.own_number("o")})) AND row NOT IN (
          SELECT row FROM pair_first WHERE {fit} UNION ALL SELECT row FROM pair_second WHERE {fit})"""
    )
    lookup.nobody(engine)
    for table, wanted, most in _LAST_KEYS:
        lookup.look_up(engine, cascade.register, table, wanted, most=most)
    _judge_new(cascade, ("first_open", "second_person"), "last_person", "pair_last")


def _judge_new(cascade: Cascade, known: tuple[str, ...], people: str, out: str) -> None:
    """Fetch and judge the pairs of `candidate` that are not in the tables `known` yet."""
    engine = cascade.engine
    new = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {k} p WHERE p.row = c.row AND p.who = c.who)" for k in known)
    engine.run(f"CREATE OR REPLACE TEMP TABLE new_candidate AS SELECT DISTINCT row, who FROM candidate c WHERE {new}")
    lookup.fetch_people(engine, cascade.register, people, pairs="SELECT row, who FROM new_candidate")
    if not engine.count("new_candidate"):
        engine.run(f"CREATE OR REPLACE TEMP TABLE {out} AS SELECT * FROM pair_look WHERE false")
        return
    compare_names(cascade, people)
    judge_pairs(cascade, beside_number(cascade, people), out)


# Table of keys, and what the open rows ask there at first.
_FIRST_KEYS = (
    ("pin", "SELECT row, pin AS k FROM hit WHERE row IN (SELECT row FROM open_row)"),
    (
        "alias",
        """SELECT row, num AS k FROM bare_claim WHERE kind = 2 OR (kind = 3 AND len = 8)
           UNION ALL SELECT row, num FROM bare_claim WHERE kind IN (1, 3)""",
    ),
    (
        "name_date",
        """SELECT row, bid * 100000000::BIGINT + date AS k FROM bare_claim WHERE bid >= 0 AND date % 100 > 0
           UNION ALL
           SELECT row, bid * 100000000::BIGINT + date // 10000 * 10000 + date % 100 * 100 + date // 100 % 100
           FROM bare_claim WHERE bid >= 0 AND date % 100 BETWEEN 1 AND 12 AND date % 100 <> date // 100 % 100""",
    ),
)
# Table of keys, what the rows still open ask there, and how many people a key may have.
_SECOND_KEYS = (
    (
        "name_place",
        """SELECT row, bid * 1000000::BIGINT + date // 10000 * 100 + prov AS k
           FROM still_open WHERE bid >= 0 AND date > 0 AND prov > 0""",
        _MOST_NAMESAKES,
    ),
    (
        "date_commune",
        """SELECT o.row, o.date * 100000::BIGINT + g.commune AS k
           FROM still_open o JOIN place_commune g ON g.pid = o.pid WHERE o.date % 100 > 0""",
        lookup.MOST_PER_KEY,
    ),
    (
        "name_commune",
        """SELECT o.row, o.bid * 100000::BIGINT + g.commune AS k
           FROM still_open o JOIN place_commune g ON g.pid = o.pid WHERE o.bid >= 0""",
        _MOST_ALIKE,
    ),
    (
        "name_mother",
        "SELECT row, bid * 10000000::BIGINT + mkid AS k FROM still_open WHERE bid >= 0 AND mkid >= 0",
        lookup.MOST_PER_KEY,
    ),
    ("child", "SELECT o.row, o.num AS k FROM still_open o JOIN hit h ON h.row = o.row", lookup.MOST_PER_KEY),
)
# The same for rows that nobody fits.
_LAST_KEYS = (
    ("name_year", "SELECT row, bid * 10000::BIGINT + date // 10000 AS k FROM hopeless WHERE bid >= 0 AND date > 0", _MOST_NAMESAKES),
    (
        "date_mother",
        "SELECT row, date * 10000000000::BIGINT + mkid AS k FROM hopeless WHERE date % 100 > 0 AND mkid >= 0",
        lookup.MOST_PER_KEY,
    ),
    (
        "mother_commune",
        """SELECT o.row, o.mkid * 100000::BIGINT + g.commune AS k
           FROM hopeless o JOIN place_commune g ON g.pid = o.pid WHERE o.mkid >= 0""",
        _MOST_ALIKE,
    ),
    (
        "date_tail",
        "SELECT row, date * 10000000000::BIGINT + tail AS k FROM hopeless WHERE date % 100 > 0 AND tail > 0",
        _MOST_ALIKE,
    ),
    (
        "commune_tail",
        """SELECT o.row, (o.date // 10000 * 100000::BIGINT + g.commune) * 100000000 + o.tail // 100 AS k
           FROM hopeless o JOIN place_commune g ON g.pid = o.pid WHERE o.date > 0 AND o.tail > 0""",
        _MOST_ALIKE,
    ),
)


def beside_number(cascade: Cascade, people: str) -> str:
    """Table `person_beside_number`: table `people` with what else is known of the row's number: `sibling`, a brother's or
    sister's, and `replaced`, one that the person had before."""
    cascade.engine.run(
        f"""CREATE OR REPLACE TEMP TABLE person_beside_number AS
        SELECT x.*, coalesce(h.mkid = x.mkid AND h.pin <> x.pin, false) AS sibling, r.row IS NOT NULL AS replaced
        FROM {people} x LEFT JOIN hit_person h ON h.row = x.row AND h.mkid >= 0
        LEFT JOIN (SELECT DISTINCT y.row, y.pin FROM {people} y JOIN plain c ON c.row = y.row
          JOIN {cascade.register.source("former")} f ON f.pin = y.pin AND f.number = c.num WHERE y.past) r
        ON r.row = x.row AND r.pin = x.pin"""
    )
    return "person_beside_number"


def judge_pairs(
    cascade: Cascade, people: str, out: str, *, claim: str = "claim", compared: str = "variant_pair",
    fields: tuple[str, ...] = FIELDS,
) -> None:  # fmt: skip
    """Relations and score of (row, person) pairs by the SQL twin of `core.match`; evidence of `fields` alone."""
    cascade.engine.file(
        "pair",
        people=people,
        claim=claim,
        compared=compared,
        out=out,
        number_rel=judge.number_relation(),
        date_rel=judge.date_relation("c.date", "p.dob"),
        sex_rel=judge.simple_relation("c.sex", "p.sex"),
        place_rel=judge.place_relation("c.pid", "c.prov", "c.communes"),
        phone_rel=judge.simple_relation("c.phone", "p.phone"),
        other_name_used=BIT["other_name_used"],
        previous_value=BIT["previous_value"],
        score=judge.score(cascade.weights, cascade.register.people, fields),
    )
    cascade.engine.step()


def compare_names(cascade: Cascade, people: str) -> None:
    """Add to `variant_pair` the relation of each claimed name to a recorded one that is not the same, once per pair.

    Names that share neither most letters nor a first or last word are different without a closer look.
    """
    import pyarrow as pa

    engine = cascade.engine
    engine.file("name_pairs", people=people)
    if not engine.count("new_pair"):
        return
    engine.file("similar_names", name=lookup.names(engine, cascade.register, "SELECT nid FROM new_pair", "new_name"))
    for table in engine.batches("SELECT cnid, nid, claim, record, ckey, rkey FROM similar_pair"):
        texts = (table.column(column).to_pylist() for column in ("claim", "record", "ckey", "rkey"))
        relations = pa.array(variant.relations(*texts), pa.int8())
        arriving = {"cnid": table.column("cnid"), "nid": table.column("nid"), "relation": relations}
        engine.insert("variant_pair", pa.table(arriving))
