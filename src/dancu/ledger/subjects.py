"""The entries about one person, or of one officer: an index over the log that is rebuilt from it and follows it.

SQLite, since it is in the standard library, survives a crash by itself, is read by many processes while one follows,
and keeps the lookup one range of a B-tree whatever the size. It holds pseudonyms and places only: nothing that the log
does not hold, so it may be deleted at any time.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dancu.ledger.leaf import Access, BundleLeaf, Command, Leaf, decode
from dancu.ledger.proof.month import VIETNAM
from dancu.ledger.proof.rows import OUTCOMES, PSEUDONYM_BYTES
from dancu.ledger.reader import LogReader

# A lock waits for another process's batch; a person's answer is cut where it would not fit a screen or a report.
BUSY_TIMEOUT_S = 10.0
FOLLOW_ENTRIES_MAX = 20_000
FOUND_MAX = 10_000
# An index of another form is made anew.
_FORM = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS subject (
  pseudonym BLOB, shard TEXT, entry INTEGER, row INTEGER, PRIMARY KEY (pseudonym, shard, entry, row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS officer (
  pseudonym BLOB, shard TEXT, entry INTEGER, PRIMARY KEY (pseudonym, shard, entry)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS followed (shard TEXT PRIMARY KEY, entries INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Entry:
    """One entry about a person: where it is, what it says, and the row where it was bulk (-1 where not)."""

    month: str
    index: int
    row: int
    leaf: Leaf
    outcome: str
    shown: Literal["now", "deferred", "hidden"]


@dataclass(frozen=True)
class Found:
    """What a person may see: entries in the order of time; how many open later, and how many the law hides."""

    entries: tuple[Entry, ...]
    deferred: int
    hidden: int


class SubjectIndex:
    """Finds entries by pseudonym; `follow` brings it up to the published log. Belongs to one thread."""

    def __init__(self, path: Path, log: Path):
        self._reader = LogReader(log)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        if self._base.execute("PRAGMA user_version").fetchone() != (_FORM,):
            self._base.executescript("DROP TABLE IF EXISTS subject; DROP TABLE IF EXISTS followed;")
            self._base.execute(f"PRAGMA user_version = {_FORM}")
        self._base.executescript(_TABLES)

    def follow(self) -> int:
        """Index what was published since the last time; how many entries. Each batch counts wholly or not at all."""
        done = 0
        for month in self._reader.months():
            size = self._reader.size(month)
            while (start := self._followed(month)) < size:
                stop = min(size, start + FOLLOW_ENTRIES_MAX)
                self._take(month, start, stop)
                done += stop - start
        return done

    def _followed(self, month: str) -> int:
        found = self._base.execute("SELECT entries FROM followed WHERE shard = ?", (month,)).fetchone()
        return found[0] if found else 0

    def _take(self, month: str, start: int, stop: int) -> None:
        leaves = [(index, decode(entry)) for index, entry in self._reader.entries(month, start, stop)]
        places = list(self._places(month, leaves))
        officers = [
            (bytes.fromhex(leaf.officer[: 2 * PSEUDONYM_BYTES]), month, index)
            for index, leaf in leaves
            if getattr(leaf, "officer", "")
        ]
        self._base.execute("BEGIN IMMEDIATE")
        try:
            if self._followed(month) == start:  # Else another process was quicker.
                self._base.executemany("INSERT OR IGNORE INTO subject VALUES (?, ?, ?, ?)", places)
                self._base.executemany("INSERT OR IGNORE INTO officer VALUES (?, ?, ?)", officers)
                self._base.execute("INSERT OR REPLACE INTO followed VALUES (?, ?)", (month, stop))
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise

    def _places(self, month: str, leaves: list[tuple[int, Leaf]]) -> Iterator[tuple[bytes, str, int, int]]:
        for index, leaf in leaves:
            if isinstance(leaf, BundleLeaf):
                for number, row in enumerate(self._reader.rows(leaf)):
                    yield row[:PSEUDONYM_BYTES], month, index, number
            for subject in _subjects(leaf):
                yield bytes.fromhex(subject[: 2 * PSEUDONYM_BYTES]), month, index, -1

    def rebuild(self) -> int:
        """Forget everything and follow the log from its first entry."""
        self._base.execute("DELETE FROM subject")
        self._base.execute("DELETE FROM officer")
        self._base.execute("DELETE FROM followed")
        return self.follow()

    def find(self, pseudonyms: Mapping[str, Iterable[str]], today: datetime.date, limit: int = FOUND_MAX) -> Found:
        """The entries about one person, whose pseudonyms (hex) are given by month of key; at most `limit`, the latest.

        An entry opens on its day in Vietnam; what is deferred or hidden is counted and not told.
        """
        found, deferred, hidden = [], 0, 0
        for month, index, row, leaf, outcome in self._of(pseudonyms, limit):
            shown = _shown(leaf, today)
            deferred += shown == "deferred"
            hidden += shown == "hidden"
            if shown == "now":
                found.append(Entry(month, index, row, leaf, outcome, shown))
        return Found(tuple(sorted(found, key=lambda e: (e.leaf.time_ms, e.index, e.row))), deferred, hidden)

    def acts(self, officer: str, since_ms: int, until_ms: int, limit: int = FOUND_MAX) -> list[Entry]:
        """What an officer (pseudonym in hex, of one month's key) did in [since, until), the latest first; hidden entries too,
        because whoever supervises is not the person concerned."""
        places = self._base.execute(
            "SELECT shard, entry FROM officer WHERE pseudonym = ? ORDER BY shard DESC, entry DESC LIMIT ?",
            (bytes.fromhex(officer[: 2 * PSEUDONYM_BYTES]), limit),
        )
        found = []
        for month, index in places.fetchall():
            leaf = decode(self._reader.entry(month, index))
            if leaf.time_ms < since_ms:
                break
            if leaf.time_ms < until_ms and getattr(leaf, "officer", "") == officer:
                found.append(Entry(month, index, -1, leaf, getattr(leaf, "outcome", ""), getattr(leaf, "shown", "now")))
        return found

    def _of(self, pseudonyms: Mapping[str, Iterable[str]], limit: int) -> Iterator[tuple[str, int, int, Leaf, str]]:
        left = limit
        for key_month, names in sorted(pseudonyms.items(), reverse=True):
            for name in names:
                places = self._base.execute(
                    "SELECT shard, entry, row FROM subject WHERE pseudonym = ? ORDER BY shard DESC, entry DESC LIMIT ?",
                    (bytes.fromhex(name[: 2 * PSEUDONYM_BYTES]), left),
                ).fetchall()
                for month, index, row in places:
                    leaf = decode(self._reader.entry(month, index))
                    if leaf.key == key_month and (row >= 0 or name in _subjects(leaf)):
                        left -= 1
                        yield month, index, row, leaf, self._outcome(leaf, row)

    def _outcome(self, leaf: Leaf, row: int) -> str:
        if isinstance(leaf, BundleLeaf):
            return OUTCOMES[self._reader.rows(leaf)[row][PSEUDONYM_BYTES]]
        return leaf.outcome

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def __enter__(self) -> SubjectIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _subjects(leaf: Leaf) -> tuple[str, ...]:
    """The pseudonyms a leaf is about; a miss stands under the claimed number's, which only who asks by it finds."""
    if isinstance(leaf, Access):
        return (leaf.subject,) if leaf.subject else ()
    return leaf.subjects if isinstance(leaf, Command) else ()


def _shown(leaf: Leaf, today: datetime.date) -> Literal["now", "deferred", "hidden"]:
    if leaf.shown == "deferred":
        return "now" if datetime.date.fromisoformat(leaf.opens) <= today else "deferred"
    return leaf.shown


def today_in_vietnam() -> datetime.date:
    """The day it is in Vietnam, for `SubjectIndex.find`."""
    return datetime.datetime.now(VIETNAM).date()
