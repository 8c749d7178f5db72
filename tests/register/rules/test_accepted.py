"""Commands that are taken, family by family, and the state they leave when their events are folded."""

from __future__ import annotations

import pytest
from msgspec import structs

from dancu.register.event import written
from dancu.register.fold import fold
from dancu.register.person import Card, Kin, Place
from dancu.register.rules.card import expiry
from tests.register.rules.memory import Memory
from tests.register.rules.sample import BA_DINH, NGOC_HA, PEOPLE, TAN_SON, body, kin, person, pin

BORN = {"name": " Nguyễn  Thị Mới ", "birth_date": "2026-05-20", "sex": "female", "birth_place": BA_DINH, "registered_at": BA_DINH}


DEATH = ["death", "card_revoked", "household_changed", "locked", "widowed"]


@pytest.fixture
def book() -> Memory:
    """A register with the sample people."""
    return Memory(PEOPLE)


def done(book: Memory, name: str, /, **fields):
    """The kinds of the events of a command that must be taken."""
    more = {key: fields.pop(key) for key in ("number", "office", "source", "unit") if key in fields}
    if "on" in fields:
        more["effective"] = fields.pop("on")
    answer = book.do(body(name, **fields), **more)
    assert isinstance(answer, tuple), answer
    book.entries.clear()
    return [draft.kind for draft in answer]


def test_birth_with_number_and_without(book):
    free = pin("female", "2026", 77)
    assert done(book, "register_birth", **BORN, mother="#2", father="#1", number=free) == ["birth"]
    child = book.stored[1001]
    assert (child.status, child.pin, child.name, child.mother.person, child.marital) == ("active", free, "Nguyễn Thị Mới", 2, "single")
    assert fold(1001, book.of(1001), at="2026-05-19") is None
    assert b"permanent" not in written(book.of(1001)[0].changes)
    assert done(book, "register_birth", **{**BORN, "name": "Nguyễn Thị Hai"}, confirmed=True) == ["birth"]
    assert (book.stored[1002].status, book.stored[1002].pin) == ("awaiting_number", "")
    assert done(book, "allocate_number", person="#1002", number=pin("female", "2026", 78), office="residence") == ["number_allocated"]
    assert (book.stored[1002].status, book.stored[1002].pin) == ("active", pin("female", "2026", 78))


def test_unlikely_birth_is_taken_when_papers_were_seen(book):
    assert done(book, "register_birth", **BORN, mother="#5", confirmed=True) == ["birth"]


def test_sex_corrected_then_number_issued_anew(book):
    assert done(book, "correct_civil", person="#1", sex="female") == ["civil_corrected"]
    old, new = book.stored[1].pin, pin("female", "1990", 555)
    assert done(book, "reissue_number", person="#1", why="cải chính giới tính", number=new) == ["number_replaced"]
    state = book.stored[1]
    assert (state.pin, [former.value for former in state.former_pins.values()]) == (new, [old])
    assert done(book, "change_name", person=old, name="Nguyễn Thị An", why="x") == ["name_changed"]


def test_death_closes_household_cards_eid_and_marriage(book):
    book.do(body("request_card", person="#3", file="F1"))
    assert done(book, "register_death", person="#3", died="2026-05-30", registered_at=BA_DINH) == DEATH
    dead, widow = book.stored[3], book.stored[4]
    assert (dead.status, dead.household, dead.eid_locked, dead.cards["F1"].state) == ("deceased", 0, True, "revoked")
    assert (widow.marital, widow.spouse) == ("widowed", Kin())
    assert done(book, "declare_returned", person="#3") == ["returned", "returned"]
    assert (book.stored[3].status, book.stored[4].marital, book.stored[4].spouse.person) == ("active", "married", 3)


def test_dead_in_the_year_of_birth(book):
    done(book, "register_birth", **BORN, mother="#2")
    done(book, "register_death", person="#1001", died="2026", registered_at=BA_DINH)
    assert fold(1001, book.of(1001)).status == "deceased"
    assert fold(1001, book.of(1001), at="2026-05-19") is None


def test_day_within_a_partial_date(book):
    done(book, "register_death", person="#1", died="2026-04", registered_at=BA_DINH, on="2026-04-20")
    assert fold(1, book.of(1), at="2026-04-19").status == "active"
    late = body("register_death", person="#2", died="2026-04", registered_at=BA_DINH)
    assert book.do(late, effective="2026-05-01").code == "days_disagree"


def test_death_told_late_ends_what_began_after_it(book):
    done(book, "register_birth", **BORN, mother="#2")
    done(book, "allocate_number", person="#1001", number=pin("female", "2026", 78), office="residence")
    done(book, "register_death", person="#1001", died="2026-05-25", registered_at=BA_DINH)
    assert book.stored[1001].status == fold(1001, book.of(1001)).status == "deceased"


def test_death_before_the_marriage_is_refused(book):
    done(book, "register_marriage", husband="#1", wife="#2")
    assert book.do(body("register_death", person="#1", died="2026-05-20", registered_at=BA_DINH)).code == "overtaken"


def test_death_is_undone_with_all_it_closed(book):
    before = book.stored[3], book.stored[4]
    done(book, "register_death", person="#3", died="2026-05-30", registered_at=BA_DINH)
    death = next(event for event in book.of(3) if event.kind == "death")
    assert done(book, "reverse", person="#3", event=death.id, office="civil_status") == ["reversed"] * 2
    assert [book.stored[n].spouse for n in (3, 4)] == [one.spouse for one in before]
    assert (book.stored[3].status, book.stored[3].household) == ("active", 900)


def test_divorce_before_the_marriage_is_refused(book):
    done(book, "register_marriage", husband="#1", wife="#2")
    answer = book.do(body("record_divorce", husband="#1", wife="#2"), effective="2026-05-01")
    assert (answer.code, answer.field) == ("overtaken", "effective")


def test_dead_by_month_counts_from_its_first_day(book):
    done(book, "register_death", person="#1", died="2026-04", registered_at=BA_DINH)
    assert fold(1, book.of(1), at="2026-03-31").status == "active"
    assert fold(1, book.of(1), at="2026-04-01").died == "2026-04"


def test_missing(book):
    assert done(book, "declare_missing", person="#1", on="2026-01-01") == ["missing"]
    assert book.stored[1].missing_since == "2026-01-01"
    assert done(book, "record_divorce", husband="#24", wife="#25") == ["divorced"] * 2


def test_marriage_and_divorce(book):
    assert done(book, "register_marriage", husband="#1", wife="#2") == ["married"] * 2
    assert (book.stored[1].spouse.person, book.stored[2].spouse.person) == (2, 1)
    assert done(book, "record_divorce", husband="#1", wife="#2") == ["divorced"] * 2
    assert (book.stored[1].marital, book.stored[2].spouse) == ("divorced", Kin())


def test_family(book):
    assert done(book, "begin_guardianship", ward="#5", guardian="#1") == ["guardianship_began"] * 2
    assert (list(book.stored[5].guardians), book.stored[1].wards["5"].person) == (["1"], 5)
    assert done(book, "end_guardianship", ward="#5", guardian="#1", why="x") == ["guardianship_ended"] * 2
    assert (book.stored[5].guardians, list(book.stored[1].wards)) == ({}, ["23"])
    assert done(book, "register_adoption", child="#23", adoptive_father="#24", adoptive_mother="#25") == ["adopted"]
    assert done(book, "end_adoption", child="#23") == ["adoption_ended"]
    assert book.stored[23].adoptive_father == Kin()
    assert done(book, "acknowledge_parent", child="#7", parent="#1", role="father") == ["civil_supplemented"]
    assert book.stored[7].father == kin(PEOPLE[1])


def test_corrections(book):
    assert done(book, "change_name", person="#1", name="Nguyễn Anh", why="x") == ["name_changed"]
    assert [former.value for former in book.stored[1].former_names.values()] == ["Nguyễn Văn An"]
    assert done(book, "correct_civil", person="#6", died="2020-02-02") == ["civil_corrected"]
    facts = {"sex": "male", "birth_date": "1990", "ethnicity": "01", "hometown": TAN_SON}
    assert done(book, "supplement_civil", person="#20", **facts) == ["civil_supplemented"]
    assert (book.stored[20].birth_date, book.stored[20].hometown) == ("1990", TAN_SON)
    assert done(book, "correct_data", person="#1", old_id="012345678", phone="0900000000") == ["data_corrected"]
    assert done(book, "correct_data", person="#1", birth_date="1990-05-06", office="residence_chief") == ["data_corrected"]
    assert book.stored[1].birth_date == "1990-05-06"


def test_residence(book):
    assert done(book, "move_permanent", person="#1", place=NGOC_HA, file="T1", unit="01") == ["moved"]
    assert (book.stored[1].permanent.since, book.stored[1].residence_file) == ("2026-06-01", "T1")
    assert done(book, "register_temporary", person="#1", place=TAN_SON, file="T2", until="2028-06-01") == ["temporary_residence"]
    assert book.stored[1].current.place == TAN_SON
    assert done(book, "remove_residence", person="#1", what="temporary", file="T2", why="x") == ["residence_removed"]
    assert (book.stored[1].temporary, book.stored[1].current.place) == ({}, NGOC_HA)
    assert done(book, "extend_temporary", person="#19", file="TT1", until="2027-06-30") == ["temporary_residence"]
    assert done(book, "declare_stay", person="#1", place=TAN_SON, file="L1", until="2026-06-10") == ["stay"]
    assert done(book, "declare_absence", person="#1", file="V1", until="2026-07-10") == ["absence"]
    assert done(book, "remove_residence", person="#1", what="permanent", why="x") == ["residence_removed"]
    assert book.stored[1].permanent.place == Place()


def test_residence_that_need_not_be_registered_is_taken_when_papers_were_seen(book):
    here = {"person": "#1", "confirmed": True, "until": "2026-06-20"}
    assert done(book, "register_temporary", **here, place=BA_DINH, file="T1") == ["temporary_residence"]
    assert done(book, "declare_stay", **{**here, "until": "2026-12-31"}, place=TAN_SON, file="L1") == ["stay"]


def test_household(book):
    assert done(book, "change_head", person="#4", relation="spouse") == ["household_changed"] * 3
    assert [book.stored[n].relation_to_head for n in (3, 4, 5)] == ["spouse", "head", ""]
    assert done(book, "change_relation", person="#5", relation="child") == ["household_changed"]
    assert done(book, "leave_household", person="#3") == ["household_changed"]
    assert done(book, "new_household", head="#3") == ["household_changed"]
    assert book.stored[3].household == 1001
    assert done(book, "join_household", person="#1", head="#3", relation="not_kin") == ["household_changed"]
    assert book.stored[1].household == 1001


def test_cards(book):
    assert done(book, "request_card", person="#5", file="F1", representative="#4") == ["card_requested"]
    assert done(book, "issue_card", person="#5", file="F1", serial="S1") == ["card_issued"]
    assert book.stored[5].cards == {"S1": Card("issued", "2026-06-01", "2026-06-01", expires="2029-07-07")}
    assert done(book, "deliver_card", person="#5", serial="S1") == ["card_delivered"]
    assert done(book, "report_card_lost", person="#5", serial="S1") == ["card_lost"]
    assert done(book, "replace_card", person="#5", serial="S1", file="F2", why="lost") == ["card_replaced"]
    assert {key: card.state for key, card in book.stored[5].cards.items()} == {"S1": "replaced", "F2": "requested"}
    assert done(book, "revoke_card", person="#11", serial="C1", why="x") == ["card_revoked"]


AGES = [
    ("2020-03-03", "2026-06-01", "2034-03-03"), ("2014-05-31", "2026-06-01", "2039-05-31"), ("2014-06-02", "2026-06-01", "2028-06-02"),
    ("1990-05-05", "2026-06-01", "2030-05-05"), ("1986-07-01", "2026-07-01", "2046-07-01"), ("1988-06-01", "2026-06-01", "2048-06-01"),
    ("1968-06-01", "2026-06-01", ""), ("1968-06-02", "2026-06-01", "2028-06-02"),
    ("2012-02-29", "2024-01-01", "2026-02-28"), ("1950", "2026-06-01", ""),
]  # fmt: skip


@pytest.mark.parametrize(("born", "issued", "expires"), AGES)
def test_card_lasts_to_the_age_the_law_says(born, issued, expires):
    assert expiry(born, issued) == expires


def test_merge_and_split_restore_both(book):
    before = {n: book.stored[n] for n in (12, 11)}
    assert done(book, "merge", kept="#11", other="#12", confirmed=True) == ["merged"] * 2
    kept, other = book.stored[11], book.stored[12]
    assert (other.status, other.merged_into, kept.former_pins["12"].value) == ("merged", 11, before[12].pin)
    assert "F1" in kept.cards
    assert done(book, "split", kept="#11", other="#12") == ["split"] * 2
    for number, was in before.items():
        assert fold(number, book.of(number), known="2026-06-01T00:00:59Z") is not None
        assert {f: getattr(book.stored[number], f) for f in was.__struct_fields__ if f != "version"} == {
            f: getattr(was, f) for f in was.__struct_fields__ if f != "version"
        }


def test_spouse_and_children_follow_a_merge(book):
    before = dict(book.stored)
    done(book, "merge", kept="#1", other="#8", confirmed=True)
    assert book.stored[10].father.person == 1
    done(book, "register_marriage", husband="#11", wife="#2")
    done(book, "merge", kept="#22", other="#2", confirmed=True)
    assert (book.stored[22].spouse.person, book.stored[11].spouse.person, book.stored[7].mother.person) == (11, 22, 22)
    done(book, "split", kept="#22", other="#2")
    done(book, "split", kept="#1", other="#8")
    assert (book.stored[11].spouse.person, book.stored[7].mother.person, book.stored[10].father) == (2, 2, before[10].father)


def test_protection(book):
    assert done(book, "seal", person="#1", seal="adoption", office="civil_status", source="decision") == ["sealed"]
    assert book.do(body("move_permanent", person="#1", place=NGOC_HA, file="T1")).code == "record_sealed"
    assert done(book, "unseal", person="#1", seal="adoption") == ["unsealed"]
    assert book.stored[1].sealed == {}
    assert done(book, "lock_eid", person="#1", why="x") == ["locked"]
    assert done(book, "unlock_eid", person="#1", why="x") == ["unlocked"]
    opening = book.of(1)[0].id
    assert done(book, "redact", person="#1", events=(opening,), fields=("name",)) == ["redacted"]


def test_undoing(book):
    done(book, "register_marriage", husband="#1", wife="#2")
    wedding = book.of(1)[-1].id
    assert done(book, "reverse", person="#1", event=wedding, office="civil_status") == ["reversed"] * 2
    assert (book.stored[1].marital, book.stored[2].spouse) == ("single", Kin())
    undoing = book.of(1)[-1].id
    assert done(book, "reverse", person="#1", event=undoing, office="civil_status") == ["reversed"] * 2
    assert (book.stored[1].marital, book.stored[2].spouse.person) == ("married", 1)


def test_record_made_by_mistake_is_cancelled_and_keeps_its_number(book):
    done(book, "register_birth", **BORN, mother="#2", number=pin("female", "2026", 77))
    assert done(book, "reverse", person="#1001", event=book.of(1001)[0].id, office="civil_status") == ["reversed"]
    assert (book.stored[1001].status, book.stored[1001].pin) == ("cancelled", pin("female", "2026", 77))
    assert book.do(body("change_name", person="#1001", name="Nguyễn Anh", why="x")).code == "record_cancelled"


def test_the_spouse_is_corrected_by_the_marriage_book_on_both_records():
    # She names somebody's husband; her own husband names her.
    she = person(60, "Vũ Thị Sen", "female", "1970-01-01", marital="married", spouse=kin(PEOPLE[3]))
    he = person(61, "Vũ Văn Sáu", "male", "1968-01-01", marital="married", spouse=kin(she))
    for first, second in (("#60", "#61"), ("#61", "#60")):
        book = Memory({**PEOPLE, 60: she, 61: he})
        assert done(book, "correct_civil", person=first, spouse=second) == ["civil_corrected", "civil_corrected"]
        assert (book.stored[60].spouse.person, book.stored[61].spouse.person) == (61, 60)
        assert book.stored[3].spouse.person == 4
    # Nor is anybody's marriage written over, or a couple made whom the law does not let marry.
    book = Memory({**PEOPLE, 60: she, 61: he})
    for other, code in (("#3", "spouse_wed_elsewhere"), ("#2", "same_sex_marriage")):
        answer = book.do(body("correct_civil", person="#60", spouse=other))
        assert answer.code == code, answer


def test_a_couple_that_names_each_other_wrongly_is_taken_apart_when_papers_were_seen():
    she = person(60, "Vũ Thị Sen", "female", "1970-01-01", marital="married", spouse=kin(PEOPLE[3]))
    he = person(61, "Vũ Văn Sáu", "male", "1968-01-01", marital="married", spouse=kin(she))
    husband = structs.replace(PEOPLE[3], spouse=kin(she))
    book = Memory({**PEOPLE, 3: husband, 60: she, 61: he})
    wish = {"person": "#61", "spouse": "#60"}
    assert book.do(body("correct_civil", **wish)).code == "spouse_wed_elsewhere"
    assert book.do(body("correct_civil", person="#60", spouse="#61")).code == "person_wed_elsewhere"
    assert done(book, "correct_civil", **wish, confirmed=True) == ["civil_corrected"] * 3
    assert (book.stored[60].spouse.person, book.stored[61].spouse.person) == (61, 60)
    # Who is left stays married by the book and names nobody: a case, and no guess.
    assert (book.stored[3].marital, book.stored[3].spouse) == ("married", Kin())
    # A spouse whom the other record names by papers alone is somebody else's marriage and is left as it is.
    away = structs.replace(husband, spouse=Kin(name="Một Người Khác"))
    book = Memory({**PEOPLE, 3: away, 60: she, 61: he})
    assert done(book, "correct_civil", **wish) == ["civil_corrected"] * 2
    assert book.stored[3].spouse == Kin(name="Một Người Khác")
    # Nor is anybody's record touched that is sealed to the office.
    sealed = Memory({**PEOPLE, 3: structs.replace(husband, sealed={"court": True}), 60: she, 61: he})
    assert sealed.do(body("correct_civil", **wish, confirmed=True)).code == "record_sealed"


def test_who_is_on_record_as_married_to_somebody_dead_is_widowed():
    widow = person(62, "Hoàng Thị Gái", "female", "1952-01-01", marital="married", spouse=kin(PEOPLE[6]))
    book = Memory({**PEOPLE, 62: widow})
    assert book.do(body("correct_data", person="#62", marital="single")).code == "marriage_by_its_own_command"
    assert done(book, "correct_data", person="#62", marital="widowed") == ["data_corrected"]
    assert (book.stored[62].marital, book.stored[62].spouse) == ("widowed", Kin())
    assert book.do(body("correct_data", person="#3", marital="widowed")).code == "marriage_by_its_own_command"
