"""What is redacted is in no table, and what is left still folds to the stored state, whatever is written afterwards."""

from __future__ import annotations

import os
import subprocess

import psycopg
import pytest

from dancu.kit import roles
from dancu.kit.server.programs import programs
from dancu.register.event import Changes
from dancu.register.feed import changes as feed
from dancu.register.feed.sequencer import drain, leading
from dancu.register.read import queries
from dancu.register.store.replay import check
from tests.register.tiny import Change, Open, Redact, Rename, Reverse, Undo, do

MARKED = "Kín Đáo Tuyệt Mật"


def everything(database) -> str:
    """All that the database holds, as pg_dump writes it."""
    address = database.address
    command = [str(programs(database.settings).bin / "pg_dump"), "-h", address["host"], "-U", "postgres", "-d", database.name]
    return subprocess.run(command, capture_output=True, check=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


@pytest.fixture
def marked(book):
    """A person who had a name that is to be forgotten, between two others; (ref, number of the event)."""
    ref = f"#{do(book, Open('Tên Đầu', old_id='123456789'), reason='lần đầu').actions[0].person}"
    done = do(book, Change(ref, Changes(name=MARKED, phone="0909")), effective="2010-01-01", reason=f"đổi thành {MARKED}")
    do(book, Change(ref, Changes(name="Tên Cuối")), effective="2012-01-01")
    return ref, done.actions[0].id


def test_a_marked_name_is_in_no_table(database, book, marked):
    ref, event = marked
    with leading(database) as sequencer:
        drain(sequencer)
        assert MARKED in everything(database) and "KIN DAO TUYET MAT" in everything(database)
        done = do(book, Redact(ref, (event,), ("name",)))
        drain(sequencer)
    assert [action.kind for action in done.actions] == ["redacted"]
    left = everything(database)
    assert MARKED not in left and "KIN DAO" not in left and "Tên Cuối" in left
    person = queries.person_now(book, ref).person
    assert (person.name, person.phone, person.version) == ("Tên Cuối", "0909", 4)
    assert queries.as_of(book, person.id, at="2011-01-01").name == "Tên Đầu"
    assert queries.wrong_digests(book, person.id) == [] and list(check(book)) == []
    told = feed.changes(book, 0)
    assert [(c.kind, c.changes is None) for c in told][1::2] == [("data_corrected", True), ("redacted", False)]


def test_the_snapshot_folds_on_after_back_dated_events_and_reversals(book, marked):
    ref, event = marked
    do(book, Redact(ref, (event,), ("name",)))
    do(book, Change(ref, Changes(email="cũ@x.vn")), effective="2005-01-01")
    do(book, Change(ref, Changes(phone="0911", email="mới@x.vn")), effective="2011-01-01")
    last = do(book, Rename(ref, "Tên Mới"))
    assert queries.person_now(book, ref).person.phone == "0911"
    assert list(check(book)) == []
    do(book, Reverse(ref, last.actions[0].id))
    assert queries.person_now(book, ref).person.name == "Tên Cuối"
    person = queries.person_now(book, ref).person
    assert queries.as_of(book, person.id, at="2008-01-01").email == "cũ@x.vn"
    assert list(check(book)) == []


def test_a_second_redaction_reaches_into_the_first_ones_snapshot(database, book, marked):
    ref, event = marked
    do(book, Redact(ref, (event,), ("phone",)))
    assert MARKED in everything(database)
    do(book, Redact(ref, (event,), ("name",)))
    assert MARKED not in everything(database)
    person = queries.person_now(book, ref).person
    assert (person.name, person.phone) == ("Tên Cuối", "")
    assert list(check(book)) == [] and queries.wrong_digests(book, person.id) == []


def test_the_present_name_can_go_with_its_search_key_unless_another_bears_it(database, book):
    refs = [f"#{do(book, Open(MARKED, birth_date=f'200{n}-01-01', old_id=f'12345678{n}')).actions[0].person}" for n in (1, 2)]
    for n, ref in enumerate(refs):
        do(book, Redact(ref, (queries.events_of(book, int(ref[1:]))[0].id,), ("name", "old_id")))
        assert ("KIN DAO TUYET MAT" in everything(database)) == (n == 0)
        assert (f"12345678{n + 1}" in everything(database)) is False
    person = queries.person_now(book, refs[0]).person
    assert person.name == "" and person.pin and person.birth_date == "2001-01-01"
    assert list(check(book)) == []


def test_only_the_function_takes_content_away_and_only_dancu_register_calls_it(database, marked):
    _, event = marked
    for role in (roles.WEB, roles.LOADER, roles.SEQUENCER, roles.READER, roles.BACKUP):
        with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT register_redact(%s, '{}', '{}')", [[event]])


def test_the_order_of_a_redacted_event_is_believed_when_sent_again(book):
    done = do(book, Open(MARKED), id="again")
    do(book, Redact(f"#{done.actions[0].person}", (done.actions[0].id,), ("name",)))
    assert do(book, Open(MARKED), id="again").again


def test_what_a_snapshot_holds_can_still_be_reversed_and_come_back(book, marked):
    ref, event = marked
    do(book, Redact(ref, (event,), ("name",)))
    undone = do(book, Undo(ref, event))
    assert queries.person_now(book, ref).person.phone == ""
    do(book, Undo(ref, undone.actions[0].id))
    assert queries.person_now(book, ref).person.phone == "0909"
    assert list(check(book)) == []


def test_a_reversal_goes_on_reversing_when_it_is_redacted_itself(database, book, marked):
    ref, event = marked
    undone = do(book, Undo(ref, event))
    do(book, Redact(ref, (event, undone.actions[0].id), ("name", "email")))
    person = queries.person_now(book, ref).person
    assert (person.name, person.phone) == ("Tên Cuối", "")
    do(book, Change(ref, Changes(email="x@y.vn")), effective="2009-01-01")
    assert queries.person_now(book, ref).person.phone == "" and MARKED not in everything(database)
    assert list(check(book)) == []
