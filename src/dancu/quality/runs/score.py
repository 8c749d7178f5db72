"""Holds a run against planted faults: what was found of each rule, what was found and is none, and whether cases reach the right owner."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from msgspec import Struct

from dancu.linkage.engine import literal, open_engine
from dancu.quality.copy import store
from dancu.quality.course import OWNER_OF
from dancu.quality.queries import Connection
from dancu.quality.refused import refusal
from dancu.quality.rules.rule import by_id, ids

_TRUTH = """SELECT t.row, t.rule, t.side, t.also, t.origin, p.person, q.person, r.mask FROM read_parquet({truth}) t
  LEFT JOIN people p ON p.pin = CAST(t.pin AS BIGINT) LEFT JOIN people q ON q.pin = try_cast(nullif(t.other, '') AS BIGINT)
  LEFT JOIN read_parquet({reasons}) r ON r.person = p.person ORDER BY t.row"""


class RuleScore(Struct, frozen=True):
    """Of one rule: faults planted, those of them found; cases they opened, and those of them that went to the right owner."""

    rule: str
    planted: int
    found: int
    cases: int
    right_owner: int


class Score(Struct, frozen=True):
    """A run against the truth. `false_alarms`: by rule, on people whose every fault is known and on pairs of two people.
    `decoys`: twins and namesakes that stood; `own`: doubles of the world itself, and those of them found."""

    rules: tuple[RuleScore, ...]
    planted: int
    found: int
    right_owner: int
    cases: int
    false_alarms: dict[str, int]
    decoys: int
    decoys_taken: int
    own: int
    own_found: int

    @property
    def share(self) -> float:
        """Of what was planted, the part that was found."""
        return self.found / self.planted if self.planted else 1.0


def score(connection: Connection, root: Path, truth: Path, *, memory: str = "1GB") -> Score:
    """The last run, whose results lie in `root`, against `truth/faults.parquet`. Refuses `no_run_yet`."""
    copy, reasons = store.read(root / "copy"), root / "reasons.parquet"
    if copy is None or not reasons.exists():
        raise refusal("no_run_yet")
    engine = open_engine(root / "score", memory=memory)
    try:
        engine.run(f"CREATE TEMP VIEW people AS SELECT person, pin FROM {copy.source()}")
        rows = engine.run(_TRUTH.format(truth=literal(str(truth)), reasons=literal(str(reasons))))
    finally:
        engine.close()
        shutil.rmtree(root / "score", ignore_errors=True)
    return _scored(rows, _cases(connection))


def _cases(connection: Connection) -> dict[tuple[int, str, int], str]:
    """(person, code, other) → owner of all cases of runs."""
    found: dict[tuple[int, str, int], str] = {}
    last, query = (
        0,
        """SELECT id, person, code, coalesce(other, 0), owner FROM quality_case
      WHERE kind <> 'difference' AND closed_at IS NULL AND id > %s ORDER BY id LIMIT 50000""",
    )
    while batch := connection.execute(query, [last]).fetchall():
        last = batch[-1][0]
        found |= {(person, code, other): owner for _, person, code, other, owner in batch}
    return found


def _scored(rows: list[tuple[Any, ...]], cases: dict[tuple[int, str, int], str]) -> Score:
    planted, found, opened, right = Counter(), Counter(), Counter(), Counter()
    false: Counter[str] = Counter()
    expected: dict[int, set[str]] = {}
    masks: dict[int, int] = {}
    pairs, decoys, taken, own, own_found = set(), 0, 0, 0, 0
    for _, rule, side, also, origin, person, other, mask in rows:
        pair = (min(person or 0, other or 0), max(person or 0, other or 0))
        linked = bool(rule) and by_id()[rule].linked
        if not rule:
            decoys += 1
            taken += (pair[0], "duplicate_record", pair[1]) in cases
            continue
        hit = (pair[0], rule, pair[1]) in cases if linked else bool((mask or 0) >> by_id()[rule].bit & 1)
        if linked:
            pairs.add(pair)
        if origin == "world":
            own, own_found = own + 1, own_found + hit
            continue
        planted[rule] += 1
        found[rule] += hit
        owner = cases.get((pair[0], rule, pair[1]) if linked else (person, rule, 0))
        opened[rule] += owner is not None
        right[rule] += owner == OWNER_OF[side]
        expected.setdefault(person, set()).update({rule, *also.split(";")})
        masks[person] = mask or 0
    for person, rules in expected.items():
        false.update(
            rule
            for rule in ids(masks[person])
            if rule not in rules and by_id()[rule].opens_cases and not by_id()[rule].linked
        )
    false.update("duplicate_record" for person, code, other in cases if other and (person, other) not in pairs)
    return Score(
        tuple(RuleScore(rule, n, found[rule], opened[rule], right[rule]) for rule, n in sorted(planted.items())),
        planted.total(), found.total(), right.total(), opened.total(), dict(sorted(false.items())), decoys, taken, own, own_found,
    )  # fmt: skip
