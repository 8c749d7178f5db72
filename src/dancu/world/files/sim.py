"""SIM subscribers: a semicolon csv in the code page of the billing system, several cards a person."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from dancu.world.chunk import Chunk
from dancu.world.draw import Listing, Rows
from dancu.world.files.spec import FileSpec
from dancu.world.legacy import cp1258, fit_cp1258

COLUMNS = {
    "SO_TB": "phone", "TEN_KH": "name", "NGAY_SINH": "birth_date", "GIOI_TINH": "sex_code", "LOAI_GT": "paper",
    "SO_GT": "pin", "DIA_CHI": "address", "NGAY_KICH_HOAT": "activated", "GOI_CUOC": "plan",
}  # fmt: skip
_PLANS = np.array(["V90", "D5", "ST90N", "TS01", "KM200", ""], dtype=object)


def _adults(people, record) -> np.ndarray:
    return people.age >= 14


def _subscriptions(chunk: Chunk, rng: np.random.Generator) -> None:
    """Each card has its own number; about half are the one the register knows."""
    n = len(chunk)
    other = rng.random(n) < 0.5
    fresh = [f"0{h}{t:07d}" for h, t in zip(rng.choice([32, 35, 39, 70, 86, 90, 97], n), rng.integers(0, 10**7, n),
                                            strict=True)]  # fmt: skip
    known = chunk.cells["phone"]
    chunk.cells["phone"] = np.array([f if o or not k else k for f, o, k in zip(fresh, other, known, strict=True)],
                                    dtype=object)  # fmt: skip
    days = zip(rng.integers(1, 29, n), rng.integers(1, 13, n), rng.integers(2008, 2025, n), strict=True)
    chunk.cells["activated"][:] = [f"{d:02d}/{m:02d}/{y}" for d, m, y in days]
    chunk.cells["plan"][:] = _PLANS[rng.integers(0, len(_PLANS), n)]


class SubscriberCsv:
    """Even seeds write Windows-1258, odd ones UTF-16 with its mark; lines end as on Windows."""

    def __init__(self, path: Path, seed: int, total: int):
        self.encode = cp1258 if seed % 2 == 0 else lambda text: text.encode("utf-16-le")
        self.file = path.open("wb")
        if seed % 2:
            self.file.write(b"\xff\xfe")
        self.line = 1
        self._put([tuple(COLUMNS)])

    def _put(self, lines: list[tuple[str, ...]]) -> None:
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
        self.file.write(self.encode(text.getvalue()))

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        """Append lines, with sex and kind of paper in the codes of the billing system."""
        cells = dict(rows.cells)
        cells["sex_code"] = [{"Nam": "M", "Nữ": "F"}.get(s, "") for s in cells["sex"].tolist()]
        cells["paper"] = ["CMND" if len(p) in (8, 9) else "CCCD" if p else "" for p in cells["pin"].tolist()]
        cells["address"] = [fit_cp1258(a) for a in cells["address"].tolist()]
        lines = list(zip(*(list(cells[c]) for c in COLUMNS.values()), strict=True))
        self._put(lines)
        numbers = np.arange(self.line + 1, self.line + len(lines) + 1)
        self.line += len(lines)
        return [None] * len(lines), numbers

    def close(self) -> None:
        self.file.close()


_CELLS = ("phone", "name", "birth_date", "sex", "pin", "province", "commune", "address", "activated", "plan")
SPECS = (
    FileSpec(
        "sim",
        "csv",
        Listing(
            name="sim", cells=_CELLS, eligible=_adults, repeats=1.5, prepare=_subscriptions, habits=("fit_cp1258",)
        ),
        lambda people: min(people // 20, 30_000),
        SubscriberCsv,
    ),
)
