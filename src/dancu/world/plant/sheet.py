"""The register that faults are planted into: its columns in memory, who is related to whom, and who was touched already."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dancu.core.refusal import Refusal

# Columns are held as Python texts.
MOST_ROWS = 600_000


@dataclass(frozen=True)
class Fault:
    """One planted fault. `row`: of the planted file, from 1. `rule`: what should find it; '' for a decoy that nothing may take for a
    double. `side`: whose data were made wrong. `also`: other rules that rightly find the same row. `other`: the double's number.
    `origin`: planted, or of the world itself."""

    row: int
    pin: str
    rule: str
    side: str
    also: str = ""
    other: str = ""
    origin: str = "planted"


@dataclass
class Sheet:
    """Rows of a register file by column, with what planting must know of them; rows are numbers from 0."""

    cells: dict[str, list[str | None]]
    rng: random.Random
    faults: list[Fault] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.row_of = {pin: row for row, pin in enumerate(self.cells["pin"])}
        self.children: dict[int, list[int]] = {}
        for row in range(len(self)):
            for parent in self.parents(row):
                self.children.setdefault(parent, []).append(row)
        self.wed = [self.row_of.get(pin) for pin in self.cells["spouse_pin"]]
        self.named_by: dict[int, list[int]] = {}
        for row, spouse in enumerate(self.wed):
            if spouse is not None:
                self.named_by.setdefault(spouse, []).append(row)
        self.order = list(range(len(self)))
        self.rng.shuffle(self.order)

    def __len__(self) -> int:
        return len(self.cells["pin"])

    def parents(self, row: int) -> list[int]:
        """Rows of the mother and father that are linked by number."""
        found = (self.row_of.get(self.cells[column][row]) for column in ("mother_pin", "father_pin"))
        return [parent for parent in found if parent is not None]

    def kin(self, row: int) -> set[int]:
        """Everybody whose record or whose own record names the other."""
        beside = {*self.parents(row), *self.children.get(row, ()), *self.named_by.get(row, ())}
        return beside | ({self.wed[row]} if self.wed[row] is not None else set())  # type: ignore[arg-type]

    def alone(self, row: int) -> bool:
        """Whether nobody's record names this one as parent or spouse, nor this one a spouse."""
        return row not in self.children and row not in self.named_by and not self.cells["spouse_pin"][row]

    def year(self, row: int) -> int:
        """The year of birth."""
        return int((self.cells["birth_date"][row] or "0")[:4])

    def whole(self, row: int) -> bool:
        """Whether the birth date is a whole day."""
        return len(self.cells["birth_date"][row] or "") == 10

    def living(self, row: int) -> bool:
        """Whether the record is that of a living person."""
        return self.cells["status"][row] in ("active", "locked")

    def pick(self, many: int, fit: Callable[[int], bool]) -> Iterator[int]:
        """Rows at random that fit, whose kin nobody has touched; each is touched, with its kin, once it is given out."""
        left = many
        for row in self.order:
            if left <= 0:
                return
            if row in self.touched or not fit(row) or self.kin(row) & self.touched:
                continue
            self.touch(row)
            left -= 1
            yield row

    def touch(self, *rows: int) -> None:
        """Keep rows and their kin out of what is planted later."""
        for row in rows:
            self.touched.add(row)
            self.touched |= self.kin(row)

    def note(self, row: int, rule: str, side: str, *, also: Iterable[str] = (), other: str = "") -> None:
        """Write the truth down."""
        self.faults.append(Fault(row + 1, str(self.cells["pin"][row]), rule, side, ";".join(also), other))

    def change(self, row: int, **cells: str | None) -> None:
        """Other values for a row; a new number is known as the row's own."""
        if "pin" in cells:
            del self.row_of[self.cells["pin"][row]]
            self.row_of[cells["pin"]] = row
        for column, value in cells.items():
            self.cells[column][row] = value

    def add(self, row: dict[str, str | None]) -> int:
        """One row more; where it stands."""
        for column, values in self.cells.items():
            values.append(row.get(column))
        self.wed.append(None)
        at = len(self) - 1
        self.row_of[row["pin"]] = at
        self.touched.add(at)
        return at

    def copy_of(self, row: int) -> dict[str, str | None]:
        """A row's values."""
        return {column: values[row] for column, values in self.cells.items()}

    def free_pin(self, like: str) -> str:
        """A number that nobody has, with the place, century, sex and year of another."""
        while True:
            pin = f"{like[:6]}{self.rng.randrange(1_000_000):06d}"
            if pin not in self.row_of:
                return pin


def read(file: Path, seed: int) -> Sheet:
    """A register file in memory. Refuses `register_unreadable`, `register_too_large`."""
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
        cells = {column: table[column].to_pylist() for column in table.column_names}
        missing = {"pin", "name", "birth_date", "mother_pin", "household_id"} - set(cells)
    except (OSError, ValueError):
        missing = {"pin"}
    if missing:
        raise Refusal(
            "register_unreadable",
            vi=f"Không đọc được {file.name}: cần register.parquet do dancu world tạo.",
            en=f"{file.name} cannot be read: a register.parquet made by dancu world is needed.",
        )
    if len(cells["pin"]) > MOST_ROWS:
        raise Refusal(
            "register_too_large",
            vi="Chỉ gieo lỗi vào tệp có nhiều nhất 600.000 người.",
            en="Faults are planted into files of at most 600,000 people.",
        )
    return Sheet(cells, random.Random(seed))
