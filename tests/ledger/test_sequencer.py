"""The writer: dense indices, every acknowledged leaf found and proven, months that follow on each other, one owner."""

from __future__ import annotations

import asyncio
import threading

import pytest

from dancu.core.refusal import Refusal
from dancu.ledger import verify
from dancu.ledger.leaf import Begin, decode
from dancu.ledger.proof import receipt
from dancu.ledger.reader import LogReader
from dancu.ledger.sequencer import Sequencer
from tests.ledger import samples
from tests.ledger.samples import DAY_MS, MONTH, Clock, FaultyDisk, append_all, entry, new_log, writer


def test_threads_get_dense_indices_and_find_their_leaves(tmp_path):
    key = new_log(tmp_path / "log")
    places: dict[int, int] = {}

    def client(number: int) -> None:
        for n in range(number * 50, number * 50 + 50):
            places[n] = log.append(entry(n)).index

    with writer(tmp_path / "log", publish_every_s=0.05) as log:
        threads = [threading.Thread(target=client, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(places.values()) == list(range(1, 801))
    reader = LogReader(tmp_path / "log")
    for n, index in places.items():
        assert reader.entry(MONTH, index) == entry(n)
    for n in (0, 400, 799):
        proof = receipt.parse(reader.receipt(MONTH, places[n]).text())
        assert receipt.check(proof, key).size == 801
    assert verify.verify_log(tmp_path / "log", key)


@pytest.mark.parametrize("own_process", [False, True])
def test_asyncio_and_threads_share_groups(tmp_path, own_process):
    key = new_log(tmp_path / "log")
    with writer(tmp_path / "log", own_process=own_process) as log:

        async def go() -> list[int]:
            answers = [log.append_soon(entry(n)) for n in range(1000)]
            one = await asyncio.to_thread(log.append, entry(1000))
            return [place.index for place in await asyncio.gather(*answers)] + [one.index]

        assert sorted(asyncio.run(go())) == list(range(1, 1002))
        log.publish()
        assert LogReader(tmp_path / "log").size(MONTH) == 1002
    assert verify.verify_log(tmp_path / "log", key)


def test_a_cancelled_caller_hurts_nobody(tmp_path):
    new_log(tmp_path / "log")

    async def go() -> int:
        gone = [log.append_soon(entry(n)) for n in range(10)]
        kept = log.append_soon(entry(10))
        for future in gone:
            future.cancel()
        return (await kept).index

    with writer(tmp_path / "log") as log:
        assert asyncio.run(go()) <= 11


def test_a_checkpoint_follows_within_a_second(tmp_path):
    new_log(tmp_path / "log")
    with writer(tmp_path / "log", publish_every_s=0.5) as log:
        place = log.append(entry(1))
        assert place == (MONTH, 1, 2)
        LogReader(tmp_path / "log").wait(MONTH, place.index, timeout_s=1.5)


def test_a_second_owner_is_refused_and_may_come_afterwards(tmp_path):
    new_log(tmp_path / "log")
    with writer(tmp_path / "log") as log:
        assert log.verifier_key.startswith(samples.NAME)
        with pytest.raises(Refusal) as caught:
            writer(tmp_path / "log")
        assert caught.value.code == "ledger_owned"
        log.append(entry(1))
    with writer(tmp_path / "log") as log:
        assert log.append(entry(2)).index == 2
    with pytest.raises(Refusal, match="closed"):
        log.append(entry(3))


def test_a_folder_that_is_no_log_is_refused(tmp_path):
    for opening in (Sequencer, LogReader):
        with pytest.raises(Refusal) as caught:
            opening(tmp_path)
        assert caught.value.code == "ledger_absent"


def test_entries_outside_the_limits_are_refused(tmp_path):
    new_log(tmp_path / "log")
    with writer(tmp_path / "log") as log:
        for bad in (b"", bytes(65_536)):
            with pytest.raises(Refusal, match="1 to 65,535"):
                log.append(bad)
        assert log.append(bytes(65_535)).index == 1


def test_a_full_queue_refuses_and_a_stuck_disk_times_out(tmp_path):
    new_log(tmp_path / "log")
    stuck, go_on = threading.Event(), threading.Event()

    def at_step(name: str) -> None:
        if name == "wal.sync" and stuck.is_set():
            go_on.wait(10)

    disk = FaultyDisk(at_step)
    with writer(tmp_path / "log", disk=disk, answer_timeout_s=0.2, queue_entries_max=3) as log:
        stuck.set()
        with pytest.raises(Refusal) as slow:
            log.append(entry(0))

        async def crowd() -> list:
            answers, refused = [], []
            for n in range(1, 6):
                try:
                    answers.append(log.append_soon(entry(n)))
                except Refusal as refusal:
                    refused.append(refusal.code)
            return refused + [r.code for r in await asyncio.gather(*answers, return_exceptions=True)]

        codes = asyncio.run(crowd())
        go_on.set()
    assert slow.value.code == "ledger_slow"
    assert codes == ["ledger_busy"] * 2 + ["ledger_slow"] * 3


def test_months_follow_on_each_other(tmp_path):
    clock, log_folder = Clock(), tmp_path / "log"
    key = new_log(log_folder)
    with writer(log_folder, clock=clock) as log:
        append_all(log, 300)
        clock.at += 31 * DAY_MS
        assert log.append(entry(300)) == ("2026-11", 1, 2)
        clock.at -= 31 * DAY_MS
        assert log.append(entry(301)).month == "2026-11", "a clock that goes back begins no month again"
        clock.at += 92 * DAY_MS
        assert log.append(entry(302)) == ("2027-01", 1, 2)
    reader = LogReader(log_folder)
    assert reader.months() == [MONTH, "2026-11", "2027-01"]
    for before, month in ((MONTH, "2026-11"), ("2026-11", "2027-01")):
        begin, (_, last) = decode(reader.entry(month, 0)), reader.checkpoint(before)
        assert isinstance(begin, Begin)
        assert (begin.previous_origin, begin.previous_size) == (last.origin, last.size)
    assert not list((log_folder / MONTH / "wal").iterdir()), "a month that is over needs no write-ahead file"
    assert "3 months" in verify.verify_log(log_folder, key)[0][1]


def test_the_month_turns_at_midnight_in_vietnam(tmp_path):
    clock = Clock(1_793_465_999_999)  # 31 October 2026, 23:59:59.999 in Vietnam
    new_log(tmp_path / "log")
    with writer(tmp_path / "log", clock=clock) as log:
        assert log.append(entry(1)).month == MONTH
        clock.at += 1
        assert log.append(entry(2)).month == "2026-11"


def test_partial_tiles_go_once_the_full_one_is_there(tmp_path):
    new_log(tmp_path / "log")
    with writer(tmp_path / "log") as log:
        for start in range(0, 500, 100):
            append_all(log, 100, start)
            log.publish()
    tile = tmp_path / "log" / MONTH / "tile"
    assert (tile / "0" / "000").exists() and not (tile / "0" / "000.p").exists()
    assert (tile / "entries" / "001.p" / "245").exists()
