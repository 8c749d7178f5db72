"""Each role may do what its process needs and nothing more; on a server of one's own they are taken on, or asked for."""

from __future__ import annotations

import dataclasses

import psycopg
import pytest
from psycopg import sql

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.database import open_database

ALL = [role.name for role in roles.ROLES]
FORBIDDEN = [
    "CREATE TABLE t (n int)",
    "CREATE SCHEMA s",
    "CREATE ROLE dancu_more",
    "CREATE DATABASE dancu_more",
    "ALTER ROLE dancu_web SUPERUSER",
    "SELECT rolpassword FROM pg_authid",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
    "SET ROLE dancu_owner",
    "SET SESSION AUTHORIZATION postgres",
    "SELECT n FROM secret",
    "ALTER SYSTEM SET fsync = off",
]


@pytest.fixture
def guarded(database):
    """A database with a table that its owner granted to nobody."""
    with database.connect(roles.OWNER) as connection:
        connection.execute("CREATE TABLE secret (n int)")
    return database


@pytest.mark.parametrize("role", [name for name in ALL if name != roles.OWNER])
def test_a_role_may_do_nothing_it_was_not_granted(guarded, role):
    with guarded.connect(role, autocommit=True) as connection:
        for query in FORBIDDEN:
            if role == roles.BACKUP and query.startswith("SELECT") and " FROM " in query:
                # It reads every table, the catalog's too: our roles have no password there.
                assert not any(value for (value,) in connection.execute(query))
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query)


def test_the_owner_owns_schemas_and_extensions_but_not_the_server(database):
    with database.connect(roles.OWNER, autocommit=True) as connection:
        for name in ("unaccent", "pg_trgm", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {name}")
        assert connection.execute("SELECT unaccent('Đặng Ưởng')").fetchone() == ("Dang Uong",)
        connection.execute("CREATE SCHEMA ledger")
        for query in FORBIDDEN[2:8] + FORBIDDEN[-1:]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query)


def test_no_role_has_a_right_over_the_server(server):
    with server.superuser() as connection:
        assert roles.missing(connection) == roles.wrong(connection) == []
        connection.execute("ALTER ROLE dancu_web CREATEDB")
        assert roles.wrong(connection) == ["dancu_web CREATEDB"]
        connection.execute("ALTER ROLE dancu_web NOCREATEDB")


def test_others_cannot_come_in(server, database):
    with server.superuser() as connection:
        connection.execute("CREATE ROLE dancu_stranger LOGIN")
        with pytest.raises(Refusal):
            database.connect("dancu_stranger")
        connection.execute("DROP ROLE dancu_stranger")


@pytest.fixture
def login(server):
    """A server as an agency has it: a database of an account that is no superuser, without our roles' grants."""
    with server.superuser() as connection:
        connection.execute("CREATE ROLE dancu_app LOGIN")
        connection.execute("CREATE DATABASE dancu_agency OWNER dancu_app")
        yield connection
        connection.execute("DROP DATABASE dancu_agency WITH (FORCE)")
        for role in ALL:
            connection.execute(sql.SQL("REVOKE {} FROM dancu_app").format(sql.Identifier(role)))
        connection.execute("DROP ROLE dancu_app")


def own_settings(server, user: str = "dancu_app", name: str = "dancu_agency"):
    """Settings with the worker's server as a server of one's own."""
    url = f"postgresql://{user}@/{name}?host={server.address['host']}"
    return dataclasses.replace(server.settings, database_url=url, env="production")


def test_an_account_that_may_not_take_a_role_on_is_told_what_to_ask_for(server, login):
    database = open_database(own_settings(server))
    with pytest.raises(Refusal) as caught:
        database.connect(roles.READER)
    assert caught.value.code == "not_a_member"
    script = caught.value.vi.split("\n", 1)[1]
    assert script == caught.value.en.split("\n", 1)[1]
    with psycopg.connect(host=server.address["host"], user="postgres", dbname="dancu_agency") as administrator:
        administrator.execute(script)
    with database.connect(roles.READER) as connection:
        assert connection.execute("SELECT session_user, current_user").fetchone() == ("dancu_app", roles.READER)
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE t (n int)")
    with database.connect(roles.OWNER) as connection:
        connection.execute("CREATE EXTENSION unaccent")
        connection.execute("CREATE TABLE t (n int)")


def test_missing_roles_are_made_or_asked_for(own):
    """On a server that never saw our roles: an account that may make them does, one that may not is told the SQL."""
    from dancu.kit.server import launch

    socket = launch.start(own).socket
    address = {"host": str(socket), "user": "postgres", "autocommit": True}
    with psycopg.connect(**address, dbname="postgres") as administrator:
        administrator.execute("CREATE ROLE dancu_app LOGIN")
        administrator.execute("CREATE DATABASE dancu_agency OWNER dancu_app")
    url = f"postgresql://{{}}@/dancu_agency?host={socket}"
    with pytest.raises(Refusal) as caught:
        open_database(dataclasses.replace(own, database_url=url.format("dancu_app")))
    assert caught.value.code == "roles_missing" and "CREATE ROLE dancu_web NOLOGIN" in caught.value.vi
    database = open_database(dataclasses.replace(own, database_url=url.format("postgres")))
    with database.connect(roles.WEB) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (roles.WEB,)
    with database.superuser() as connection:
        assert roles.wrong(connection) == []
    assert open_database(database.settings) == database
