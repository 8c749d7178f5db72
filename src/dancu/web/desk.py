"""The register's desk as pages use it: pooled connections, one witness a process, and a look noted for each person seen."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings

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
from dancu.web.models import Look

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


def search(request: Any, purpose: str, reference: str, text: str, *, year: int | None = None, commune: str | None = None) -> Any:
    """People by what was typed (`Desk.search`), and the look noted."""
    found = desk().search(request.staff, purpose, text, year=year, commune=commune)
    noted(request, "find", None, purpose, reference)
    return found


def opened(request: Any, purpose: str, reference: str, person: int, *, reveal: Sequence[str] = ()) -> Seen:
    """A person as the reader may see them (`Desk.open`), and the look noted."""
    seen = desk().open(request.staff, purpose, f"#{person}", reveal=tuple(reveal))  # type: ignore[arg-type]
    noted(request, "reveal" if reveal else "show", person, purpose, reference, groups=reveal, inside=seen.inside)
    return seen


def noted(
    request: Any, service: str, person: int | None, purpose: str, reference: str, *, groups: Sequence[str] = (), inside: bool | None = None
) -> None:
    """Note a look; the leaf of the ledger is the desk's and was written before."""
    Look.objects.create(
        at=datetime.now(UTC), account=request.account.pk, service=service, person=person, purpose=purpose, reference=reference[:80],
        groups=list(groups), inside=inside,
    )  # fmt: skip


def account_witness(staff: Staff | None) -> Witnessed:
    """What writes a leaf for a change of rights by somebody (None: the command line)."""

    def witnessed(what: str, outcome: str) -> None:
        office = rights()[staff.role].office if staff else None
        actor = Actor(staff.account if staff else "command-line", office or "system", staff.unit if staff else "")
        desk().witness.commanded(Reader.of(actor, "account"), what, (), basis="account", outcome=outcome)

    return witnessed


def _opened(database: Database) -> _Standing:
    home = settings.DANCU.home
    create_log(home / "ledger", LOG_NAME)
    pooled = PooledDatabase(database)
    return _Standing(Desk(pooled, Witness(home, open_log(home / "ledger")), SystemClock()), pooled)  # type: ignore[arg-type]


