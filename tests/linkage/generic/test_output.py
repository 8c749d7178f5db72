"""The file given back has every row in order, with group, first row, confidence and a sentence."""

import duckdb
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from dancu.core.refusal import Refusal
from dancu.linkage.generic.output import run_dedupe
from tests.linkage.generic import planted


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_come_back_in_order(tmp_path, suffix):
    table, truth = planted.people(400, seed=8)
    print("seed 8")
    path, out = tmp_path / f"danh sách.{suffix}", tmp_path / "out"
    pq.write_table(table, path) if suffix == "parquet" else pc.write_csv(table, path)
    seen = []
    result = run_dedupe(path, out=out, progress=lambda stage, done, total: seen.append(stage))
    assert [p.name for p in out.iterdir()] == [f"danh sách.deduped.{suffix}"]
    reader = "read_parquet(?)" if suffix == "parquet" else "read_csv(?, all_varchar = true)"
    rows = duckdb.execute(f"select * from {reader}", [str(result.path)])
    names = [d[0] for d in rows.description]
    rows = rows.fetchall()
    assert names[-4:] == ["_duplicate_group", "_duplicate_of", "_confidence", "_explain"]
    assert [r[0] for r in rows] == table.column(0).to_pylist()
    groups, firsts = [r[-4] for r in rows], [r[-3] for r in rows]
    assert sum(f is not None for f in firsts) == result.summary["duplicates"] > 20
    assert len({g for g in groups if g is not None}) == result.summary["groups"]
    for row, (group, first) in enumerate(zip(groups, firsts, strict=True)):
        if first is not None:
            assert int(first) - 1 < row and groups[int(first) - 1] == group and firsts[int(first) - 1] is None
            assert rows[row][-1].startswith("So với dòng ")
    assert planted.pair_f1(result.clusters.cluster, truth)[2] > 0.9
    assert {"read", "block", "train", "compare", "write"} <= set(seen)


def test_a_file_of_other_things_in_english(tmp_path):
    path = tmp_path / "shops.csv"
    lines = ["shop,street,tel"] + [f"Shop {i},Road {i % 40} House {i},09{i * 7919 % 10**8:08d}" for i in range(120)]
    path.write_text("\n".join([*lines, lines[5], lines[9]]) + "\n", encoding="utf-8")
    result = run_dedupe(path, out=tmp_path / "out", columns={"shop": "text"}, lang="en")
    assert result.summary["rows"] == 122 and result.summary["duplicates"] >= 2
    text = result.path.read_text(encoding="utf-8-sig").splitlines()
    assert text[0].startswith("shop,street,tel,_duplicate_group") and "Compared with row 5: same" in text[121]


def test_a_missing_file_leaves_nothing(tmp_path):
    with pytest.raises(Refusal):
        run_dedupe(tmp_path / "none.csv", out=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
