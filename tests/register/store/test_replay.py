"""The stored state is what the events fold to, after any sequence of commands; what differs is found and mended."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.register.event import Changes
from dancu.register.fold import fold
from dancu.register.person import Card, Former
from dancu.register.read import queries
from dancu.register.read.stats import stats
from dancu.register.store.replay import Progress, check, mend
from tests.register.tiny import (
    Change,
    GiveCard,
    Kill,
    Marry,
    Merge,
    Open,
    Redact,
    Rename,
    Renumber,
    Reverse,
    Split,
    Undo,
    do,
)  # fmt: skip

PEOPLE = 3
EXAMPLES = itertools.count()
WHO = st.integers(0, PEOPLE - 1)
DAY = st.dates().map(lambda day: f"{1950 + day.toordinal() % 75}{day.isoformat()[4:]}")
NAME = st.text("ABĐêữ ", min_size=1, max_size=6)
CHANGES = st.builds(
    Changes,
    name=NAME,
    phone=st.text("0123456789", max_size=4),
    old_id=st.sampled_from(["", "123456789", "987654321"]),
    former_names=st.dictionaries(st.sampled_from("abc"), st.none() | st.builds(Former, NAME), max_size=2),
    cards=st.dictionaries(st.sampled_from("xyz"), st.none() | st.just(Card("delivered")), max_size=2),
)
STEP = st.one_of(
    st.tuples(st.just("change"), WHO, CHANGES, DAY | st.just("")),
    st.tuples(st.just("rename"), WHO, NAME, DAY | st.just("")),
    st.tuples(st.just("marry"), WHO, WHO, DAY),
    st.tuples(st.just("kill"), WHO, DAY, st.just("")),
    st.tuples(st.just("renumber"), WHO, st.just(0), st.just("")),
    st.tuples(st.just("merge"), WHO, WHO, st.just("")),
    st.tuples(st.just("split"), WHO, WHO, st.just("")),
    st.tuples(st.just("reverse"), WHO, st.integers(0, 20), st.just("")),
    st.tuples(st.just("undo"), WHO, st.integers(0, 20), st.just("")),
    st.tuples(st.just("redact"), WHO, st.integers(0, 20), st.sampled_from(["name", "phone", "spouse"])),
)


def step(book, refs, what, who, value, more):
    """One random command; many are refused, which is as good."""
    ref = refs[who]
    events = queries.events_of(book, int(ref[1:]))
    event = events[value % len(events)].id if isinstance(value, int) else 0
    body, effective = {
        "change": lambda: (Change(ref, value), more),
        "rename": lambda: (Rename(ref, value), more),
        "marry": lambda: (Marry(ref, refs[value]), more),
        "kill": lambda: (Kill(ref, value), ""),
        "renumber": lambda: (Renumber(ref), ""),
        "merge": lambda: (Merge(ref, refs[value]), ""),
        "split": lambda: (Split(ref, refs[value]), ""),
        "reverse": lambda: (Reverse(ref, event), ""),
        "undo": lambda: (Undo(ref, event), ""),
        "redact": lambda: (Redact(ref, (event,), (more,)), ""),
    }[what]()
    try:
        return do(book, body, effective=effective)
    except Refusal as refusal:
        # A card of somebody else's, which these rules do not look for.
        assert refusal.code == "already_there"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=14))
def test_random_commands_replay_to_the_stored_state(book, steps):
    example = next(EXAMPLES)
    refs = [f"#{do(book, Open(f'Gốc {example} {n}')).actions[0].person}" for n in range(PEOPLE)]
    first = int(refs[0][1:])
    for one in steps:
        step(book, refs, *one)
    wrong = list(check(book, after=first - 1))
    assert wrong == []
    for ref in refs:
        person = int(ref[1:])
        events = queries.events_of(book, person)
        assert [event.version for event in events] == list(range(1, len(events) + 1))
        assert [event.id for event in events] == sorted(event.id for event in events)
        assert [event.recorded_at for event in events] == sorted(event.recorded_at for event in events)
        assert queries.wrong_digests(book, person) == []
        state = queries.person_now(book, ref).person
        assert state == fold(person, events) and (not state.pin or queries.person_now(book, state.pin).person == state)


def test_what_differs_is_found_and_mended(database, book):
    ids = [do(book, Open(f"Người {n}")).actions[0].person for n in range(7)]
    with database.connect(roles.OWNER) as owner:
        owner.execute("UPDATE register_person SET state = jsonb_set(state, '{name}', '\"Sai\"') WHERE id = %s", [ids[1]])
        owner.execute("UPDATE register_person SET fold = 'SAI' WHERE id = %s", [ids[2]])
        owner.execute("DELETE FROM register_person WHERE id = %s", [ids[6]])
        owner.execute("UPDATE register_person SET id = 999 WHERE id = %s", [ids[4]])
    told: list[Progress] = []
    wrong = [ids[1], ids[2], ids[4], ids[6], 999]
    assert list(check(book, chunk=2, tell=told.append)) == wrong
    assert told[-1].upto == 999 and told[-1].events == 7
    with database.connect(roles.OWNER) as owner:
        owner.execute("DELETE FROM register_person WHERE id = 999")
    assert mend(book, wrong) == 4
    assert list(check(book, chunk=3)) == []


@pytest.mark.parametrize("damage", ["changes = replace(changes, 'Thật', 'Giả')", "salt = '\\x00'", "changes = '', salt = ''"])
def test_a_payload_that_was_tampered_with_shows(database, book, damage):
    done = do(book, Open("Tên Thật"))
    with database.connect(roles.OWNER) as owner:
        owner.execute(f"UPDATE register_action_payload SET {damage}")
    assert queries.wrong_digests(book, done.actions[0].person) == [done.actions[0].id]


def test_figures(book):
    for n in range(3):
        do(book, Open(f"Người {n}"))
    do(book, GiveCard("#1", "S1"))
    book.execute("SELECT 1")
    told = stats(book, SystemClock())
    assert (told.people, told.by_status, told.actions) == (3, {"active": 3}, 4)
    assert (told.position, told.waiting) == (0, 4) and told.lag_s > 0
    assert {size.table for size in told.tables} >= {"register_person", "register_action_payload", "register_feed"}
    assert all(size.bytes_a_person >= 0 for size in told.tables)
