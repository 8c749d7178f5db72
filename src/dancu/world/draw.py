"""Who stands in an agency's file: people of the register, people who are in no register, and people listed twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from dancu.world import mix as mixes
from dancu.world.chunk import KINDS, Chunk, text_column
from dancu.world.ghosts import haunt
from dancu.world.inject.place import write as write_place
from dancu.world.people import People, Plan
from dancu.world.pyramid import Calendar
from dancu.world.register import Record, taken_where

CELLS = ("pin", "name", "birth_date", "sex", "mother_name", "father_name", "province", "district", "commune",
         "address", "phone", "ethnicity")  # fmt: skip
TRUTH = pa.schema([
    ("sheet", pa.string()), ("row", pa.int64()), ("source_row", pa.int64()), ("pin", pa.string()),
    ("subject_in_register", pa.bool_()), ("errors", pa.list_(pa.string())), ("ambiguous", pa.bool_()),
    ("duplicate_of", pa.int64()), ("kind", pa.string()), ("accept_pins", pa.list_(pa.string())),
    ("mother_pin", pa.string()), ("father_pin", pa.string()),
])  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """What kind of people a file holds and how its rows are ordered.

    `eligible(people, record)` is a mask; `cells` the fields the file shows; `repeats` how many rows a person has on
    average; `by_place` keeps a commune's rows together; `clean` means no ghosts, no copies and no mix;
    `prepare(chunk, rng)` adds the file's own cells before errors are made, `habits` (injectors) come after them.
    """

    name: str
    cells: tuple[str, ...]
    eligible: Callable[[People, Record], np.ndarray]
    repeats: float = 1.0
    by_place: bool = False
    clean: bool = False
    habits: tuple[str, ...] = ()
    prepare: Callable[[Chunk, np.random.Generator], None] | None = None


@dataclass(frozen=True)
class Rows:
    """Finished rows of one file from one block: cells as they go into the file, truth without row numbers."""

    cells: dict[str, np.ndarray]
    truth: dict[str, pa.Array]
    first_of: np.ndarray  # position, within these rows, of the person's first row; itself where it is the first
    mistyped: tuple[np.ndarray, np.ndarray]  # positions and numbers that may belong to somebody by chance
    facts: dict[str, np.ndarray] = field(default_factory=dict)


def draw(plan: Plan, block: int, people: People, record: Record, listing: Listing, mix: mixes.Mix, count: int) -> Rows:
    """`count` finished rows of a file from one block."""
    rng = plan.rng(block, 100 + sum(ord(c) * (i + 1) for i, c in enumerate(listing.name)))
    listed = {} if listing.clean else mix.listed
    ghosts, typed, copied = (_share(count, listed.get(k, 0.0), rng) for k in ("ghosts", "typed_twice", "copied"))
    subject, ghost_number = _subjects(people, record, listing, rng, count - ghosts - typed - copied, typed, ghosts)
    order = np.argsort(people.location[subject], kind="stable") if listing.by_place else rng.permutation(len(subject))
    subject, ghost_number = subject[order], ghost_number[order]
    chunk = _chunk(people, record, listing, subject, rng)
    chunk.clerk = _clerks(len(chunk), mix.clerk_rows, rng)
    haunt(plan, block, people, chunk, subject, np.flatnonzero(ghost_number >= 0), listed, rng)
    if listing.prepare:
        listing.prepare(chunk, rng)
    before = chunk.originals()
    if not listing.clean:
        mixes.apply(mix, listing.name, chunk, rng)
    for habit in listing.habits:
        mixes.INJECTORS[habit](chunk, np.arange(len(chunk)), rng, {})
    chunk.settle(before)
    return _finish(people, record, chunk, subject, ghost_number, _copies(len(chunk), copied, listing.by_place, rng))


def _share(count: int, share: float, rng: np.random.Generator) -> int:
    return int(count * share + rng.random())


def _subjects(people: People, record: Record, listing: Listing, rng, mains: int, typed: int, ghosts: int):
    """Row numbers of the people listed; for ghosts the person they are modelled on and a number of their own."""
    pool = np.flatnonzero(listing.eligible(people, record))
    if not len(pool):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    mains = max(mains, 0)
    persons = max(1, int(mains / listing.repeats)) if mains else 0
    chosen = rng.choice(pool, persons, replace=persons > len(pool))
    if listing.repeats > 1 and mains:
        chosen = np.concatenate([chosen, chosen[rng.integers(0, persons, mains - persons)]])
    again = chosen[rng.integers(0, len(chosen), typed)] if len(chosen) else chosen
    models = pool[rng.integers(0, len(pool), ghosts)]
    subject = np.concatenate([chosen, again, models]).astype(np.int64)
    number = np.concatenate([np.full(len(chosen) + len(again), -1), np.arange(ghosts)])
    return subject, number


def _clerks(n: int, rows: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Runs of rows by one hand; in short files shorter ones, so that every file shows more than one habit."""
    most = max(min(rows[1], n // 12), 15)
    least = max(min(rows[0], most // 3), 1)
    lengths = rng.integers(least, most + 1, n // least + 1)
    return np.repeat(np.arange(len(lengths)), lengths)[:n]


def _chunk(people: People, record: Record, listing: Listing, subject: np.ndarray, rng) -> Chunk:
    """Correct rows about `subject`, and the facts the injectors may draw on."""
    rows = pa.array(subject)
    table = record.table
    cells = {c: text_column(table[c].take(rows)) for c in listing.cells if c in table.column_names}
    calendar = Calendar.get()
    day, year_only = people.day[subject], people.year_only[subject]
    cells["birth_date"] = text_column(calendar.slashed.take(pa.array(calendar.index(day, year_only))))
    cells["sex"] = np.where(people.female[subject], "Nữ", "Nam").astype(object)
    cells |= {c: np.full(len(subject), "", dtype=object) for c in listing.cells if c not in cells}
    kind = np.where(people.twin[subject] >= 0, KINDS.index("twin"), 0)
    kind = np.where(people.dead[subject], KINDS.index("deceased"), kind)
    kind = np.where(people.wrongly_dead[subject], KINDS.index("wrongly_deceased"), kind)
    chunk = Chunk(
        cells={c: cells[c] for c in listing.cells},
        facts=_facts(people, record, subject, rng),
        clerk=np.zeros(len(subject), dtype=np.int64),
        kind=kind,
        ambiguous=np.zeros(len(subject), dtype=bool),
    )
    write_place(chunk, np.arange(len(subject)), people.location[subject], old=False)
    return chunk


def _facts(people: People, record: Record, subject: np.ndarray, rng) -> dict[str, np.ndarray]:
    table, rows = record.table, pa.array(subject)
    pins = table["pin"].combine_chunks()

    def text(values) -> np.ndarray:
        return np.asarray(values.to_numpy(zero_copy_only=False), dtype=object)

    facts = {c: text(table[c].take(rows)) for c in ("old_id", "other_name", "previous_name", "mother_pin",
                                                   "father_pin", "spouse_pin")}  # fmt: skip
    facts["earlier_pin"] = text(table["number_history"].take(rows))
    facts["twin_pin"] = text(taken_where(pins, people.twin[subject]))
    facts["stranger_pin"] = text(pins.take(pa.array(_strangers(people, subject, rng))))
    another = rng.integers(0, len(people.day), len(subject))
    facts["another_mother"] = text(table["mother_name"].take(pa.array(another)))
    facts["house"] = text(record.house.take(rows))
    facts |= {"age": people.age[subject], "female": people.female[subject], "location": people.location[subject]}
    facts |= {"day": people.day[subject].astype(np.int64), "old_unit": np.zeros(len(subject), dtype=bool)}
    for parent, row in (("mother", people.mother[subject]), ("father", people.father[subject])):
        facts[f"{parent}_year"] = np.where(row >= 0, people.year[row], 0)
        # Who the parent is, also where the register does not say it of the child.
        facts[f"{parent}_in_book"] = text(taken_where(pins, row))
    return facts


def _strangers(people: People, subject: np.ndarray, rng) -> np.ndarray:
    """For each person another one of a different household."""
    n = len(people.day)
    other = (subject + rng.integers(n // 3, max(n - n // 3, n // 3 + 1), len(subject))) % n
    same = people.root[other] == people.root[subject]
    return np.where(same, (other + n // 7 + 1) % n, other)


def _copies(n: int, copied: int, by_place: bool, rng: np.random.Generator) -> np.ndarray:
    """Positions of the finished rows, some of them a second time further down."""
    if not n or not copied:
        return np.arange(n)
    source = rng.integers(0, n, copied)
    down = np.full(copied, 0.5) if by_place else rng.random(copied) * (n - source) + 1e-9
    return np.concatenate([np.arange(n), source])[np.argsort(np.concatenate([np.arange(n), source + down]))]


def _finish(people, record, chunk: Chunk, subject, ghost_number, at: np.ndarray) -> Rows:
    """Truth beside the rows, after some were copied."""
    table = record.table
    real = ghost_number < 0
    status = np.asarray(people.dead | people.wrongly_dead)[subject]
    chunk.mark(np.flatnonzero(real & status), "person_deceased")
    mistyped = {"digit_typo", "digits_transposed", "digit_missing"}
    rows = [r for r, code in chunk.marks if code in mistyped]
    own = taken_where(table["pin"].combine_chunks(), np.where(real, subject, -1)).to_pylist()
    for i, (marked, code) in enumerate(chunk.marks):  # nothing but hazards can be seen of a person nobody knows
        if not code.startswith("hazard:"):
            chunk.marks[i] = (marked[real[marked]], code)
    chunk.mark(np.flatnonzero(~real), "not_in_register")
    who = np.where(real, subject, -1 - ghost_number)[at]
    _, first, group = np.unique(who, return_index=True, return_inverse=True)
    first_of = first[group]
    errors = chunk.error_lists().take(pa.array(at))
    repeated = np.flatnonzero(first_of != np.arange(len(at)))
    second = np.full(len(people.day), -1)
    second[people.twice] = len(people.day) + np.arange(len(people.twice))
    also = np.where(real, second[subject], -1)[at]
    truth = {
        "pin": taken_where(table["pin"].combine_chunks(), np.where(real, subject, -1)[at]),
        "subject_in_register": pa.array(real[at]),
        "errors": _with_code(errors, repeated, "duplicate_in_file"),
        "ambiguous": pa.array(chunk.ambiguous[at]),
        "kind": pa.array(KINDS).take(pa.array(chunk.kind[at])),
        "accept_pins": _lists(table["pin"].combine_chunks(), also),
        **{f"{parent}_pin": pa.array(_parent(chunk, parent)[at], pa.string()) for parent in ("mother", "father")},
    }
    return Rows(
        cells={c: v[at] for c, v in chunk.cells.items()},
        truth=truth,
        first_of=first_of,
        mistyped=_mistyped(chunk, rows, own, at),
        facts={k: v[at] for k, v in chunk.facts.items() if k == "location"} | {"clerk": chunk.clerk[at]},
    )


def _parent(chunk: Chunk, parent: str) -> np.ndarray:
    """The parent's number: the person's where the file tells of the parent, elsewhere the one the register tells of the child."""
    return chunk.facts[f"{parent}_{'in_book' if f'{parent}_number' in chunk.cells else 'pin'}"]


def _mistyped(chunk: Chunk, rows: list[np.ndarray], own: list[str | None], at: np.ndarray):
    """Positions with a mistyped number that still reads as one, and the number."""
    wrong = np.zeros(len(chunk), dtype=bool)
    for marked in rows:
        wrong[marked] = True
    positions, values = [], []
    cells = chunk.cells.get("pin")
    for position in np.flatnonzero(wrong[at]).tolist():
        text, right = cells[at[position]], own[at[position]]
        if right and text.isdigit() and 10 <= len(text) <= 12 and int(text) != int(right):
            positions.append(position)
            values.append(int(text))
    return np.array(positions, dtype=np.int64), np.array(values, dtype=np.int64)


def _with_code(lists: pa.ListArray, rows: np.ndarray, code: str) -> pa.ListArray:
    """`code` appended to the lists of `rows`."""
    if not len(rows):
        return lists
    items = lists.to_pylist()
    for row in rows.tolist():
        hazards = [e for e in items[row] if e.startswith("hazard:")]
        items[row] = [e for e in items[row] if not e.startswith("hazard:")] + [code] + hazards
    return pa.array(items, pa.list_(pa.string()))


def _lists(values: pa.Array, index: np.ndarray) -> pa.ListArray:
    """Lists of one value, or empty where the index is negative."""
    offsets = np.concatenate([[0], np.cumsum(index >= 0)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values.take(pa.array(index[index >= 0])))
