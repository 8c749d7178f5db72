"""Reads: the checks of an account, one of them, its place in the queue, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Q

from dancu.web.checks import folder, rules
from dancu.web.models import Check
from dancu.web.paging import Page, paged

HISTORY_ROWS = 20


@dataclass(frozen=True)
class Result:
    """What came of one table: its place among the tables, its summary, and files by kind (`checked`, `summary`, `report`)."""

    place: int
    summary: dict[str, Any]
    files: dict[str, Path]
    parquet: Path | None


def of_account(account: int, *, after: str = "") -> Page[Check]:
    """An account's checks, newest first; deleted ones too, as counts."""
    found = Check.objects.filter(account=account).order_by("-id")
    return paged(found, lambda key: Q(id__lt=int(key)), lambda check: str(check.id), after, rows=HISTORY_ROWS)


def one(account: int, check: int | None) -> Check | None:
    """A check, if it is this account's."""
    return Check.objects.filter(account=account, pk=check).select_related("account").first() if check else None


def ahead(check: Check) -> int:
    """How many checks run or wait before this one."""
    return Check.objects.filter(state__in=rules.ALIVE, asked_at__lt=check.asked_at)[: rules.QUEUE_MAX].count() if check.asked_at else 0


def results(check: Check) -> list[Result]:
    """What came of a check, a table each; empty where nothing did or it is gone."""
    here = folder.folder(check.account_id, check.pk) / "out"
    found = []
    for place, told in enumerate(folder.kept(check.account_id, check.pk, "results") or ()):
        paths = [here / name for name in told["files"]]
        checked = [path for path in paths if ".checked." in path.name]
        own = [path for path in checked if path.suffix != ".parquet"] or checked
        ends = ((".summary.json", "summary"), (".report.html", "report"))
        files = {kind: path for path in paths for end, kind in ends if path.name.endswith(end)}
        files |= {"checked": own[0]} if own else {}
        parquet = next((path for path in checked if path.suffix == ".parquet"), None)
        found.append(Result(place, told["summary"], {kind: path for kind, path in files.items() if path.exists()}, parquet))
    return found
