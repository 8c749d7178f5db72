"""The jobs of checks: running one, opening its differences as cases, beginning again after a worker died, deleting what is due.

Checks share one lock, so that one runs at a time and the rest wait in the order they were asked for: the copy of the register that they
read has one writer, and the machine is left to the pages.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from procrastinate.contrib.django import app

from dancu.register.command import Actor
from dancu.register.rights import rights
from dancu.web.checks import actions, folder, process, queries, rules
from dancu.web.models import Account, Check

_faults = logging.getLogger("dancu.web.faults")
QUEUE, LOCK = "checks", "checks"
_TELL_S = 0.5
_HEARTBEAT_S = 30
_STALLED = """SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
  WHERE j.queue_name = %s AND j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s)) LIMIT 1000"""


def deferred(check: int) -> int:
    """Put a check into the queue; the job's number."""
    return int(run.configure(lock=LOCK).defer(check=check))


def opening_deferred(check: int) -> int:
    """Put the opening of a check's differences into the queue."""
    return int(open_cases.configure(lock=LOCK).defer(check=check))


@app.task(queue=QUEUE, name="check.run", pass_context=True)
def run(context: Any, check: int) -> None:
    """The job of a check. Where the worker is to end, so does the run; the next worker begins it again."""
    carry_out(check, stopping=context.should_abort)


def carry_out(check: int, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a check in a process of its own, tell how far it is, and note what came of it."""
    found = actions.begin(check=check, at=_now())
    if found is None:
        return
    results: list[dict[str, Any]] | None = None
    try:
        here = folder.made(found.account_id, found.pk)
        # What a run that died has left.
        _emptied(here / "out")
        ended = process.ask(_asked(found), timeout_s=process.CHECK_TIMEOUT_S, **_watched(check, stopping))
        if ended.result is not None:
            results = ended.result
            folder.keep(found.account_id, found.pk, "results", results)
    except OSError as error:
        ended = process.Ended(fault=type(error).__name__)
    if ended.cancelled:
        _forget(found)
        actions.put_back(check=check)
        return
    refused = actions.said_of(found, ended.refused) if ended.refused else actions.failed(ended.fault) if ended.fault else None
    actions.end(check=check, at=_now(), refused=refused, results=results)
    if refused or not Check.objects.filter(pk=check, state="done").exists():
        _forget(found)


def _asked(check: Check) -> dict[str, Any]:
    columns = folder.kept(check.account_id, check.pk, "columns") or {}
    wish = folder.kept(check.account_id, check.pk, "wish") or {}
    here = folder.folder(check.account_id, check.pk)
    actor = actor_of(check.account)
    return {
        "do": "check", "file": str(actions.file_of(check)), "out": str(here / "out"), "policy": check.policy,
        "disclose": check.disclose, "lang": check.lang, "columns": columns.get("overrides", {}), "sheets": columns.get("sheets_chosen", []),
        "purpose": f"{check.purpose}:{check.reference}", "told": wish.get("told", ""), "called": check.called,
        "actor": {"id": actor.id, "office": actor.office, "unit": actor.unit},
    }  # fmt: skip


def _watched(check: int, stopping: Callable[[], bool]) -> dict[str, Any]:
    """What the child's words are turned into, and how it hears that it is no longer wanted."""
    begun = time.monotonic()
    at, told, said = rules.Progress(), [0.0], [True]

    def hear(stage: str, done: int, total: int) -> None:
        nonlocal at
        at = rules.further(at, stage, done, total, time.monotonic() - begun)

    def wanted() -> bool:
        if time.monotonic() - told[0] >= _TELL_S:
            told[0] = time.monotonic()
            said[0] = actions.tell(check=check, progress=at)
        return said[0] and not stopping()

    return {"wanted": wanted, "told": hear}


def _forget(check: Check) -> None:
    """Results of a run that is not wanted, and the whole folder of a check deleted meanwhile."""
    state = Check.objects.filter(pk=check.pk).values_list("state", flat=True).first()
    if state == "deleted":
        folder.remove(check.account_id, check.pk)
        return
    here = folder.folder(check.account_id, check.pk)
    _emptied(here / "out")
    (here / "results.json").unlink(missing_ok=True)


def _emptied(out: Path) -> None:
    """Nothing of a run in its folder, the private one that it worked in included."""
    for path in out.glob("*"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def actor_of(account: Account) -> Actor:
    """Whom the ledger names: the account in its office and unit; an agency's officer has no office of the book."""
    office = rights()[account.role].office  # type: ignore[index]
    return Actor(account.login, office or "system", account.unit)


@app.task(queue=QUEUE, name="check.open_cases")
def open_cases(check: int) -> None:
    """Hand the checked rows to `quality.differences`, which opens cases against whichever side is presumed wrong."""
    from dancu.core.refusal import Refusal
    from dancu.kit import roles
    from dancu.quality.differences import take
    from dancu.quality.mending import Mending
    from dancu.register.witness import Reader
    from dancu.web import desk

    found = Check.objects.select_related("account").filter(pk=check, opening="waiting").first()
    if found is None:
        return
    actor, totals, state = actor_of(found.account), dict.fromkeys(("rows", "differences", "opened", "added", "closed"), 0), "done"
    reader = Reader.of(actor, f"{found.purpose}:{found.reference}")
    stands = desk.desk()
    try:
        with stands.database.connect(roles.REGISTER, autocommit=True, application_name="dancu cases of a file") as connection:
            mending = Mending(connection, agency=agency_of(found.account), actor=actor)
            for result in queries.results(found):
                if result.parquet is None:
                    continue
                taken = take(
                    connection, result.parquet, agency=agency_of(found.account), actor=actor, at=_now(), witness=stands.witness,
                    reader=reader, called=_called(found.called, result.summary["file"]),
                    mending=mending,
                )  # fmt: skip
                for name in totals:
                    totals[name] += getattr(taken, name)
            totals["closed"] = mending.close(connection, _now())
    except Refusal as refusal:
        state, totals = "failed", _said(refusal)
    except Exception as fault:
        # Nobody is left waiting for a job that fails each time it is begun again. The kind of fault alone: its text may hold a value.
        _faults.error("cases of check %s: %s", check, type(fault).__name__)
        state, totals = "failed", _said(actions.unopened())
    Check.objects.filter(pk=check, opening="waiting").update(opening=state, taken=totals)


def _said(refusal: Any) -> dict[str, Any]:
    return {"vi": refusal.text("vi"), "en": refusal.text("en")}


def _called(sent: str, table: str) -> str:
    """What a table is called to who sent it: the file, and of an archive the file inside it."""
    return sent if table in ("", sent) else f"{sent} – {table}"


def agency_of(account: Account) -> str:
    """Whom a file is from, as cases tell it: the body an officer works for, or their office and unit."""
    from dancu.web import frame

    return account.agency or frame.unit_name(account.unit, "vi")


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="check.revive", queueing_lock="check.revive")
def revive(timestamp: int) -> None:
    """Begin again what a worker has left when it died; at start and once a minute."""
    revived()


def revived() -> int:
    """Give checks and openings whose job is gone or stalled a new job; how many."""
    alive = _living_jobs()
    openings = Check.objects.filter(opening="waiting")[: rules.QUEUE_MAX]
    for check in [each for each in openings if each.job not in alive]:
        Check.objects.filter(pk=check.pk, job=check.job).update(job=opening_deferred(check.pk))
    lost = [check for check in Check.objects.filter(state__in=rules.ALIVE)[: rules.QUEUE_MAX] if check.job not in alive]
    for check in lost:
        Check.objects.filter(pk=check.pk, job=check.job).update(job=deferred(check.pk))
    return len(lost)


def _living_jobs() -> set[int]:
    """Jobs of ours that wait or run. One that runs is its worker's while the worker's heart beats; others are taken off the queue, or
    their lock would stop it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_STALLED, [QUEUE, _HEARTBEAT_S])
        for (job,) in cursor.fetchall():
            cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', true)", [job])
        cursor.execute("SELECT id FROM procrastinate_jobs WHERE queue_name = %s AND status IN ('todo', 'doing') LIMIT 1000", [QUEUE])
        return {job for (job,) in cursor.fetchall()}


@app.periodic(cron="17 * * * *")
@app.task(queue=QUEUE, name="check.expire", queueing_lock="check.expire")
def expire(timestamp: int) -> None:
    """Delete files and results whose days are over."""
    actions.expire(at=_now())


def _now() -> datetime:
    return datetime.now(UTC)
