"""The job that runs all quality rules over everybody, as `dancu quality run` does, on behalf of whoever asked for it on a page."""

from __future__ import annotations

from procrastinate.contrib.django import app

NAME = "dancu.web.serving.measuring.measure"
_LOCK = "quality-run"
# Of one worker beside the pages; the command line may take more.
_MEMORY = "1GB"


@app.task(name=NAME, queue="quality", lock=_LOCK, queueing_lock=_LOCK)
def measure(account: int) -> None:
    """Run; `account` asked for it. What the run refuses, as when another one is going on, ends the job with its class alone."""
    from django.conf import settings

    from dancu.kit.clock import SystemClock
    from dancu.quality.runs.run import run
    from dancu.web import desk
    from dancu.web.accounts.session import staff_of
    from dancu.web.models import Account

    asked = staff_of(Account.objects.get(pk=account))
    stand = desk.desk()
    run(stand.database, settings.DANCU.home, witness=stand.witness, actor=asked.actor(), clock=SystemClock(), days=settings.DANCU.case_days,
        memory=_MEMORY)
