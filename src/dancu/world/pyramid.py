"""Ages and sexes of the country: the 2025 pyramid, day-exact births, and what the old books left of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

EPOCH = date(1900, 1, 1)
TODAY = date(2025, 7, 1)
TODAY_DAY = (TODAY - EPOCH).days
FIRST_AGE_DAYS = 38_000  # about 104 years: nobody is older
YEAR_DAYS = 365.2425

# 2025 estimate, thousands, men and women by five years of age; the last group is 95 and over (domain notes, R32e).
MEN = (3676, 3948, 4036, 3737, 3348, 3483, 4362, 4256, 3859, 3430, 3135, 2749, 2363, 1830, 1152, 533, 303, 181, 94, 36)
WOMEN = (3432, 3615, 3629, 3419, 3175, 3341, 4254, 4233, 3908, 3539, 3275, 2932, 2661, 2252, 1587, 892, 593, 432, 277,
         137)  # fmt: skip


@dataclass(frozen=True)
class Births:
    """Birth day (days since 1900-01-01) and sex of `n` people."""

    day: np.ndarray
    female: np.ndarray


def draw(n: int, rng: np.random.Generator) -> Births:
    """`n` people following the pyramid; stratified, so that even a small block has its shape."""
    weights = np.array([*MEN, *WOMEN], dtype=float)
    edges = np.cumsum(weights) / weights.sum()
    u = (np.arange(n) + rng.random(n)) / max(n, 1)
    group = np.minimum(np.searchsorted(edges, u, side="right"), len(weights) - 1)
    five = group % len(MEN)
    years = np.where(five == len(MEN) - 1, 95 + np.minimum(rng.exponential(2.2, n), 8.9), five * 5 + rng.random(n) * 5)
    day = TODAY_DAY - 1 - (years * YEAR_DAYS).astype(np.int32)
    order = rng.permutation(n)
    return Births(day=day[order].astype(np.int32), female=(group >= len(MEN))[order])


def size(age: np.ndarray, *, women_only: bool) -> np.ndarray:
    """People (thousands) per year of age in the pyramid, for shares between generations."""
    table = np.array(WOMEN if women_only else np.add(MEN, WOMEN), dtype=float) / 5
    return np.interp(age, np.arange(len(table)) * 5 + 2.5, table, right=table[-1] / 2)


def year_of(day: np.ndarray) -> np.ndarray:
    """Calendar year of days since 1900-01-01."""
    return Calendar.get().year[day]


@dataclass(frozen=True)
class Calendar:
    """Every day of the period as year, month, day and as text, so that dates are looked up and never formatted."""

    year: np.ndarray
    month: np.ndarray
    dom: np.ndarray
    iso: pa.Array  # days, then years alone
    slashed: pa.Array  # dd/mm/yyyy, then years alone
    first_of_year: np.ndarray  # day number of 1 January by year - 1900

    _made = None

    @classmethod
    def get(cls) -> Calendar:
        if cls._made is None:
            cls._made = cls._build()
        return cls._made

    @classmethod
    def _build(cls) -> Calendar:
        days = [EPOCH + timedelta(days=i) for i in range((date(2027, 1, 1) - EPOCH).days)]
        years = [str(y) for y in range(1900, 2027)]
        return cls(
            year=np.array([d.year for d in days], dtype=np.int64),
            month=np.array([d.month for d in days], dtype=np.int64),
            dom=np.array([d.day for d in days], dtype=np.int64),
            iso=pa.array([d.isoformat() for d in days] + years),
            slashed=pa.array([f"{d.day:02d}/{d.month:02d}/{d.year}" for d in days] + years),
            first_of_year=np.array([(date(y, 1, 1) - EPOCH).days for y in range(1900, 2027)], dtype=np.int64),
        )

    def index(self, day: np.ndarray, year_only: np.ndarray) -> np.ndarray:
        """Positions in `iso` and `slashed`: the day itself, or the bare year where only that is on file."""
        return np.where(year_only, len(self.year) + self.year[day] - 1900, day)


def as_recorded(births: Births, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What the register holds: day with the 1 January spike, and which people have a year only.

    Year-only entries belong to the old: about a fifth of those born before 1950, next to nobody after 1980.
    """
    calendar = Calendar.get()
    year = calendar.year[births.day]
    u = rng.random(len(year))
    p_year_only = np.interp(year, [1925, 1945, 1955, 1965, 1975, 1985, 2000], [0.4, 0.25, 0.16, 0.06, 0.02, 0.002, 0])
    p_spike = np.interp(year, [1925, 1950, 1965, 1980, 1990, 2000], [0.08, 0.06, 0.045, 0.03, 0.006, 0])
    year_only = u < p_year_only
    spike = ~year_only & (u > 1 - p_spike)
    day = np.where(spike, calendar.first_of_year[year - 1900], births.day).astype(np.int32)
    return day, year_only
