"""What a run knows about itself and the report must tell: passed in, never looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from dancu.kit.clock import in_vietnam

MACHINE_FORMATS = ("csv", "tsv", "parquet", "ndjson")
STALE_DAYS = 7
EXCEL_ROWS = 1_048_576


@dataclass(frozen=True)
class RunFacts:
    """One run of the check.

    `register_time` and `checked_at` are datetimes or ISO text; `seconds` is stage -> s. `mapping` is field ->
    source columns. `disclose` is none, verdict, suggest or full. `fields` is field -> per-field result -> rows
    where the engine counted them; without it they are derived from the reasons. `delimiter` and `bom` are for csv.
    `purpose` completes "Chứa dữ liệu cá nhân – chỉ dùng cho mục đích …". `called` is the file's name where its path has another.
    """

    policy: str
    register_rows: int
    register_version: str
    register_time: datetime | str | None
    seconds: dict[str, float]
    disclose: str
    mapping: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    checked_at: datetime | str
    fields: dict[str, dict[str, int]] | None = None
    delimiter: str = ","
    bom: bool = True
    purpose: str = ""
    called: str = ""

    @property
    def shows_register(self) -> bool:
        """Whether values of the register may appear in what is written."""
        return self.disclose in ("suggest", "full")

    @property
    def register_age_days(self) -> int | None:
        """Whole days between the register's time and the check; None where the time is not known."""
        then, now = moment(self.register_time), moment(self.checked_at)
        return max(0, (now - then).days) if then and now else None


@dataclass(frozen=True)
class Written:
    """What was written: the paths in the order a person opens them, and the summary as in summary.json."""

    paths: tuple[Path, ...]
    summary: dict[str, Any] = field(repr=False)


def moment(value: datetime | str | None) -> datetime | None:
    """A datetime or ISO text as clocks in Việt Nam show it; None and text that is no time give None."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return in_vietnam(value) if value else None
