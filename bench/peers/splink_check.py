"""The peer a user would pick instead: Splink 5 links the same file to the same cleaned register.

`prepare` cleans the register once; `link` trains and predicts, or predicts with a model saved before.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from bench.peers import clean

SEED = 7
LOWEST_PROBABILITY = 0.01
# Two strangers almost never share a number, so random pairs hold no such case to learn from.
SAME_NUMBER_BY_CHANCE = 1e-7
# Each rule finds pairs by equality; together they reach every error but a wrong name with a wrong date.
# A swapped day and month, and words in another order, have rules of their own.
BLOCKS = (
    ("pin",),
    ("old_id",),
    ("name", "dob"),
    ("name", "either_order"),
    ("sorted", "dob"),
    ("name", "birth_year", "province"),
    ("name", "mother"),
    ("dob", "mother"),
    ("dob", "family", "given", "province"),
)


def settings():
    """Comparisons of number, name and mother (frequency-adjusted), date, sex and province."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    def exact(column: str, *, by_frequency: bool = False):
        return cll.ExactMatchLevel(column, term_frequency_adjustments=by_frequency)

    def sql(condition: str, label: str):
        return cll.CustomLevel(condition, label_for_charts=label)

    same_number = exact("pin").configure(u_probability=SAME_NUMBER_BY_CHANCE, fix_u_probability=True)
    number = cl.CustomComparison(
        [cll.NullLevel("pin"), same_number, cll.LevenshteinLevel("pin", 2), cll.ElseLevel()], "pin"
    )
    name = cl.CustomComparison(
        [
            cll.NullLevel("name"),
            exact("name", by_frequency=True),
            exact("sorted"),
            cll.JaroWinklerLevel("name", 0.95),
            cll.JaroWinklerLevel("name", 0.88),
            cll.ElseLevel(),
        ],
        "name",
    )
    born = cl.CustomComparison(
        [
            cll.NullLevel("dob"),
            exact("dob"),
            sql("either_order_l = either_order_r", "day and month swapped"),
            sql(
                "birth_year_l = birth_year_r AND (right(dob_l, 4) = '0000' OR right(dob_r, 4) = '0000')",
                "year only",
            ),
            cll.LevenshteinLevel("dob", 1),
            sql("birth_year_l = birth_year_r", "same year"),
            cll.ElseLevel(),
        ],
        "dob",
    )
    mother = cl.CustomComparison(
        [
            cll.NullLevel("mother"),
            exact("mother", by_frequency=True),
            cll.JaroWinklerLevel("mother", 0.92),
            cll.ElseLevel(),
        ],
        "mother",
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[number, name, born, mother, cl.ExactMatch("sex"), cl.ExactMatch("province")],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def train(linker) -> None:
    """Prior from equal numbers, u from random pairs, m by expectation maximisation on two blockings."""
    from splink import block_on

    # Larger samples were tried at 1M × 10M: twice the training time, the same F1.
    step = linker.training
    step.estimate_probability_two_random_records_match([block_on("pin")], recall=0.9)
    step.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    step.estimate_parameters_using_expectation_maximisation(block_on("pin"), max_pairs=2e5)
    step.estimate_parameters_using_expectation_maximisation(block_on("name", "dob"), max_pairs=2e5)


def link(file: Path, register: Path, out: Path, *, model: Path | None, save_model: Path | None) -> None:
    """Write (row, pin, probability): the best record of each row that reaches the lowest probability."""
    from splink import DuckDBAPI, Linker

    con = duckdb.connect()
    con.execute(f"SET temp_directory = '{out.parent}'")
    con.execute(f"CREATE TEMP VIEW register AS SELECT * FROM read_parquet('{register}')")
    clean.agency(con, file)
    db = DuckDBAPI(connection=con)
    # Display names order the two sides: the agency file is always on the left.
    sides = [db.register(t, dataset_display_name=n) for t, n in (("agency", "a_agency"), ("register", "b_register"))]
    linker = Linker(sides, str(model) if model else settings())
    if not model:
        train(linker)
    if save_model:
        linker.misc.save_model_to_json(str(save_model), overwrite=True)
    pairs = linker.inference.predict(threshold_match_probability=LOWEST_PROBABILITY).physical_name
    con.execute(f"""COPY (
        SELECT unique_id_l AS row, arg_max(unique_id_r, match_weight) AS pin,
               max(match_probability) AS probability, max(match_weight) AS weight
        FROM {pairs} GROUP BY unique_id_l ORDER BY row) TO '{out}' (FORMAT parquet)""")


def main() -> None:
    """The two steps as commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    prepare = steps.add_parser("prepare", help="clean the register once")
    linking = steps.add_parser("link", help="link a file")
    linking.add_argument("file", type=Path)
    for step in (prepare, linking):
        step.add_argument("register", type=Path)
        step.add_argument("out", type=Path)
    linking.add_argument("--model", type=Path)
    linking.add_argument("--save-model", type=Path)
    args = parser.parse_args()
    if args.step == "prepare":
        clean.register(args.register, args.out)
    else:
        link(args.file, args.register, args.out, model=args.model, save_model=args.save_model)


if __name__ == "__main__":
    main()
