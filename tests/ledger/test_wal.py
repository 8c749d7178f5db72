"""The write-ahead file alone: segments that follow on each other, a follower that is told how far to go, limits."""

from __future__ import annotations

import pytest

from dancu.core.refusal import Refusal
from dancu.ledger import sequencer, verify, wal
from dancu.ledger.disk import Disk
from dancu.ledger.reader import LogReader
from tests.ledger.samples import MONTH, append_all, entry, new_log, writer


def filled_wal(folder, groups: int) -> wal.Wal:
    """A write-ahead file with `groups` groups of two entries."""
    made = wal.Wal(folder, Disk(), 0, 0)
    for n in range(groups):
        made.append(2 * n, 2, b"\0\1a\0\1b" * (1 + n % 3))
    return made


def test_groups_are_read_back_over_segments(tmp_path, monkeypatch):
    monkeypatch.setattr(wal, "SEGMENT_BYTES", 100)
    made = filled_wal(tmp_path, 20)
    segments = wal.read(tmp_path)
    assert len(segments) > 5
    records = [record for segment in segments for record in segment.records]
    assert [record.first for record in records] == list(range(0, 40, 2))
    follower = wal.Follower(tmp_path)
    assert [r.first for r in follower.read(0, 11)] == [0, 2, 4, 6, 8, 10]
    assert [r.first for r in follower.read(12, 40)] == list(range(12, 40, 2))
    assert list(follower.read(40, 40)) == []
    made.append(40, 1, b"\0\1c")
    assert [r.first for r in follower.read(40, 41)] == [40]
    made.drop(30)
    assert wal.segments(tmp_path)[0][0] <= 30 < wal.segments(tmp_path)[1][0]
    made.close()


def test_a_follower_does_not_go_beyond_what_is_there(tmp_path):
    filled_wal(tmp_path, 3).close()
    with pytest.raises(Refusal) as caught:
        list(wal.Follower(tmp_path).read(0, 7))
    assert caught.value.code == "ledger_damaged"
    with pytest.raises(Refusal):
        list(wal.Follower(tmp_path).read(1, 5))


@pytest.mark.parametrize("at", [0, 10, 30, 60])
def test_damage_before_a_sound_record_is_no_torn_tail(tmp_path, at):
    filled_wal(tmp_path, 5).close()
    path = wal.segments(tmp_path)[0][1]
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(Refusal):
        wal.read(tmp_path)


def test_a_log_over_many_segments_is_opened_again(tmp_path, monkeypatch):
    monkeypatch.setattr(wal, "SEGMENT_BYTES", 3000)
    key = new_log(tmp_path / "log")
    done = 0
    for _ in range(3):
        with writer(tmp_path / "log") as log:
            for _ in range(40):
                log.append(entry(done))
                done += 1
                if done % 17 == 0:
                    log.publish()
    reader = LogReader(tmp_path / "log")
    assert [e for _, e in reader.entries(MONTH, 1)] == [entry(n) for n in range(done)]
    assert len(wal.segments(tmp_path / "log" / MONTH / "wal")) <= 3
    assert verify.verify_log(tmp_path / "log", key)


def test_callers_wait_for_the_tiles_when_too_much_is_unpublished(tmp_path, monkeypatch):
    monkeypatch.setattr(sequencer, "UNPUBLISHED_MAX", 50)
    new_log(tmp_path / "log")
    with writer(tmp_path / "log", answer_timeout_s=0.2) as log:
        append_all(log, 60)
        with pytest.raises(Refusal):
            log.append(entry(61))
        log.publish()
        assert log.append(entry(61)).size >= 62
