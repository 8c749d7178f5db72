"""Slows down who guesses passwords and codes without locking anybody out who knows theirs.

Failures are counted under three kinds of key. An account from one place: the browser where its holder has signed in before is a
place of its own, any other is the caller's address; the wait doubles with each failure past the third. An address: whatever
accounts it tries. An account from all strange places together: a crowd that tries one account waits for each other, and the
holder's own browser does not wait with them. Failures are forgotten an hour after the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction

from dancu.web.models import Attempt

FORGET_S = 3600
_OLD_AT_ONCE = 100


@dataclass(frozen=True)
class Slowness:
    """`free` failures cost nothing; then `first_s` seconds, twice as long each time, at most `most_s`."""

    free: int
    first_s: int
    most_s: int


SLOWNESS: dict[str, Slowness] = {
    "place": Slowness(3, 2, 300),
    "address": Slowness(30, 2, 120),
    "strangers": Slowness(20, 2, 30),
    "code": Slowness(4, 5, 300),
}
Kind = Literal["place", "address", "strangers", "code"]


@dataclass(frozen=True)
class Key:
    """One thing that failures are counted under; what it is made of is hashed."""

    kind: Kind
    text: str

    @property
    def name(self) -> str:
        return f"{self.kind}:{hashlib.sha256(self.text.encode()).hexdigest()[:40]}"


def delay_s(kind: Kind, failures: int) -> int:
    """How long to wait after so many failures."""
    slow = SLOWNESS[kind]
    over = failures - slow.free
    return 0 if over <= 0 else min(slow.first_s << min(over - 1, 20), slow.most_s)


def keys(login: str, address: str, device: str) -> tuple[Key, ...]:
    """What a try to sign in is counted under."""
    if device:
        return (Key("place", f"{login}\n{device}"),)
    return Key("place", f"{login}\n@{address}"), Key("address", address), Key("strangers", login)


def taken(under: Sequence[Key], now: datetime) -> int:
    """Count a try as failed before it is looked at; 0, or the seconds to wait where it may not be made yet.

    Counting first means that tries made at the same moment are all counted. Who succeeds says so with `succeeded`.
    """
    with transaction.atomic():
        kept = {row.key: row for row in _locked(under, now)}
        waits = [(row.next_at - now).total_seconds() for row in kept.values() if row.next_at > now]
        if waits:
            return max(1, round(max(waits) + 0.5))
        for key in under:
            row = kept[key.name]
            forgotten = now - row.last_at > timedelta(seconds=FORGET_S)
            row.failures = 1 if forgotten else row.failures + 1
            row.last_at, row.next_at = now, now + timedelta(seconds=delay_s(key.kind, row.failures))
            row.save()
    return 0


def succeeded(under: Sequence[Key]) -> None:
    """Take the try back: the place is forgiven all, the address and the crowd only this one."""
    with transaction.atomic():
        for key in under:
            row = Attempt.objects.select_for_update().filter(key=key.name).first()
            if row is None:
                continue
            if key.kind in ("place", "code") or row.failures <= 1:
                row.delete()
            else:
                row.failures, row.next_at = row.failures - 1, row.last_at
                row.save()


def _locked(under: Sequence[Key], now: datetime) -> list[Attempt]:
    """The rows of the keys, made where they are missing and locked in one order; old ones are cleared away meanwhile."""
    old = Attempt.objects.filter(last_at__lt=now - timedelta(seconds=FORGET_S)).values_list("key", flat=True)[:_OLD_AT_ONCE]
    names = sorted(key.name for key in under)
    Attempt.objects.filter(key__in=[name for name in old if name not in names]).delete()
    fresh = [Attempt(key=name, failures=0, last_at=now, next_at=now) for name in names]
    Attempt.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(Attempt.objects.select_for_update().filter(key__in=names).order_by("key"))
