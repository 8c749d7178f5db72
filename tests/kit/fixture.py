"""Real PostgreSQL for every room's tests: one embedded server a worker, a database a test made from a template.

In the `conftest.py` of a room: `from tests.kit.fixture import *`, which brings the fixtures `server`, `template`,
`database` (fresh and migrated, dropped afterwards), `shared_database` (one a worker) and `undone` (a connection
of the owner on it whose transaction is rolled back). `need` says which Django apps' migrations the template must have: Django is
one a process, so the rooms of one worker share the most that any of them needs.
"""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dancu.kit import project, roles
from dancu.kit.database import Database, create, open_database
from dancu.kit.server import launch
from dancu.kit.settings import Settings

__all__ = ["database", "server", "shared_database", "template", "undone"]

_NUMBERS = itertools.count(1)
_users: list[None] = []


def migrate(database: Database) -> None:
    """Give a database the tables of every room: Django is one a process, so all tests of a worker have the same."""
    from dancu.web import project as pages

    pages.migrate(database.settings, database)
    project.close()


def settings_in(folder: Path, **changes: object) -> Settings:
    """Settings of a server that lives wholly in `folder`, with little memory."""
    wished = {"home": folder / "home", "system_dir": folder / "system", "server_memory_mb": 1024, **changes}
    return Settings(**wished)  # type: ignore[arg-type]


def open_folder() -> Path:
    """A short temporary folder that other accounts may enter, as the one a server of root's lives in must be."""
    folder = Path(tempfile.mkdtemp(prefix="dancu-test-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[Database]:
    """The worker's own server, ended with it; named `dancu`, with our roles and no table."""
    # Each room that imports this fixture has one of its own in pytest's eyes; all of them mean the same server.
    _users.append(None)
    try:
        yield _server()
    finally:
        _users.pop()
        if not _users:
            project_closed()
            settings = _server().settings
            launch.stop(settings)
            shutil.rmtree(settings.home.parent, ignore_errors=True)
            _server.cache_clear()


@functools.cache
def _server() -> Database:
    return open_database(settings_in(open_folder()))


@pytest.fixture(scope="session")
def template(server: Database) -> Database:
    """A migrated database nobody is connected to, for others to be copied from."""
    made = server.named("dancu_template")
    create(made)
    migrate(made)
    return made


@pytest.fixture
def database(template: Database) -> Iterator[Database]:
    """A fresh database of the test's own."""
    made = copied(template)
    yield made
    dropped(made)


@pytest.fixture(scope="session")
def shared_database(template: Database) -> Iterator[Database]:
    """A database all tests of a worker share; whoever uses it leaves nothing behind (see `undone`)."""
    made = copied(template)
    yield made
    dropped(made)


@pytest.fixture
def undone(shared_database: Database) -> Iterator[psycopg.Connection]:
    """A connection of dancu_owner; whatever the test did is rolled back."""
    with shared_database.connect(roles.OWNER, application_name="test") as connection:
        yield connection
        connection.rollback()


def copied(template: Database) -> Database:
    """A copy of a template under a name of its own."""
    made = template.named(f"dancu_t{os.getpid()}_{next(_NUMBERS)}")
    with template.named("postgres").superuser() as connection:
        names = [sql.Identifier(name) for name in (made.name, template.name, roles.OWNER)]
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*names))
        for line in roles.statements(made.name, made.settings, login=None):
            if " ON DATABASE " in line:
                connection.execute(line)  # type: ignore[arg-type]
    return made


def dropped(made: Database) -> None:
    """Drop a test's database, whoever is still connected."""
    project_closed()
    with made.named("postgres").superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(made.name)))


def project_closed() -> None:
    """Close Django's connections where Django was used at all."""
    from django.conf import settings

    if settings.configured:
        project.close()
