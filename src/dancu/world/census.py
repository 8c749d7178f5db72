"""What a statistics office would count: how many people truly live in each commune of today, on record or not."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from dancu.places.units import units
from dancu.world.locations import locations
from dancu.world.people import People, Plan

FILE = "population.csv"
# Living people whom nobody has registered yet: what coverage of a register lacks.
_UNREGISTERED = 0.004


def living(plan: Plan, block: int, people: People) -> np.ndarray:
    """Residents of a block by row of `locations`; who is only on record as dead lives, a second record is nobody."""
    found = np.bincount(people.location[~people.dead], minlength=len(locations().province))
    return found + plan.rng(block, 2).binomial(found, _UNREGISTERED)


def write(counted: np.ndarray, path: Path) -> None:
    """The counts by commune of today as csv (commune, people), also of communes without anybody."""
    communes = {unit.code: 0 for unit in units("2025-07", "commune")}
    for code, people in zip(locations().new_code.to_pylist(), counted.tolist(), strict=True):
        communes[code] += people
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("commune", "people"))
        rows.writerows(sorted(communes.items()))
