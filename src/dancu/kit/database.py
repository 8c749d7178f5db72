"""The door to the database: the embedded server or one's own, a role for each connection, limits on everything."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo, sql

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.answer import QuietConnection, refusal_of, refusals
from dancu.kit.server.programs import MAJOR
from dancu.kit.settings import Settings
from dancu.kit.transaction import Pool

if TYPE_CHECKING:
    from dancu.kit.server.launch import Endpoint, Status

NAME = "dancu"
# Temporary tables are looked for last, so that none can stand in front of a table of ours.
SEARCH_PATH = "public, pg_temp"
_SESSION = {"search_path": SEARCH_PATH, "timezone": "UTC", "datestyle": "ISO, DMY"}


@dataclass(frozen=True)
class Database:
    """A database and how to get in; a value, which holds no connection. Make one with `open_database`."""

    settings: Settings
    name: str
    embedded: bool
    address: Mapping[str, Any] = field(repr=False)

    def connect(
        self, role: str, *, autocommit: bool = False, application_name: str = "dancu"
    ) -> psycopg.Connection[Any]:
        """A new connection that acts as `role`, one of `dancu.kit.roles`, with that role's limits, in UTC.

        Its errors carry no value of a row. Refuses `no_connection` (and what `refusal_of` tells) when the server
        cannot be reached, `old_server` below version 18, `not_a_member` when the account may not take the role on.
        """
        connection = self._connected(self.address_of(role), application_name)
        try:
            self._become(connection, role)
        except BaseException:
            connection.close()
            raise
        connection.autocommit = autocommit
        return connection

    def superuser(self, *, application_name: str = "dancu") -> psycopg.Connection[Any]:
        """A connection in autocommit as the superuser of the embedded server, else as DATABASE_URL gives it."""
        address = {**self.address, "user": roles.SUPERUSER} if self.embedded else self.address
        connection = self._connected(address, application_name)
        connection.execute(_set(self.session(roles.OWNER)))
        return connection

    def address_of(self, role: str) -> dict[str, Any]:
        """What libpq needs to connect for a role, before it is taken on; may hold a password, so never shown."""
        return {**self.address, "user": role} if self.embedded else dict(self.address)

    def named(self, name: str) -> Database:
        """Another database on the same server; nothing is made."""
        return replace(self, name=name, address={**self.address, "dbname": name})

    def pool(self, role: str, *, size: int | None = None, application_name: str = "dancu") -> Pool:
        """A bounded pool of connections of a role; `size` defaults to DANCU_POOL_SIZE."""
        return Pool(lambda: self.connect(role, application_name=application_name), size or self.settings.pool_size)

    def session(self, role: str) -> dict[str, str]:
        """The settings of a session of a role, in PostgreSQL's words."""
        return {**_SESSION, **roles.limits(role, self.settings)}

    def _connected(self, address: Mapping[str, Any], application_name: str) -> psycopg.Connection[Any]:
        wished = {
            "connect_timeout": self.settings.connect_timeout_s, **address,
            "application_name": application_name, "client_encoding": "UTF8",
        }  # fmt: skip
        try:
            connection = QuietConnection.connect(**wished, autocommit=True)
        except psycopg.Error as error:
            moved = self._moved()
            if moved is not None:
                return moved._connected({**address, **moved.address}, application_name)
            raise self._unreachable(error) from None
        if connection.info.server_version < MAJOR * 10_000:
            connection.close()
            raise Refusal(
                "old_server",
                vi=f"Máy chủ cơ sở dữ liệu quá cũ: cần PostgreSQL {MAJOR} trở lên.",
                en=f"The database server is too old: PostgreSQL {MAJOR} or newer is needed.",
            )
        return connection

    def _moved(self) -> Database | None:
        """The same database where its embedded server stands now, when that is elsewhere than it was."""
        found = found_database(self.settings) if self.embedded else None
        if found is None or found.address["host"] == self.address["host"]:
            return None
        return found.named(self.name)

    def _become(self, connection: psycopg.Connection[Any], role: str) -> None:
        lines = [_set(self.session(role))]
        if connection.info.user != role:
            lines.insert(0, sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        try:
            connection.execute(sql.SQL("; ").join(lines))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue):
            login = connection.info.user
            script = roles.statements(self.name, self.settings, login=login)
            raise roles.asked_of_administrator("not_a_member", script) from None

    def _unreachable(self, error: psycopg.Error) -> Refusal:
        known = refusal_of(error) if error.sqlstate else None
        if known:
            return known
        # libpq's own words are not repeated: they may quote parts of the address.
        if self.embedded:
            return Refusal(
                "no_connection",
                vi="Không nối được tới máy chủ nhúng; hãy chạy dancu doctor để biết vì sao.",
                en="The embedded server could not be reached; run dancu doctor to learn why.",
            )
        return Refusal(
            "no_connection",
            vi="Không nối được tới cơ sở dữ liệu trong DATABASE_URL: sai địa chỉ, tài khoản hoặc mật khẩu, "
            "hoặc máy chủ không chạy.",
            en="The database in DATABASE_URL could not be reached: a wrong address, account or password, "
            "or the server does not run.",
        )


def open_database(settings: Settings) -> Database:
    """The database of a process, with its roles: DATABASE_URL's, else the embedded server's, started if need be.

    Refuses what `launch.start`, `Database.connect` and `roles.ensure` refuse.
    """
    if settings.database_url is None:
        endpoint = launcher().start(settings)
        database = Database(settings, NAME, True, _address(endpoint, NAME))
        create(database)
        return database
    database = _own(settings, settings.database_url)
    with database.superuser() as connection, refusals():
        roles.ensure(connection, database.name, settings, login=connection.info.user)
    return database


def found_database(settings: Settings) -> Database | None:
    """The database as it is, for looking only: nothing is started or made. None when the server does not run."""
    if settings.database_url is not None:
        return _own(settings, settings.database_url)
    status = launcher().status(settings)
    if status.state != "running" or status.socket is None:
        return None
    return Database(settings, NAME, True, _address(status, NAME))


def create(database: Database) -> None:
    """Make the embedded server's database of this name and its rights, where it is missing; safe to repeat."""
    with database.named("postgres").superuser() as connection, refusals():
        if _owner_of(connection, database.name) is None:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database.name)))
        roles.ensure(connection, database.name, database.settings, login=None)
        # Whoever made it may not have come to the rights yet, or never will.
        if _owner_of(connection, database.name) != roles.OWNER:
            roles.grant(connection, database.name, database.settings, login=None)


def _owner_of(connection: psycopg.Connection[Any], name: str) -> str | None:
    query = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s"
    row = connection.execute(query, [name]).fetchone()
    return row[0] if row else None


def launcher() -> ModuleType:
    """The module `dancu.kit.server.launch`; refuses `no_embedded_here` on systems without what it is built on."""
    try:
        from dancu.kit.server import launch
    except ImportError:
        raise Refusal(
            "no_embedded_here",
            vi="Máy chủ nhúng không chạy trên hệ điều hành này; hãy đặt DATABASE_URL.",
            en="The embedded server does not run on this operating system; set DATABASE_URL.",
        ) from None
    return launch


def _set(session: Mapping[str, str]) -> sql.Composed:
    """One statement that sets everything of a session."""
    calls = [sql.SQL("set_config({}, {}, false)").format(name, value) for name, value in session.items()]
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(calls))


def _address(server: Endpoint | Status, name: str) -> dict[str, Any]:
    return {"host": str(server.socket), "dbname": name, "requirepeer": server.owner}


def _own(settings: Settings, url: str) -> Database:
    try:
        address = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The parser quotes the address, and that holds a password.
        raise Refusal(
            "bad_setting",
            vi="Biến môi trường DATABASE_URL không đúng dạng postgresql://tên:mật-khẩu@máy:cổng/cơ-sở-dữ-liệu.",
            en="The environment variable DATABASE_URL is not of the form postgresql://name:password@host:port/database.",
        ) from None
    name = str(address.get("dbname") or address.get("user") or "")
    if not name:
        raise Refusal(
            "bad_setting",
            vi="Biến môi trường DATABASE_URL thiếu tên cơ sở dữ liệu ở cuối.",
            en="The environment variable DATABASE_URL lacks the name of the database at its end.",
        )
    return Database(settings, name, False, {**address, "dbname": name})
