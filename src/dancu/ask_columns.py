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
from dancu.linkage.intake.columns.meaning import Meaning, meaning, overrides, recognised
from dancu.linkage.intake.columns.overrides import JOINED
from dancu.linkage.intake.source import FIELDS, KEY_FIELDS, Source, further
from dancu.linkage.report.phrasing import field_caption
from dancu.linkage.report.samples import samples
from dancu.talk import Talk

if TYPE_CHECKING:
    from dancu.remembered import Memory


class Columns:
    """The columns of one file. `meaning` is what the check will take them for: name -> field, None for unused.

    Raises Refusal where the file cannot be opened. `work` is a private folder.
    """

    def __init__(self, talk: Talk, path: Path, work: Path):
        self._talk, self._path, self._work = talk, path, work
        self.known = False
        self._tables, self._plain = recognised(path, self._room())
        self._order = dict(self._tables[0].mapping)
        self.meaning = dict(self._plain)

    def _opened(self, overrides: Mapping[str, str]) -> tuple[Source, ...]:
        return open_source(self._path, work=self._room(), overrides=overrides)

    def _room(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._work))

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
