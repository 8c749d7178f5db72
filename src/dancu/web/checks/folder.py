"""Where an uploaded file and what came of it lie: a private folder a check, named by numbers, gone in one go."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings

_ROOT, _UPLOADS = "checks", "uploads"
# What a broken upload leaves is swept after so long.
STALE_S = 86_400


def folder(account: int, check: int) -> Path:
    """The folder of a check of an account; not made here."""
    return Path(settings.DANCU.home) / _ROOT / f"{account:d}" / f"{check:d}"


def made(account: int, check: int) -> Path:
    """The folder, made for this service's account alone."""
    here = folder(account, check)
    for each in (here.parent.parent, here.parent, here):
        each.mkdir(mode=0o700, exist_ok=True)
    return here


def remove(account: int, check: int) -> None:
    """Remove a check's folder with all that is in it; what a process still writes there goes with a second try."""
    for _ in range(3):
        shutil.rmtree(folder(account, check), ignore_errors=True)
        if not folder(account, check).exists():
            return
        time.sleep(0.1)


def file_of(account: int, check: int, code: str) -> Path | None:
    """The file as it was sent; None where it is gone."""
    return next(iter(sorted(folder(account, check).glob(f"{code}.*"))), None)


def kept(account: int, check: int, name: str) -> Any:
    """What was noted under a name (`columns`, `wish`, `results`); None where nothing was."""
    try:
        return json.loads((folder(account, check) / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep(account: int, check: int, name: str, value: Any) -> None:
    """Note something beside the file: whole or not at all."""
    here = folder(account, check)
    draft = here / f".{name}.{os.getpid()}"
    try:
        draft.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
        draft.replace(here / f"{name}.json")
    finally:
        draft.unlink(missing_ok=True)


def existing() -> list[tuple[int, int]]:
    """(account, check) of every folder there is."""
    found = (Path(settings.DANCU.home) / _ROOT).glob("*/*")
    return [(int(path.parent.name), int(path.name)) for path in found if path.name.isdecimal() and path.parent.name.isdecimal()]


def age_s(account: int, check: int, now_s: float) -> float:
    """Seconds since something was put into a check's folder."""
    return now_s - folder(account, check).stat().st_mtime


def sweep_uploads(now_s: float) -> int:
    """Remove what uploads that broke off have left; how many files."""
    stale = [path for path in (Path(settings.DANCU.home) / _UPLOADS).glob("*") if now_s - path.stat().st_mtime > STALE_S]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
