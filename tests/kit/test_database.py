"""The door to the database: sessions with limits, errors without values, tries with an end, a pool with a size."""

from __future__ import annotations

import threading

import psycopg
import pytest

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.answer import refusal_of, refusals
from dancu.kit.database import found_database, open_database
from dancu.kit.transaction import Pool, transact

SECRET = "Nguyễn Thị Bí Mật"
PEOPLE = "CREATE TABLE people (pin text PRIMARY KEY, name text NOT NULL, born date CHECK (born > '1900-01-01'))"
# What is done, and the code it is refused with.
REFUSED = [
    (f"INSERT INTO people VALUES ('1', '{SECRET}', '2000-01-01')", "already_there"),
    (f"INSERT INTO people VALUES ('2', '{SECRET}', '1800-01-01')", "breaks_rule"),
    ("INSERT INTO people VALUES ('2', NULL, '2000-01-01')", "breaks_rule"),
    (f"SELECT '{SECRET}'::date", "bad_value"),
    (f"SELECT '{SECRET}'::int", "bad_value"),
    ("SELECT 9223372036854775807 + 1", "bad_value"),
    (f"SELECT * FROM \"{SECRET}\"", "schema_behind"),
    (f"SELECT \"{SECRET}\" FROM people", "schema_behind"),
    ("CREATE ROLE dancu_x", "not_allowed"),
    ("SET statement_timeout = '10ms'; SELECT pg_sleep(5)", "too_slow"),
    ("SET default_transaction_read_only = on; COMMIT; DELETE FROM people", "read_only"),
]  # fmt: skip


@pytest.fixture
def people(database):
    """A database with one person in it."""
    with database.connect(roles.OWNER) as connection:
        connection.execute(PEOPLE)
        connection.execute("INSERT INTO people VALUES ('1', 'A', '2000-01-01')")
    return database


def test_a_session_has_its_role_its_limits_and_utc(database):
    with database.connect(roles.READER, application_name="dancu test") as connection:
        asked = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone",
                         "search_path", "client_encoding", "application_name")
        }  # fmt: skip
        assert connection.execute("SELECT current_user, current_database()").fetchone() == (roles.READER, database.name)
    assert asked == {
        "statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "1min",
        "TimeZone": "UTC", "search_path": "public, pg_temp", "client_encoding": "UTF8",
        "application_name": "dancu test",
    }  # fmt: skip
    with database.connect(roles.LOADER, autocommit=True) as connection:
        assert connection.autocommit
        assert connection.execute("SHOW statement_timeout").fetchone() == ("6h",)


@pytest.mark.parametrize(("query", "code"), REFUSED)
def test_what_the_server_will_not_do_is_a_refusal_without_a_value(people, query, code):
    with people.connect(roles.OWNER) as connection:
        with pytest.raises(psycopg.Error) as raw:
            connection.execute(query)
        connection.rollback()
        with pytest.raises(Refusal) as caught, refusals():
            connection.execute(query)
    assert caught.value.code == code
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    for said in (str(raw.value), repr(raw.value), caught.value.vi, caught.value.en):
        assert SECRET not in said and "2000-01-01" not in said and "(1)" not in said
    assert raw.value.sqlstate


def test_copy_and_deferred_rules_keep_their_values_too(people):
    with people.connect(roles.OWNER) as connection:
        with pytest.raises(psycopg.Error) as caught, connection.cursor().copy("COPY people FROM STDIN") as copy:
            copy.write_row(("2", SECRET, SECRET))
        assert SECRET not in str(caught.value)
        connection.rollback()
        connection.execute("ALTER TABLE people ADD UNIQUE (name) DEFERRABLE INITIALLY DEFERRED")
        connection.cursor().executemany("INSERT INTO people VALUES (%s, %s)", [("8", SECRET), ("9", SECRET)])
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            connection.commit()
        assert SECRET not in str(caught.value)


def test_a_fault_of_ours_is_no_refusal(people):
    with people.connect(roles.OWNER) as connection:
        with pytest.raises(psycopg.errors.SyntaxError), refusals():
            connection.execute("SELEKT")
        assert refusal_of(ValueError("x")) is None


def test_deadlocks_are_tried_again_and_both_get_through(people):
    with people.connect(roles.OWNER) as connection:
        connection.execute("INSERT INTO people VALUES ('2', 'B', '2000-01-01')")
    meeting = threading.Barrier(2, timeout=20)
    tries = []

    def change(first: str, second: str) -> None:
        def work(connection):
            tries.append(first)
            connection.execute("UPDATE people SET name = name || 'x' WHERE pin = %s", [first])
            if len(tries) <= 2:
                meeting.wait()
            connection.execute("UPDATE people SET name = name || 'x' WHERE pin = %s", [second])

        with people.connect(roles.OWNER) as connection:
            transact(connection, work)

    threads = [threading.Thread(target=change, args=pair) for pair in (("1", "2"), ("2", "1"))]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert len(tries) == 3
    with people.connect(roles.OWNER) as connection:
        assert connection.execute("SELECT name FROM people ORDER BY pin").fetchall() == [("Axx",), ("Bxx",)]


def test_tries_end_with_a_refusal_and_nothing_written(people):
    pauses: list[float] = []

    def work(connection):
        connection.execute("DELETE FROM people")
        raise psycopg.errors.SerializationFailure("made")

    with people.connect(roles.OWNER) as connection:
        with pytest.raises(Refusal) as caught:
            transact(connection, work, tries=3, sleep=pauses.append, chance=lambda: 0.5)
        assert caught.value.code == "contended"
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (1,)
        assert pauses == [0.01, 0.02]
        connection.rollback()
        connection.execute("SELECT 1")
        with pytest.raises(RuntimeError):
            transact(connection, work)


def test_a_pool_is_bounded_and_gives_back_clean_connections(people):
    with Pool(lambda: people.connect(roles.OWNER), 1, wait_s=0.05) as pool:
        with pool.connection() as connection:
            connection.execute("DELETE FROM people")
            with pytest.raises(Refusal) as caught, pool.connection():
                pass
            assert caught.value.code == "database_busy"
        assert pool.transact(lambda c: c.execute("SELECT count(*) FROM people").fetchone()) == (1,)
        with pool.connection() as again:
            assert again is connection
        with pytest.raises(KeyError), pool.connection() as connection:
            raise KeyError
        with people.superuser() as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dancu_owner'")
        with pytest.raises(Refusal):
            pool.transact(lambda c: c.execute("SELECT 1").fetchone())
        assert pool.transact(lambda c: c.execute("SELECT 1").fetchone()) == (1,)
    assert connection.closed


def test_a_pool_of_a_database_has_the_size_that_is_set(people):
    with people.pool(roles.READER) as pool, pool.connection() as connection:
        assert connection.info.user == roles.READER
        assert pool._free.maxsize == people.settings.pool_size


def test_a_database_that_is_not_there_is_refused(database):
    with pytest.raises(Refusal) as caught:
        database.named("dancu_none").connect(roles.READER)
    assert caught.value.code in ("no_database", "no_connection")


def test_looking_starts_nothing(own, server):
    assert found_database(own) is None
    assert found_database(server.settings) == server == open_database(server.settings)
