"""One source of SQL on two engines: each rule of the dialect, the statements, and equal verdicts of Spark and DuckDB."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pytest

from dancu.core import policy as policies
from dancu.core.refusal import Refusal
from dancu.linkage import cascade, choose, claims, explain, prepared
from dancu.linkage.engine import Engine, open_engine, statement
from dancu.linkage.intake import open_source
from dancu.linkage.prepare import prepare
from dancu.linkage.spark import session
from dancu.linkage.spark.dialect import RULES, translated
from dancu.linkage.spark.engine import open_spark
from dancu.linkage.spark.source import handed_over
from dancu.linkage.spark.statement import parse
from dancu.linkage.update import update
from dancu.world import build

SEED = 20261101
ROWS = int(os.environ.get("DANCU_SPARK_ROWS", "50000"))
# rule, as written for DuckDB, as Spark reads it
CASES = (
    ("integer division", "SELECT c.date // 10000 FROM c", "SELECT c.date div 10000 FROM c"),
    ("double literals", "least(score, 200.0) - 1.5e-3 + t1.x2", "least(score, 200.0D) - 1.5e-3D + t1.x2"),
    ("cast mark", "bid * 100000000::BIGINT + 1", "bid * CAST(100000000 AS BIGINT) + 1"),
    ("text type", "lpad(CAST(n AS VARCHAR(20)), 12, '0')", "lpad(CAST(n AS STRING), 12, '0')"),
    ("left-out columns", "SELECT x.* EXCLUDE (written) FROM x", "SELECT x.* EXCEPT (written) FROM x"),
    ("numbers from nought", "SELECT unnest(range(12)) AS place", "SELECT explode(sequence(0, 12 - 1)) AS place"),
    ("bytes of a text", "strlen(a) = length(a)", "octet_length(a) = length(a)"),
    ("whole match", "regexp_full_match(f(a, b), '[0-9]{8}')", "(f(a, b) RLIKE concat('\\A(?:', '[0-9]{8}', ')\\z'))"),
    ("replace all", "regexp_replace(g(a), '[^0-9]', '', 'g')", "regexp_replace(g(a), '[^0-9]', '')"),
    (
        "last parts",
        "array_to_string(list_slice(string_split(f(a, b), ','), -4, -1), ',')",
        "substring_index(f(a, b), ',', -4)",
    ),
    ("pattern from data", "k LIKE replace(r.k, ' ', '% ') AND true", "k LIKE replace(r.k, ' ', '% ') ESCAPE '\x01' AND true"),
    ("row numbers", "row_number() OVER () - 1", "row_number() OVER (ORDER BY NULL) - 1"),
    ("filtered counts", "count(*) FILTER (outcome = 1)", "count(*) FILTER (WHERE outcome = 1)"),
    ("union by name", "a UNION ALL BY NAME b", "a UNION ALL  b"),
)  # fmt: skip
# Functions of the plan that were compared on both engines; a new one is compared, or gets a rule, before it is listed here.
ALIKE = frozenset(re.findall(
    r"\w+",
    "abs bit_count cast chr coalesce concat concat_ws count explode greatest instr least length levenshtein log2 lower lpad "
    "max max_by min nfc_normalize nullif octet_length pow regexp_replace replace reverse round row_number rpad sequence "
    "split_part substring_index sum trim try_cast upper",
))  # fmt: skip


def spark(sql: str) -> str:
    return translated(sql, lambda paths: "prepared_" + "_".join(Path(p).stem for p in paths))


@pytest.mark.parametrize(("rule", "written", "read"), CASES, ids=[case[0] for case in CASES])
def test_rule(rule: str, written: str, read: str) -> None:
    assert spark(written) == read
    assert next(r for r in RULES if r.name == rule).why


def test_every_rule_has_a_case() -> None:
    assert [rule.name for rule in RULES] == [case[0] for case in CASES]


def test_nested_calls_are_rewritten_inside_out() -> None:
    assert spark("regexp_replace(regexp_replace(a, 'x', '', 'g'), 'y', '', 'g')") == (
        "regexp_replace(regexp_replace(a, 'x', ''), 'y', '')"
    )


def test_what_a_file_says_is_never_rewritten() -> None:
    text = "SELECT '1.5 // strlen( VARCHAR BY NAME ''x''' FROM t"
    assert spark(text) == text
    assert spark('SELECT "Họ // tên `1.5`" FROM t -- VARCHAR') == "SELECT `Họ // tên ``1.5``` FROM t"


def test_readers_become_views() -> None:
    assert spark("FROM read_parquet(['/a/it''s.parquet', '/a/b.parquet']) p") == "FROM prepared_it's_b p"
    assert spark("FROM read_parquet('/a/b.parquet')") == "FROM prepared_b"


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("-- why\nCREATE OR REPLACE TEMP TABLE a AS SELECT ';--' AS x -- so\n;INSERT INTO a SELECT 2", ["table", "insert"]),
        ("CREATE TEMP VIEW a AS SELECT 1", ["view"]),
        ("CREATE OR REPLACE TEMP TABLE a (x INTEGER, y VARCHAR)", ["empty"]),
        ("INSERT INTO a\nWITH b AS (SELECT 1) SELECT * FROM b", ["insert"]),
        ("COPY (SELECT 1) TO '/a/b.parquet' (FORMAT parquet)", ["copy"]),
        ("SELECT 1", ["query"]),
    ],
)
def test_statements(sql: str, kinds: list[str]) -> None:
    assert [one.kind for one in parse(sql)] == kinds


def test_an_unknown_statement_is_refused() -> None:
    with pytest.raises(ValueError, match="no such statement"):
        parse("DROP TABLE a")


def test_missing_parts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(Refusal) as refused:
        session.check_ready()
    assert refused.value.code == "spark_missing"
    assert "pyspark" in refused.value.vi and "Java 17" in refused.value.en


def test_sql_files_say_only_what_both_engines_know() -> None:
    folder = resources.files("dancu.linkage").joinpath("sql")
    names = [f.name[:-4] for f in folder.iterdir() if not f.name.startswith(("prepare_", "update_"))]
    for name in names:
        text = re.sub(r"\{\w+\}", "x", statement(name))
        # A fragment of a statement is read as a query.
        for one in parse(f"SELECT {text}" if text.split("\n", 1)[1].startswith("CASE") else text):
            assert strange(one.query) == set(), name


def strange(sql: str) -> set[str]:
    """Functions of a DuckDB text that, translated, are not known to be alike."""
    bare = re.sub(r"'(?:[^']|'')*'|`[^`]*`", "", spark(sql))
    return {call.lower() for call in re.findall(r"\b([A-Za-z_]\w*)\(", bare)} - ALIKE


@dataclass
class Listening(Engine):
    """DuckDB's engine that remembers what it was asked, and is asked what Spark is asked."""

    asked: list[str] = field(default_factory=list)
    has_arrays = False

    def share_texts(self, table: str, columns: tuple[str, ...]) -> None:
        """As on Spark."""

    def drop(self, *tables: str) -> None:
        """As on Spark, where it is no statement."""

    def run(self, sql: str, **values: object) -> list[tuple]:
        self.asked.append(sql.format(**values) if values else sql)
        return super().run(sql, **values)

    def arrow(self, sql: str):
        self.asked.append(sql)
        return super().arrow(sql)


def test_the_whole_plan_is_known(tmp_path: Path) -> None:
    register = prepared_in_two(tmp_path, people=1_500, rows=400)
    plain = open_engine(tmp_path / "work")
    engine = Listening(plain.con, plain.work)
    checked(engine, tmp_path, register)
    # Arrow tables arrive another way on Spark, and the agency file is read by this machine's DuckDB on both.
    for one in (one for sql in engine.asked if "arriving" not in sql for one in parse(sql)):
        assert strange(one.query or one.columns) <= {"read_parquet"}, one


def prepared_in_two(folder: Path, *, people: int, rows: int) -> prepared.Prepared:
    """A world in `folder`, and its register prepared with a change on top."""
    import duckdb

    build(people=people, seed=SEED, out=folder, files=("insurance",), rows={"insurance": rows})
    whole = f"SELECT * FROM read_parquet('{folder}/register.parquet')"
    for name, rest in (("early", "<> 0"), ("late", "IN (0, 1)")):
        parted = f"{whole} WHERE CAST(pin AS BIGINT) % 20 {rest}"
        duckdb.sql(f"COPY ({parted}) TO '{folder}/{name}.parquet' (FORMAT parquet)")
    prepare(folder / "early.parquet", folder / "prepared")
    return update(folder / "prepared", folder / "late.parquet")


def checked(engine, folder: Path, register: prepared.Prepared) -> tuple[dict, list[tuple]]:
    """The whole plan: `decided` by row, and every row of `checked`."""
    source = open_source(folder / "agency" / "insurance.parquet", work=engine.work)[0]
    here = isinstance(engine, Engine)
    cells = claims.cells(engine if here else engine.desk, source)
    cells = cells if here else handed_over(engine, cells)
    claims.start(engine)
    claims.read_plain(engine, source, cells)
    policy = policies.policies()["standard"]
    run = cascade.Cascade(engine, register, policies.weights(), policy, cells)
    cascade.run(run)
    choose.decide(run)
    decided = {row: answer for row, *answer in engine.run("SELECT row, outcome, pin FROM decided")}
    choose.explain_pairs(run)
    choose.find_duplicates(run)
    choose.results(run)
    telling = explain.Telling("vi", "suggest", source.date_order, tuple(cells.columns))
    explain.tell(run, telling)
    explain.deliver(run, telling)
    return decided, engine.con.sql("SELECT * FROM checked ORDER BY _row").fetchall()


@pytest.mark.spark
def test_spark_and_duckdb_give_equal_verdicts(tmp_path: Path) -> None:
    print(f"seed {SEED}, {ROWS} rows")
    register = prepared_in_two(tmp_path, people=ROWS * 6 // 5, rows=ROWS)
    ours = open_engine(tmp_path / "duckdb")
    theirs = open_spark(tmp_path / "spark")
    try:
        decided, delivered = checked(ours, tmp_path, register)
        decided_there, delivered_there = checked(theirs, tmp_path, register)
    finally:
        ours.con.close()
        theirs.close()
    assert len(decided) == ROWS
    apart = [row for row in decided.keys() | decided_there.keys() if decided.get(row) != decided_there.get(row)]
    assert apart == []
    assert [a[0] for a, b in zip(delivered, delivered_there, strict=True) if a != b] == []
