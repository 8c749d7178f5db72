"""The register's text columns of one block, as Arrow arrays taken from dictionaries, never formatted row by row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dancu.world import names
from dancu.world.locations import hamlet_names, locations, street_names
from dancu.world.numbers import digits
from dancu.world.people import People, Plan
from dancu.world.pyramid import TODAY_DAY, Calendar

COLUMNS = (
    "pin", "name", "birth_date", "sex", "old_id", "mother_name", "mother_pin", "father_name", "father_pin",
    "spouse_pin", "province", "commune", "unit_scheme", "address", "phone", "status", "status_date",
    "number_history", "other_name", "previous_name", "ethnicity", "household_id",
)  # fmt: skip
SCHEMA = pa.schema([(column, pa.string()) for column in COLUMNS])
_PHONE_HEADS = np.array([32, 33, 34, 35, 36, 37, 38, 39, 70, 76, 77, 78, 79, 81, 82, 83, 84, 85, 86, 88, 90, 91, 93,
                         94, 96, 97, 98, 56, 58, 92])  # fmt: skip
_OLD_SCHEME = 0.06  # records whose residence was never rewritten to the units of July 2025


@dataclass(frozen=True)
class Record:
    """A block of the register: `table` has its people first (in the order of `People`), then second records."""

    table: pa.Table
    location: np.ndarray
    house: pa.Array  # address without units
    phone: np.ndarray


def taken_where(values: pa.Array, index: np.ndarray) -> pa.Array:
    """`values` at `index`, null where the index is negative."""
    return values.take(pa.array(index, mask=index < 0))


def write_down(plan: Plan, block: int, people: People) -> Record:
    """The register rows of a block."""
    rng = plan.rng(block, 1)
    n = len(people.day)
    house, phone = _houses(people, rng), _phones(people, rng)
    old = rng.random(n) < _OLD_SCHEME
    where = locations()
    columns = _person(people, rng) | _relatives(people, rng) | _status(people, rng)
    columns |= _residence(people.location, house, old)
    columns["province"] = digits(where.province[people.location], 3)
    columns["phone"] = digits(phone, 10, missing=phone == 0)
    household = people.root.astype(np.int64) + block * 1_000_000
    columns["household_id"] = digits(household, 12)
    table = pa.table([columns[c] for c in COLUMNS], schema=SCHEMA)
    return Record(
        table=pa.concat_tables([table, _second_records(table, people, rng)]).combine_chunks(),
        location=people.location,
        house=house,
        phone=phone,
    )


def _person(p: People, rng: np.random.Generator) -> dict[str, pa.Array]:
    n = len(p.day)
    lex = names.lexicon()
    history = np.full(n, -1)
    history[p.reissued] = np.arange(len(p.reissued))
    previous, other = p.slots.copy(), p.slots.copy()
    fresh = names.draw(p.female, p.year, p.region, p.people, rng)
    previous[:, 3] = fresh[:, 3]
    other[:, 2:] = fresh[:, 2:]
    has = rng.random((n, 2)) < (0.010, 0.03)
    differ = [(alt != p.slots).any(axis=1) & has[:, i] for i, alt in enumerate((previous, other))]
    rows = [np.where(d, np.cumsum(d) - 1, -1) for d in differ]
    return {
        "pin": digits(p.pin, 12),
        "name": names.text(p.slots),
        "birth_date": Calendar.get().iso.take(pa.array(Calendar.get().index(p.day, p.year_only))),
        "sex": pa.array(["male", "female"]).take(pa.array(p.female.astype(np.int8))),
        "old_id": digits(p.old_id, 9, missing=p.old_id == 0),
        "number_history": taken_where(digits(p.earlier_pin, 12), history),
        "previous_name": taken_where(names.text(previous[differ[0]]), rows[0]),
        "other_name": taken_where(names.text(other[differ[1]]), rows[1]),
        "ethnicity": pa.array(lex.peoples).take(pa.array(p.people)),
    }


def _relatives(p: People, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Parents by number where the register linked them, else by name alone, for some not at all."""
    n = len(p.day)
    text, pins = names.text(p.slots), digits(p.pin, 12)
    out = {}
    linked = rng.random(n) < np.interp(p.age, [0, 15, 30, 60], [0.97, 0.9, 0.6, 0.45])
    unnamed = rng.random(n) < np.interp(p.age, [0, 30, 60, 90], [0.005, 0.01, 0.05, 0.2])
    for role, relative, female in (("mother", p.mother, True), ("father", p.father, False)):
        rows = np.flatnonzero((relative < 0) & ~unnamed)
        slots = names.draw(
            np.full(len(rows), female), np.maximum(p.year[rows] - 27, 1900), p.region[rows], p.people[rows], rng
        )
        if not female:
            inherits = names.takes_family_name(p.people[rows])
            slots[inherits, 0] = p.slots[rows[inherits], 0]
            _, first, group = np.unique(
                np.where(p.mother[rows] >= 0, p.mother[rows], n + rows), return_index=True, return_inverse=True
            )
            slots = slots[first][group]  # brothers and sisters name one father
        index = np.full(n, -1)
        index[rows] = n + np.arange(len(rows))
        known = (relative >= 0) & ~(unnamed & ~linked)
        index[known] = relative[known]
        out[f"{role}_name"] = taken_where(pa.concat_arrays([text, names.text(slots)]), index)
        out[f"{role}_pin"] = taken_where(pins, np.where(known & linked, relative, -1))
    out["spouse_pin"] = taken_where(pins, np.where(rng.random(n) < 0.85, p.spouse, -1))
    return out


def _status(p: People, rng: np.random.Generator) -> dict[str, pa.Array]:
    n = len(p.day)
    dead = p.dead | p.wrongly_dead
    u = rng.random(n)
    code = np.where(dead, 1, np.where(u < 0.0006, 2, np.where(u < 0.0012, 3, 0)))
    first = np.maximum(p.day + 30, TODAY_DAY - 4000)
    day = np.minimum(first + (rng.random(n) ** 0.7 * (TODAY_DAY - first)).astype(np.int64), TODAY_DAY)
    return {
        "status": pa.array(["active", "deceased", "cancelled", "locked"]).take(pa.array(code)),
        "status_date": taken_where(Calendar.get().iso, np.where(code > 0, day, -1)),
    }


def _houses(p: People, rng: np.random.Generator) -> pa.Array:
    """House number and street in wards, hamlet in villages; one per household."""
    where = locations()
    n = len(p.day)
    u = rng.random((n, 3))[p.root]
    street = street_names().take(pa.array((u[:, 0] * len(street_names())).astype(np.int64)))
    number = pa.array([str(i) for i in range(1, 400)]).take(pa.array((u[:, 1] ** 1.7 * 399).astype(np.int64)))
    town = pc.binary_join_element_wise("Số", number, "đường", street, " ")
    hamlet = hamlet_names().take(pa.array((u[:, 2] * len(hamlet_names())).astype(np.int64)))
    village = pc.binary_join_element_wise(where.hamlet.take(pa.array(p.location)), hamlet, " ")
    return pc.if_else(pa.array(where.urban[p.location]), town, village)


def _phones(p: People, rng: np.random.Generator) -> np.ndarray:
    n = len(p.day)
    number = _PHONE_HEADS[rng.integers(0, len(_PHONE_HEADS), n)] * 10_000_000 + rng.integers(0, 10_000_000, n)
    has = rng.random(n) < np.interp(p.age, [10, 14, 18, 60, 85], [0, 0.3, 0.8, 0.65, 0.2])
    return np.where(has, number, 0)


def _residence(location: np.ndarray, house: pa.Array, old: np.ndarray) -> dict[str, pa.Array]:
    where, rows, was = locations(), pa.array(location), pa.array(old)
    new_text = pc.binary_join_element_wise(house, where.new_commune.take(rows), where.new_province.take(rows), ", ")
    old_text = pc.binary_join_element_wise(
        house, where.old_commune.take(rows), where.old_district.take(rows), where.old_province.take(rows), ", "
    )
    return {
        "commune": pc.if_else(was, where.old_code.take(rows), where.new_code.take(rows)),
        "unit_scheme": pc.if_else(was, pa.scalar("2025-06"), pa.scalar("2025-07")),
        "address": pc.if_else(was, old_text, new_text),
    }


def _second_records(table: pa.Table, p: People, rng: np.random.Generator) -> pa.Table:
    """The same people entered again: a new number, now and then a lost middle name or a default birthday."""
    rows = p.twice
    k = len(rows)
    out = {c: table[c].take(pa.array(rows)) for c in COLUMNS}
    slots = p.slots[rows].copy()
    lost = (rng.random(k) < 0.25) & (slots[:, 1] > 0)
    slots[lost, 1:3] = names.EMPTY
    calendar = Calendar.get()
    vague = rng.random(k) < 0.2
    day = np.where(vague, calendar.first_of_year[p.year[rows] - 1900], p.day[rows])
    out["pin"] = digits(p.second_pin, 12)
    out["name"] = names.text(slots)
    out["birth_date"] = calendar.iso.take(pa.array(calendar.index(day, p.year_only[rows])))
    closed = rng.random(k) < 0.4
    out["status"] = pc.if_else(pa.array(closed), pa.scalar("cancelled"), out["status"])
    closed_day = calendar.iso[TODAY_DAY - 200].as_py()
    out["status_date"] = pc.if_else(pa.array(closed), pa.scalar(closed_day), out["status_date"])
    for column in ("number_history", "other_name", "spouse_pin"):
        out[column] = pa.nulls(k, pa.string())
    return pa.table([out[c] for c in COLUMNS], schema=SCHEMA)
