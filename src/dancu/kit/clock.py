"""The clock every process is handed, so that what happened when can be tested without waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

# What clocks on the wall show (no change of hour since 1975): pages, reports and the days of the book speak in it.
VIETNAM = timezone(timedelta(hours=7), "ICT")


def in_vietnam(moment: datetime) -> datetime:
    """A moment as clocks in Việt Nam show it; one without zone is taken to be told by them."""
    return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


class Clock(Protocol):
    """Tells the moment; whoever needs the time takes one as an argument."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SteppedClock:
    """A clock for tests: stands still, or goes on by `step` each time it is asked.

    `start` must be aware (ValueError otherwise); it is told in UTC.
    """

    def __init__(self, start: datetime, step: timedelta = timedelta(0)):
        self._now = _in_utc(start)
        self._step = step

    def now(self) -> datetime:
        told = self._now
        self._now += self._step
        return told

    def advance(self, by: timedelta) -> None:
        """Go on by `by`; never back, since nothing that was recorded may seem to lie ahead (ValueError)."""
        if by < timedelta(0):
            raise ValueError("a clock does not go back")
        self._now += by

    def set(self, moment: datetime) -> None:
        """Go on to an aware `moment` (ValueError when it lies behind)."""
        self.advance(_in_utc(moment) - self._now)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)
