"""Where people ask the book for something: each question and each command leaves its leaf in the ledger before the answer is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, structs

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import Clock, in_vietnam
from dancu.kit.database import Database
from dancu.ledger.sequencer import Place
from dancu.register import load as loads
from dancu.register import rights
from dancu.register.actions import Done, perform, rehearse
from dancu.register.command import NEW, Actor, BookEntry, Order, Source
from dancu.register.event import FIELDS
from dancu.register.feed import changes as feed
from dancu.register.feed import sequencer
from dancu.register.load import Loaded, Loading
from dancu.register.person import Person
from dancu.register.read import queries, search, stats
from dancu.register.refusals import told
from dancu.register.rights import Group, Operation, Staff
from dancu.register.rules import COMMANDS, Body
from dancu.register.rules.birth import number_unfit
from dancu.register.rules.gate import admitted
from dancu.register.rules.rule import ref_fields
from dancu.register.witness import Reader, Witness

# What a list of people found tells of each.
_LISTED = ("name", "pin", "birth_date", "sex", "permanent", "status")
_ENTRY_PARTS = ("number", "book", "page", "registered", "place")


class Seen(Struct, frozen=True):
    """A person as somebody may see them: open fields as plain values, how each group stands, whether they belong to the unit.

    `former`: found by a number that was replaced; `unfit`: the number says another sex, birth year or province than the record.
    """

    id: int
    version: int
    fields: dict[str, Any]
    sight: dict[Group, rights.Sight]
    inside: bool
    former: bool = False
    unfit: bool = False

    @classmethod
    def of(cls, staff: Staff, person: Person, reveal: Collection[Group] = (), *, former: bool = False) -> Seen:
        """The part of a person that a member of staff may see, with groups opened on top."""
        sight = rights.sight(staff, person, reveal)
        # Said of what the reader sees alone: a masked place of registration is not guessed at by the number.
        open_part = person if sight["origin"] == "open" else structs.replace(person, birth_registered_at=Person(0).birth_registered_at)
        unfit = sight["identity"] == "open" and _unfit(open_part)
        return cls(person.id, person.version, rights.shown(person, sight), sight, rights.inside(staff, person), former, unfit)


@dataclass(frozen=True)
class Desk:
    """The register, the ledger and a clock. Every call tells who asks and what for."""

    database: Database
    witness: Witness
    clock: Clock

    def show(self, who: Actor, purpose: str, ref: str, *, at: str | None = None, known: str | None = None) -> dict[str, Any]:
        """A person as on record now, or on a day as known at some instant. Raises Refusal("not_on_record")."""
        reader = Reader.of(who, purpose)
        with self.database.connect(roles.READER, application_name="dancu person") as connection:
            person = self._found(connection, reader, ref, "person.show")
            if at or known:
                then = queries.as_of(connection, person.id, at=at, known=_instant(known))
                if then is None:
                    raise _absent()
                person = then
        self.witness.looked(reader, person.id, service="person.show", fields=_filled(person))
        return msgspec.to_builtins(person)

    def history(self, who: Actor, purpose: str, ref: str) -> list[dict[str, Any]]:
        """What was done to a person, newest first."""
        reader = Reader.of(who, purpose)
        with self.database.connect(roles.READER, application_name="dancu person") as connection:
            person = self._found(connection, reader, ref, "person.history")
            lines = queries.history(connection, person.id)
        self.witness.looked(reader, person.id, service="person.history", fields=_filled(person))
        return [msgspec.to_builtins(line) for line in lines]

    def find(self, who: Actor, purpose: str, text: str, *, born: str = "", commune: str | None = None) -> search.Found:
        """People by number or name; see `search.search`."""
        reader = Reader.of(who, purpose)
        with self.database.connect(roles.READER, application_name="dancu person") as connection:
            found = search.search(connection, text, born=born, commune=commune)
        if found.hits:
            self.witness.listed(reader, ((hit.id, "read") for hit in found.hits), service="person.find", fields=_LISTED)
        else:
            self.witness.missed(reader, text, service="person.find")
        return found

    def looked(self, who: Actor, purpose: str, ref: str) -> dict[str, Any]:
        """The entries about a person: who looked, when, for what; what opens later and what the law hides is counted."""
        reader = Reader.of(who, purpose)
        with self.database.connect(roles.READER, application_name="dancu person") as connection:
            person = self._found(connection, reader, ref, "person.looked")
        self.witness.wait(self.witness.looked(reader, person.id, service="person.looked", fields=()))
        found = self.witness.about(person.id)
        entries = [{"month": e.month, "index": e.index, "outcome": e.outcome, **msgspec.to_builtins(e.leaf)} for e in found.entries]
        return {"entries": entries, "deferred": found.deferred, "hidden": found.hidden}

    def open(self, staff: Staff, purpose: str, ref: str, *, reveal: Collection[Group] = (), order: str = "") -> Seen:
        """A person as a member of staff may see them; `reveal`: groups asked for on top, for the purpose given; `order`: the id of the
        order in whose form they are looked at.

        Raises Refusal("not_allowed"), which is a leaf too, and Refusal("not_on_record").
        """
        reader = self._admitted(staff, purpose, "show", order)
        with self.database.connect(roles.READER, application_name="dancu staff") as connection:
            found = queries.person_now(connection, ref)
        if found is None:
            self.witness.missed(reader, ref, service="staff.open")
            raise _absent()
        seen = Seen.of(staff, found.person, reveal, former=found.former)
        service = "staff.reveal" if reveal else "staff.open"
        outcome = "shown" if seen.inside else "shown_away"
        self.witness.looked(reader, seen.id, service=service, fields=tuple(seen.fields), outcome=outcome)
        return seen

    def timeline(
        self, staff: Staff, purpose: str, ref: str, *, before: int = 1 << 30, limit: int = 50, order: str = "",
        differs: bool = False,
    ) -> list[queries.Line]:  # fmt: skip
        """What was done to a person, newest first, below version `before`; what was changed only in fields that are open. `differs`: with
        what stood before and after."""
        reader = self._admitted(staff, purpose, "history", order)
        with self.database.connect(roles.READER, application_name="dancu staff") as connection:
            person = self._found(connection, reader, ref, "staff.history")
            lines = queries.history(connection, person.id, before=before, limit=limit)
            told = queries.differences(connection, person.id, [line.version for line in lines]) if differs else {}
        seen = rights.sight(staff, person)
        self.witness.looked(reader, person.id, service="staff.history", fields=tuple(rights.shown(person, seen)))
        return [
            structs.replace(
                line, changes=rights.cut(line.changes, seen), differs=_was(told.get(line.version, {}), seen),
                hidden=tuple(field for field in told.get(line.version, ()) if seen[rights.group_of(field)] != "open"),
            )
            for line in lines
        ]  # fmt: skip

    def search(
        self, staff: Staff, purpose: str, text: str, *, born: str = "", commune: str | None = None, order: str = ""
    ) -> search.Found:
        """People by number or name, as `find`, those of the reader's own commune first; without those whose record is sealed to them."""
        reader = self._admitted(staff, purpose, "find", order)
        near = staff.unit if len(staff.unit) == 5 else ""
        with self.database.connect(roles.READER, application_name="dancu staff") as connection:
            found = search.search(connection, text, born=born, commune=commune, near=near)
            sealed = queries.sealed(connection, [hit.id for hit in found.hits])
        closed = {person.id for person in sealed if rights.sight(staff, person)["identity"] == "closed"}
        hits = tuple(hit for hit in found.hits if hit.id not in closed)
        if hits:
            self.witness.listed(reader, ((hit.id, "read") for hit in hits), service="staff.find", fields=_LISTED)
        else:
            self.witness.missed(reader, text, service="staff.find")
        return search.Found(hits, found.more)

    def named(self, staff: Staff, purpose: str, people: Collection[int], *, fields: Collection[str] = _LISTED) -> dict[int, dict[str, Any]]:
        """For a list of records by id: of each person those of `fields` that are open to a member of staff; one leaf for all."""
        reader = self._admitted(staff, purpose, "show")
        with self.database.connect(roles.READER, application_name="dancu staff") as connection:
            found = queries.people_now(connection, sorted(set(people)))
        told = {person.id: rights.shown(person, rights.sight(staff, person)) for person in found}
        if told:
            self.witness.listed(reader, ((id, "read") for id in sorted(told)), service="staff.list", fields=tuple(fields))
        return {id: {field: value for field, value in shown.items() if field in fields} for id, shown in told.items()}

    def do(self, who: Actor, order: Order) -> dict[str, Any]:
        """Carry a command out. Raises Refusal with the rule's code, sentence and cure where it is refused."""
        order = structs.replace(order, actor=who)
        reader = Reader.of(who, order.source.kind, order.id)
        name = str(order.body.__struct_config__.tag)
        places: list[Place] = []

        def witnessed(done: Done) -> None:
            people = sorted({action.person for action in done.actions} | _named(connection, order))
            places.append(self.witness.commanded(reader, name, people, basis=order.legal_basis, outcome="done"))

        try:
            with self.database.connect(roles.REGISTER, application_name="dancu register") as connection:
                answer = perform(connection, order, rules=COMMANDS, clock=self.clock, admit=admitted, witnessed=witnessed)
        except Exception:
            # The leaf came first and the commit did not: the log says so, too.
            if places:
                self.witness.commanded(reader, name, (), basis=order.legal_basis, outcome="undone")
            raise
        if not isinstance(answer, Done):
            self.witness.commanded(reader, name, (), basis=order.legal_basis, outcome=f"refused:{answer.code}")
            raise _refusal(answer)
        self.number()
        return {**msgspec.to_builtins(answer), "ledger": {"month": places[-1].month, "index": places[-1].index}}

    def rehearse(self, staff: Staff, order: Order) -> dict[str, Any]:
        """What a command would do, for whoever is about to give it: `events`, the `number` it would give, and of each person `changes`, by
        field that is open to them, before and after, `hidden`, fields that change and are not, with what was typed for them, and `unfit`,
        those whose number would not fit, each with whether it fits now. Raises Refusal as `do` would."""
        reader = self._admitted(staff, order.source.kind, "command", order.id)
        order = structs.replace(order, actor=staff.actor())
        name = str(order.body.__struct_config__.tag)
        with self.database.connect(roles.REGISTER, application_name="dancu rehearsal") as connection:
            answer, people = rehearse(connection, order, rules=COMMANDS, clock=self.clock, admit=admitted)
        outcome = "rehearsed" if isinstance(answer, Done) else f"refused:{answer.code}"
        self.witness.commanded(reader, name, sorted(people), basis=order.legal_basis, outcome=outcome)
        if not isinstance(answer, Done):
            raise _refusal(answer)
        return {
            "events": [msgspec.to_builtins(action) for action in answer.actions],
            "number": answer.number,
            "changes": {id: _difference(staff, before, after) for id, (before, after) in people.items()},
            "hidden": {id: _hidden(staff, order, before, after) for id, (before, after) in people.items()},
            "unfit": {id: not Seen.of(staff, before).unfit for id, (before, after) in people.items() if Seen.of(staff, after).unfit},
        }

    def load(self, loading: Loading, who: Actor, *, progress: loads.Progress | None = None) -> Loaded:
        """Load a register file; the feed follows as it goes."""
        done = loads.load(self.database, loading, self.clock, progress=progress)
        self.witness.commanded(Reader.of(who, "loaded_file"), "load", (), basis=loading.legal_basis, outcome=f"people:{done.people}")
        self.number()
        return done

    def number(self) -> int:
        """Give feed positions to what has none yet, unless a sequencer is running that does."""
        with sequencer.leading(self.database) as connection:
            return sequencer.drain(connection) if connection else 0

    def tail(self, after: int, limit: int, *, follow: bool = False) -> Iterator[dict[str, Any]]:
        """Changes behind a position (-1: the last `limit`), without what they say: position, kind, record, version, day, fields."""
        with self.database.connect(roles.READER, autocommit=True, application_name="dancu feed") as connection:
            last = feed.ends(connection)[1]
            start = max(last - limit, 0) if after < 0 else after
            for change in feed.follow(connection, start) if follow else feed.changes(connection, start, limit=limit):
                if change.kind != feed.HEARTBEAT:
                    yield {
                        "position": change.position, "kind": change.kind, "person": f"#{change.person}", "version": change.version,
                        "effective": change.effective, "fields": list(change.fields),
                    }  # fmt: skip

    def position(self) -> int:
        """The last position of the feed."""
        with self.database.connect(roles.READER, application_name="dancu feed") as connection:
            return feed.ends(connection)[1]

    def stats(self) -> dict[str, Any]:
        """Figures of the register; no person's data."""
        with self.database.connect(roles.READER, application_name="dancu stats") as connection:
            return msgspec.to_builtins(stats.stats(connection, self.clock))

    def _admitted(self, staff: Staff, purpose: str, operation: Operation, order: str = "") -> Reader:
        """Who asks, where their role includes what they ask for; that it does not is written down as well."""
        reader = Reader.of(Actor(staff.account, rights.rights()[staff.role].office or "system", staff.unit), purpose, order)
        if not rights.may(staff, operation):
            self.witness.denied(reader, service=f"staff.{operation}")
            raise Refusal(
                "not_allowed",
                vi="Vai trò của bạn không được làm việc này; hãy chuyển cho cán bộ có thẩm quyền.",
                en="Your role does not include this; pass it to the officer in charge.",
            )
        return reader

    def _found(self, connection: Any, reader: Reader, ref: str, service: str) -> Person:
        found = queries.person_now(connection, ref)
        if found is None:
            self.witness.missed(reader, ref, service=service)
            raise _absent()
        return found.person


def ordered(
    command: str, fields: str, *, id: str, legal_basis: str, source: tuple[str, str], entry: str, effective: str, reason: str, seen: str
) -> Order:
    """An order from texts as typed; its actor is whoever gives it to the desk. Raises Refusal("command_unreadable")."""
    try:
        body = msgspec.convert({**msgspec.json.decode(fields), "command": command}, Body)
        booked = BookEntry(**dict(zip(_ENTRY_PARTS, (part.strip() for part in entry.split(";")), strict=False))) if entry else None
        return Order(
            id=id, actor=Actor("", "system"), source=msgspec.convert({"kind": source[0], "reference": source[1]}, Source),
            legal_basis=legal_basis, body=body, effective=effective, entry=booked, reason=reason,
            seen=msgspec.json.decode(seen, type=dict[str, int]),
        )  # fmt: skip
    except (msgspec.DecodeError, msgspec.ValidationError, TypeError) as error:
        # What is wrong is told by its path alone: the sentence of the library may quote a value.
        path = str(error).rpartition("`$")[2].strip("`.") if "`$" in str(error) else ""
        raise Refusal(
            "command_unreadable",
            vi=f"Không đọc được thao tác “{command}”: kiểm tra trường {path or 'đã gõ'}; xem dancu person commands.",
            en=f"The command “{command}” cannot be read: check field {path or 'typed'}; see dancu person commands.",
        ) from None


def _named(connection: Any, order: Order) -> set[int]:
    """Ids of those whom a command refers to, whether it changes them or not: a mother of a birth, who asks for a child's card."""
    refs = {getattr(order.body, field) for field in ref_fields(type(order.body))} - {"", NEW}
    ids = {int(ref[1:]) for ref in refs if ref.startswith("#")}
    numbers = [ref for ref in refs if not ref.startswith("#")]
    if numbers:
        query = "SELECT DISTINCT person FROM register_number WHERE pin = ANY(%s) LIMIT %s"
        ids |= {person for (person,) in connection.execute(query, [numbers, len(numbers)])}
    return ids


def _difference(staff: Staff, before: Person, after: Person) -> dict[str, tuple[Any, Any]]:
    """Fields that differ and are open to somebody, each with its plain value before and after; of a record that is new, all of them: it
    is made of what was typed."""
    told = queries.differing(before, after)
    return told if _is_new(before) else _open(told, rights.sight(staff, after))


def _hidden(staff: Staff, order: Order, before: Person, after: Person) -> dict[str, Any]:
    """Fields that differ and are not open to somebody, with the plain value that they typed themself, else None."""
    told, seen = queries.differing(before, after), _difference(staff, before, after)
    return {
        field: new if getattr(order.body, field, None) == getattr(after, field) else None
        for field, (_, new) in told.items()
        if field not in seen
    }


def _open(told: dict[str, tuple[Any, Any]], seen: Mapping[Group, rights.Sight]) -> dict[str, tuple[Any, Any]]:
    return {field: both for field, both in told.items() if seen[rights.group_of(field)] == "open"}


def _was(told: dict[str, tuple[Any, Any]], seen: Mapping[Group, rights.Sight]) -> dict[str, tuple[Any, Any]]:
    """What a past event changed: a name or number of before is a former one, which has a group of its own."""
    former = seen["former"] == "open"
    return {field: both if former or field not in ("name", "pin") else (None, both[1]) for field, both in _open(told, seen).items()}


def _is_new(person: Person) -> bool:
    return person == Person(person.id)


def _unfit(person: Person) -> bool:
    """Whether somebody's number is to be issued anew: the dead keep theirs, and so does a record that answers for nobody."""
    return person.status in ("active", "missing") and number_unfit(person)


def _refusal(answer: Any) -> Refusal:
    vi, en = told(answer, "vi"), told(answer, "en")
    said = {"vi": f"{vi.sentence} {vi.cure}", "en": f"{en.sentence} {en.cure}"}
    return Refusal(answer.code, **said, field=answer.field, changed=answer.changed)


def _filled(person: Person) -> tuple[str, ...]:
    empty = Person(person.id)
    return tuple(field for field in FIELDS if getattr(person, field) != getattr(empty, field))


def _instant(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("bad_moment", vi="Thời điểm phải theo dạng ISO, như 2026-11-22T08:00:00+07:00.",
                      en="The moment must be ISO, such as 2026-11-22T08:00:00+07:00.") from None  # fmt: skip
    return in_vietnam(moment) if moment else None


def _absent() -> Refusal:
    return Refusal("not_on_record", vi="Không có ai như vậy trong cơ sở dữ liệu.", en="Nobody like that is on record.")
