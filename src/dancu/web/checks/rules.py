"""Decides about checks of uploaded files: which kinds of file, who may be told how much, how far a run is; no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dancu.register.rights import Role

# What `intake.signature.kind_of` tells -> the extension a file is kept under; text is told apart by its name.
KEPT_AS: Mapping[str, str] = {
    "xlsx": "xlsx", "xlsb": "xlsb", "xls": "xls", "ods": "ods", "zip": "zip", "parquet": "parquet", "json": "ndjson", "text": "csv",
}  # fmt: skip
BOOKS = ("xlsx", "xlsb", "xls", "ods")
ACCEPTED = ".xlsx,.xls,.ods,.csv,.tsv,.txt,.parquet,.ndjson,.jsonl,.zip"
NAME_MAX = 120

# How much a file may be told, from least; `_MOST` by role: an agency is never told when somebody died (docs/decisions/0008).
LEVELS = ("verdict", "suggest", "full")
_MOST: Mapping[Role, str] = {
    "civil_status_officer": "full", "residence_officer": "full", "police_chief": "full", "police_supervisor": "full",
    "data_officer": "suggest",
}  # fmt: skip
USUAL_LEVEL = "suggest"
# Why a file is checked; captions are `checks.purpose.CODE`.
PURPOSES = ("data_cleaning", "service_files", "benefit_payment", "civil_book", "authority_request")

# A person's checks that wait or run at most, and everybody's together.
WAITING_MAX, QUEUE_MAX = 3, 50
# A run that ended with its worker is begun again so often.
TRIES = 2
ALIVE = ("waiting", "running")
STATES = ("columns", "waiting", "running", "done", "failed", "cancelled", "deleted")

# Stages in their order, with the share of a run each takes in a file of a hundred thousand rows.
_SHARES: Mapping[str, int] = {
    "indexes": 6, "open": 4, "read": 8, "numbers": 12, "facts": 8, "candidates": 14, "search": 14, "decide": 6, "reasons": 14,
    "write": 4, "rows": 8, "report": 2,
}  # fmt: skip
_ORDER = tuple(_SHARES)
_TOTAL = sum(_SHARES.values())
# Before so much is done nobody can say how long the rest takes.
_GUESS_FROM_PERCENT, _GUESS_FROM_S = 8, 2.0
_CONTROL = re.compile(r"[\x00-\x1f\x7f/\\]+")


@dataclass(frozen=True)
class Progress:
    """How far a run is: percent, stage, rows of that stage done and in all, rows a second, seconds left (-1: nobody knows yet)."""

    percent: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    rows_per_s: int = 0
    left_s: int = -1


def levels(role: str) -> tuple[str, ...]:
    """How much somebody's file may be told, from least to most."""
    most = _MOST.get(role, "verdict")  # type: ignore[call-overload]
    return LEVELS[: LEVELS.index(most) + 1]


def further(before: Progress, stage: str, done: int, total: int, spent_s: float) -> Progress:
    """Progress after a word of a run, never back: a file that names several people goes through its stages again."""
    place = _ORDER.index(stage) if stage in _ORDER else -1
    behind = sum(_SHARES[each] for each in _ORDER[:place]) if place >= 0 else 0
    part = min(done / total, 1.0) if total else 0.0
    percent = max(before.percent, min(99, round(100 * (behind + part * _SHARES.get(stage, 0)) / _TOTAL)))
    sure = percent >= _GUESS_FROM_PERCENT and spent_s >= _GUESS_FROM_S
    rows = max(total, before.total)
    return Progress(
        percent=percent, stage=stage, done=done, total=rows, rows_per_s=round(rows * percent / 100 / spent_s) if sure and rows else 0,
        left_s=round(spent_s * (100 - percent) / percent) if sure else -1,
    )  # fmt: skip


def plain_name(name: str) -> str:
    """A file's name as it may be shown to whoever sent it: no folders, no control characters, of bearable length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _CONTROL.sub("", last).strip()[-NAME_MAX:] or "?"


def extension(kind: str, name: str) -> str:
    """What a file is kept under: by its content; tables of plain text by what its name says."""
    said = name.rpartition(".")[2].lower()
    return said if kind == "text" and said in ("tsv", "txt") else KEPT_AS[kind]
