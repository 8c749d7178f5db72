"""Reads the measures: a unit's latest figures, the units below it, a trend, what the rules found, and the runs."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from dancu.quality.queries import MOST, Connection, checked_unit
from dancu.quality.refused import refusal

# Most days of a trend: two years.
DAYS_MOST = 731


class Figure(Struct, frozen=True):
    """A measure of a unit on a day. `denominator` None: not known (no expected population was given)."""

    unit: str
    measure: str
    day: date
    numerator: int
    denominator: int | None

    @property
    def share(self) -> float | None:
        """numerator / denominator; None where that says nothing."""
        return self.numerator / self.denominator if self.denominator else None


class Finding(Struct, frozen=True):
    """How many people of a unit a rule found in the last run."""

    rule: str
    people: int


class Run(Struct, frozen=True):
    """One run: over how many people as of which position of the feed; (person, rule) found; cases opened and mended by it."""

    id: int
    day: date
    started_at: datetime
    ended_at: datetime
    position: int
    people: int
    found: int
    opened: int
    mended: int


def latest(connection: Connection, *, unit: str = "") -> tuple[Figure, ...]:
    """The figures of a unit on the day of the last run; () where it has none (nobody lives there)."""
    query = """SELECT unit, measure, day, numerator, denominator FROM quality_measure
      WHERE unit = %s AND day = (SELECT day FROM quality_run ORDER BY id DESC LIMIT 1) ORDER BY measure LIMIT 100"""
    return tuple(Figure(*row) for row in connection.execute(query, [checked_unit(unit)]))


def below(connection: Connection, *, measure: str, unit: str = "", limit: int = MOST) -> tuple[Figure, ...]:
    """A measure of the provinces of the country ('') or of the communes of a province, by code, on the day of the last run."""
    checked_unit(unit)
    query = """SELECT unit, measure, day, numerator, denominator FROM quality_measure
      WHERE measure = %(measure)s AND day = (SELECT day FROM quality_run ORDER BY id DESC LIMIT 1) AND unit = ANY(%(units)s)
      ORDER BY unit LIMIT %(limit)s"""
    values = {"measure": measure, "units": units_below(unit), "limit": min(limit, MOST)}
    return tuple(Figure(*row) for row in connection.execute(query, values))


def trend(connection: Connection, *, measure: str, unit: str = "", days: int = 90) -> tuple[Figure, ...]:
    """A measure of a unit on the last days on which it was measured, oldest first; at most `DAYS_MOST`."""
    query = """SELECT * FROM (SELECT unit, measure, day, numerator, denominator FROM quality_measure
      WHERE unit = %s AND measure = %s ORDER BY day DESC LIMIT %s) latest ORDER BY day"""
    return tuple(
        Figure(*row) for row in connection.execute(query, [checked_unit(unit), measure, min(max(days, 1), DAYS_MOST)])
    )


def findings(connection: Connection, *, unit: str = "", limit: int = 100) -> tuple[Finding, ...]:
    """What the rules found in a unit in the last run, the most people first."""
    query = "SELECT rule, people FROM quality_finding WHERE unit = %s ORDER BY people DESC, rule LIMIT %s"
    return tuple(Finding(*row) for row in connection.execute(query, [checked_unit(unit), min(limit, MOST)]))


def findings_below(connection: Connection, *, rule: str, unit: str = "") -> tuple[tuple[str, int], ...]:
    """(unit, people) of a rule in the units below one, the most people first."""
    query = "SELECT unit, people FROM quality_finding WHERE rule = %s AND unit = ANY(%s) ORDER BY people DESC, unit LIMIT 500"
    return tuple((code, people) for code, people in connection.execute(query, [rule, units_below(unit)]))


def runs(connection: Connection, *, limit: int = 20) -> tuple[Run, ...]:
    """The last runs, newest first."""
    query = """SELECT id, day, started_at, ended_at, position, people, found, opened, mended FROM quality_run
      ORDER BY id DESC LIMIT %s"""
    return tuple(Run(*row) for row in connection.execute(query, [min(limit, MOST)]))


def last_run(connection: Connection) -> Run:
    """The last run. Refuses `no_run_yet`."""
    found = runs(connection, limit=1)
    if not found:
        raise refusal("no_run_yet")
    return found[0]


def units_below(unit: str) -> list[str]:
    """Codes of the units right below one: of the country, a province; a commune has none."""
    from dancu.places import children, units
    from dancu.places import unit as known

    if not unit:
        return [province.code for province in units("2025-07", "province")]
    province = known("2025-07", "province", unit) if len(unit) == 2 else None
    return [commune.code for commune in children(province)] if province else []
