"""Lists a page at a time by key, without counting or skipping rows: the next page begins behind the last row shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

T = TypeVar("T")
ROWS = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of one page; `next` is the key the next page begins behind ('' at the end), `first` whether this is the first."""

    rows: Sequence[T]
    next: str
    first: bool

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def paged(
    found: QuerySet[Any], behind: Callable[[str], Q], key: Callable[[Any], str], after: str, *, rows: int = ROWS
) -> Page[Any]:
    """A page of an ordered query behind the key `after`; a key that is none begins at the first page.

    A key stands in an address: let it never be a person's value.
    """
    if after:
        try:
            found = found.filter(behind(after))
        except ValueError:
            after = ""
    taken = list(found[: rows + 1])
    return cut(taken, key, after, rows=rows)


def cut(taken: Sequence[T], key: Callable[[T], str], after: str, *, rows: int = ROWS) -> Page[T]:
    """A page of rows that were read already, one more than is shown."""
    more = len(taken) > rows
    shown = taken[:rows]
    return Page(shown, key(shown[-1]) if more else "", not after)
