"""Work that a page starts and does not wait for: a queue in the database (procrastinate), run by a process of its own.

A task is a function with `@app.task(queue=...)` in a module that IMPORTS names. Its arguments stand in the database: references to
records, never a person's value.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.utils import connector_params

# One heavy job at a time, by its lock; the other place is for the small ones.
CONCURRENCY = 2
# Modules with tasks.
IMPORTS: tuple[str, ...] = ("dancu.web.checks.tasks", "dancu.web.serving.measuring")
# A job that runs when the worker is to end is given so long before it is asked to stop.
_GRACE_S = 2.0


@queue.periodic(cron="23 * * * *")
@queue.task(name="web.clear_sessions", queue="small", pass_context=False)
def clear_sessions(timestamp: int) -> int:
    """Sessions that have ended leave the database within the hour."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def worker() -> None:
    """Run jobs in this process until SIGTERM; a job that runs is asked to stop after a moment and taken up again."""
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.web import project
    from dancu.web.serving.family import follow_parent

    follow_parent()
    settings = Settings.read()
    project.stand(settings, open_database(settings))
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    # What a job raises is told by its class in the queue's table; its text may quote a value.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_work())


async def _work() -> None:
    params = connector_params()
    role = params.pop("assume_role", None)
    kwargs = {**params, "options": f"{params.get('options', '')}"}
    connector = PsycopgConnector(kwargs=kwargs, min_size=1, max_size=CONCURRENCY + 3, configure=_taking(role) if role else None)
    async with queue.with_connector(connector).open_async() as app:
        await app.run_worker_async(concurrency=CONCURRENCY, delete_jobs="successful", shutdown_graceful_timeout=_GRACE_S)


def _taking(role: str):  # type: ignore[no-untyped-def]
    from psycopg import sql

    async def configure(connection) -> None:  # type: ignore[no-untyped-def]
        await connection.set_autocommit(True)
        await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))

    return configure
