"""Chooses which pairs of rows are compared: small groups that agree on as few things as will do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from dancu.linkage.generic.fields import Field, mix

if TYPE_CHECKING:
    import duckdb
    import numpy as np

# A value held by a larger share of the rows divides nothing and is never part of a block.
SHARE_MAX = 0.10
# The bit of a mask that says a block was made with a year or the head of a code.
COARSE = 1 << 40
CHUNK_PAIRS = 1_500_000
# Of a place or a trade only the rarest words are looked up.
PLACE_WORDS = 3


@dataclass(frozen=True)
class BlockReport:
    """What blocking did: rows, groups kept, groups refused as too large, and their largest size."""

    size_max: int
    kept: int
    refused: int
    refused_rows: int
    largest: int


def sql(name: str) -> str:
    """A statement of the `sql` folder."""
    return files("dancu.linkage.generic").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def items_of(number: int, field: Field) -> list[tuple[int, np.ndarray, np.ndarray]]:
    """The things rows may share in one field: (aspect, row numbers, 64-bit keys) each.

    Words and the rough sounds of a name's words give several keys a row; an aspect keeps one field's keys
    from being combined with each other where one follows from the other.
    """
    import numpy as np

    known = np.flatnonzero(field.code >= 0)
    code = field.code[known]
    found = []

    def add(aspect: int, rows: np.ndarray, values: np.ndarray) -> None:
        salt = np.uint64(number * 16 + aspect + 1)
        with np.errstate(over="ignore"):
            found.append((aspect, rows.astype(np.int32), mix(mix(values) ^ (salt << np.uint64(50)))))

    if field.kind in ("name", "text"):
        add(0, known, field.shapes[code])
        for aspect, of_word in ((1, np.arange(len(field.token_texts))), (2, skeletons(field))):
            width = field.tokens.shape[1] if field.kind == "name" else min(field.tokens.shape[1], PLACE_WORDS)
            for column in range(width if field.kind == "name" or aspect == 1 else 0):
                token = field.tokens[code, column]
                use = np.flatnonzero(token >= 0)
                use = use[of_word[token[use]] >= 0]
                add(aspect, known[use], of_word[token[use]])
    elif field.kind == "date":
        digits = field.digits[code].astype(np.int64) @ 10 ** np.arange(7, -1, -1)
        add(0, known, digits)
        add(3, known, digits // 10000)
        fine = ~field.coarse[code]
        add(4, known[fine], digits[fine] % 10000)
    else:
        add(0, known, code)
        if field.heads is not None:
            add(3, known, field.heads[code])
    return found


def skeletons(field: Field) -> np.ndarray:
    """A number for the rough sound of every word (first letter and the consonants after it); -1 = none."""
    import numpy as np

    seen: dict[str, int] = {}
    result = np.full(len(field.token_texts), -1, np.int64)
    for at, word in enumerate(field.token_texts):
        rough = word[:1]
        for char in word[1:]:
            if char not in "aeiouyhw" and char != rough[-1]:
                rough += char
        if len(word) >= 3 and not word.isdigit():
            result[at] = seen.setdefault(rough[:4], len(seen))
    return result


def load_items(con: duckdb.DuckDBPyConnection, fields: list[Field]) -> None:
    """Table `item(row, field, aspect, key)`: everything rows may share, without repeats."""
    import pyarrow as pa

    con.execute("create or replace temp table item_raw(row integer, field tinyint, aspect tinyint, key ubigint)")
    for number, field in enumerate(fields):
        for aspect, rows, keys in items_of(number, field):
            part = pa.table({"row": rows, "key": keys})
            con.register("part", part)
            con.execute(f"insert into item_raw select row, {number}, {aspect}, key from part")
            con.unregister("part")


def make_blocks(
    con: duckdb.DuckDBPyConnection, fields: list[Field], *, rows: int, split: int | None, size_max: int
) -> BlockReport:
    """Table `block(key, mask, row)`: every group of at most `size_max` rows that is minimal.

    A group small enough is kept as it is; a larger one is divided by a second and a third thing its
    rows share with others, so a rare surname stands alone and a common one needs a year beside it.
    What is still too large after three is refused and reported.
    """
    # Blocks have no order, and keeping one costs memory; the caller's tables were made before.
    con.execute("set preserve_insertion_order = false")
    load_items(con, fields)
    small, useful = f"c.size <= {size_max}", "true"
    if split is not None:
        small = f"c.size_left * (c.size - c.size_left) <= {size_max * size_max // 2}"
        useful = "c.size_left > 0 and c.size > c.size_left"
    limit = {"share": max(int(rows * SHARE_MAX), size_max + 1), "split": split or 0, "coarse": COARSE}
    for statement in sql("blocks").split(";\n"):
        if statement.strip():
            con.execute(statement.format(small=small, useful=useful, **limit))
    con.execute("set preserve_insertion_order = true")
    kept = con.execute("select count(*) from kept where small").fetchall()[0][0]
    refused = "select count(*), sum(size), max(size) from kept where things = 3 and not small"
    groups, refused_rows, largest = con.execute(refused).fetchall()[0]
    return BlockReport(size_max, kept, groups, int(refused_rows or 0), int(largest or 0))


def _across(split: int | None) -> str:
    return "true" if split is None else f"l.row < {split} and r.row >= {split}"


def sample_of(con, split: int | None, wanted: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, mask) of a sample of blocked pairs, about as many for every kind of block."""
    got = con.execute(sql("sample").format(wanted=wanted, across=_across(split))).fetchnumpy()
    return got["l"], got["r"], got["mask"]


def thin_out(con, mask: np.ndarray, posterior: np.ndarray, *, budget: int) -> list[int]:
    """Drops the least fruitful kinds of blocks until at most `budget` pairs remain; returns those dropped.

    `mask` and `posterior` describe the training sample: fruitful is a kind whose pairs often match.
    """
    import numpy as np

    size = "select mask, count(*) as n from block group by mask, key"
    counted = f"select mask, sum(n * (n - 1) // 2) from ({size}) group by mask"
    pairs = {int(m): int(n) for m, n in con.execute(counted).fetchall()}
    kinds, place = np.unique(mask, return_inverse=True)
    fruit = np.bincount(place, weights=posterior) / np.maximum(np.bincount(place), 1) if len(kinds) else []
    rate = dict(zip(kinds.tolist(), fruit, strict=True))
    dropped, spent = [], 0
    for kind in sorted(pairs, key=lambda k: (-rate.get(k, 0.0), k)):
        spent += pairs[kind]
        if spent > budget and kind in rate and spent > pairs[kind]:
            spent -= pairs[kind]
            dropped.append(kind)
    if dropped:
        con.execute(f"delete from block where mask in ({', '.join(map(str, dropped))})")
    return dropped


def pairs_of(con, rows: int, split: int | None) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
    """All distinct blocked pairs in portions of about CHUNK_PAIRS, with the number of rows done."""
    counted = "select coalesce(sum(n * (n - 1) // 2), 0) from (select count(*) as n from block group by key)"
    total = int(con.execute(counted).fetchall()[0][0])
    # Of two files only the left one's rows open a pair.
    last = rows if split is None else split
    step = max(last // (total // CHUNK_PAIRS + 1) + 1, 1)
    text = (
        "select distinct l.row as l, r.row as r from block l join block r on l.key = r.key and l.row < r.row "
        "where l.row >= {start} and l.row < {end} and " + _across(split)
    )
    for start in range(0, max(last, 1), step):
        got = con.execute(text.format(start=start, end=start + step)).fetchnumpy()
        yield got["l"], got["r"], min(start + step, rows)
