"""What the columns of one file mean, as an officer sees it: shown with masked samples, confirmed or corrected."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.core import words
from dancu.core.refusal import Refusal
from dancu.linkage.intake import open_source
from dancu.linkage.intake.columns.content import discreet
from dancu.linkage.intake.columns.overrides import JOINED
from dancu.linkage.intake.source import FIELDS, KEY_FIELDS, Source, further, quoted
from dancu.linkage.report.phrasing import field_caption
from dancu.talk import Talk

if TYPE_CHECKING:
    from dancu.remembered import Memory

SAMPLES, SAMPLE_ROWS = 3, 500
Meaning = dict[str, str | None]
# Where no column is a number or a name the intake refuses the file; told that the first is one, it opens it.
_UNKNOWN, _PROBE = ("unknown_columns", "no_header"), {"A": "name"}


class Columns:
    """The columns of one file. `meaning` is what the check will take them for: name -> field, None for unused.

    Raises Refusal where the file cannot be opened. `work` is a private folder.
    """

    def __init__(self, talk: Talk, path: Path, work: Path):
        self._talk, self._path, self._work = talk, path, work
        self.known = False
        try:
            self._tables, probed = self._opened({}), False
        except Refusal as refusal:
            if refusal.code not in _UNKNOWN:
                raise
            self._tables, probed = self._opened(_PROBE), True
        self._plain = meaning(self._tables[0])
        if probed:
            self._plain[next(iter(self._plain))] = None
        self._order = dict(self._tables[0].mapping)
        self.meaning = dict(self._plain)

    def _opened(self, overrides: Mapping[str, str]) -> tuple[Source, ...]:
        room = Path(tempfile.mkdtemp(dir=self._work))
        return open_source(self._path, work=room, overrides=overrides)

    @property
    def mixed(self) -> bool:
        """Whether an archive holds tables of different shapes, so that nothing can be said of all of them."""
        return len({frozenset(meaning(table)) for table in self._tables}) > 1

    @property
    def overrides(self) -> dict[str, str]:
        """What must be said to the intake so that it reads the columns as `meaning` has them; {} if it does already."""
        return overrides(self._plain, self.meaning, self._order)

    @property
    def may_be_kept(self) -> bool:
        """Whether the headers are headers: never a first row of people, nor names made up for want of any."""
        source, names = self._tables[0], list(self.meaning)
        headless = any(note.startswith("no header") for note in source.notes)
        # A header that says what its column is vouches for those beside it.
        headed = any(column.why == "header" for column in source.columns) or discreet(names) == names
        return headed and not headless and not self.mixed

    def recall(self, memory: Memory) -> None:
        """Take the meaning that was confirmed for a file with the same headers."""
        found = memory.columns(self._plain) if self.may_be_kept else None
        self.known = found is not None and (found == self.meaning or self._becomes(found))

    def _becomes(self, wanted: Meaning) -> bool:
        """Have the intake read the columns as wanted; where it refuses, that is said and nothing changes."""
        try:
            tables = self._opened(overrides(self._plain, wanted, self._order))
        except Refusal as refusal:
            self._talk.refuse(refusal)
            return False
        # What the check will do counts, not what was asked for.
        self._tables, self.meaning = tables, meaning(tables[0])
        return True

    def confirmed(self) -> bool:
        """Show the columns and ask whether they are right; not asked where none of them could find anybody."""
        for table in self._tables:
            self._show(table)
        if not KEY_FIELDS & set(self.meaning.values()):
            self._talk.say("key_needed")
            return False
        return self._talk.agreed("right", otherwise=True)

    def _show(self, source: Source) -> None:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        say, lang = self._talk.text, self._talk.lang
        self._talk.say("columns_known" if self.known else "columns", file=source.path.name)
        shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        shown.add_column(say("number"), justify="right", no_wrap=True)
        for head in ("column", "field", "samples"):
            shown.add_column(say(head), overflow="fold")
        seen = samples(source, self._work)
        # An archive's other tables mean what the intake says; the first what was agreed.
        meant = self.meaning if source is self._tables[0] else meaning(source)
        # The further people of a row who will be judged as well.
        theirs = further({who: source.people[who] for who in source.complete})
        for place, (name, field) in enumerate(meant.items(), 1):
            told = field or theirs.get(name)
            caption = field_caption(told, lang) if told else say("unused")
            cells = (str(place), name, caption, " · ".join(seen.get(name, ())))
            shown.add_row(*map(Text, cells), style=None if told else "dim")
        Console().print(shown)

    def correct(self) -> bool:
        """Correct columns one by one. True where the officer wishes for another register instead."""
        names, wanted = list(self.meaning), dict(self.meaning)
        while (answer := self._talk.number("which", 1, len(names), also=("", "d"))) not in ("", "d"):
            self._choose(names[int(answer) - 1], wanted)
        if wanted != self.meaning and KEY_FIELDS & set(wanted.values()):
            self.known = not self._becomes(wanted) and self.known
        elif wanted != self.meaning:
            self._talk.say("key_needed")
        return answer == "d"

    def _choose(self, name: str, wanted: Meaning) -> None:
        """One column's field from a numbered list, into `wanted`."""
        talk = self._talk
        talk.say("what", column=name)
        for place, code in enumerate((None, *FIELDS)):
            caption = words.caption("field", code, talk.lang) if code else talk.text("unused")
            print(f"{place:>4}  {caption}")
        chosen = int(talk.number("choice", 0, len(FIELDS)))
        field = FIELDS[chosen - 1] if chosen else None
        others = [other for other, was in wanted.items() if field and was == field and other != name]
        if others:
            listed, caption = ", ".join(f"“{other}”" for other in others), words.caption("field", str(field), talk.lang)
            if field not in JOINED or not talk.agreed("join", otherwise=False, columns=listed, field=caption):
                wanted.update(dict.fromkeys(others))
                talk.say("taken", columns=listed)
        wanted[name] = field


def meaning(source: Source) -> Meaning:
    """The field of every column of a file, in its order."""
    return {column.name: column.field for column in source.columns}


def overrides(plain: Meaning, wanted: Meaning, order: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The difference between two meanings as the intake takes it: column -> field, or `-` for unused.

    Only fields that change are said, so that what the intake makes of several columns stays as it made it; a field
    that changes is said with all its columns, those of `order` first, as joined columns are joined in this order.
    """
    changed = {name for name, field in wanted.items() if field != plain.get(name)}
    fields = {field for name in changed for field in (wanted[name], plain.get(name)) if field}
    said = {name: "-" for name in wanted if name in changed and wanted[name] is None}
    for field in sorted(fields):
        columns = [name for name, now in wanted.items() if now == field]
        known = order.get(field, ())
        columns.sort(key=lambda name: known.index(name) if name in known else len(known))
        said |= dict.fromkeys(columns, field)
    return said


def samples(source: Source, work: Path) -> dict[str, list[str]]:
    """Up to three different masked values of every column, from the first rows that are people."""
    import duckdb

    from dancu.linkage.engine import open_engine
    from dancu.linkage.report.masks import mask_sample

    listed = ", ".join(f"CAST({quoted(column.name)} AS VARCHAR)" for column in source.columns)
    judged = " WHERE NOT coalesce(_skip, false)" if source.has_skip else ""
    engine = open_engine(work)
    try:
        rows = engine.con.execute(f"SELECT {listed} FROM {source.relation}{judged} LIMIT {SAMPLE_ROWS}").fetchall()
    except duckdb.Error:
        # The check reads such a file more carefully, or says what is wrong with it.
        rows = []
    finally:
        engine.close()
    shown: dict[str, list[str]] = {}
    for column, cells in zip(source.columns, zip(*rows, strict=True), strict=False):
        masked = (mask_sample(column.field, cell, source.sex_codes) for cell in cells if cell and cell.strip())
        shown[column.name] = list(dict.fromkeys(masked))[:SAMPLES]
    return shown
