"""The bench of the register's storage runs, and counts what was really written."""

from __future__ import annotations

import time

from bench.register_commands import Workload, commands, inserts, replay
from dancu.register.command import BookEntry, Order
from dancu.register.store.replay import check
from tests.register.tiny import COMMANDS, Open, do, order

RUN = time.time_ns()


def births() -> Workload:
    """Births with an entry of the civil book and a number each."""
    return Workload(COMMANDS, None, birth)


def birth(writer: int, n: int) -> Order:
    """The n-th birth of a writer."""
    entry = BookEntry(f"{RUN}.{writer}.{n}", "01/2026", place="00070")
    body = Open(f"Nguyễn Văn Đo {RUN} {writer} {n}", f"20{n % 90 + 10}-01-02", "male" if n % 2 else "female")
    return order(body, id=f"{RUN}.{writer}.{n}", entry=entry)


def test_the_bench_measures_what_is_written(database, book):
    do(book, Open("Nguyễn Văn Mẫu"))
    done = commands(database, "tests.register.test_bench:births", writers=2, seconds=0.5)
    assert done.count > 0 and book.execute("SELECT count(*) FROM register_order").fetchone() == (done.count + 1,)
    assert list(check(book)) == []
    assert replay(database).count == done.count + 1
    assert inserts(database, writers=2, seconds=1).per_s > 0
