"""What a supervisor looks at each week: whose records the officers of a unit opened, and which of those looks want an answer."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import psycopg

from dancu.kit.clock import VIETNAM
from dancu.ledger.leaf import Access, Command
from dancu.ledger.subjects import Entry
from dancu.register.witness import Witness

OPENING, CLOSING = time(7, 0), time(18, 0)
# More looks at one record in a week than work explains, and more records in a day.
OFTEN_A_WEEK = 5
MANY_A_DAY = 100
_MATES_MAX = 200
# Version of the request ids that orders have (`witness.Reader`).
_OF_AN_ORDER = 5
# So long behind a week a form that was begun in it may be sent.
_AFTER = timedelta(days=7)
# A record opened again so soon, for the same purpose, is the same visit; a form may wait so long for its papers.
VISIT, PATIENCE = timedelta(minutes=30), timedelta(days=1)
# no_reference: for no case or file, and nothing was entered about the person that day · unfinished: in a form that was never sent ·
# self: their own record · colleague: another officer's · household: of their own or a colleague's household · away: of another unit ·
# out_of_hours · often: the same record again and again · many: a day's looks
Why = Literal["no_reference", "unfinished", "self", "colleague", "household", "away", "out_of_hours", "often", "many"]
# Services by which somebody's page was opened.
_LOOKS = frozenset({"staff.open", "staff.reveal", "staff.history", "staff.print"})


@dataclass(frozen=True)
class Watched:
    """An officer by account, and their own record in the register where it is known (else 0)."""

    account: str
    person: int = 0


@dataclass(frozen=True)
class Look:
    """A look that wants an answer: who, when (Vietnam), by what, for what purpose and reference, how many fields, and why it is here.

    `person`: the internal id, where it is one of those known to be near the officers; 0 for anybody else.
    """

    account: str
    at: datetime
    service: str
    purpose: str
    fields: int
    person: int
    why: tuple[Why, ...]
    month: str
    index: int


def week(
    witness: Witness,
    connection: psycopg.Connection[Any],
    officers: Iterable[Watched],
    *,
    since: datetime,
    until: datetime,
    beside: Iterable[Watched] = (),
    now: datetime | None = None,
    holiday: Callable[[datetime], bool] = lambda at: at.weekday() >= 5,
) -> list[Look]:
    """The looks of some officers in [since, until) that want an answer, the gravest kind first, then the latest; of a visit its first.

    `beside`: officers who are not looked into, but whose records are a colleague's, too. What was entered in the book explains the looks
    that led to it, as a reference does. `holiday` says whether a moment (in Vietnam) lies on a day without work; `now` (default: `until`),
    how long forms have waited. The caller writes the leaf of the supervision.
    """
    waited = (now or until) - PATIENCE
    watched = list(officers)
    near = _near(witness, connection, [*watched, *beside])
    found: list[Look] = []
    for officer in watched:
        # What was sent after the week explains what was looked at in it.
        acts = list(reversed(witness.acts(officer.account, _ms(since), _ms(until + _AFTER))))
        entered = _Entered.of(acts)
        looks = [entry for entry in acts if _is_look(entry) and _at(entry) < until]
        visits = _Visits(looks)
        for entry in looks:
            person, kin = near.get(entry.leaf.subject, (0, False))
            why = entered.unexplained(entry, waited) + _why(officer, entry, person, kin, holiday) + visits.why(entry)
            if why and visits.tells_more(entry, why):
                leaf = entry.leaf
                found.append(
                    Look(officer.account, _at(entry), leaf.service, leaf.purpose, len(leaf.fields), person, why, entry.month, entry.index)
                )
    return sorted(found, key=lambda look: (-len(look.why), -look.at.timestamp()))


@dataclass(frozen=True)
class _Entered:
    """What an officer entered in the book: whom the orders that were carried out name, by their request, and when about whom."""

    named: dict[str, frozenset[str]]
    subjects: frozenset[tuple[str, date]]

    @classmethod
    def of(cls, acts: Iterable[Entry]) -> _Entered:
        done = [entry for entry in acts if isinstance(entry.leaf, Command) and entry.leaf.outcome == "done"]
        about = {(subject, _at(entry).date()) for entry in done for subject in entry.leaf.subjects}
        return cls({entry.leaf.request: frozenset(entry.leaf.subjects) for entry in done}, frozenset(about))

    def unexplained(self, entry: Entry, waited: datetime) -> tuple[Why, ...]:
        """Why a look is not explained by what it was for: neither a reference, nor something entered about the person that day, nor a
        form that may still be sent; a form that was sent explains those whom it names and nobody else who was looked at in it."""
        leaf = entry.leaf
        if ":" in leaf.purpose or (leaf.subject, _at(entry).date()) in self.subjects:
            return ()
        if leaf.request in self.named:
            return () if leaf.subject in self.named[leaf.request] else ("no_reference",)
        if not _form(entry):
            return ("no_reference",)
        return ("unfinished",) if _at(entry) < waited else ()


class _Visits:
    """Looks of one officer, oldest first, seen as visits: of one record, by one service, for one purpose or in one form, within `VISIT` of
    its first look; in a form within a day."""

    def __init__(self, looks: Iterable[Entry]):
        self._first: dict[tuple[object, ...], datetime] = {}
        self._visit: dict[tuple[str, int], tuple[object, ...]] = {}
        # What of a visit was told already: reasons, fields.
        self._told: dict[tuple[object, ...], tuple[set[Why], set[str]]] = {}
        visits: dict[str, set[tuple[object, ...]]] = defaultdict(set)
        people: dict[date, set[str]] = defaultdict(set)
        for entry in looks:
            leaf, at = entry.leaf, _at(entry)
            kind = (leaf.subject, leaf.service, leaf.purpose, _form(entry), at.date() if _form(entry) else None)
            if kind not in self._first or (not _form(entry) and at - self._first[kind] > VISIT):
                self._first[kind] = at
            self._visit[(entry.month, entry.index)] = (*kind, self._first[kind])
            # One visit whatever was opened in it: the page, then its history.
            visits[leaf.subject].add((_form(entry), at.date() if _form(entry) else self._first[kind]))
            people[at.date()].add(leaf.subject)
        self._often = {subject for subject, each in visits.items() if len(each) > OFTEN_A_WEEK}
        self._many = {day for day, subjects in people.items() if len(subjects) > MANY_A_DAY}

    def why(self, entry: Entry) -> tuple[Why, ...]:
        """What is said of a look by how many there were."""
        often: tuple[Why, ...] = ("often",) if entry.leaf.subject in self._often else ()
        return (*often, "many") if _at(entry).date() in self._many else often

    def tells_more(self, entry: Entry, why: tuple[Why, ...]) -> bool:
        """Whether a look says anything that an earlier one of its visit has not: a reason or a field."""
        reasons, fields = self._told.setdefault(self._visit[(entry.month, entry.index)], (set(), set()))
        more = not (set(why) <= reasons and set(entry.leaf.fields) <= fields)
        reasons.update(why)
        fields.update(entry.leaf.fields)
        return more


def _form(entry: Entry) -> str:
    """The request of the form that a look was taken in; '' outside of forms."""
    request = entry.leaf.request
    return request if uuid.UUID(request).version == _OF_AN_ORDER else ""


def _why(officer: Watched, entry: Entry, person: int, kin: bool, holiday: Callable[[datetime], bool]) -> tuple[Why, ...]:
    at, why = _at(entry), []
    if person:
        why.append("self" if person == officer.person else "household" if kin else "colleague")
    if entry.outcome == "shown_away":
        why.append("away")
    if holiday(at) or not OPENING <= at.time() < CLOSING:
        why.append("out_of_hours")
    return tuple(why)


def _near(witness: Witness, connection: psycopg.Connection[Any], watched: list[Watched]) -> dict[str, tuple[int, bool]]:
    """Pseudonyms of the officers' own records and of those who share a household with one: (person, whether only that)."""
    own = {officer.person for officer in watched if officer.person}
    query = """SELECT m.id FROM register_person o JOIN register_person m ON m.household = o.household
      WHERE o.id = ANY(%s) AND m.id <> ALL(%s) LIMIT %s"""
    mates = {id for (id,) in connection.execute(query, [list(own), list(own), len(own) * _MATES_MAX])}
    return {name: (person, person in mates) for person in own | mates for name in witness.names_of(person)}


def _is_look(entry: Entry) -> bool:
    return isinstance(entry.leaf, Access) and entry.leaf.service in _LOOKS and bool(entry.leaf.subject)


def _at(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.leaf.time_ms / 1000, UTC).astimezone(VIETNAM)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
