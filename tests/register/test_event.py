"""Events on paper: what is written is read again, equal changes give equal bytes, older forms are brought up to date."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.register import event as events
from dancu.register.event import FIELDS, MAPS, SCHEMA, Changes, read, written
from dancu.register.person import Former, Kin, Person, Place, Residence

PLACES = st.builds(Place, code=st.sampled_from(["", "00004"]), detail=st.text(max_size=5))
SOME = {
    "name": st.text(max_size=20),
    "status": st.sampled_from(["active", "deceased"]),
    "birth_place": PLACES,
    "mother": st.builds(Kin, person=st.integers(0, 9), name=st.text(max_size=5)),
    "permanent": st.builds(Residence, place=PLACES, since=st.sampled_from(["", "2026-01-01"])),
    "former_pins": st.dictionaries(st.text("12", max_size=3), st.one_of(st.none(), st.builds(Former, value=st.text(max_size=5)))),
    "sealed": st.dictionaries(st.sampled_from(["court", "adoption"]), st.sampled_from([True, None])),
    "household": st.integers(0, 2**40),
    "eid_locked": st.booleans(),
}
CHANGES = st.fixed_dictionaries({}, optional=SOME).map(lambda fields: Changes(**fields))


@given(CHANGES)
def test_round_trip(changes):
    assert read(written(changes)) == changes


@given(st.dictionaries(st.text("abc", max_size=2), st.just(Former("x")), max_size=5))
def test_equal_changes_are_equal_bytes(former):
    turned = dict(reversed(list(former.items())))
    assert written(Changes(former_pins=former)) == written(Changes(former_pins=turned))


def test_what_is_left_alone_is_not_written():
    assert written(Changes()) == b"{}"
    assert written(Changes(name="")) == b'{"name":""}'


def test_every_field_of_a_person_can_be_set_by_an_event():
    assert set(FIELDS) == set(Person.__struct_fields__) - {"id", "version"}
    assert {"cards", "temporary", "former_pins"} < MAPS <= set(FIELDS)


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"status":"asleep"}', b'{"cards":{"1":{"state":"eaten"}}}'])
def test_other_payloads_are_refused(payload):
    with pytest.raises(msgspec.DecodeError):
        read(payload)


def test_older_forms_are_brought_up_one_step_at_a_time(monkeypatch):
    monkeypatch.setitem(events.UPCASTERS, -1, lambda old: {"title": old["n"]})
    monkeypatch.setitem(events.UPCASTERS, 0, lambda old: {"name": old["title"]})
    assert SCHEMA == 1
    assert read(b'{"n":"An"}', -1) == Changes(name="An")
    assert read(b'{"title":"An"}', 0) == Changes(name="An")


def test_every_older_form_has_a_step():
    assert sorted(events.UPCASTERS) == list(range(1, SCHEMA))
