"""Django without a page works over the socket in a role of its own, and migrations own the schema."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dancu.kit import roles
from tests.kit.test_server import environment

# Django is one a process, and other rooms' tests share this one: each test has a process of its own.
ROOT = Path(__file__).parents[2]
OPENING = """
import json, sys
from dancu.core.refusal import Refusal
from dancu.kit import project, roles
from dancu.kit.database import open_database
from dancu.kit.settings import Settings
database = open_database(Settings.read()).named(sys.argv[1])
APPS = ["tests.kit.tiny"]
"""


def began(database, code: str) -> subprocess.Popen[str]:
    """A process that runs a few lines on a database."""
    return subprocess.Popen(
        [sys.executable, "-c", OPENING + textwrap.dedent(code), database.name],
        env=environment(database.settings), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def told(process: subprocess.Popen[str]):
    """What a process printed, as JSON."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


MIGRATE = "done = project.migrate(database, APPS); print(json.dumps([done.applied, done.total]))"


def test_migrations_run_once_as_the_owner_and_are_reported(database):
    pending = told(began(database, "print(json.dumps(project.pending(database, APPS)))"))
    assert pending == ["tiny.0001_note", "tiny.0002_unique"]
    assert told(began(database, MIGRATE)) == [pending, 2]
    assert told(began(database, MIGRATE)) == [[], 2]
    with database.connect(roles.READER) as connection:
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'tiny_note'").fetchone()
        assert owner == (roles.OWNER,)
        assert connection.execute("SELECT count(*) FROM tiny_note").fetchone() == (0,)


def test_four_processes_migrate_at_once_and_one_does_it(database):
    answers = [told(process) for process in [began(database, MIGRATE) for _ in range(4)]]
    assert sorted(len(applied) for applied, _ in answers) == [0, 0, 0, 2]


def test_models_work_in_a_role_and_its_errors_are_refusals(database):
    code = """
    from django.db import connection, transaction
    from dancu.kit.answer import refusals
    project.migrate(database, APPS, role=roles.WEB)
    from datetime import UTC, datetime
    from tests.kit.tiny.models import Note
    Note.objects.create(text="Đinh Bộ Lĩnh", written=datetime.now(UTC))
    said = []
    for wish in (lambda: Note.objects.create(text="Đinh Bộ Lĩnh", written=datetime.now(UTC)),
                 lambda: Note.objects.update(text="x")):
        try:
            with refusals(), transaction.atomic():
                wish()
        except Refusal as refusal:
            said.append([refusal.code, refusal.vi])
    with connection.cursor() as cursor:
        shown = []
        for name in ("role", "statement_timeout", "search_path", "TimeZone"):
            cursor.execute("SHOW " + name)
            shown.append(cursor.fetchone()[0])
        cursor.execute("SELECT current_user")
        shown[0] = cursor.fetchone()[0]
    print(json.dumps([said, shown]))
    """
    said, shown = told(began(database, code))
    assert [code for code, _ in said] == ["already_there", "not_allowed"]
    assert not [sentence for _, sentence in said if "Lĩnh" in sentence]
    assert shown == [roles.WEB, "30s", "public, pg_temp", "UTC"]


def test_a_database_of_a_newer_version_is_left_alone(database):
    told(began(database, MIGRATE))
    with database.connect(roles.OWNER) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('tiny', '0003_later', now())")
    code = """
    try:
        project.migrate(database, APPS)
    except Refusal as refusal:
        print(json.dumps(refusal.code))
    """
    assert told(began(database, code)) == "newer_schema"


def test_django_is_pointed_elsewhere_but_its_apps_stay(database):
    code = """
    from django.db import connection
    project.setup(database, APPS)
    names = []
    for name in (database.name, "postgres"):
        project.setup(database.named(name), APPS, role=roles.OWNER)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            names.append(cursor.fetchone()[0])
    try:
        project.setup(database, [])
    except RuntimeError:
        names.append("refused")
    print(json.dumps(names))
    """
    assert told(began(database, code)) == [database.name, "postgres", "refused"]


@pytest.mark.parametrize("user", ["postgres", "dancu_owner"])
def test_a_server_of_ones_own_is_migrated_too(database, user):
    url = f"postgresql://{user}@/{database.name}?host={database.address['host']}"
    code = f"""
    import dataclasses
    own = open_database(dataclasses.replace(database.settings, database_url={url!r}))
    done = project.migrate(own, APPS, role=roles.OWNER)
    from django.db import connections
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'tiny_note'")
        print(json.dumps(cursor.fetchone()))
    """
    assert told(began(database, code)) == [roles.OWNER]
