"""What the builder must know of an agency file, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from dancu.world.draw import Listing, Rows


class Writer(Protocol):
    """Takes finished rows block by block and puts them into the file."""

    def write(self, rows: Rows) -> tuple[list[str | None], np.ndarray]:
        """Append rows; returns the sheet of each and the row number its program would show (header included)."""

    def close(self) -> None:
        """Write what ends the file."""


@dataclass(frozen=True)
class FileSpec:
    """`rows(people)` is the default size; `open(path, seed, total)` gives a writer for `total` rows."""

    name: str
    suffix: str
    listing: Listing
    rows: Callable[[int], int]
    open: Callable[[Path, int, int], Writer]
    default: bool = True


def catalogue() -> dict[str, FileSpec]:
    """All files by name, the five of the demonstration first."""
    from dancu.world.files import capitals, civil_status, insurance, pension, sim, vaccination

    rooms = (vaccination, civil_status, sim, pension, insurance, capitals)
    specs = [spec for room in rooms for spec in room.SPECS]
    return {spec.name: spec for spec in specs}
