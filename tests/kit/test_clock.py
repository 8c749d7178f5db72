"""The clock tells aware moments in UTC, and a stepped one goes only forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dancu.kit.clock import SteppedClock, SystemClock, in_vietnam

NOON_IN_HANOI = datetime(2026, 9, 2, 12, 0, tzinfo=timezone(timedelta(hours=7)))


def test_system_clock_is_aware_and_in_utc():
    assert SystemClock().now().tzinfo is UTC


def test_stepped_clock_stands_still_steps_and_advances():
    still = SteppedClock(NOON_IN_HANOI)
    assert still.now() == still.now() == NOON_IN_HANOI
    assert still.now().tzinfo is UTC and still.now().hour == 5
    stepping = SteppedClock(NOON_IN_HANOI, timedelta(seconds=1))
    assert stepping.now() < stepping.now()
    still.advance(timedelta(days=1))
    still.set(NOON_IN_HANOI + timedelta(days=2))
    assert still.now() == NOON_IN_HANOI + timedelta(days=2)


def test_a_clock_needs_a_zone_and_never_goes_back():
    with pytest.raises(ValueError):
        SteppedClock(datetime(2026, 9, 2))
    with pytest.raises(ValueError):
        SteppedClock(NOON_IN_HANOI).set(NOON_IN_HANOI - timedelta(seconds=1))


def test_a_moment_is_told_as_in_vietnam_and_one_without_zone_is_theirs():
    told = in_vietnam(datetime(2026, 11, 30, 23, 50, tzinfo=UTC))
    assert told.isoformat() == "2026-12-01T06:50:00+07:00"
    assert in_vietnam(datetime(2026, 12, 1, 6, 50)) == told
