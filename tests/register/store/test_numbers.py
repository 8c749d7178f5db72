"""Personal numbers: what their digits say, that none is given twice whoever asks when, and what happens when they run out."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dancu.core import number
from dancu.kit import roles
from dancu.places import SCHEMES, units
from dancu.register.person import Place
from dancu.register.store import numbers
from tests.register.tiny import Open, do


def test_the_digits_say_place_century_sex_and_year():
    assert numbers.block(Place("00070"), "male", "2026-01-02") == "001226"
    assert numbers.block(Place("00070"), "female", "1999") == "001199"
    assert numbers.block(Place("00070"), "female", "2301-01") == "001901"
    for lacking in ((Place(), "male", "2000"), (Place("00070"), "", "2000"), (Place("00070"), "male", "")):
        assert numbers.block(*lacking) is None
    assert numbers.block(Place("00070", country="LA"), "male", "2000") is None
    assert numbers.block(Place("00070"), "male", "1899-12-31") is None


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_province_of_every_scheme_has_its_code(scheme):
    found = {unit.code: numbers.province(Place(unit.code, scheme)) for unit in units(scheme, "province")}
    assert set(found.values()) <= set(number.prefixes()) and len(set(found.values())) == len(found)
    if scheme == "2025-07":
        # The province that kept the name, whatever became of the codes.
        assert (found["15"], found["24"], found["91"]) == ("010", "027", "089")


def write(connection, pin):
    connection.execute("INSERT INTO register_number (pin, person) VALUES (%s, 1)", [pin])


def test_32_writers_share_a_block_of_40_numbers(database):
    """Collisions are certain without care; whoever rolls back gives the number free."""
    given: list[str | None] = []
    begin = threading.Barrier(32)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        with database.connect(roles.REGISTER) as connection:
            begin.wait()
            for _ in range(3):
                pin = numbers.allocate(connection, "001226", below=chance.randrange, size=40)
                if pin and chance.random() < 0.3:
                    connection.rollback()
                    continue
                if pin:
                    write(connection, pin)
                connection.commit()
                given.append(pin)

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(work, range(32)))
    pins = [pin for pin in given if pin]
    assert len(pins) == len(set(pins)) <= 40 and all("001226000000" <= pin <= "001226000039" for pin in pins)
    with database.connect(roles.REGISTER) as connection:
        while (pin := numbers.allocate(connection, "001226", size=40)) is not None:
            write(connection, pin)
        assert connection.execute("SELECT count(*) FROM register_number").fetchone() == (40,)


def test_32_writers_of_commands_never_collide(database):
    """Whole births, all wishing for the same random digits first."""
    begin = threading.Barrier(32)

    def work(n: int) -> list[str]:
        chance = random.Random(7)
        with database.connect(roles.REGISTER) as connection:
            begin.wait()
            return [do(connection, Open(f"Trẻ {n} {m}"), below=chance.randrange).number for m in range(4)]

    with ThreadPoolExecutor(32) as pool:
        pins = [pin for some in pool.map(work, range(32)) for pin in some]
    assert len(pins) == len(set(pins)) == 128 and all(pins)


def test_a_nearly_full_block_is_searched(database, book):
    with database.connect(roles.OWNER) as owner:
        owner.execute(
            "INSERT INTO register_number (pin, person) SELECT '001226' || lpad(n::text, 6, '0'), 1 "
            "FROM generate_series(0, 999999) AS n WHERE n NOT IN (0, 31337, 999999)"
        )
        owner.execute("ANALYZE register_number")
    found = []
    while pin := numbers.allocate(book, "001226"):
        found.append(pin)
        write(book, pin)
    assert sorted(found) == ["001226000000", "001226031337", "001226999999"]


def test_a_number_once_given_is_never_given_again(book):
    first = do(book, Open("Ai Đó")).number
    serial = int(first[6:])
    done = do(book, Open("Người Khác"), below=lambda size: serial if size == numbers.SIZE else 0)
    assert done.number != first and done.number[:6] == first[:6]
