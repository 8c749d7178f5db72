"""The feed under many writers: no hole, no person's versions out of order, nothing lost, and drift that is found."""

from __future__ import annotations

import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.register.enrich import Enrich, Paper, enrich
from dancu.register.event import Changes
from dancu.register.feed import buckets
from dancu.register.feed import changes as feed
from dancu.register.feed.sequencer import drain, leading, run, sequence, trim
from tests.register.tiny import CLOCK, Change, Marry, Open, Rename, Renumber, do, order

# Every commit takes its own time after the ids were drawn; some fail at the very end.
SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_sleep(random() * 0.02);
  IF random() < 0.05 THEN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON register_outbox DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION slow();
"""


def in_order(told: list[feed.Change]) -> bool:
    """Whether positions are dense from 1 and each person's versions dense and rising."""
    versions: dict[int, int] = {}
    for place, one in enumerate(told, 1):
        if one.position != place or one.version != versions.get(one.person, 0) + 1:
            return False
        versions[one.person] = one.version
    return True


def test_16_writers_with_slow_commits_make_no_hole_and_keep_every_persons_order(database, book):
    refs = [f"#{do(book, Open(f'Người {n}', birth_date=f'20{n:02}-01-01')).actions[0].person}" for n in range(4)]
    with database.connect(roles.OWNER) as owner:
        owner.execute(SLOW)
    stop = threading.Event()

    def write(seed: int) -> int:
        chance, done = random.Random(seed), 0
        with database.connect(roles.REGISTER) as connection:
            for _ in range(12):
                one, other = chance.sample(refs, 2)
                # The same two people, named in either order: their locks are taken in one.
                body = chance.choice(
                    [Marry(one, other), Rename(one, "Tên"), Change(other, Changes(phone="1")), Open(f"Mới {chance.random()}")]
                )
                try:
                    done += len(getattr(do(connection, body), "actions", ()))
                except Refusal as refusal:
                    assert refusal.code == "contended"
        return done

    def number(_: int) -> None:
        chance = random.Random(1)
        with leading(database) as connection:
            while not stop.is_set():
                sequence(connection, limit=chance.randrange(1, 8))

    with ThreadPoolExecutor(17) as pool:
        sequencer = pool.submit(number, 0)
        written = sum(pool.map(write, range(16)))
        stop.set()
        sequencer.result()
    with leading(database) as connection:
        drain(connection)
    told = feed.changes(book, 0)
    assert len(told) == written + 4 and in_order(told)
    assert book.execute("SELECT count(*) FROM register_outbox").fetchone() == (0,)


def test_one_sequencer_at_a_time_and_the_next_takes_over(database, book):
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        with leading(database) as first, leading(database) as second:
            assert first is not None and second is None
            runs = [pool.submit(run, database, stop) for _ in range(2)]
            do(book, Open("Chờ"))
            time.sleep(0.3)
            assert feed.ends(book) == (1, 0)
        begun = time.monotonic()
        while feed.ends(book) != (1, 1) and time.monotonic() - begun < 10:
            time.sleep(0.02)
        stop.set()
        for one in runs:
            one.result()
    assert feed.ends(book) == (1, 1)


def test_events_are_typed_and_can_be_chosen(database, book):
    refs = [f"#{do(book, Open(name, birth_date=day)).actions[0].person}" for name, day in (("A", "2001"), ("B", "2002"))]
    do(book, Rename(refs[0], "A Mới"))
    do(book, Renumber(refs[1]))
    with leading(database) as connection:
        drain(connection)
    told = feed.changes(book, 0)
    assert [c.kind for c in told] == ["birth", "birth", "name_changed", "number_replaced"]
    assert told[2].fields == ("name", "former_names") and told[2].changes.name == "A Mới"
    mine = feed.changes(book, 0, people=[told[0].person])
    assert [(c.kind, c.position) for c in mine] == [("birth", 1), ("name_changed", 3), ("heartbeat", 4)]
    assert [c.position for c in feed.changes(book, 0, kinds=["number_replaced"])] == [4]
    assert feed.changes(book, 0, limit=2) == told[:2] and feed.changes(book, 2, limit=2) == told[2:]
    assert feed.changes(book, 4) == []
    assert buckets.of_changes(told) != buckets.of_changes(told[:3])


def test_papers_of_other_sectors_come_on_the_same_feed(database, book):
    ref = f"#{do(book, Open('Có Thẻ')).actions[0].person}"
    value = {"number": "GD4790000000001", "hospital": "01001"}
    paper = Paper(person=ref, as_of="2026-01-01", confidence=95, value=value)
    body = Enrich(kind="health_insurance", agency="BHXH", papers=(paper,))
    sent = order(body, id="bh-1")
    done = enrich(book, sent, clock=CLOCK)
    assert not done.again and enrich(book, sent, clock=CLOCK).again
    with leading(database) as connection:
        drain(connection)
    told = feed.changes(book, 0)[1]
    assert (told.kind, told.version, told.paper.kind, told.paper.confidence) == ("enriched", 0, "health_insurance", 95)
    late = Paper(person=ref, as_of="2036-01-01", confidence=95, value=value)
    lost = Paper(person="001200000009", as_of="2026-01-01", confidence=95, value=value)
    for papers, code in (((paper, late), "day_in_future"), ((paper, lost), "not_on_record"), ((), "nothing_to_do")):
        again = order(Enrich(kind="sim", agency="VNPT", papers=papers))
        assert enrich(book, again, clock=CLOCK).code == code
    assert book.execute("SELECT count(*) FROM register_enrichment").fetchone() == (1,)


def test_buckets_prove_and_outlive_what_is_trimmed(database, book):
    do(book, Open("Người Đầu"))
    action = book.execute("SELECT id FROM register_action").fetchone()[0]
    book.execute("INSERT INTO register_outbox (action) SELECT %s FROM generate_series(1, 30500)", [action])
    with leading(database) as connection:
        drain(connection)
        kept = buckets.kept(book)
        assert list(kept) == [0, 1, 2] and feed.ends(book) == (1, 30_501)
        assert buckets.of_changes(feed.changes(book, 10_000)) == kept[1]
        assert trim(connection, keep=5_000) == 20_000
        assert trim(connection, keep=5_000) == 0
    assert feed.ends(book) == (20_001, 30_501) and list(buckets.kept(book)) == [0, 1, 2]
    with pytest.raises(Refusal) as caught:
        feed.changes(book, 19_999)
    assert caught.value.code == "feed_trimmed" and feed.changes(book, 20_000, limit=1)[0].position == 20_001


def test_following_tells_what_comes_and_beats_when_nothing_does(database, book):
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        sequencer = pool.submit(run, database, stop)
        following = feed.follow(book, heartbeat_s=0.2)
        with database.connect(roles.REGISTER) as other:
            do(other, Open("Mới Tới"))
        begun = time.monotonic()
        assert next(one for one in following if one.kind != "heartbeat").kind == "birth"
        assert time.monotonic() - begun < 2.0
        assert list(itertools.islice(following, 2))[1] == feed.Change(position=1, kind="heartbeat")
        stop.set()
        sequencer.result()
