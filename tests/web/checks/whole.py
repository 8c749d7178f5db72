"""The pages on the database that another process finds by the settings alone, with the ledger answered for, as `dancu serve` does."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import sql

from dancu.kit import roles
from dancu.kit.database import Database, create
from dancu.web import project
from tests.kit.fixture import project_closed

# The program of the job worker, as `dancu serve` starts it.
WORKER = "from dancu.web.serving.jobs import worker; worker()"


@pytest.fixture
def served(peopled: tuple[Database, dict[str, Any]]) -> Iterator[Any]:
    """A site whose checks, run in processes of their own, see the same people."""
    from dancu.ledger.sequencer import Sequencer
    from dancu.ledger.server import Server
    from dancu.web import desk
    from tests.web.conftest import Site

    made = peopled[0].named("dancu")
    _made_anew(made, peopled[0])
    shutil.rmtree(made.settings.home / "checks", ignore_errors=True)
    project.stand(made.settings, made)
    desk.stand_on(made)
    log = desk.desk().witness.log
    try:
        with Server(log) if isinstance(log, Sequencer) else contextlib.nullcontext():
            yield Site(made, peopled[1])
    finally:
        desk.close()
        _made_anew(made, None)


def _made_anew(made: Database, template: Database | None) -> None:
    """The database as a copy of a template, or as it was before: with our roles and no table."""
    project_closed()
    with made.named("postgres").superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(made.name)))
        if template:
            names = [sql.Identifier(name) for name in (made.name, template.name, roles.OWNER)]
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*names))
            for line in roles.statements(made.name, made.settings, login=None):
                if " ON DATABASE " in line:
                    connection.execute(line)  # type: ignore[arg-type]
    if not template:
        create(made)
