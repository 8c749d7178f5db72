"""People who stand in a file and in no register: strangers, brothers and sisters of real people, and namesakes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from dancu.world import names
from dancu.world.chunk import KINDS, Chunk, text_column
from dancu.world.locations import locations
from dancu.world.numbers import Numbering, digits
from dancu.world.people import People, Plan
from dancu.world.pyramid import TODAY_DAY, YEAR_DAYS, Calendar


def haunt(
    plan: Plan,
    block: int,
    people: People,
    chunk: Chunk,
    model: np.ndarray,
    rows: np.ndarray,
    listed: Mapping[str, float],
    rng: np.random.Generator,
) -> None:
    """Turn `rows` of a chunk into people whose numbers the register never gave out.

    `model[row]` is the register person a ghost resembles: a sibling keeps family name, parents and house, a namesake
    keeps name and year of birth, a stranger only the neighbourhood.
    """
    if not len(rows):
        return
    u = rng.random(len(rows))
    relative = u < listed.get("ghost_relatives", 0)
    namesake = ~relative & (u < listed.get("ghost_relatives", 0) + listed.get("ghost_namesakes", 0))
    like = model[rows]
    day, female = _born(people, like, relative, namesake, rng)
    slots = names.draw(female, Calendar.get().year[day], people.region[like], people.people[like], rng)
    keeps = relative & names.takes_family_name(people.people[like])
    slots[keeps, 0] = people.slots[like[keeps], 0]
    slots[namesake] = people.slots[like[namesake]]
    chunk.cells["name"][rows] = text_column(names.text(slots))
    year_only = people.year_only[like] & ~namesake
    if "birth_date" in chunk.cells:
        calendar = Calendar.get()
        chunk.cells["birth_date"][rows] = text_column(calendar.slashed.take(pa.array(calendar.index(day, year_only))))
    if "sex" in chunk.cells:
        chunk.cells["sex"][rows] = np.where(female, "Nữ", "Nam")
    _number(plan, block, people, chunk, rows, like, day, female)
    _parents(people, chunk, rows[~relative], like[~relative], slots[~relative, 0], rng)
    _home(chunk, rows[~relative], rng)
    for fact in ("old_id", "earlier_pin", "other_name", "previous_name", "twin_pin", "spouse_pin"):
        chunk.facts[fact][rows] = None
    for fact in ("mother_pin", "father_pin", "mother_in_book", "father_in_book"):
        chunk.facts[fact][rows[~relative]] = None
    chunk.facts["female"][rows] = female
    chunk.facts["day"][rows] = day
    chunk.facts["age"][rows] = (TODAY_DAY - day) / YEAR_DAYS
    kinds = [KINDS.index(k) for k in ("ghost", "relative_ghost", "namesake_ghost")]
    chunk.kind[rows] = np.where(relative, kinds[1], np.where(namesake, kinds[2], kinds[0]))


def _born(people: People, like, relative, namesake, rng) -> tuple[np.ndarray, np.ndarray]:
    """Siblings years apart, namesakes on another day of the same year, strangers about the same age."""
    n = len(like)
    calendar = Calendar.get()
    apart = rng.integers(300, 2500, n) * rng.choice([-1, 1], n)
    day = np.where(relative, people.day[like] + apart, people.day[like] + rng.integers(-900, 900, n))
    first = calendar.first_of_year[people.year[like] - 1900]
    within = (people.day[like] - first + rng.integers(20, 340, n)) % 365
    day = np.where(namesake, first + within, day)
    over = day >= TODAY_DAY
    day = np.clip(np.where(over, TODAY_DAY - 1 - rng.integers(0, 300, n), day), 366, TODAY_DAY - 1)
    female = np.where(namesake, people.female[like], rng.random(n) < 0.5)
    return day, female


def _number(plan: Plan, block: int, people: People, chunk: Chunk, rows, like, day, female) -> None:
    """A number from the lanes the register never uses."""
    if "pin" not in chunk.cells:
        return
    numbering = Numbering(plan.seed, plan.blocks + block, plan.lanes)
    pins, _ = numbering.pins(people.birth_province[like], Calendar.get().year[day], female)
    chunk.cells["pin"][rows] = text_column(digits(pins, 12))


def _parents(people: People, chunk: Chunk, rows, like, surname, rng) -> None:
    """Other parents than the model's."""
    for column, female in (("mother_name", True), ("father_name", False)):
        if column not in chunk.cells:
            continue
        year = np.maximum(people.year[like] - 27, 1900)
        slots = names.draw(np.full(len(rows), female), year, people.region[like], people.people[like], rng)
        if not female:
            inherits = names.takes_family_name(people.people[like])
            slots[inherits, 0] = surname[inherits]
        chunk.cells[column][rows] = text_column(names.text(slots))


def _home(chunk: Chunk, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Another house of the same province, another telephone."""
    from dancu.world.inject.place import write

    where = locations()
    chunk.facts["house"][rows] = [f"Số {n}" for n in rng.integers(400, 999, len(rows))]
    location = where.anywhere_in(where.province[chunk.facts["location"][rows]], rng.random(len(rows)))
    chunk.facts["location"][rows] = location
    write(chunk, rows, location, old=False)
    if "phone" in chunk.cells:
        chunk.cells["phone"][rows] = [f"09{n:08d}" for n in rng.integers(0, 10**8, len(rows))]
