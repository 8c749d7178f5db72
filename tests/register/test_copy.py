"""The prepared copy that checks go by follows the register: new, changed and gone people, and what had to disappear from it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from dancu.core.refusal import Refusal
from dancu.linkage.follow import follow
from dancu.linkage.prepared import Prepared
from dancu.register.event import Changes
from dancu.register.feed.sequencer import drain, leading
from tests.register.tiny import Change, Open, Redact, do

MARKED = "Kín Đáo Tuyệt Mật"


def names(copy: Prepared) -> list[str]:
    """Everybody's name in the copy, and that of nobody whom a later part took away."""
    query = f"SELECT n.name FROM {copy.source('person')} p JOIN {copy.source('name')} n ON n.nid = p.nid ORDER BY 1"
    return [name for (name,) in duckdb.sql(query).fetchall()]


def followed(database, root: Path) -> Prepared:
    with leading(database) as sequencer:
        drain(sequencer)
    return follow(database, root)


def opened(book, *people: str) -> list:
    return [do(book, Open(name)).actions[0] for name in people]


def test_an_empty_register_cannot_be_checked_against(database, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        follow(database, tmp_path / "copy")
    assert refused.value.code == "empty_register"


def test_changes_come_on_top_and_nothing_is_done_when_nothing_changed(database, book, tmp_path: Path) -> None:
    first, *_ = opened(book, *(f"Nguyễn Văn {word}" for word in ("An", "Ba", "Chi", "Dân", "Em", "Gái")))
    copy = followed(database, tmp_path / "copy")
    assert len(names(copy)) == 6 and followed(database, tmp_path / "copy") == copy
    do(book, Change(f"#{first.person}", Changes(name="Nguyễn Văn Anh")))
    after = followed(database, tmp_path / "copy")
    assert len(after.manifest.parts) == 2 and after.manifest.position == copy.manifest.position + 1
    assert names(after)[:2] == ["Nguyễn Văn Anh", "Nguyễn Văn Ba"] and len(names(after)) == 6


def test_who_was_merged_is_gone_from_the_copy(database, book, tmp_path: Path) -> None:
    kept, double, *_ = opened(book, "Nguyễn Văn An", "Nguyễn Văn Ba", "Nguyễn Văn Chi", *(f"Trần Thị {word}" for word in "ABCDEFGH"))
    assert len(names(followed(database, tmp_path / "copy"))) == 11
    do(book, Change(f"#{double.person}", Changes(status="merged", merged_into=kept.person)))
    after = followed(database, tmp_path / "copy")
    assert len(after.manifest.parts) == 2 and "Nguyễn Văn Ba" not in names(after) and len(names(after)) == 10


def test_what_was_redacted_is_in_no_file_of_the_copy(database, book, tmp_path: Path) -> None:
    marked, *_ = opened(book, MARKED, *(f"Nguyễn Văn {word}" for word in ("An", "Ba", "Chi", "Dân", "Em", "Gái")))
    root = tmp_path / "copy"
    assert MARKED in names(followed(database, root)) and any(MARKED.encode() in p.read_bytes() for p in root.rglob("*.arrow"))
    ref = f"#{marked.person}"
    do(book, Change(ref, Changes(name="Tên Cuối")), effective="2012-01-01")
    do(book, Redact(ref, (marked.id,), ("name",)))
    copy = followed(database, root)
    assert "Tên Cuối" in names(copy) and MARKED not in names(copy)
    for path in root.rglob("*"):
        if path.suffix == ".parquet":
            assert MARKED not in str(duckdb.sql(f"SELECT * FROM '{path}'").fetchall()), path.name
        elif path.is_file():
            assert MARKED.encode() not in path.read_bytes(), path.name
