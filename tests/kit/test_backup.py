"""A backup comes back the same on another server, whole or not at all, and says so when it would not."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from dancu.core.refusal import Refusal
from dancu.kit import backup as backups
from dancu.kit import manifest, roles
from dancu.kit.backup import backup, prove, restore
from dancu.kit.clock import SteppedClock
from dancu.kit.database import create, open_database
from dancu.kit.digest import Digest, differences, digest
from tests.kit.fixture import copied, dropped

CLOCK = SteppedClock(datetime(2026, 9, 2, 3, 4, 5, tzinfo=UTC))
MADE = (
    "CREATE EXTENSION unaccent; CREATE EXTENSION btree_gist; CREATE SCHEMA book; "
    'CREATE TABLE book.person (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, name text COLLATE "C", '
    "born date, seen timestamptz, photo bytea, rest jsonb, weight double precision)",
    "CREATE TABLE book.move (person bigint REFERENCES book.person, during daterange, "
    "EXCLUDE USING gist (person WITH =, during WITH &&)) PARTITION BY RANGE (person)",
    "ALTER TABLE book.move DROP CONSTRAINT move_person_during_excl",
    "CREATE TABLE book.move_1 PARTITION OF book.move FOR VALUES FROM (0) TO (500)",
    "CREATE TABLE book.move_2 PARTITION OF book.move FOR VALUES FROM (500) TO (100000)",
    "INSERT INTO book.person (name, born, seen, photo, rest, weight) SELECT 'Nguyễn Văn ' || i, "
    "date '1950-01-01' + i, now() + i * interval '1 s', decode(lpad(to_hex(i), 8, '0'), 'hex'), "
    "jsonb_build_object('số', i, 'dòng', E'a\\nb\\t'), i / 7.0 FROM generate_series(1, 2000) AS i",
    "INSERT INTO book.move SELECT i % 900 + 1, daterange('2020-01-01', '2021-01-01') FROM generate_series(1, 900) AS i",
    "CREATE VIEW book.names AS SELECT name FROM book.person",
    "CREATE FUNCTION book.twice(n int) RETURNS int LANGUAGE sql RETURN n * 2",
    "GRANT USAGE ON SCHEMA book TO dancu_web; GRANT SELECT ON book.person TO dancu_web, dancu_reader",
)


@pytest.fixture
def book(database):
    """A database with all kinds of things in it."""
    with database.connect(roles.OWNER) as connection:
        for line in MADE:
            connection.execute(line)
    return database


@pytest.fixture
def empty(template):
    """Another fresh database on the same server."""
    made = copied(template)
    yield made
    dropped(made)


def refused(wish, *args) -> str:
    """The code with which a wish is refused, which quotes no row."""
    with pytest.raises(Refusal) as caught:
        wish(*args)
    assert "Nguyễn" not in caught.value.vi + caught.value.en
    return caught.value.code


def test_a_backup_is_restored_on_another_server_with_equal_digests(book, own, tmp_path):
    file = tmp_path / "book.dump"
    made = backup(book, file, clock=CLOCK)
    assert made.made_at == "2026-09-02T03:04:05+00:00"
    assert made.rows == 2900 and made.digest.tables["book.person"].rows == 2000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.dump", "book.dump.json"]
    assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o600}
    assert "Nguyễn" not in manifest.path_of(file).read_text(encoding="utf-8")
    other = open_database(own)
    assert restore(file, other) == made == manifest.checked(file)
    assert prove(made, other) == prove(made, book) == []
    with other.connect(roles.WEB) as connection:
        assert connection.execute("SELECT count(*) FROM book.person").fetchone() == (2000,)
        with pytest.raises(Exception, match="42501"):
            connection.execute("DELETE FROM book.person")
    assert refused(restore, file, other) == "restore_not_empty"


def test_every_change_is_seen_by_the_digest(book, tmp_path):
    made = backup(book, tmp_path / "book.dump")
    changes = {
        "UPDATE book.person SET weight = weight + 1e-9 WHERE id = 7": "book.person",
        "DELETE FROM book.move WHERE person = 899": "book.move_2",
        "INSERT INTO book.move VALUES (1, 'empty')": "book.move_1",
        "GRANT DELETE ON book.person TO dancu_web": "structure",
        "ALTER TABLE book.person ADD CHECK (id > 0)": "structure",
        "CREATE OR REPLACE FUNCTION book.twice(n int) RETURNS int LANGUAGE sql RETURN n * 3": "structure",
        "SELECT nextval('book.person_id_seq')": "structure",
        "CREATE TABLE book.more (n int)": "book.more",
    }
    for change, where in changes.items():
        with book.connect(roles.OWNER) as connection:
            connection.execute(change)
            wrong = differences(made.digest, digest(connection))
            connection.rollback()
        assert where in wrong, change
        with book.connect(roles.OWNER) as connection:
            connection.execute("SELECT setval('book.person_id_seq', 2000)")
    assert prove(made, book) == []


def test_the_digest_does_not_depend_on_the_order_of_rows(book):
    with book.connect(roles.OWNER) as connection:
        before = digest(connection)
        connection.execute("UPDATE book.person SET name = name WHERE id % 3 = 0")
        assert differences(before, digest(connection)) == []
        assert Digest.from_json(json.loads(json.dumps(before.as_json()))) == before


def test_what_is_there_is_never_overwritten(book, tmp_path):
    file = tmp_path / "book.dump"
    file.write_text("kept", encoding="utf-8")
    assert refused(backup, book, file) == "backup_exists"
    assert file.read_text(encoding="utf-8") == "kept"
    assert refused(backup, book, tmp_path / "none" / "book.dump") == "no_folder"


def test_a_damaged_backup_is_not_restored(book, empty, tmp_path):
    file = tmp_path / "book.dump"
    backup(book, file)
    whole, told = file.read_bytes(), manifest.path_of(file).read_text(encoding="utf-8")
    for wrong in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        file.write_bytes(wrong)
        assert refused(restore, file, empty) == "backup_damaged"
    file.write_bytes(whole)
    for wrong in ("{}", "[]", "", told.replace('"format": 1', '"format": 9')):
        manifest.path_of(file).write_text(wrong, encoding="utf-8")
        assert refused(restore, file, empty) == "bad_manifest"
    manifest.path_of(file).unlink()
    assert refused(restore, file, empty) == "no_backup"
    assert refused(restore, tmp_path / "none", empty) == "no_backup"


def test_a_restore_that_fails_leaves_the_database_empty(book, empty, tmp_path):
    file = tmp_path / "book.dump"
    made = backup(book, file)
    rubbish = file.read_bytes()[:-4000] + b"\0" * 4000
    file.write_bytes(rubbish)
    cheated = dataclasses.replace(made, sha256=manifest.sha256_of(file), bytes=len(rubbish))
    manifest.write(cheated, manifest.path_of(file))
    assert refused(restore, file, empty) == "restore_failed"
    with empty.connect(roles.OWNER) as connection:
        assert backups.table_names(connection) == []


def test_a_restore_that_differs_says_where(book, empty, tmp_path):
    file = tmp_path / "book.dump"
    made = backup(book, file)
    tables = {**made.digest.tables, "book.person": dataclasses.replace(made.digest.tables["book.person"], rows=1)}
    changed = dataclasses.replace(made, digest=Digest(tables, made.digest.structure))
    manifest.write(changed, manifest.path_of(file))
    with pytest.raises(Refusal, match="book.person") as caught:
        restore(file, empty)
    assert caught.value.code == "restore_differs"


def test_a_failed_backup_leaves_no_file(book, tmp_path, monkeypatch):
    monkeypatch.setattr(backups, "_compression", lambda _: "nonsense:1")
    assert refused(backup, book, tmp_path / "book.dump") == "backup_failed"
    assert list(tmp_path.iterdir()) == []


def test_a_server_of_ones_own_is_backed_up_and_restored(book, server, tmp_path):
    url = "postgresql://postgres@/{}?host=" + server.address["host"]
    own = open_database(dataclasses.replace(server.settings, database_url=url.format(book.name)))
    made = backup(own, tmp_path / "own.dump")
    target = server.named("dancu_target")
    create(target)
    other = open_database(dataclasses.replace(server.settings, database_url=url.format("dancu_target")))
    assert restore(tmp_path / "own.dump", other) == made
    assert prove(made, target) == []
    dropped(target)
