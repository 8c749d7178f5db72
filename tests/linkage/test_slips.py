"""The slips of the hand found by arrays are those found by SQL."""

from __future__ import annotations

import random

import numpy as np

from dancu.linkage.engine import open_engine, statement
from dancu.linkage.lookup import slips


def test_arrays_and_sql_follow_the_same_slips(tmp_path) -> None:
    rng = random.Random(5)
    rows = []
    for row in range(1, 400):
        kind, length = rng.choice(((1, 12), (3, 11), (3, 10), (5, 11), (5, 12), (5, 13), (2, 9), (3, 8), (0, 0)))
        number = rng.randrange(10 ** max(length - 1, 0), 10 ** max(length, 1))
        if rng.random() < 0.3:
            # As read from text: a number may begin with noughts.
            number %= 10 ** (length - 2) if length > 2 else 1
        date = rng.choice((0, 19000000, (1900 + number // 10**6 % 100) * 10000 + 101))
        rows.append((row, kind, number, length, date, rng.choice((0, 1, 2))))
    engine = open_engine(tmp_path)
    engine.run("CREATE TABLE open (row INTEGER, kind TINYINT, num BIGINT, len TINYINT, date INTEGER, sex TINYINT)")
    engine.con.executemany("INSERT INTO open VALUES (?, ?, ?, ?, ?, ?)", rows).fetchall()
    by_sql = {tuple(pair) for pair in engine.run(statement("near_numbers").format(open="open"))}
    written = engine.columns(f"SELECT row, num, len, date, sex FROM open WHERE {slips.WRITTEN}")
    place, near = slips.near(**{name: written[name] for name in ("num", "len", "date", "sex")})
    by_arrays = set(zip(written["row"][place].tolist(), near.tolist(), strict=True))
    engine.close()
    assert len(by_sql) > 5_000
    assert by_arrays == by_sql
    assert np.all(near >= 1_000_000_000)
