"""Planted duplicates are found, twice alike, and odd tables do no harm."""

import numpy as np
import pyarrow as pa
import pytest

from dancu.core.refusal import Refusal
from dancu.linkage.generic.engine import dedupe, link
from tests.linkage.generic import planted


@pytest.fixture(scope="module")
def found():
    table, truth = planted.people(1500, seed=3)
    print("seed 3")
    return table, truth, dedupe(table)


def test_planted_duplicates_are_found(found):
    _, truth, clusters = found
    precision, recall, f1 = planted.pair_f1(clusters.cluster, truth)
    assert precision > 0.98 and recall > 0.93, (precision, recall, f1)


def test_the_label_is_the_first_row_of_the_group(found):
    _, _, clusters = found
    rows = np.arange(len(clusters.cluster))
    assert (clusters.cluster <= rows).all()
    assert (clusters.cluster[clusters.cluster] == clusters.cluster).all()
    grouped = np.bincount(clusters.cluster, minlength=len(rows))[clusters.cluster] > 1
    assert (clusters.partner[grouped] >= 0).all() and (clusters.partner[~grouped] == -1).all()
    assert (clusters.cluster[clusters.partner[grouped]] == clusters.cluster[grouped]).all()
    assert np.isnan(clusters.confidence[~grouped]).all()
    assert ((clusters.confidence[grouped] >= 0) & (clusters.confidence[grouped] <= 1)).all()


def test_the_same_table_gives_the_same_answer(found, tmp_path):
    table, _, clusters = found
    again = dedupe(table, work=tmp_path)
    assert (again.cluster == clusters.cluster).all()
    assert np.array_equal(again.confidence, clusters.confidence, equal_nan=True)
    assert list(tmp_path.iterdir()) == []


def test_link_finds_the_same_people_in_two_tables():
    table, truth = planted.people(1200, seed=4, share=0.3)
    print("seed 4")
    left, right = table.slice(0, 600), table.slice(600)
    got = link(left, right, one_to_one=True)
    right_ones = truth[:600][got.row_l] == truth[600:][got.row_r]
    possible = len(np.intersect1d(truth[:600], truth[600:]))
    assert right_ones.mean() > 0.97 and right_ones.sum() > 0.9 * possible
    assert len(set(got.row_l)) == len(got.row_l) and len(set(got.row_r)) == len(got.row_r)
    assert (np.diff(got.weight) <= 0).all()


def text_table(**columns):
    return pa.table({k: pa.array(v, pa.string()) for k, v in columns.items()})


ODD = {
    "no rows": text_table(name=[], dob=[]),
    "one row": text_table(name=["Nguyễn Văn An"], dob=["1990-01-02"]),
    "two equal rows": text_table(name=["Nguyễn Văn An"] * 2, dob=["1990-01-02"] * 2),
    "all null": text_table(name=[None] * 30, dob=[None] * 30),
    "one column empty": text_table(name=[f"An {i}" for i in range(30)], dob=[""] * 30),
    "all the same": text_table(name=["Lê Lan"] * 300, dob=["1990-01-02"] * 300, place=["Huế"] * 300),
    "no known kind": text_table(x=["-", "?", "%%", None]),
    "strange text": text_table(
        name=["\u0000a", "🙂 🙂", "a" * 5000, "'; drop --", "á́́", "İ"],
        dob=["9" * 40, "x", "1/1/1", "0", "-1", "00000000"],
    ),
    "numbers": pa.table({"name": ["a b", "a b", "c d"], "amount": [1.5, 1.5, float("nan")], "n": [1, 1, 2]}),
    "unique codes": text_table(id=[str(i) for i in range(60)], name=["Lê Lan"] * 60),
    "quoted header": text_table(**{'na"me': ["An Bình", "An Bình", "Cao Dũng"]}),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_tables_do_not_raise(case, tmp_path):
    table = ODD[case]
    clusters = dedupe(table, work=tmp_path)
    assert len(clusters.cluster) == table.num_rows
    link(table, table, work=tmp_path)


def test_a_wrong_kind_is_refused():
    with pytest.raises(Refusal):
        dedupe(ODD["one row"], columns={"name": "person"})
    with pytest.raises(Refusal):
        dedupe(ODD["one row"], columns={"surname": "name"})


def test_a_column_may_be_left_out():
    kinds = dedupe(ODD["two equal rows"], columns={"dob": "skip"}).kinds
    assert {k.column: k.kind for k in kinds} == {"name": "name", "dob": "skip"}
