"""Makes claims and records for the parity test: people, and what a hasty clerk makes of them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from dancu.core import date as dates
from dancu.core import match as matching
from dancu.core import number as numbers
from dancu.core.match import Claim, Record
from dancu.core.name import canonical, fold

_FAMILY = ("Nguyễn", "Trần", "Lê", "Hoàng", "Đặng", "Lý", "Giàng", "Thạch", "Siu", "Đàng", "Võ")
_MIDDLE = ("Văn", "Thị", "Đức", "A", "Sa", "Ngọc Bích", "Thúy", "Hữu", "", "Minh")
_GIVEN = ("An", "Hoà", "Hóa", "Thuỷ", "Quý", "Đạt", "Páo", "Blơih", "Rinh", "Hùng", "Hưng", "Lý", "Út", "Ân", "Anh")
_WRITTEN = (
    str, str, str, str.upper, fold, canonical, str.lower, lambda text: "Ông " + text, lambda text: text + " (đã chết)",
    lambda text: " ".join(text.split()[::-1]), lambda text: text.split()[0] + " " + text.split()[-1],
    lambda text: text[:-1], lambda text: text + "h", lambda text: "", lambda text: "...", lambda text: "Phan Thị Mơ",
    lambda text: text.replace("ù", "ư").replace("Đ", "Ð"), lambda text: " ".join(text.split()[1:]),
    lambda text: text.replace("Tr", "Ch").replace("Gi", "D").replace("Võ", "Vũ"), lambda text: text.replace(" ", " Kim ", 1),
    lambda text: "H" + text[:2] + "h" + text[2:],
)  # fmt: skip
COMMUNES, PROVINCES = 25, 4
SHARES = ("name_frequency", "date_frequency", "mother_frequency", "father_frequency")


def _places() -> list[tuple[int, dict[int, int]]]:
    rng = random.Random(1)
    few = [rng.sample(range(1, COMMUNES), rng.randint(0, 3)) for _ in range(60)]
    return [(rng.randrange(PROVINCES), {commune: rng.randint(1, 3) for commune in communes}) for communes in few]


# Places that a claim may name: its province (0 unknown), and the communes it can mean with the relation to each.
PLACES = _places()


@dataclass(frozen=True)
class Pair:
    """A claim and a record, with what the engine keeps of them as codes.

    place              the claimed place in PLACES, -1 none; `claim.place` is what that is to the record's
    commune, province  where the record lives, 0 unknown
    """

    claim: Claim
    record: Record
    place: int = -1
    commune: int = 0
    province: int = 0


def name(rng: random.Random) -> str:
    """An invented name."""
    return " ".join(filter(None, (rng.choice(_FAMILY), rng.choice(_MIDDLE), rng.choice(_GIVEN))))


def pin(rng: random.Random, birth_date: int = 0, sex: str = "") -> int:
    """A number that agrees with birth date and sex where given."""
    year = birth_date // 10000 or rng.randint(1930, 2023)
    century = (year - 1900) // 100 * 2 + (sex == "female" if sex else rng.randint(0, 1))
    prefix = rng.choice((1, 2, 8, 10, 38, 79, 96, 120))
    return ((prefix * 10 + century) * 100 + year % 100) * 10**6 + rng.randint(0, 10**6 - 1)


def day(rng: random.Random) -> int:
    """A day; now and then its month or year alone."""
    date = dates.whole(rng.randint(1930, 2023), rng.randint(1, 12), rng.choice((1, 2, 3, 10, 11, 12, 13, 20, 28)))
    unit = rng.choice((1,) * 12 + (100, 10_000, 10_000))
    return date // unit * unit


def person(rng: random.Random) -> Record:
    """One person of the register."""
    date, sex = day(rng), rng.choice(("male", "female", ""))
    return Record(
        pin=pin(rng, date, sex),
        name=name(rng),
        birth_date=date,
        sex=sex,
        old_id=rng.choice((0, rng.randint(10**8, 4 * 10**8), rng.randint(10**7, 10**8))),
        replaced=tuple(pin(rng) for _ in range(rng.choice((0, 0, 1, 2)))),
        relatives=tuple(pin(rng) for _ in range(rng.choice((0, 3, 3)))),
        siblings=(pin(rng),),
        mother_name=rng.choice(("", name(rng), name(rng))),
        father_name=rng.choice(("", name(rng), name(rng))),
        other_name=rng.choice(("", "", name(rng))),
        previous_name=rng.choice(("", "", "", name(rng))),
        phone=rng.choice((0, rng.randint(3 * 10**8, 10**9))),
        # The engine keeps frequencies in eighths of a bit.
        **{share: 2.0 ** (-rng.randint(0, 215) / 8) for share in SHARES},
    )


def place_relation(place: int, commune: int, province: int) -> int:
    """What `places` says of a claimed place and the one on record."""
    if place < 0 or not (commune or province):
        return matching.PLACE_ABSENT
    claimed, communes = PLACES[place]
    if commune in communes:
        return communes[commune]
    if not claimed:
        return matching.PLACE_ABSENT
    if claimed != province:
        return matching.PLACE_DIFFERENT
    return matching.PLACE_PROVINCE if communes else matching.PLACE_WIDE


def number_cell(rng: random.Random, record: Record, date: int, sex: str) -> str:
    """A cell for the number of a person: right, mistyped, another's, of another kind, or none."""
    own = numbers.text(record.pin)
    at = rng.randrange(11)
    ways = (
        own, own, str(record.pin), f"{record.pin:.{rng.randint(2, 9)}E}", " ".join((own[:3], own[3:])), "", "nt",
        own[:at] + str(rng.randrange(10)) + own[at + 1 :], own[:at] + own[at + 1] + own[at] + own[at + 2 :],
        own[:at] + own[at + 1 :], str(record.pin)[: at % 9 + 1], own[:at] + "7" + own[at:], own[:at] + own[at + 2 :],
        own[:at] + "4" + own[at + 1 : 11] + "2", str(int(own[:at] + str(rng.randrange(10)) + own[at + 1 :])),
        f"{record.old_id:09}", str(record.old_id), f"{pin(rng):.5E}", f"{rng.randint(10**7, 10**9)}", "+84912345678",
        *(f(other) for other in (*record.replaced, *record.relatives, *record.siblings) for f in (str, numbers.text)),
        numbers.text(pin(rng, date, sex)), numbers.text(pin(rng)),
    )  # fmt: skip
    return rng.choice(ways)


def date_claimed(rng: random.Random, date: int) -> int:
    """A birth date as claimed: right, partial, swapped, one digit off, another."""
    year, month, number = date // 10000, date // 100 % 100, date % 100
    ways = (
        date, date, date // 100 * 100, year * 10000, year * 10000 + 101, dates.swapped(date), 0, day(rng),
        dates.whole(year + rng.choice((-10, -1, 1, 10, 3)), month, number),
        dates.whole(year, month, number + rng.choice((-10, -1, 1, 10, 4))),
        dates.whole(year, month + rng.choice((-10, -1, 1, 10, 2)), number),
    )  # fmt: skip
    return rng.choice(ways)


def pair(rng: random.Random, record: Record) -> Pair:
    """A claim that may mean the record."""
    sex = rng.choice((record.sex, "male", "female", ""))
    date = date_claimed(rng, record.birth_date)
    called = rng.choice((record.name,) * 6 + (record.other_name or name(rng), record.previous_name or name(rng)))
    place, commune, province = rng.randrange(-1, len(PLACES)), rng.randrange(COMMUNES), rng.randrange(PROVINCES)
    claim = Claim(
        number=numbers.parse(number_cell(rng, record, date, sex)),
        name=rng.choice(_WRITTEN)(called),
        birth_date=date,
        sex=sex,
        mother_name=rng.choice(_WRITTEN)(record.mother_name or name(rng)),
        father_name=rng.choice(_WRITTEN)(record.father_name or name(rng)),
        phone=rng.choice((record.phone, 0, 912345678)),
        place=place_relation(place, commune, province),
    )
    return Pair(claim, record, place, commune, province)
