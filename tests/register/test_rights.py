"""Least rights, tried for real: every role on every table of the register with every operation."""

from __future__ import annotations

import psycopg
import pytest

from dancu.kit import project, roles
from tests.register.tiny import Open, do

TABLES = (
    "person", "name", "word", "order", "action", "action_payload", "number", "old_number", "card", "entry", "enrichment", "outbox",
    "feed", "feed_bucket", "fault",
)  # fmt: skip
APPENDED = set(TABLES) - {"feed", "feed_bucket"}
# Role → operation → tables on which it may be done; for a sequencer that reads columns, see below.
MAY = {
    roles.REGISTER: {"SELECT": set(TABLES), "INSERT": APPENDED, "UPDATE": {"person"}, "DELETE": set()},
    roles.LOADER: {"SELECT": set(TABLES), "INSERT": APPENDED, "UPDATE": set(), "DELETE": set()},
    roles.SEQUENCER: {
        "SELECT": {"outbox", "feed", "feed_bucket"},
        "INSERT": {"feed", "feed_bucket"},
        "UPDATE": set(),
        "DELETE": {"outbox"},
    },
    roles.READER: {"SELECT": set(TABLES), "INSERT": set(), "UPDATE": set(), "DELETE": set()},
    roles.WEB: {"SELECT": set(TABLES), "INSERT": set(), "UPDATE": set(), "DELETE": set()},
    roles.BACKUP: {"SELECT": set(TABLES), "INSERT": set(), "UPDATE": set(), "DELETE": set()},
}


def tried(connection, operation: str, table: str) -> bool:
    """Whether the operation is allowed; whatever it did is undone."""
    column = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [f"register_{table}"]
    ).fetchone()[0]
    query = {
        "SELECT": f"SELECT * FROM register_{table} LIMIT 1",
        "INSERT": f"INSERT INTO register_{table} SELECT NULL WHERE false",
        "UPDATE": f"UPDATE register_{table} SET {column} = {column}",
        "DELETE": f"DELETE FROM register_{table}",
    }[operation]
    try:
        connection.execute(query)
    except psycopg.errors.InsufficientPrivilege:
        return False
    finally:
        connection.rollback()
    return True


@pytest.fixture
def filled(database, book):
    do(book, Open("Có Người", old_id="123456789"))
    return database


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_do_what_it_needs_and_nothing_more(filled, role):
    with filled.connect(role) as connection:
        for operation, tables in MAY[role].items():
            allowed = {table for table in TABLES if tried(connection, operation, table)}
            assert allowed == tables, operation


def test_every_table_of_the_register_is_in_this_list(filled):
    with filled.connect(roles.OWNER) as owner:
        names = owner.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'register\\_%'")
        assert {name.removeprefix("register_") for (name,) in names} == set(TABLES)


def test_the_sequencer_sees_whose_and_what_kind_but_not_what_or_by_whom(filled):
    with filled.connect(roles.SEQUENCER, autocommit=True) as connection:
        connection.execute("SELECT id, person, version, kind FROM register_action")
        for hidden in ("SELECT digest FROM register_action", "SELECT order_id FROM register_action",
                       "SELECT value FROM register_enrichment", "SELECT changes FROM register_action_payload",
                       "SELECT state FROM register_person", "DELETE FROM register_feed"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(hidden)


def test_columns_that_may_change_are_few(filled):
    with filled.connect(roles.REGISTER, autocommit=True) as connection:
        connection.execute("UPDATE register_number SET until = '2026-01-01'")
        for other in ("UPDATE register_number SET person = 2", "UPDATE register_number SET pin = '1'",
                      "UPDATE register_fault SET code = ''", "TRUNCATE register_action", "SELECT register_feed_trim(1)",
                      "ALTER TABLE register_action DISABLE TRIGGER ALL", "DROP TABLE register_feed"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(other)


def test_the_rights_can_be_taken_back_and_given_again(database):
    from django.core.management import call_command

    project.setup(database, ("dancu.register",))
    for target in ("0001", "0002"):
        call_command("migrate", "register", target, database=project.OWNER_ALIAS, interactive=False, verbosity=0)
    project.close()
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        assert do(connection, Open("Sau Khi Trở Lại")).number
