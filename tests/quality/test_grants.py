"""Least rights, tried for real: every role on every table of the cases and measures with every operation."""

from __future__ import annotations

import psycopg
import pytest

from dancu.kit import roles
from dancu.quality import actions, joint
from tests.quality.conftest import AT
from tests.quality.made import CHIEF, CLERK, COMMUNE, POLICE, new, opened

TABLES = {"case", "evidence", "case_step", "list", "list_case", "measure", "finding", "run", "expected"}
MAY = {
    roles.REGISTER: (TABLES, TABLES, {"finding", "expected"}),
    roles.WEB: (TABLES, {"case_step", "list", "list_case"}, set()),
    roles.READER: (TABLES, set(), set()),
    roles.LOADER: (set(), set(), set()),
    roles.SEQUENCER: (set(), set(), set()),
}


def allowed(connection, query: str) -> bool:
    try:
        connection.execute(query)
    except psycopg.errors.InsufficientPrivilege:
        return False
    finally:
        connection.rollback()
    return True


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_do_what_it_needs_and_nothing_more(database, role: str) -> None:
    selects, inserts, deletes = MAY[role]
    with database.connect(role) as connection:
        assert {t for t in TABLES if allowed(connection, f"SELECT * FROM quality_{t} LIMIT 1")} == selects
        assert {t for t in TABLES if allowed(connection, f"INSERT INTO quality_{t} SELECT NULL WHERE false")} == inserts
        assert {t for t in TABLES if allowed(connection, f"DELETE FROM quality_{t}")} == deletes
        for never in ("UPDATE quality_case_step SET note = ''", "UPDATE quality_case SET person = 1",
                      "UPDATE quality_list SET commune = ''", "UPDATE quality_evidence SET source = ''",
                      "TRUNCATE quality_case_step"):  # fmt: skip
            assert not allowed(connection, never)


def test_every_table_is_in_this_list(database) -> None:
    with database.connect(roles.OWNER) as owner:
        names = owner.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'quality\\_%'")
        assert {name.removeprefix("quality_") for (name,) in names} == TABLES


def test_pages_can_do_all_that_people_do(database, book) -> None:
    (case,) = opened(book, new())
    with database.connect(roles.WEB, autocommit=True) as web:
        actions.ask(web, case=case.id, office="civil_status", note="?", actor=POLICE, at=AT)
        actions.answer(web, case=case.id, note="!", actor=CLERK, at=AT)
        actions.propose(web, case=case.id, decision="mend", note="sửa", actor=POLICE, at=AT)
        actions.accept(web, case=case.id, actor=CHIEF, at=AT)
        actions.mend(web, case=case.id, actor=CHIEF, at=AT)
        made = joint.make(web, commune=COMMUNE, cases=[case.id], actor=CLERK, at=AT)
        joint.sign(web, list=made.id, actor=CLERK, at=AT)
        assert joint.sign(web, list=made.id, actor=POLICE, at=AT).residence_actor == POLICE.id


def test_migrations_say_what_the_models_say(database) -> None:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    from tests.kit import fixture

    fixture.migrate(database)
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert detector.changes(graph=loader.graph) == {}
