"""From judged pairs to one answer a row: who it is, how sure, which rows repeat another."""

from __future__ import annotations

from dancu.core.number import SAME as NUMBER_SAME
from dancu.core.reason import BIT, DIGITS_LOST, FIX_MASK, NOTE_MASK
from dancu.linkage import claims, judge
from dancu.linkage.cascade import Cascade, compare_names, compared, fetch_people, judge_pairs

# Position = value of the column `verdict`; in `decided`, outcome 1 stands for both kinds of linked rows.
VERDICTS = ("matched", "matched_with_differences", "ambiguous", "not_found", "invalid")
# A dead person or a repeated row is a matter of its own: it does not make the row differ from the register.
_NO_DIFFERENCE = BIT["person_deceased"] | BIT["duplicate_in_file"]


def absent_weight(cascade: Cascade) -> float:
    """The weight, in the scale of 2^score, of nobody on record being the person."""
    absent = cascade.weights.absent_share
    return absent * cascade.register.people / (1.0 - absent)


def decide(cascade: Cascade) -> None:
    """Table `decided`: an outcome, a number and a confidence for every judged row."""
    steps = cascade.weights.calibration
    cascade.engine.file(
        "decide",
        absent_weight=repr(absent_weight(cascade)),
        calibrated=judge.calibrated("best", steps),
        accept=cascade.policy.accept,
        ambiguous=cascade.policy.ambiguous,
        sure_confidence=repr(cascade.weights.sure),
    )


def explain_pairs(cascade: Cascade) -> None:
    """Table `chosen`: the linked pairs with their reasons; the rows that numbers settled are judged in full first."""
    engine = cascade.engine
    engine.run(
        "CREATE OR REPLACE TEMP TABLE sure_row AS SELECT row FROM hit WHERE sure AND row NOT IN (SELECT row FROM claim)"
    )
    claims.read_facts(engine, cascade.cells, cascade.register, "sure_row")
    fetch_people(cascade, "SELECT row, pin FROM hit WHERE sure", "sure_person")
    compare_names(cascade, "sure_person")
    judge_pairs(cascade, "sure_person", "pair_sure")
    engine.run("CREATE OR REPLACE TEMP VIEW pair_all AS SELECT * FROM pair_sure UNION ALL SELECT * FROM pair")
    _choose(cascade, "pair_all")


def _choose(cascade: Cascade, pairs: str) -> None:
    engine = cascade.engine
    engine.file(
        "chosen",
        pairs=pairs,
        number_bits=judge.number_bits("p.num_rel", "p"),
        date_bits=judge.date_bits("p.date_rel"),
        sex_bits=judge.simple_bits("p.sex_rel", "sex_differs"),
        place_bits=judge.place_bits("p.place_rel"),
        mother_bits=judge.parent_bits("p.mother_rel"),
        father_bits=judge.parent_bits("p.father_rel"),
        show_state="true" if cascade.policy.show_state else "false",
        **{code: BIT[code] for code in ("person_deceased", "unreadable", "number_of_another_person", "old_unit")},
    )
    _compare_writing(cascade)


def _compare_writing(cascade: Cascade) -> None:
    """Table `writing_pair` (cnid, nid, bits): why linked names are not written as on record, once per pair."""
    import pyarrow as pa

    engine = cascade.engine
    told = {code: BIT[code] for code in ("case", "diacritics", "unicode_form")}
    engine.file("writing_pairs", name=cascade.register.source("name"), **told)
    table = engine.arrow("SELECT cnid, nid, claim, record FROM written_apart")
    pairs = compared(table.column("claim").to_pylist(), table.column("record").to_pylist())
    bits = pa.array([bits for _, bits in pairs], pa.int64())
    engine.insert("writing_pair", pa.table({"cnid": table.column("cnid"), "nid": table.column("nid"), "bits": bits}))


def find_duplicates(cascade: Cascade) -> None:
    """Table `duplicate` (row, first_row): rows that name a person an earlier row already named.

    Linked rows repeat when they are the same person; others when number, or name and date, are equal.
    """
    cascade.engine.file("duplicates")


def results(cascade: Cascade) -> None:
    """Table `result`: outcome, reasons and the register's values for every judged row."""
    confirm = ~(NOTE_MASK | FIX_MASK) & (DIGITS_LOST * 2 - 1)
    duplicate = BIT["duplicate_in_file"] if cascade.policy.duplicates else 0
    codes = ("several_candidates", "number_missing", "not_in_register", "number_of_another_person", "unreadable")
    cascade.engine.file(
        "result",
        name=cascade.register.source("name"),
        confirm_mask=confirm,
        fix_mask=FIX_MASK,
        duplicate=duplicate,
        no_difference=_NO_DIFFERENCE,
        note_mask=NOTE_MASK,
        too_little_to_check=BIT["too_little_to_check"],
        number_same=NUMBER_SAME,
        **{code: BIT[code] for code in codes},
    )
