"""The one shape every spreadsheet dialect gives: tabs, and lines of text cells with the fonts that matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

MAX_COLUMNS = 500
"""Columns of one table; a list of people has a few dozen."""


@dataclass(frozen=True)
class Tab:
    """One sheet of a workbook."""

    name: str
    hidden: bool = False


class Line(NamedTuple):
    """One row as the sheet shows it."""

    number: int
    """Row number the spreadsheet shows, from 1."""
    cells: list[str | None]
    """Texts; None for what is empty or only blanks."""
    fonts: list[str | None] | None = None
    """Font name a cell, only in books that have a legacy Vietnamese font; else None."""
    hidden: bool = False


class Merge(NamedTuple):
    """A merged range, all ends included, rows from 1 and columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Book(Protocol):
    """A workbook opened for reading, the same whatever its dialect."""

    format: str
    epoch: int
    tabs: tuple[Tab, ...]

    def lines(self, tab: str) -> Iterator[Line]:
        """Lines of a sheet from the top; blank rows may be left out. Can be started again."""

    def merges(self, tab: str) -> list[Merge]:
        """Merged ranges, or none where finding them would cost a pass over a large sheet."""

    def close(self) -> None:
        """Releases the file."""
