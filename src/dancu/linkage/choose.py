"""From judged pairs to one answer a row: who it is, how sure, which rows repeat another."""

from __future__ import annotations

from dancu.core import variant
from dancu.core.reason import BIT, DIGITS_LOST, FIX_MASK, NOTE_MASK
from dancu.linkage import claims, judge, lookup, sure
from dancu.linkage.cascade import Cascade, beside_number, compare_names, judge_pairs
from dancu.linkage.engine import statement

# Position = value of the column `verdict`; in `decided`, outcome 1 stands for both kinds of linked rows.
VERDICTS = ("matched", "matched_with_differences", "ambiguous", "not_found", "invalid")
# A dead person or a repeated row is a matter of its own: it does not make the row differ from the register.
_NO_DIFFERENCE = BIT["person_deceased"] | BIT["duplicate_in_file"]


def decide(cascade: Cascade) -> None:
    """Table `decided`: an outcome, a number and a confidence for every judged row."""
    steps = cascade.weights.calibration
    cascade.engine.file(
        "decide",
        name=lookup.names(cascade.engine, cascade.register, "SELECT nid FROM pair", "torn_name"),
        absent_weight=repr(cascade.absent_weight),
        calibrated=judge.calibrated("best", steps),
        accept=cascade.policy.accept,
        ambiguous=cascade.policy.ambiguous,
        sure_confidence=repr(cascade.weights.sure),
    )
    if cascade.answered:
        cascade.answered(cascade.engine.desk)


def explain_pairs(cascade: Cascade) -> None:
    """Tables `pair_sure` and `chosen`: the linked pairs with what the reasons need; rows that were certain early are judged
    in full first."""
    engine = cascade.engine
    sure.judge_sure(cascade)
    claims.read_facts(engine, cascade.cells, cascade.register, "settled")
    engine.run("CREATE OR REPLACE TEMP TABLE settled_person AS SELECT * FROM first_person WHERE row IN (SELECT row FROM settled)")
    compare_names(cascade, "settled_person")
    judge_pairs(cascade, beside_number(cascade, "settled_person"), "pair_settled")
    engine.run(
        """CREATE OR REPLACE TEMP VIEW pair_all AS SELECT * FROM pair_settled
        UNION ALL SELECT * FROM pair_first UNION ALL SELECT * FROM pair_second UNION ALL SELECT * FROM pair_last"""
    )
    engine.run("CREATE OR REPLACE TEMP TABLE linked AS SELECT p.* FROM pair_all p JOIN decided d ON d.row = p.row AND d.pin = p.pin")
    _compare_writing(cascade)
    name = lookup.names(engine, cascade.register, "SELECT nid FROM linked", "linked_name")
    found = statement("chosen_found").format(name=name)
    _choose(cascade, "TABLE", "chosen_found", found)
    _choose(cascade, "VIEW", "chosen_sure", statement("chosen_sure"))


def _choose(cascade: Cascade, kind: str, out: str, pairs: str) -> None:
    """Table or view `out`: the pairs of the query `pairs` with reason bits and what agreed."""
    codes = ("person_deceased", "unreadable", "number_of_another_person", "old_unit")
    query = statement("chosen").format(
        pairs=pairs,
        number_bits=judge.number_bits("p.num_rel", "p"),
        date_bits=judge.date_bits("p.date_rel"),
        sex_bits=judge.simple_bits("p.sex_rel", "sex_differs"),
        place_bits=judge.place_bits("p.place_rel"),
        mother_bits=judge.parent_bits("p.mother_rel"),
        father_bits=judge.parent_bits("p.father_rel"),
        show_state="true" if cascade.policy.show_state else "false",
        **{code: BIT[code] for code in codes},
    )
    cascade.engine.run(f"CREATE OR REPLACE TEMP {kind} {out} AS {query}")


def _compare_writing(cascade: Cascade) -> None:
    """Table `writing_pair` (cnid, nid, bits): why linked names are not written as on record, once per pair."""
    import pyarrow as pa

    engine = cascade.engine
    name = lookup.names(engine, cascade.register, "SELECT said_nid AS nid FROM linked", "said_name")
    pairs = f"""SELECT p.cnid, p.nid, c.text AS claim, n.name AS record, n.plain
        FROM (SELECT DISTINCT cnid, said_nid AS nid FROM linked WHERE name_rel > 0) p
        JOIN read_name c ON c.cnid = p.cnid JOIN {name} n ON n.nid = p.nid"""
    engine.file("writing_pairs", pairs=pairs, bits=judge.writing_bits("claim", "record", "plain"))
    table = engine.arrow("SELECT cnid, nid, claim, record FROM written_apart")
    pairs = variant.compare_many(table.column("claim").to_pylist(), table.column("record").to_pylist())
    bits = pa.array([bits for _, bits in pairs], pa.int64())
    engine.insert("writing_pair", pa.table({"cnid": table.column("cnid"), "nid": table.column("nid"), "bits": bits}))


def find_duplicates(cascade: Cascade) -> None:
    """Table `duplicate` (row, first_row): rows that name a person an earlier row already named.

    Linked rows repeat when they are the same person; others when number, or name and date, are equal.
    """
    cascade.engine.file("duplicates")


def results(cascade: Cascade, *, untold: int = 0) -> None:
    """Table `result`: outcome, reasons but those of the mask `untold`, and the register's values for every judged row."""
    confirm = ~(NOTE_MASK | FIX_MASK) & (DIGITS_LOST * 2 - 1)
    duplicate = BIT["duplicate_in_file"] if cascade.policy.duplicates else 0
    codes = ("several_candidates", "number_missing", "not_in_register", "number_of_another_person", "unreadable")
    relations = ("num", "name", "date", "sex", "place", "mother", "father", "phone")
    cascade.engine.file(
        "result",
        sure_confidence=repr(cascade.weights.sure),
        told=~untold,
        relations=", ".join(f"l.{relation}_rel" for relation in relations),
        confirm_mask=confirm,
        fix_mask=FIX_MASK,
        duplicate=duplicate,
        no_difference=_NO_DIFFERENCE,
        note_mask=NOTE_MASK,
        too_little_to_check=BIT["too_little_to_check"],
        **{code: BIT[code] for code in codes},
    )
    # Views on these are not read any more either.
    cascade.engine.drop(
        "plain", "hit", "hit_person", "pair_sure", "pair_look", "pair_first", "pair_second", "pair_last", "pair_settled", "first_person",
        "settled_person", "person_beside_number", "linked", "chosen_found", "decided",
        "claim", "fact",
    )  # fmt: skip
