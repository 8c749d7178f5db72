"""The administrative units of Vietnam in three schemes, each unit keyed by (scheme, level, code).

A code alone means nothing: of the 3,321 commune codes in force since 1 July 2025, 2,145 named another unit
before, and so did 7 of the 34 province codes. Data and their origin: data/ORIGIN.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
LEVELS = ("province", "district", "commune")
KINDS = {
    "TP": "Thành phố", "T": "Tỉnh", "Q": "Quận", "H": "Huyện", "TX": "Thị xã",
    "P": "Phường", "X": "Xã", "TT": "Thị trấn", "DK": "Đặc khu",
}  # fmt: skip
_DIGITS = {"province": 2, "district": 3, "commune": 5}
_LEVEL = {2: "province", 3: "district", 5: "commune"}


@dataclass(frozen=True, slots=True)
class Scheme:
    """One set of units. `valid_from` None: older than our data; `valid_to` None: still in force; else ISO
    days.
    """

    name: str
    valid_from: str | None
    valid_to: str | None
    provinces: int
    districts: int
    communes: int


# Mergers of 2023 to March 2025 took effect on many days; the first day of 2025 stands for all of them.
SCHEMES = {
    "2022": Scheme("2022", None, "2024-12-31", 63, 705, 10599),
    "2025-06": Scheme("2025-06", "2025-01-01", "2025-06-30", 63, 696, 10035),
    "2025-07": Scheme("2025-07", "2025-07-01", None, 34, 0, 3321),
}
ORDER = tuple(SCHEMES)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of one scheme.

    `code` is the statistics office's: 2 digits a province, 3 a district, 5 a commune. `name` has no kind
    ("Bến Nghé", "15"), `kind` is the Vietnamese word ("Phường"). `parent` is the code of the unit above,
    '' for a province. `valid_from`/`valid_to` (ISO days or None) bound the time the unit stood unchanged:
    same name, kind, code and parent.
    """

    scheme: str
    level: str
    code: str
    name: str
    kind: str
    parent: str
    valid_from: str | None
    valid_to: str | None

    @property
    def title(self) -> str:
        """The name with its kind: 'Phường Bến Nghé'."""
        return f"{self.kind} {self.name}"


def each_row(name: str) -> Iterator[list[str]]:
    """Rows of data/`name`.tsv without the header; every row has as many fields as the header."""
    lines = (_DATA / f"{name}.tsv").read_text("utf-8").splitlines()
    return (line.split("\t") for line in lines[1:])


def read_table(name: str) -> list[list[str]]:
    """`each_row` of a small table, or of one that is read as a whole."""
    return list(each_row(name))


@cache
def rows(scheme: str) -> dict[str, tuple[str, ...]]:
    """{code: (code, kind, name, parent, span, former)}, codes ascending within each level; KeyError if
    unknown.
    """
    # Tuples, because the garbage collector stops looking at tuples of texts.
    table = each_row("units_" + SCHEMES[scheme].name.replace("-", "_"))
    return {row[0]: tuple(row) for row in table}


@cache
def codes_under(scheme: str) -> dict[str, list[str]]:
    """{code of a unit: codes directly below it, ascending}; provinces stand under ''."""
    found: dict[str, list[str]] = {}
    for code, row in rows(scheme).items():
        below = found.get(row[3])
        if below is None:
            found[row[3]] = [code]
        else:
            below.append(code)
    return found


@cache
def by_code(scheme: str, code: str) -> Unit | None:
    """The unit of `scheme` with this 2-, 3- or 5-digit code; the number of digits tells the level."""
    row = rows(scheme).get(code)
    if row is None:
        return None
    _, kind, name, parent, span, _ = row
    first, last = SCHEMES[ORDER[int(span[0])]], SCHEMES[ORDER[int(span[1])]]
    return Unit(scheme, _LEVEL[len(code)], code, name, KINDS[kind], parent, first.valid_from, last.valid_to)


def unit(scheme: str, level: str, code: str) -> Unit | None:
    """The unit, or None. A province may be given by 2 digits or by the 3 of a personal number ('01',
    '001').
    """
    if level == "province" and len(code) == 3:
        code = code[1:]
    return by_code(scheme, code) if len(code) == _DIGITS[level] else None


@cache
def units(scheme: str, level: str | None = None) -> tuple[Unit, ...]:
    """All units of a scheme, or of one of its levels, provinces first, by code."""
    wanted = _DIGITS[level] if level else 0
    return tuple(by_code(scheme, c) for c in rows(scheme) if not wanted or len(c) == wanted)


def province_of(unit: Unit) -> Unit:
    """The province a unit lies in, in its own scheme; a province gives itself."""
    while unit.parent:
        unit = by_code(unit.scheme, unit.parent)
    return unit


def full_name(unit: Unit) -> str:
    """'Phường Phan Chu Trinh, Quận Hoàn Kiếm, Thành phố Hà Nội'; since July 2025 'Xã Phú Lộc, Thành phố
    Huế'.
    """
    titles = [unit.title]
    while unit.parent:
        unit = by_code(unit.scheme, unit.parent)
        titles.append(unit.title)
    return ", ".join(titles)


def scheme_at(at: date | str | int) -> str:
    """The scheme in force on a day: a date, ISO text `yyyy[-mm[-dd]]`, or yyyymmdd with 00 for unknown parts.

    Unknown parts count as the end of the year or month. What cannot be read as a day gives the newest scheme.
    """
    digits = at.strftime("%Y%m%d") if isinstance(at, date) else "".join(c for c in str(at) if c in "0123456789")
    if len(digits) < 4:
        return ORDER[-1]
    digits = digits.ljust(8, "0")
    day = f"{digits[:4]}-{digits[4:6].replace('00', '12')}-{digits[6:8].replace('00', '31')}"
    return next((s.name for s in SCHEMES.values() if s.valid_to is None or day <= s.valid_to), ORDER[-1])
