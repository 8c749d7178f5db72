"""The copy follows the register: new, changed and gone people; sealed and redacted ones disappear from its bytes; each time a leaf."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from dancu.core.refusal import Refusal
from dancu.quality.copy import follow as following
from dancu.quality.copy import store
from dancu.quality.copy.follow import follow
from dancu.register.command import Actor
from dancu.register.event import Changes
from dancu.register.person import Kin, Place
from dancu.register.witness import Reader
from tests.quality.conftest import AT, numbered
from tests.register.tiny import Change, Kill, Open, Redact, do

MARKED = "Kín Đáo Tuyệt Mật"
READER = Reader.of(Actor("thu", "system"), "KIEM-TRA")


@pytest.fixture
def followed(database, log, tmp_path: Path):
    """A call that brings the copy up to date."""

    def now() -> following.Followed:
        numbered(database)
        return follow(database, tmp_path / "copy", witness=log, reader=READER, at=AT)

    return now


def people(copy: store.Copy, columns: str = "name") -> list[tuple]:
    return duckdb.sql(f"SELECT {columns} FROM {copy.source()} ORDER BY person").fetchall()


def bytes_of(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def test_an_empty_register_has_nothing_to_measure(followed) -> None:
    with pytest.raises(Refusal) as refused:
        followed()
    assert refused.value.code == "nothing_to_run"


def test_changes_come_on_top_and_are_folded_in_time(database, book, followed, tmp_path: Path) -> None:
    first, *_ = [do(book, Open(f"Nguyễn Văn {word}")).actions[0].person for word in ("An", "Ba", "Chi")]
    whole = followed()
    assert whole.arrived == 3 and not whole.copy.manifest.parts and followed().arrived == 0
    for n in range(1, 11):
        do(book, Change(f"#{first}", Changes(name=f"Nguyễn Văn A{'n' * n}")))
        now = followed()
        assert now.arrived == 1
        assert [name for (name,) in people(now.copy)] == [f"Nguyễn Văn A{'n' * n}", "Nguyễn Văn Ba", "Nguyễn Văn Chi"]
    assert len(now.copy.manifest.parts) < 8
    files = {path.name for path in (tmp_path / "copy").glob("*.parquet")}
    assert files == {now.copy.manifest.base, *now.copy.manifest.parts}


def test_what_the_copy_says_of_a_person(book, followed) -> None:
    mother = do(book, Open("Trần Thị Hạnh", birth_date="1990")).actions[0].person
    child = do(book, Open("Nguyễn Thị Bé", birth_date="2020-02-29", mother=f"#{mother}", old_id="012345678")).actions[0].person
    do(book, Change(f"#{child}", Changes(phone="+84 912.345.678", ethnicity="Kinh", permanent=None or _lives("00004", "2025-07"))))
    copy = followed().copy
    columns = "mother, mother_named, old_id, phone, kinh, has_ethnicity, unit, born_digits, alive, waiting, cards"
    assert people(copy, columns)[1] == (mother, True, 12345678, 912345678, True, True, 4, 10, True, False, 0)
    assert people(copy, "born, born_by, born_digits")[0][2] == 4
    assert str(people(copy, "born_by")[0][0]) == "1990-12-31"
    assert people(copy, "mother_key = (SELECT name_key FROM " + copy.source() + f" WHERE person = {mother})")[1] == (True,)


def _lives(code: str, scheme: str):
    from dancu.register.person import Residence

    return Residence(place=Place(code, scheme))


def test_an_old_commune_counts_for_its_successor_and_a_strange_one_for_none(book, followed) -> None:
    ids = [do(book, Open(f"Người Thứ {word}")).actions[0].person for word in ("Một", "Hai")]
    do(book, Change(f"#{ids[0]}", Changes(permanent=_lives("00004", "2022"))))
    do(book, Change(f"#{ids[1]}", Changes(permanent=_lives("99999", "2025-07"))))
    (old, strange) = people(followed().copy, "unit, old_scheme, unit_strange")
    assert old[0] > 0 and old[1:] == (True, False) and strange == (0, False, True)


def test_the_dead_and_the_merged(book, followed) -> None:
    one, two = [do(book, Open(name)).actions[0].person for name in ("Lê Văn Một", "Lê Văn Hai")]
    do(book, Kill(f"#{one}", "2021-05-06"))
    do(book, Change(f"#{two}", Changes(status="merged", merged_into=one)))
    assert [(d, str(day)) for d, day in people(followed().copy, "dead, died")] == [(True, "2021-05-06")]


def test_sealed_and_redacted_people_leave_the_bytes(book, followed, tmp_path: Path) -> None:
    kept = do(book, Open("Người Ở Lại")).actions[0].person
    sealed = do(book, Open(MARKED)).actions[0].person
    gone = do(book, Open(MARKED + " Hai")).actions[0]
    do(book, Change(f"#{kept}", Changes(spouse=Kin(name=MARKED))))
    assert MARKED in str(people(followed().copy))
    do(book, Change(f"#{sealed}", Changes(sealed={"court": True})))
    do(book, Redact(f"#{gone.person}", (gone.id,), ("name",)))
    after = followed()
    assert gone.person in after.redacted and after.arrived == 3 and not after.copy.manifest.parts
    assert [person for (person,) in people(after.copy, "person")] == [kept, gone.person]
    assert MARKED.encode() not in bytes_of(tmp_path / "copy")


def test_each_hand_over_is_a_leaf_before_it_is_used(book, followed, log, tmp_path: Path) -> None:
    do(book, Open("Nguyễn Văn An"))
    followed()
    do(book, Open("Nguyễn Văn Ba"))
    followed()
    log.wait(log.commanded(READER, "x", (), basis="x", outcome="done"))
    text = bytes_of(tmp_path / "home" / "ledger").decode("utf-8", "ignore")
    assert text.count('"dataset":"quality-copy"') >= 2
    assert "Nguyễn" not in text


def test_a_manifest_that_cannot_be_read_is_no_copy(tmp_path: Path) -> None:
    assert store.read(tmp_path) is None
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 0}))
    assert store.read(tmp_path) is None
    (tmp_path / "manifest.json").write_text(
        json.dumps({"format": store.FORMAT, "position": 1, "time": "", "base": "none.parquet", "people": 0, "parts": [], "changed": 0})
    )
    assert store.read(tmp_path) is None
