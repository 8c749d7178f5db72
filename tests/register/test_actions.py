"""Commands end to end on PostgreSQL: what is written, what is refused, and what the second of two is told."""

from __future__ import annotations

import pytest

from dancu.core.refusal import Refusal
from dancu.register.actions import Done, Refused
from dancu.register.command import BookEntry
from dancu.register.event import Changes
from dancu.register.person import Card, Place
from dancu.register.read import queries
from dancu.register.store.replay import check
from tests.register.tiny import (
    Change,
    GiveCard,
    Kill,
    Marry,
    Merge,
    Open,
    Rename,
    Renumber,
    Reverse,
    Scatter,
    Split,
    do,
)  # fmt: skip


def opened(book, name="Trần Thị Mẫu", **more) -> str:
    """A new person; how to refer to them."""
    return f"#{do(book, Open(name, **more)).actions[0].person}"


def now(book, ref):
    return queries.person_now(book, ref).person


def count(book, table):
    return book.execute(f"SELECT count(*) FROM register_{table}").fetchone()[0]


def test_a_birth_gives_a_number_and_is_found_by_it(book):
    done = do(book, Open("Nguyễn Văn Kiểm", "2010-05-06", "male"))
    assert isinstance(done, Done) and done.number.startswith("001210") and len(done.number) == 12
    person = now(book, done.number)
    assert (person.name, person.version, person.status, person.pin) == ("Nguyễn Văn Kiểm", 1, "active", done.number)
    row = book.execute("SELECT fold, sex, birth_date FROM register_person WHERE id = %s", [person.id]).fetchone()
    assert row == ("NGUYEN VAN KIEM", 1, "2010-05-06")
    assert queries.wrong_digests(book, person.id) == []
    assert queries.events_of(book, person.id)[0].effective == "2010-05-06"
    assert count(book, "outbox") == count(book, "order") == 1
    assert list(check(book)) == []


def test_without_a_place_the_number_waits_and_comes_later(book):
    done = do(book, Open("Lê Chờ", registered_at=Place(country="LA")))
    assert done.number == "" and now(book, f"#{done.actions[0].person}").status == "awaiting_number"


def test_the_same_order_twice_happens_once(book):
    told = []
    first = do(book, Open("Phạm Một"), id="same", witnessed=told.append)
    second = do(book, Open("Phạm Một"), id="same", witnessed=told.append)
    assert second.again and not first.again and told == [first, second]
    assert (second.actions, second.number) == (first.actions, first.number)
    other = do(book, Open("Phạm Hai"), id="same")
    assert other == Refused(code="order_id_used", field="id")
    assert count(book, "person") == count(book, "action") == count(book, "order") == 1


def test_a_former_number_still_finds_and_says_so(book):
    first = do(book, Open("Đỗ Đổi Số")).number
    changed = do(book, Renumber(first))
    assert changed.number != first and not changed.former
    done = do(book, Rename(first, "Đỗ Đổi Tên"))
    assert done.former == ("person",)
    assert queries.person_now(book, first).former and not queries.person_now(book, changed.number).former
    assert book.execute("SELECT until FROM register_number WHERE pin = %s", [first]).fetchone()[0] == "2026-03-02"


def test_the_second_of_two_is_told_which_fields_changed(book):
    ref = opened(book)
    do(book, Change(ref, Changes(phone="0900000001", email="a@b.vn")))
    refused = do(book, Rename(ref, "Khác"), seen={"person": 1})
    assert refused == Refused(code="changed_meanwhile", field="person", changed=("phone", "email"))
    assert isinstance(do(book, Rename(ref, "Khác"), seen={"person": 2}), Done)


def test_nobody_on_record_is_the_rules_to_refuse(book):
    assert do(book, Change("#99", Changes(phone="1"))) == Refused(code="not_on_record", field="person")
    assert do(book, Change("001200000001", Changes(phone="1"))).code == "not_on_record"


def test_a_back_dated_event_takes_its_place(book):
    ref = opened(book)
    do(book, Change(ref, Changes(phone="mới")), effective="2020-01-01")
    do(book, Change(ref, Changes(phone="cũ", email="giữ@x.vn")), effective="2015-01-01")
    person = now(book, ref)
    assert (person.phone, person.email, person.version) == ("mới", "giữ@x.vn", 3)
    assert queries.as_of(book, person.id, at="2016-01-01").phone == "cũ"
    moment = queries.events_of(book, person.id)[1].recorded_at
    assert queries.as_of(book, person.id, known=_instant(moment)).email == ""
    assert list(check(book)) == []


def _instant(text):
    from datetime import datetime

    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_marriage_and_death_touch_two_people(book):
    one, other = opened(book, "Vợ"), opened(book, "Chồng", sex="male")
    assert len(do(book, Marry(one, other), effective="2020-01-01").actions) == 2
    assert do(book, Marry(one, other)).code == "cannot_marry"
    done = do(book, Kill(one, "2025-06"))
    assert [a.kind for a in done.actions] == ["death", "widowed"]
    assert queries.events_of(book, int(one[1:]))[-1].effective == "2025-06-01"
    assert now(book, other).marital == "widowed"
    assert list(check(book)) == []


def test_people_whom_no_field_names_are_locked_and_written_too(book):
    home = [opened(book, f"Người {n}", birth_date=f"200{n}-01-01", household=77) for n in range(4)]
    assert len(do(book, Scatter(home[2], "0912")).actions) == 4
    assert {now(book, ref).phone for ref in home} == {"0912"}


def test_an_entry_is_used_once(book):
    entry = BookEntry("12", "01/2026", place="00070")
    assert isinstance(do(book, Open("Một Mục"), entry=entry), Done)
    assert do(book, Open("Hai Mục"), entry=entry).code == "entry_used"


def test_a_namesake_with_the_same_mother_is_shown(book):
    mother, other = opened(book, "Mẹ", birth_date="1980-01-01"), opened(book, "Khác", birth_date="1980-01-01")
    assert isinstance(do(book, Open("Lý Con", mother=mother)), Done)
    assert do(book, Open("LÍ CON".replace("Í", "Ý"), mother=mother)).code == "namesake"
    assert isinstance(do(book, Open("Lý Con", mother=other)), Done)


def test_a_card_number_is_given_once(book):
    one, other = opened(book, "A"), opened(book, "B")
    assert isinstance(do(book, GiveCard(one, "S1")), Done)
    assert do(book, GiveCard(other, "S1")).code == "serial_used"
    with pytest.raises(Refusal) as caught:
        # A rule that does not look is stopped by the table, or let pass where the card was there before.
        do(book, Change(other, Changes(pin=now(book, one).pin)))
    assert caught.value.code in ("number_taken", "already_there")


def test_merge_then_split_restores_both(book):
    kept, other = opened(book, "Giữ"), opened(book, "Gộp")
    do(book, GiveCard(other, "S2"))
    before = now(book, kept), now(book, other)
    assert isinstance(do(book, Merge(kept, other)), Done)
    merged = now(book, other)
    assert merged.status == "merged" and now(book, kept).cards == {"S2": Card("issued", issued="2026-03-02")}
    done = do(book, Split(other, kept))
    assert isinstance(done, Done), done
    after = now(book, kept), now(book, other)
    assert [_unversioned(p) for p in after] == [_unversioned(p) for p in before]
    assert list(check(book)) == []
    # Again, because the last merge is meant.
    assert isinstance(do(book, Merge(kept, other)), Done) and isinstance(do(book, Split(other, kept)), Done)


def _unversioned(person):
    from msgspec import structs

    return structs.replace(person, version=0)


def test_a_reversal_takes_back_all_that_the_order_did(book):
    one, other = opened(book, "A"), opened(book, "B", sex="male")
    married = do(book, Marry(one, other))
    done = do(book, Reverse(one, married.actions[0].id))
    assert len(done.actions) == 2 and now(book, other).marital == ""
    assert list(check(book)) == []


def test_errors_of_the_database_carry_no_value(book):
    ref = opened(book)
    with pytest.raises(Refusal) as caught:
        do(book, Change(ref, Changes(name="Bí\0Mật")))
    assert "Bí" not in str(caught.value) and "Mật" not in caught.value.vi


def test_history_shows_who_and_why(book):
    ref = opened(book)
    do(book, Rename(ref, "Tên Sau"), reason="nhầm")
    first, second = reversed(queries.history(book, int(ref[1:])))
    assert (second.command, second.fields, second.reason, second.office) == ("rename", ("name", "former_names"), "nhầm", "residence")
    assert first.version == 1 and queries.history(book, int(ref[1:]), before=2) == [first]
