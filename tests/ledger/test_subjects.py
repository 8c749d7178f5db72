"""The entries about one person: found by pseudonym, followed and rebuilt alike, hidden ones counted and not told."""

from __future__ import annotations

import asyncio
import datetime
import time

import pytest

from dancu.ledger.bundle import Bundle
from dancu.ledger.leaf import Command, encode
from dancu.ledger.pseudonym import KeyStore, pseudonym
from dancu.ledger.subjects import SubjectIndex, today_in_vietnam
from tests.ledger.samples import DAY_MS, MONTH, OCTOBER_MS, Clock, leaf, new_log, writer

TODAY = datetime.date(2026, 10, 20)
ABOUT = {"request": "JOB-7", "member": "VN/GOV/H41", "service": "check", "purpose": "1.004194", "agreement": "A-17@3"}


@pytest.fixture
def keys(tmp_path):
    return KeyStore(tmp_path / "keys")


def names(keys: KeyStore, who: int, *months: str) -> dict[str, list[str]]:
    return {month: [pseudonym(keys.key(month), "person", who)] for month in months}


def fill(folder, keys, clock) -> None:
    """Entries about person 1 of every kind, and about others."""
    key = keys.key(MONTH)
    me, other = pseudonym(key, "person", 1), pseudonym(key, "person", 2)
    with writer(folder, clock=clock) as log:
        log.append(leaf(1, subject=me))
        log.append(leaf(2, subject=other))
        log.append(leaf(3, subject=me, decision="denied", outcome="not_permitted"))
        log.append(leaf(4, subject=me, shown="deferred", opens="2026-10-21"))
        log.append(leaf(5, subject=me, shown="hidden"))
        log.append(leaf(6, subject=pseudonym(key, "claimed", "001205000001"), subject_kind="claimed"))
        log.append(
            encode(Command(time_ms=OCTOBER_MS + 7, request="C-1", member="VN/GOV/H41", command="marriage", basis="LHT",
                           outcome="accepted", key=MONTH, subjects=(other, me)))
        )  # fmt: skip
        bundle = Bundle(folder, key=MONTH, **ABOUT)
        bundle.add(other, "no_match", "0" * 64)
        bundle.add(me, "match", "1" * 64)
        bundle.write(log.append, OCTOBER_MS + 8, 1)


def test_one_person_finds_their_entries(tmp_path, keys):
    new_log(tmp_path / "log")
    fill(tmp_path / "log", keys, Clock())
    with SubjectIndex(tmp_path / "index", tmp_path / "log") as index:
        assert index.follow() == 9 and index.follow() == 0
        found = index.find(names(keys, 1, MONTH), TODAY)
        assert [(e.index, e.row, e.outcome) for e in found.entries] == [
            (1, -1, "match"), (3, -1, "not_permitted"), (7, -1, "accepted"), (8, 1, "match"),
        ]  # fmt: skip
        assert (found.deferred, found.hidden) == (1, 1)
        later = index.find(names(keys, 1, MONTH), TODAY + datetime.timedelta(days=1))
        assert len(later.entries) == 5 and (later.deferred, later.hidden) == (0, 1)
        assert not index.find(names(keys, 3, MONTH), TODAY).entries
        assert index.find(names(keys, 1, "2026-09"), TODAY).entries == ()
        assert len(index.find(names(keys, 1, MONTH), TODAY, limit=2).entries) <= 2
        assert index.rebuild() == 9 and index.find(names(keys, 1, MONTH), TODAY) == found
    assert isinstance(today_in_vietnam(), datetime.date)


def test_the_index_follows_what_is_published(tmp_path, keys):
    new_log(tmp_path / "log")
    me = pseudonym(keys.key(MONTH), "person", 1)
    with writer(tmp_path / "log") as log, SubjectIndex(tmp_path / "index", tmp_path / "log") as index:
        log.append(leaf(1, subject=me))
        index.follow()
        assert not index.find(names(keys, 1, MONTH), TODAY).entries
        log.publish()
        assert index.follow() == 1 and len(index.find(names(keys, 1, MONTH), TODAY).entries) == 1
        with SubjectIndex(tmp_path / "index", tmp_path / "log") as second:
            assert second.follow() == 0


def test_a_destroyed_key_hides_a_month_and_no_other(tmp_path, keys):
    clock = Clock()
    new_log(tmp_path / "log")
    with writer(tmp_path / "log", clock=clock) as log:
        for month in (MONTH, "2026-11"):
            log.append(leaf(1, subject=pseudonym(keys.key(month), "person", 1), key=month))
            clock.at += 31 * DAY_MS
    keys.destroy(MONTH)
    living = [month for month, alive in keys.months().items() if alive]
    with SubjectIndex(tmp_path / "index", tmp_path / "log") as index:
        index.follow()
        assert [e.month for e in index.find(names(keys, 1, *living), TODAY).entries] == ["2026-11"]


def test_a_year_of_one_person_comes_in_50_ms(tmp_path, keys):
    """200 entries among 24,000 of twelve months; the best of five, since other work shares the machine."""
    clock, months = Clock(), []
    new_log(tmp_path / "log")
    with writer(tmp_path / "log", clock=clock) as log:
        for turn in range(12):
            month = f"{2026 + (9 + turn) // 12}-{(9 + turn) % 12 + 1:02d}"
            months.append(month)
            me = pseudonym(keys.key(month), "person", 1)
            fillers = [encode(leaf(n, key=month)) for n in range(2000)]
            for n in range(0, 2000, 118):
                fillers[n] = encode(leaf(n, key=month, subject=me))
            _append(log, fillers)
            clock.at += 365 * DAY_MS // 12
    with SubjectIndex(tmp_path / "index", tmp_path / "log") as index:
        index.follow()
    times = []
    for _ in range(5):
        with SubjectIndex(tmp_path / "index", tmp_path / "log") as index:
            mine = names(keys, 1, *months)
            start = time.perf_counter()
            found = index.find(mine, TODAY)
            times.append(time.perf_counter() - start)
    assert len(found.entries) == 204
    assert min(times) < 0.05, f"{min(times) * 1000:.0f} ms"


def _append(log, entries) -> None:
    async def go() -> None:
        await asyncio.gather(*map(log.append_soon, entries))

    asyncio.run(go())
