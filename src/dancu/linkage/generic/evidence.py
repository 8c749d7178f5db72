"""Makes the fields of a file: which columns count as one piece of evidence, and which as none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dancu.linkage.generic.compare import grade, levels_of
from dancu.linkage.generic.fields import Field, build
from dancu.linkage.generic.kinds import ColumnKind
from dancu.linkage.generic.reading import name_of

if TYPE_CHECKING:
    import duckdb

FIELDS_MAX = 40
# A code column this long without one repeat numbers the rows; it says nothing about the people.
NUMBERING_ROWS = 50
# A text column follows from another where rows of different people that share the other mostly share it too.
FOLLOWS_SHARE, FOLLOWS_LIFT, FOLLOWS_PAIRS, FOLLOWS_SAMPLE = 0.5, 3.0, 30, 20_000
_APART = ("missing", "partly", "different", "near_year", "head")
_AGREES = ("equal", "reordered", "subset", "similar")


def fields_of(con: duckdb.DuckDBPyConnection, tables: list[str], kinds: tuple[ColumnKind, ...]) -> list[Field]:
    """One field for every kind of evidence in the rows of `tables`, stacked in order.

    Columns that spell one name together (surname and given name, or a full name and its parts) become
    one field, so that what is written twice is not counted twice; so do text columns that follow from each
    other (address, commune, province). Rows marked `_skip` give no evidence.
    """
    groups: dict[str, list[ColumnKind]] = {}
    for item in kinds:
        if item.kind != "skip":
            groups.setdefault(item.group, []).append(item)
    skip = "_skip" in [r[0] for r in con.execute(f"describe {tables[0]}").fetchall()]

    def make(name: str, items: list[ColumnKind]) -> Field:
        columns = tuple(i.column for i in items)
        texts = ", ".join(f"cast({name_of(c)} as varchar)" for c in columns)
        joined = f"concat_ws('{items[0].joint}', {texts})"
        value = f"case when _skip then null else {joined} end" if skip else joined
        parts = " union all ".join(f"select nullif({value}, '') as v from {t}" for t in tables)
        return build(name, items[0].kind, columns, con.sql(parts).to_arrow_table().column("v"))

    made = {name: field for name, items in groups.items() if _useful(field := make(name, items))}
    for together in _followers(list(made.values())):
        items = [i for name in groups if name in together for i in groups[name]]
        for name in together:
            del made[name]
        name = " + ".join(n for n in groups if n in together)
        made[name] = make(name, items)
    ordered = sorted(made.values(), key=lambda f: -float(f.info.mean()) * f.known)
    return ordered[:FIELDS_MAX]


def _useful(field: Field) -> bool:
    if len(field.count) < 2:
        return False
    unique = field.kind in ("code", "number") and len(field.count) == field.known >= NUMBERING_ROWS
    return not unique


def _followers(fields: list[Field]) -> list[set[str]]:
    """Sets of names of text fields of which one follows from another."""
    texts = [f for f in fields if f.kind == "text"]
    telling = [f for f in fields if f.kind in ("name", "date", "code")]
    joined = {f.name: {f.name} for f in texts}
    for cause in texts:
        left, right = _strangers_sharing(cause, telling)
        for effect in texts:
            if effect.name in joined[cause.name] or not _follows(effect, left, right):
                continue
            union = joined[cause.name] | joined[effect.name]
            for name in union:
                joined[name] = union
    unique = {frozenset(s) for s in joined.values() if len(s) > 1}
    return sorted((set(s) for s in unique), key=sorted)


def _strangers_sharing(cause: Field, telling: list[Field]):
    """Pairs of rows that share a value of `cause` but neither name, date nor code: different people."""
    import numpy as np

    known = np.flatnonzero(cause.code >= 0)
    key = cause.same[cause.code[known]]
    order = known[np.argsort(key, kind="stable")]
    left, right = order[:-1], order[1:]
    keep = cause.same[cause.code[left]] == cause.same[cause.code[right]]
    left, right = left[keep], right[keep]
    step = max(len(left) // FOLLOWS_SAMPLE, 1)
    left, right = left[::step], right[::step]
    for field in telling:
        names = [x.name for x in levels_of(field.kind)]
        apart = np.isin(grade(field, left, right)[0], [names.index(n) for n in _APART if n in names])
        left, right = left[apart], right[apart]
    return left, right


def _follows(effect: Field, left, right) -> bool:
    import numpy as np

    names = [x.name for x in levels_of("text")]
    level, _ = grade(effect, left, right)
    agrees = np.isin(level, [names.index(n) for n in _AGREES])
    known = int((level > 0).sum())
    share = agrees.sum() / max(known, 1)
    odds = np.bincount(effect.same, weights=effect.count) / max(effect.known, 1)
    by_chance = float((odds**2).sum())
    return known >= FOLLOWS_PAIRS and share >= FOLLOWS_SHARE and share >= FOLLOWS_LIFT * by_chance
