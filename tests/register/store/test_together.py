"""Many at once: the same order from eight threads, edits of one person, one entry of a book, one card, locks in any order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from dancu.kit import roles
from dancu.register.actions import Done, Refused
from dancu.register.command import BookEntry
from dancu.register.event import Changes
from dancu.register.read import queries
from dancu.register.store.replay import check
from tests.register.tiny import Change, GiveCard, Kill, Marry, Open, Scatter, do


def at_once(database, count, act):
    """What `act(connection, n)` gives in `count` threads that begin together, each with its own connection."""
    begin = threading.Barrier(count)

    def work(n: int):
        with database.connect(roles.REGISTER) as connection:
            begin.wait()
            return act(connection, n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def test_the_same_order_from_8_threads_happens_once(database, book):
    for turn in range(5):
        done = at_once(database, 8, lambda c, n, turn=turn: do(c, Open(f"Một Lần {turn}"), id=f"order-{turn}"))
        assert sum(not one.again for one in done) == 1
        assert len({(one.actions, one.number) for one in done}) == 1
    assert book.execute("SELECT count(*) FROM register_person").fetchone() == (5,)


def test_a_child_whose_birth_8_send_at_once_is_registered_once(database, book):
    done = at_once(database, 8, lambda c, n: do(c, Open("Trẻ Sinh Một Lần", "2026-01-02")))
    assert sum(isinstance(one, Done) for one in done) == 1
    assert {one.code for one in done if isinstance(one, Refused)} == {"namesake"}


def test_of_8_edits_of_what_was_seen_one_goes_through_and_7_are_told(database, book):
    ref = f"#{do(book, Open('Được Sửa')).actions[0].person}"
    done = at_once(database, 8, lambda c, n: do(c, Change(ref, Changes(phone=str(n), email=f"{n}@x.vn")), seen={"person": 1}))
    refused = [one for one in done if isinstance(one, Refused)]
    assert len(refused) == 7 and {(one.code, one.changed) for one in refused} == {("changed_meanwhile", ("phone", "email"))}


def test_edits_that_do_not_mind_each_other_all_go_through(database, book):
    ref = f"#{do(book, Open('Được Sửa')).actions[0].person}"
    at_once(database, 16, lambda c, n: [do(c, Change(ref, Changes(others={f"k{n}.{m}": "v"}))) for m in range(3)])
    person = queries.person_now(book, ref).person
    assert person.version == 49 and len(person.others) == 48
    assert list(check(book)) == []


def test_an_entry_of_the_civil_book_serves_one_of_8(database, book):
    entry = BookEntry("7", "01/2026", place="00070")
    done = at_once(database, 8, lambda c, n: do(c, Open(f"Mục {n}"), entry=entry))
    assert sum(isinstance(one, Done) for one in done) == 1
    assert {one.code for one in done if isinstance(one, Refused)} == {"entry_used"}


def test_a_card_number_is_given_to_one_of_8(database, book):
    refs = [f"#{do(book, Open(f'Người {n}')).actions[0].person}" for n in range(8)]
    done = at_once(database, 8, lambda c, n: do(c, GiveCard(refs[n], "S-1")))
    assert sum(isinstance(one, Done) for one in done) == 1
    assert {one.code for one in done if isinstance(one, Refused)} == {"serial_used"}


def test_locks_in_any_order_end_well(database, book):
    refs = [f"#{do(book, Open(f'Người {n}', household=5)).actions[0].person}" for n in range(6)]

    def act(connection, n):
        one, other = refs[n % 6], refs[(n + 1 + n // 6) % 6]
        return [
            do(connection, Marry(*((one, other) if n % 2 else (other, one)))),
            do(connection, Scatter(one, str(n))),
            do(connection, Kill(other, "2026-01-01")),
        ]

    done = [one for some in at_once(database, 16, act) for one in some]
    assert {one.code for one in done if isinstance(one, Refused)} <= {"cannot_marry", "already_dead", "nothing_to_do"}
    assert list(check(book)) == []
    living = [queries.person_now(book, ref).person for ref in refs]
    for person in living:
        spouse = next((p for p in living if p.id == person.spouse.person), None)
        assert person.marital != "married" or (spouse is not None and spouse.spouse.person == person.id) or person.died
