"""The migrations make the tables that models.py says, and nothing in them depends on who restored it."""

from __future__ import annotations

from dancu.kit.backup import backup, restore
from dancu.kit.database import Database, open_database
from dancu.kit.digest import differences, digest
from dancu.kit.roles import BACKUP
from dancu.kit.settings import Settings
from tests.kit import fixture


def test_migrations_say_what_the_models_say(database: Database) -> None:
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    fixture.migrate(database)
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    assert detector.changes(graph=loader.graph) == {}


def test_functions_and_views_survive_a_restore(database: Database, own: Settings, tmp_path) -> None:
    kept = tmp_path / "schema.backup"
    backup(database, kept)
    other = open_database(own)
    restore(kept, other)
    with database.connect(BACKUP) as before, other.connect(BACKUP) as after:
        assert differences(digest(before), digest(after)) == []
