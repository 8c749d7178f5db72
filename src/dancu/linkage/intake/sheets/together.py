"""Lays sheets of different headers over one table: the second dose's list under the first's, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dancu.linkage.intake.columns.assign import RESERVED
from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.columns.parts import Derived, derived_value
from dancu.linkage.intake.plan import Plan
from dancu.linkage.intake.source import Column

_WORDS = {"male": "Nam", "female": "Nữ"}


@dataclass(frozen=True)
class Pick:
    """Where one column of the table comes from in a sheet: cells joined, or a made value."""

    cells: tuple[int, ...] = ()
    sign: str = " "
    made: Derived | None = None
    recode: dict[str, str] = field(default_factory=dict)
    """Raw value, lower-cased, to the word written instead: for sheets that code a sex the other way round."""

    def value(self, row: Sequence[str | None]) -> str | None:
        if self.made:
            found = derived_value(self.made, row)
        elif len(self.cells) == 1:
            found = row[self.cells[0]]
        else:
            found = self.sign.join(row[i] or "" for i in self.cells).strip(self.sign) or None
        return self.recode.get(found.strip().lower(), found) if found and self.recode else found


@dataclass
class Table:
    """The one table all sheets are read into."""

    names: list[str]
    """Text columns in order: the file's, then made ones."""
    columns: list[Column]
    mapping: dict[str, tuple[str, ...]]
    codes: dict[str, str]
    made: list[str]
    people: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    complete: dict[str, None] = field(default_factory=dict)
    picks: list[list[Pick | None]] = field(default_factory=list)
    """One list a sheet, in the order of `names`; the first sheet's may be shorter than `names` by then."""

    def add(self, wanted: str, *, made: bool = False) -> str:
        """A new column of that name, made unique."""
        taken = {name.casefold() for name in self.names} | RESERVED
        name, n = wanted, 1
        while name.casefold() in taken:
            n += 1
            name = f"{wanted} ({n})"
        self.names.append(name)
        if made:
            self.made.append(name)
        return name


def start(plan: Plan) -> Table:
    """A table with the columns of the first sheet."""
    made = [item.name for item in plan.derived]
    people = {subject: dict(found) for subject, found in plan.people.items()}
    table = Table([*plan.names, *made], list(plan.columns), dict(plan.mapping), dict(plan.codes), made, people)
    table.complete |= dict.fromkeys(plan.complete)
    own = [Pick((i,)) for i in range(len(plan.names))]
    table.picks.append([*own, *(Pick(made=item) for item in plan.derived)])
    return table


def fits_under(table: Table, plan: Plan) -> bool:
    """True when the sheet is about people in the same way: a number, or a name and something more, in common."""
    common = set(table.mapping) & set(plan.mapping)
    if any(len(table.mapping[name]) > 1 and len(plan.mapping[name]) == 1 and name == "birth_date" for name in common):
        return False
    return bool(common & {"pin", "old_id"}) or "name" in common and len(common) > 1


def lay_under(table: Table, plan: Plan) -> None:
    """Adds a sheet: its fields into the columns of the same field, its other columns by caption, the rest anew."""
    picks: dict[str, Pick] = {}
    used: set[int] = set()
    for name, positions in plan.assignment.mapping.items():
        targets = table.mapping.get(name)
        if targets is None:
            _add_field(table, plan, name, positions, picks)
        elif len(targets) == len(positions):
            picks |= {target: Pick((i,)) for target, i in zip(targets, positions, strict=True)}
        else:
            picks[targets[-1]] = Pick(positions, "/" if name == "birth_date" else " ")
        used |= set(positions)
    for item in plan.derived:
        if item.field not in table.mapping:
            table.mapping[item.field] = (table.add(item.name, made=True),)
        picks[table.mapping[item.field][-1]] = Pick(made=item)
    _people(table, plan, used, picks)
    _rest(table, plan, used, picks)
    _sexes(table, plan, picks)
    table.picks.append([picks.get(name) for name in table.names])


def _add_field(
    table: Table, plan: Plan, name: str, positions: Sequence[int], picks: dict[str, Pick]
) -> None:
    table.mapping[name] = _add_columns(table, plan, positions, picks)


def _add_columns(table: Table, plan: Plan, positions: Sequence[int], picks: dict[str, Pick]) -> tuple[str, ...]:
    added = []
    for i in positions:
        column = next(c for c in plan.columns if c.name == plan.names[i])
        added.append(table.add(column.name))
        table.columns.append(replace(column, name=added[-1]))
        picks[added[-1]] = Pick((i,))
    return tuple(added)


def _people(table: Table, plan: Plan, used: set[int], picks: dict[str, Pick]) -> None:
    """The columns of further people, as those of the main one; columns that carry a field of the main one are there already."""
    table.complete |= dict.fromkeys(plan.complete)
    for subject, found in plan.assignment.people.items():
        known = table.people.setdefault(subject, {})
        for name, positions in found.items():
            if name not in known:
                if not used & set(positions):
                    _add_columns(table, plan, positions, picks)
                laid = {i: target for target, pick in picks.items() for i in pick.cells}
                if targets := tuple(dict.fromkeys(laid[i] for i in positions if i in laid)):
                    known[name] = targets
            elif not used & set(positions):
                targets = known[name]
                if len(targets) == len(positions):
                    picks |= {target: Pick((i,)) for target, i in zip(targets, positions, strict=True)}
                else:
                    picks[targets[-1]] = Pick(positions, "/" if name == "birth_date" else " ")
            used |= set(positions)


def _rest(table: Table, plan: Plan, used: set[int], picks: dict[str, Pick]) -> None:
    for column in plan.columns:
        i = plan.names.index(column.name)
        if i in used:
            continue
        same = next(
            (c for c in table.columns
             if fold(c.caption) == fold(column.caption) and c.field == column.field and c.name not in picks), None
        )  # fmt: skip
        if same is None:
            same = replace(column, name=table.add(column.name))
            table.columns.append(same)
        picks[same.name] = Pick((i,))


def _sexes(table: Table, plan: Plan, picks: dict[str, Pick]) -> None:
    """One coding for all sheets; a sheet that contradicts it is written out in words."""
    if "sex" not in table.mapping or "sex" not in plan.mapping:
        return
    target = table.mapping["sex"][-1]
    made = any(item.field == "sex" for item in plan.derived)
    if made or any(table.codes.get(raw, sex) != sex for raw, sex in plan.codes.items()):
        picks[target] = replace(picks[target], recode={raw: _WORDS[sex] for raw, sex in plan.codes.items()})
        table.codes |= {word.lower(): sex for sex, word in _WORDS.items()}
    else:
        table.codes |= plan.codes
