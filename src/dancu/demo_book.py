"""The demo's second half: the province becomes a database, a birth and a death happen in it, and everything about them is proven."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HOME = "csdl"
PURPOSE = "minh họa, dữ liệu giả lập"
_CHILD = "Nguyễn Minh Dân"
# Somebody who may well have a child now, and somebody old, both of the same commune and on record as living there.
_COUPLE = """SELECT m.pin, m.commune, o.pin, o.name, o.birth_date FROM register_person m JOIN register_person o ON o.commune = m.commune
    WHERE m.sex = 2 AND m.status = 'active' AND m.birth_date BETWEEN %s AND %s AND m.commune <> ''
      AND o.status = 'active' AND length(o.birth_date) = 10 AND o.birth_date BETWEEN %s AND %s AND o.household IS NULL
    ORDER BY m.id, o.id LIMIT 1"""
_LIVED_ALONE = "AND o.household IS NULL"




@dataclass(frozen=True)
class Book:
    """The demo's database: its desk and where its copy for checks is."""

    desk: Any
    settings: Any


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Any, Any]]:
    """An embedded server in the demo's folder, empty at first; stopped at the end. (settings, database)

    From here on this process's installation is the demo's: `--register db` means it.
    """
    from dancu.kit import project
    from dancu.kit.database import open_database
    from dancu.kit.server import launch
    from dancu.kit.settings import Settings
    from dancu.web import project as pages

    os.environ.pop("DATABASE_URL", None)
    os.environ["DANCU_HOME"] = str((folder / HOME).resolve())
    settings = Settings.read()
    launch.stop(settings)
    for old in (settings.home, launch.status(settings).data.parent):
        shutil.rmtree(old, ignore_errors=True)
    database = open_database(settings)
    try:
        pages.migrate(settings, database)
        yield settings, database
    finally:
        project.close()
        launch.stop(settings)


@contextmanager
def at_desk(settings: Any, database: Any) -> Iterator[Book]:
    """The desk while it is needed: the ledger has one owner at a time, and checks are its owner too."""
    from dancu.kit.clock import SystemClock
    from dancu.register.desk import Desk
    from dancu.register.witness import witness

    with witness(settings.home) as log:
        yield Book(Desk(database, log, SystemClock()), settings)


def load(book: Book, register: Path, console: Any) -> None:
    """Load the province."""
    from dancu.register.command import Actor
    from dancu.register.load import Loading

    with tempfile.TemporaryDirectory(prefix="dancu-load-") as work:
        loading = Loading(register, "minh-hoa", "Luật Căn cước 2023, điều 9", Path(work), Path(work) / "refused.csv")
        done = book.desk.load(loading, Actor("minh-hoa", "loader"))
    console.print(
        f"  Cơ sở dữ liệu (PostgreSQL đi kèm) đã nạp {_n(done.people)} người, mở {_n(sum(done.faults.values()))} việc cần xử lý.\n",
        highlight=False,
        soft_wrap=True,
    )


def live(settings: Any, database: Any, out: Path, console: Any) -> None:
    """A birth and a death by command; both shown in the feed, in the next check and, proven, in the ledger."""
    with at_desk(settings, database) as book:
        birth, death, rows = _day(book, console)
    _check_again(settings, out, rows, console)
    _prove(settings, out, [birth, death], console)


def _day(book: Book, console: Any) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str, ...]]]:
    """What happens in a day, and how the feed tells it."""
    from dancu.register.captions import caption

    before = book.desk.position()
    birth, death, rows = _events(book)
    console.print("\n[bold]Một ngày trong cơ sở dữ liệu[/bold]", highlight=False)
    console.print(f"  Khai sinh: cấp số {_masked(birth['number'])}. Khai tử: một người. Luồng biến động:", highlight=False)
    for change in book.desk.tail(before, 20):
        console.print(f"    {change['position']}  {caption('kind', change['kind']):<28} bản ghi {change['person']}", highlight=False)
    return birth, death, rows


def _events(book: Book) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str, ...]]]:
    """The birth and the death, and the rows of a list that names both."""
    from dancu.kit import roles
    from dancu.register.command import Actor, BookEntry, Order, Source
    from dancu.register.person import Place
    from dancu.register.rules.birth import RegisterBirth
    from dancu.register.rules.death import RegisterDeath

    today = datetime.now().astimezone().date()
    years = [(today - timedelta(days=int(365.25 * age))).isoformat() for age in (35, 22, 85, 65)]
    with book.desk.database.connect(roles.READER) as connection:
        query = _COUPLE if connection.execute(_COUPLE, years).fetchone() else _COUPLE.replace(_LIVED_ALONE, "")
        mother, commune, old, name, born = connection.execute(query, years).fetchone()
    officer, place, day = Actor("can-bo-ho-tich", "civil_status", commune), Place(commune), today.isoformat()

    def order(number: str, body: Any) -> Order:
        return Order(
            id=str(uuid.uuid4()), actor=officer, source=Source("civil_book"), legal_basis="Luật Hộ tịch 2014", body=body,
            entry=BookEntry(number, f"01/{today.year}", "1", day, commune),
        )  # fmt: skip

    child = RegisterBirth(name=_CHILD, birth_date=day, sex="male", birth_place=place, registered_at=place, mother=mother)
    birth = book.desk.do(officer, order("1", child))
    death = book.desk.do(officer, order("2", RegisterDeath(person=old, died=day, registered_at=place)))
    return birth, death, [(birth["number"], _CHILD, day), (old, name, born)]


def _check_again(settings: Any, out: Path, rows: list[tuple[str, ...]], console: Any) -> None:
    from dancu.linkage.check import DATABASE, Wish, check

    path = settings.home / "hai-nguoi.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Số định danh", "Họ và tên", "Ngày sinh"), *rows])
    written = check(path, Wish(register=Path(DATABASE), out=out, purpose=PURPOSE))[0].summary
    deceased = written["reasons"].get("person_deceased", 0)
    console.print(
        f"  Đối chiếu ngay sau đó: {written['matched']}/{written['rows']} khớp đúng (có trẻ vừa sinh), {deceased} người CSDL ghi đã chết.",
        highlight=False,
        soft_wrap=True,
    )


def _prove(settings: Any, out: Path, done: list[dict[str, Any]], console: Any) -> None:
    from dancu.ledger import verify
    from dancu.ledger.reader import LogReader

    log = settings.home / "ledger"
    reader, key = LogReader(log), verify.read_key(str(log / "key.pub"))
    for n, each in enumerate(done, 1):
        month, index = each["ledger"]["month"], each["ledger"]["index"]
        reader.wait(month, index)
        receipt = out / f"bien-nhan-{n}.tlog-proof"
        receipt.write_bytes(reader.receipt(month, index).text())
        (vi, _), *_ = verify.verify_receipt(receipt, key)
        console.print(f"  Nhật ký: {vi} [dim]{receipt.name}[/dim]", highlight=False, soft_wrap=True)
    (vi, _), *_ = verify.verify_log(log, key)
    console.print(f"  {vi}", highlight=False)


def _masked(number: str) -> str:
    return number[:3] + "••••••" + number[-3:]


def _n(number: int) -> str:
    from dancu.core.words import number_vi

    return number_vi(number)
