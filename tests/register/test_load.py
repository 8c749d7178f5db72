"""Loading a register file: what is written is what its events say, bad rows are told, and it can be begun again."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import duckdb
import msgspec
import pytest

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.kit.database import Database
from dancu.register import load as loads
from dancu.register.event import Event, read
from dancu.register.fold import fold
from dancu.register.load import Loading, load
from dancu.register.person import Person
from dancu.register.store.replay import check
from dancu.world import build

PEOPLE = 1500


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("world")
    build(people=PEOPLE, seed=11, out=root, files=())
    return root / "register.parquet"


def loading(file: Path, work: Path) -> Loading:
    work.mkdir(exist_ok=True)
    return Loading(file, actor="nap-du-lieu", legal_basis="Luật Căn cước 2023, điều 9", work=work, refused=work / "refused.csv")


def counts(database: Database) -> dict[str, int]:
    with database.connect(roles.READER) as connection:
        tables = ("person", "action", "action_payload", "number", "outbox", "order", "fault")
        return {t: connection.execute(f"SELECT count(*) FROM register_{t}").fetchone()[0] for t in tables}


def test_everybody_is_what_their_events_say(database: Database, file: Path, tmp_path: Path) -> None:
    done = load(database, loading(file, tmp_path), SystemClock())
    assert (done.rows, done.people, done.there, done.refused) == (PEOPLE, PEOPLE, 0, {})
    with database.connect(roles.READER) as connection:
        events: dict[int, list[Event]] = {}
        rows = connection.execute(
            """SELECT a.id, a.person, a.version, a.kind, a.effective, a.recorded_at, a.digest, p.salt, p.changes
            FROM register_action a JOIN register_action_payload p ON p.action_id = a.id"""
        ).fetchall()
        for action, person, version, kind, effective, at, digest, salt, changes in rows:
            assert hashlib.sha256(salt + changes.encode()).digest() == digest
            event = Event(
                id=action, position=action, person=person, version=version, kind=kind, effective=effective,
                recorded_at=at.isoformat(), changes=read(changes.encode()),
            )  # fmt: skip
            events.setdefault(person, []).append(event)
        stored = connection.execute("SELECT id, version, state::text FROM register_person").fetchall()
    assert len(rows) == done.events == sum(version for _, version, _ in stored)
    for person, _, state in stored:
        assert msgspec.json.decode(state.encode(), type=Person) == fold(person, events[person])


def test_the_file_and_the_register_say_the_same(database: Database, file: Path, tmp_path: Path) -> None:
    load(database, loading(file, tmp_path), SystemClock())
    columns = "pin, name, birth_date, sex, old_id, mother_name, mother_pin, father_pin, spouse_pin, commune, phone, status"
    asked = f"SELECT {columns} FROM '{file}' ORDER BY pin"
    wanted = duckdb.sql(asked).fetchall()
    with database.connect(roles.READER) as connection:
        found = connection.execute(f"SELECT {columns} FROM register_readable ORDER BY pin").fetchall()
    assert found == wanted


def test_parents_are_joined_by_their_record(database: Database, file: Path, tmp_path: Path) -> None:
    load(database, loading(file, tmp_path), SystemClock())
    joined = f"SELECT count(*) FROM '{file}' c JOIN '{file}' m ON m.pin = c.mother_pin"
    with database.connect(roles.READER) as connection:
        found = connection.execute(
            """SELECT count(*) FROM register_person c JOIN register_person m ON m.id = c.mother
            WHERE m.pin = c.state #>> '{mother,pin}'"""
        ).fetchone()
    assert [found] == duckdb.sql(joined).fetchall() and found[0] > 0


def test_begun_again_it_goes_on(database: Database, file: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(loads, "CHUNK", 400)
    whole = loads._Loader.copy

    def stops(self, chunk):
        if chunk.order.endswith("0000000801-0000001200"):
            raise KeyboardInterrupt
        whole(self, chunk)

    monkeypatch.setattr(loads._Loader, "copy", stops)
    with pytest.raises(KeyboardInterrupt):
        load(database, loading(file, tmp_path / "a"), SystemClock())
    assert counts(database)["person"] == 800
    monkeypatch.setattr(loads._Loader, "copy", whole)
    again = load(database, loading(file, tmp_path / "b"), SystemClock())
    assert (again.people, again.there, again.refused) == (PEOPLE - 800, 800, {})
    before = counts(database)
    third = load(database, loading(file, tmp_path / "c"), SystemClock())
    assert (third.people, third.there) == (0, PEOPLE) and counts(database) == before


def test_rows_that_cannot_be_used_are_told_without_their_values(database: Database, tmp_path: Path) -> None:
    good = ("001090000001", "Nguyễn Văn An", "1990-01-02", "male")
    bad = {
        "number_unreadable": ("00109000001", *good[1:]),
        "name_unusable": ("001090000002", "An 2", *good[2:]),
        "birth_date_unreadable": ("001090000003", "Lê Thị Bé", "1990-02-30", "female"),
        "sex_unknown": ("001090000004", "Lê Thị Bé", "1990-02", "x"),
        "number_twice": good,
    }
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([("pin", "name", "birth_date", "sex"), good, *bad.values()])
    done = load(database, loading(path, tmp_path / "work"), SystemClock())
    assert done.people == 1 and done.refused == dict.fromkeys(bad, 1)
    with (tmp_path / "work" / "refused.csv").open(encoding="utf-8", newline="") as told:
        assert [(row["dong"], row["ma"]) for row in csv.DictReader(told)] == [(str(i), code) for i, code in enumerate(bad, 2)]
    assert "Bé" not in (tmp_path / "work" / "refused.csv").read_text("utf-8")


def test_what_cannot_be_is_stored_and_opened_as_a_case(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    rows = [
        ("pin", "name", "birth_date", "sex", "mother_pin", "status", "status_date"),
        ("001190000001", "Nguyễn Thị Mẹ", "1990-01-02", "female", "", "active", ""),
        ("001095000001", "Nguyễn Văn Con", "1995-01-02", "male", "001190000001", "active", ""),
        ("001080000005", "Nguyễn Văn Ngược", "1980-01-02", "male", "001190000001", "active", ""),
        ("001095000002", "Trần Văn Hai", "1995-01-02", "male", "", "deceased", "1994-12-31"),
        ("001195000003", "Trần Văn Ba", "1995-01-02", "male", "", "active", ""),
    ]
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    done = load(database, loading(path, tmp_path / "work"), SystemClock())
    assert done.people == 5
    assert done.faults == {"parent_age_unlikely": 2, "born_before_parent": 1, "death_before_birth": 1, "number_does_not_fit": 1}


def test_a_number_on_record_is_not_loaded_twice(database: Database, file: Path, tmp_path: Path) -> None:
    load(database, loading(file, tmp_path / "a"), SystemClock())
    other = tmp_path / "other.csv"
    duckdb.sql(f"COPY (SELECT pin, name, birth_date, sex FROM '{file}' LIMIT 10) TO '{other}'")
    done = load(database, loading(other, tmp_path / "b"), SystemClock())
    assert done.people == 0 and done.refused == {"number_on_record": 10}


def test_a_file_that_is_no_register_is_one_sentence(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Họ tên,Ngày\nA,B\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load(database, loading(path, tmp_path / "work"), SystemClock())
    assert refused.value.code == "register_unreadable" and counts(database)["person"] == 0


def test_replay_agrees_with_what_was_loaded(database: Database, file: Path, tmp_path: Path) -> None:
    load(database, loading(file, tmp_path), SystemClock())
    with database.connect(roles.READER, autocommit=True) as connection:
        assert list(check(connection)) == []
