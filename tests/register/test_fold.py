"""The fold: order, time, reversal, snapshots; and that what is redacted leaves everything else as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, structs

from dancu.register.event import Changes, Event
from dancu.register.fold import apply, condensed, fold, reversed_events
from dancu.register.person import Former, Kin, Person

ALL = ("name", "phone", "status", "wards")
NAMES = st.sampled_from(["An", "Bình", "Cường", ""])
CHANGES = st.one_of(
    st.builds(lambda name: Changes(name=name), NAMES),
    st.builds(lambda phone, status: Changes(phone=phone, status=status), NAMES, st.sampled_from(["active", "missing"])),
    st.builds(
        lambda key, name: Changes(wards={key: Kin(name=name) if name else None}), st.sampled_from("abc"), NAMES
    ),
    st.just(Changes()),
)
DAYS = st.integers(1, 28).map(lambda day: f"2026-01-{day:02}")


def event(number: int, effective: str, changes, *, reverses: tuple[int, ...] = (), snapshot=()) -> Event:
    """The event of that position, whose id is a hundred more."""
    return Event(
        id=100 + number, position=number, person=7, version=number, kind="loaded", effective=effective,
        recorded_at=f"2026-02-01T00:00:{number:02}Z", changes=changes, reverses=reverses, snapshot=snapshot,
    )  # fmt: skip


@st.composite
def histories(draw, most: int = 12, start: int = 1):
    """Events of one person in the order written; some reverse one that was written before."""
    events = []
    for number in range(start, start + draw(st.integers(1, most))):
        reverses = (100 + draw(st.integers(1, number - 1)),) if number > 1 and draw(st.integers(0, 3)) == 0 else ()
        events.append(event(number, draw(DAYS), draw(CHANGES), reverses=reverses))
    return events


def test_back_dated_event_takes_its_place():
    first, late = event(1, "2026-01-01", Changes(name="A")), event(2, "2026-01-20", Changes(name="B"))
    back = event(3, "2026-01-10", Changes(name="C"))
    assert fold(7, [first, late, back]).name == "B"
    assert fold(7, [first, late, back], at="2026-01-15").name == "C"
    assert fold(7, [first, late, back], at="2026-01-15", known=late.recorded_at).name == "A"


def test_nobody_before_the_first_day():
    assert fold(7, []) is None
    assert fold(7, [event(1, "2026-01-05", Changes(name="A"))], at="2026-01-04") is None


def test_reversal_of_a_reversal():
    events = [event(1, "2026-01-01", Changes(name="A")), event(2, "2026-01-02", Changes(name="B"))]
    undo = event(3, "2026-01-03", Changes(), reverses=(102,))
    redo = event(4, "2026-01-04", Changes(), reverses=(103,))
    assert fold(7, [*events, undo]).name == "A"
    assert fold(7, [*events, undo, redo]).name == "B"
    assert reversed_events([*events, undo, redo]) == {103}


def test_apply_takes_keys_of_maps_away():
    had = Person(7, former_names={"1": Former("A"), "2": Former("B")})
    assert apply(had, Changes(former_names={"1": None, "3": Former("C")})).former_names == {"2": Former("B"), "3": Former("C")}
    assert apply(had, None) == structs.replace(had, version=1)


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_reading_does_not_matter(events, shuffle):
    mixed = list(events)
    shuffle.shuffle(mixed)
    assert fold(7, mixed) == fold(7, events)


@given(histories())
def test_replay_equals_incremental_where_nothing_is_back_dated(events):
    ordered = [structs.replace(one, effective=f"2026-01-{place:02}", reverses=()) for place, one in enumerate(events, 1)]
    state = Person(7)
    for one in ordered:
        state = apply(state, one.changes)
    assert state == fold(7, ordered)


@given(histories(), DAYS, st.integers(0, 12))
def test_what_was_known_is_what_was_written_by_then(events, at, count):
    known = f"2026-02-01T00:00:{count:02}Z"
    assert fold(7, events, at=at, known=known) == fold(7, events[:count], at=at)


def without_payload(events, cut, fields):
    """The same history where some events say nothing in some fields: what a snapshot must fold to."""

    def cut_down(said):
        return Changes(**{field: getattr(said, field) for field in ALL if field not in fields and getattr(said, field) is not UNSET})

    return [structs.replace(one, changes=cut_down(one.changes)) if one.id in cut else one for one in events]


@given(histories(), histories(6, start=14), st.sets(st.integers(101, 112)), st.sampled_from([("name",), ALL]), DAYS)
def test_snapshot_folds_like_the_history_without_what_was_redacted(events, later, cut, fields, at):
    snapshot = condensed(events, without=frozenset(cut), fields=frozenset(fields))
    redacted = event(13, "2026-01-28", Changes(), snapshot=snapshot)
    left = [structs.replace(one, changes=None) if one.id in cut else one for one in events]
    plain = without_payload(events, cut, fields)
    for more in ([], later):
        assert fold(7, [*left, redacted, *more]) == fold(7, [*plain, structs.replace(redacted, snapshot=()), *more])
        early = fold(7, [*left, redacted, *more], at=at)
        other = fold(7, [*plain, structs.replace(redacted, snapshot=()), *more], at=at)
        assert (early and early.name, early and early.wards) == (other and other.name, other and other.wards)


@given(histories(8), histories(4, start=10), st.sets(st.integers(101, 108)), st.sets(st.integers(101, 113)))
def test_second_redaction_takes_out_of_the_first_snapshot_too(events, later, once, twice):
    first = event(9, "2026-01-28", Changes(), snapshot=condensed(events, without=frozenset(once)))
    history = [*events, first, *later]
    second = event(14, "2026-01-28", Changes(), snapshot=condensed(history, without=frozenset(twice)))
    plain = without_payload([*events, structs.replace(first, snapshot=()), *later], once | twice, ALL)
    assert fold(7, [*history, second]) == fold(7, [*plain, structs.replace(second, snapshot=())])
    told = {position for _, position, changes in second.snapshot if changes != Changes()}
    assert not told & {number - 100 for number in once | twice}


def test_marked_name_is_in_no_snapshot():
    events = [event(1, "2026-01-01", Changes(name="Tên Mật", phone="1")), event(2, "2026-01-02", Changes(name="Mới"))]
    snapshot = condensed(events, without=frozenset({101}), fields=frozenset({"name"}))
    assert "Tên Mật" not in repr(snapshot)
    state = fold(7, [*(structs.replace(one, changes=None) for one in events), event(3, "2026-01-03", Changes(), snapshot=snapshot)])
    assert (state.name, state.phone) == ("Mới", "1")
