"""Reads what the last run found person by person, for campaigns and lists; and opens cases of it on demand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
from msgspec import Struct

from dancu.linkage.engine import literal
from dancu.quality import term
from dancu.quality.queries import MOST, Connection, checked_unit
from dancu.quality.refused import refusal
from dancu.quality.rules.rule import Rule, by_id, ids
from dancu.quality.runs.opening import New, open_cases
from dancu.register.command import Actor


class Found(Struct, frozen=True):
    """Somebody whom the last run found: internal id, today's commune ('' where none is on record), and the rules."""

    person: int
    commune: str
    rules: tuple[str, ...]


def found(home: Path, *, rule: str, unit: str = "", after: int = 0, limit: int = 50) -> tuple[Found, ...]:
    """People of a commune, a province or the country whom a rule found in the last run, by id, above id `after`.

    `home`: the installation's folder. Names nobody; whoever shows the people looks at them at the register's desk. Refuses
    `rule_unknown`, `no_run_yet`, `unit_unusable`, `limit_unusable`.
    """
    wanted, path = _rule(rule), home / "quality" / "reasons.parquet"
    if not 1 <= limit <= MOST:
        raise refusal("limit_unusable")
    if not path.exists():
        raise refusal("no_run_yet")
    query = f"""SELECT person, unit, mask FROM read_parquet({literal(str(path))})
      WHERE mask & {1 << wanted.bit} <> 0 AND person > {int(after)} AND {_within(checked_unit(unit))} ORDER BY person LIMIT {int(limit)}"""
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 1}) as desk:
        rows = desk.execute(query).fetchall()
    return tuple(Found(person, f"{code:05d}" if code else "", ids(mask)) for person, code, mask in rows)


def open_on_demand(
    connection: Connection,
    home: Path,
    *,
    rule: str,
    unit: str,
    actor: Actor,
    at: datetime,
    limit: int = MOST,
    days: int = term.DAYS,
) -> int:
    """Open cases for at most `limit` people whom a rule found that opens none by itself; how many are new. `actor` takes the campaign on.

    Refuses as `found`, and `case_of_another_unit` where the unit is not the actor's.
    """
    if actor.unit and actor.unit not in (unit, *_above(unit)):
        raise refusal("case_of_another_unit")
    wanted = _rule(rule)
    people = found(home, rule=rule, unit=unit, limit=limit)
    key = f"rule:{rule}"
    fresh = (New("rule", rule, key, one.person, int(one.commune or 0), wanted.severity, wanted.side) for one in people)
    return open_cases(connection, fresh, at=at, days=days)


def _rule(id: str) -> Rule:
    rule = by_id().get(id)
    if rule is None:
        raise refusal("rule_unknown")
    return rule


def _above(unit: str) -> tuple[str, ...]:
    from dancu.quality.copy.territory import provinces

    return (provinces()[unit],) if unit in provinces() else ()


def _within(unit: str) -> str:
    """A condition on column `unit`."""
    from dancu.quality.figures import units_below

    if not unit:
        return "true"
    return (
        f"unit = {int(unit)}"
        if len(unit) == 5
        else f"unit IN ({', '.join(str(int(code)) for code in units_below(unit))})"
    )
