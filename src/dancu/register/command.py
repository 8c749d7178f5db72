"""What somebody asks the register to do, what deciding it may look at, and what comes of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from dancu.register.event import Changes, Event
from dancu.register.person import Person

# Who asks. The civil book belongs to the first, the population data to the second (NĐ 120/2025; TT 53/2025, NĐ 58/2026); a
# chief approves, the province supervises; a court's judgments are entered by either with their reference.
Office = Literal["civil_status", "residence", "residence_chief", "province", "agency", "loader", "system"]
# A person in a command: their number, or `#` and the internal id where there is no number yet.
Ref = Annotated[str, Meta(pattern=r"^([0-9]{12}|#[0-9]{1,18})?\Z")]
# The one that a command makes.
NEW = "new"


class Actor(Struct, frozen=True):
    """Who is responsible. `unit` is the commune (5 digits) or province (2) they act for; empty: the whole country."""

    id: str
    office: Office
    unit: str = ""


class BookEntry(Struct, frozen=True, omit_defaults=True):
    """Where a civil-status fact stands: số, quyển số, trang, ngày và nơi đăng ký."""

    number: str
    book: str
    page: str = ""
    registered: str = ""
    place: str = ""


class Source(Struct, frozen=True, omit_defaults=True):
    """What a command rests on: a civil book, a judgment, a residence or card file, a file that was loaded, another agency."""

    kind: Literal["civil_book", "judgment", "residence_file", "card_file", "decision", "loaded_file", "agency_file"]
    reference: str = ""


class Order(Struct, frozen=True, kw_only=True):
    """A command with everything that must be known of it.

    `id`: the caller's own, unique: the same order sent twice happens once. `effective`: the day from which it is true (ISO;
    empty: today). `legal_basis`: the article. `seen`: version of each person, by role, that the actor was looking at: if one has
    changed meanwhile, the order is refused and told what changed. `body`: one of the commands of `dancu.register.rules`.
    """

    id: str
    actor: Actor
    source: Source
    legal_basis: str
    body: Struct
    effective: str = ""
    entry: BookEntry | None = None
    seen: dict[str, int] = {}
    reason: str = ""


class View(Struct, frozen=True, kw_only=True):
    """All that deciding may look at, read in the transaction that will write; the command's `Rule` says what it needs.

    `people`: by the name of the command's field that refers to them; their relatives by path (`child.mother`). `household`:
    living members of a household. `children`: those whose mother or father on record a person is. `new_id`: what the person or
    household made by the command will be. `number`: one that is free for whom the command gives one, None where none can be had
    now. `entry_used`: the book entry is already somebody's. `namesakes`: people on record with the same name, birth date and
    mother, for a birth. `used_serials`: of the serial the command names. `events`: those that the command would undo or redact,
    as far as they still stand; `later`: what was written after them about the same people and still stands. `after`: for a
    back-dated order, what stands of all in `people` and takes effect after its day.
    """

    today: str
    people: dict[str, Person] = {}
    household: tuple[Person, ...] = ()
    children: tuple[Person, ...] = ()
    new_id: int = 0
    number: str | None = None
    entry_used: bool = False
    namesakes: tuple[Person, ...] = ()
    used_serials: frozenset[str] = frozenset()
    events: tuple[Event, ...] = ()
    later: tuple[Event, ...] = ()
    after: tuple[Event, ...] = ()


class Draft(Struct, frozen=True):
    """An event to be: of a person by id, its kind, what it changes, what it reverses, and from when, if not from the order's day."""

    person: int
    kind: str
    changes: Changes  # type: ignore[valid-type]
    reverses: tuple[int, ...] = ()
    effective: str = ""


class No(Struct, frozen=True):
    """A refusal: a code of `refusals.toml`, which holds the sentence and what cures it, and the field that is at fault."""

    code: str
    field: str = ""


Answer = tuple[Draft, ...] | No
