"""The register's desk as pages use it: pooled connections, one witness a process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from msgspec import structs

from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.kit.database import Database, found_database, open_database
from dancu.ledger.client import open_log
from dancu.ledger.shard import create_log
from dancu.register.command import Actor
from dancu.register.desk import Desk, Seen
from dancu.register.rights import Staff, rights
from dancu.register.witness import LOG_NAME, Reader, Witness
from dancu.web.accounts.actions import Witnessed

_RELATIVES = ("father", "mother", "adoptive_father", "adoptive_mother", "spouse")
_POOLED = (roles.READER, roles.REGISTER)


class PooledDatabase:
    """A `Database` whose everyday roles lend connections of a pool; the rest connects as ever."""

    def __init__(self, database: Database):
        self._database = database
        self._pools = {role: database.pool(role, application_name=f"dancu web {role}") for role in _POOLED}

    def connect(self, role: str, *, autocommit: bool = False, application_name: str = "dancu") -> Any:
        """A connection for a `with` block: committed at its end, undone where it raises, as psycopg's own is."""
        if role in self._pools and not autocommit:
            return self._lent(role)
        return self._database.connect(role, autocommit=autocommit, application_name=application_name)

    @contextlib.contextmanager
    def _lent(self, role: str) -> Iterator[psycopg.Connection[Any]]:
        with self._pools[role].connection() as connection:
            yield connection
            connection.commit()

    def close(self) -> None:
        """Close what is kept."""
        for pool in self._pools.values():
            pool.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


@dataclass(frozen=True)
class _Standing:
    """What a process holds for its pages: made when first needed."""

    desk: Desk
    database: PooledDatabase


_lock = threading.Lock()
_standing: list[_Standing] = []


def desk() -> Desk:
    """The desk of this process."""
    with _lock:
        if not _standing:
            _standing.append(_opened(found_database(settings.DANCU) or open_database(settings.DANCU)))
        return _standing[0].desk


def stand_on(database: Database) -> None:
    """Work on another database from here on (tests: each has its own)."""
    close()
    with _lock:
        _standing.append(_opened(database))


def close() -> None:
    """Give back what the process holds."""
    with _lock:
        for held in _standing:
            held.desk.witness.log.close()
            held.database.close()
        _standing.clear()


def spoken(purpose: str, reference: str) -> str:
    """A purpose and the case or file it is for as the ledger takes them: one text, the reference behind a colon."""
    return f"{purpose}:{reference}" if reference else purpose


def search(
    request: Any, purpose: str, reference: str, text: str, *, born: str = "", commune: str | None = None, order: str = ""
) -> Any:  # fmt: skip
    """People by what was typed (`Desk.search`)."""
    return desk().search(request.staff, spoken(purpose, reference), text, born=born, commune=commune, order=order)


def opened(request: Any, purpose: str, reference: str, person: int, *, reveal: Sequence[str] = ()) -> Seen:
    """A person as the reader may see them (`Desk.open`)."""
    return desk().open(request.staff, spoken(purpose, reference), f"#{person}", reveal=tuple(reveal))  # type: ignore[arg-type]


def kin_named(request: Any, purpose: str, reference: str, seen: Seen) -> Seen:
    """A person with the names of relatives whom their record knows by record alone, as loads leave them; one more entry in the ledger."""
    nameless = {
        field: kin["person"] for field in _RELATIVES if (kin := seen.fields.get(field)) and kin.get("person") and not kin.get("name")
    }  # fmt: skip
    if not nameless:
        return seen
    names = desk().named(request.staff, spoken(purpose, reference), nameless.values(), fields=("name",))
    told = {field: {**seen.fields[field], "name": names.get(person, {}).get("name", "")} for field, person in nameless.items()}
    return structs.replace(seen, fields={**seen.fields, **told})


def paper(request: Any, person: int | None, purpose: str, code: str) -> None:
    """A paper left the printer: its code stands in the ledger with whom it is about (None: a list of people who were told of before)."""
    reader, witness = Reader.of(_actor(request.staff), spoken(purpose, code)), desk().witness
    if person is None:
        witness.commanded(reader, "staff.paper", (), basis=reader.purpose, outcome="printed")
    else:
        witness.looked(reader, person, service="staff.paper", fields=())


def holder_of(staff: Staff, number: str) -> int:
    """The record of whoever is to hold an account, by their number; 0 where there is none. Asked once, and the ledger says so."""
    reader = Reader.of(_actor(staff), "account")
    with desk().database.connect(roles.READER, application_name="dancu account holder") as connection:
        row = connection.execute("SELECT person FROM register_number WHERE pin = %s LIMIT 1", [number]).fetchone()
    if row is None:
        desk().witness.missed(reader, number, service="account.holder")
        return 0
    desk().witness.looked(reader, row[0], service="account.holder", fields=())
    return int(row[0])


def supervised(staff: Staff, what: str, officers: int) -> None:
    """Write down that looks of officers are looked at."""
    reader = Reader.of(_actor(staff), "supervision")
    desk().witness.commanded(reader, what, (), basis="supervision", outcome=f"officers:{officers}")


def is_about(staff: Staff, subject: str, number: str, purpose: str) -> bool | None:
    """Whether an entry of the ledger is about whoever has or had a number, which leaves an entry itself; None: nobody has it."""
    reader = Reader.of(_actor(staff), purpose)
    with desk().database.connect(roles.READER, application_name="dancu oversight") as connection:
        row = connection.execute("SELECT person FROM register_number WHERE pin = %s LIMIT 1", [number]).fetchone()
    if row is None:
        desk().witness.missed(reader, number, service="supervision.compare")
        return None
    desk().witness.looked(reader, row[0], service="supervision.compare", fields=())
    return subject in desk().witness.names_of(row[0])


def account_witness(staff: Staff | None) -> Witnessed:
    """What writes a leaf for a change of rights by somebody (None: the command line)."""

    def witnessed(what: str, outcome: str) -> None:
        actor = _actor(staff) if staff else Actor("command-line", "system")
        desk().witness.commanded(Reader.of(actor, "account"), what, (), basis="account", outcome=outcome)

    return witnessed


def _actor(staff: Staff) -> Actor:
    return Actor(staff.account, rights()[staff.role].office or "system", staff.unit)


def _opened(database: Database) -> _Standing:
    home = settings.DANCU.home
    create_log(home / "ledger", LOG_NAME)
    pooled = PooledDatabase(database)
    return _Standing(Desk(pooled, Witness(home, open_log(home / "ledger")), SystemClock()), pooled)  # type: ignore[arg-type]
