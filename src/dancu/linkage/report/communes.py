"""The rows of a check by commune of today, and which of the communes a page has room for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from dancu.core import words

if TYPE_CHECKING:
    import duckdb

    from dancu.linkage.report.facts import RunFacts

SCHEME = "2025-07"
ON_PAGE = 20
UNKNOWN = ""

Counts = dict[str, Any]


def communes(con: duckdb.DuckDBPyConnection, checked: str, facts: RunFacts) -> dict[str, Counts]:
    """{5-digit code: name with province, rows, and rows of each verdict}, those with most work first.

    '' is the line of the rows whose commune is not known, always last; the lines add up to the rows judged. Work is
    what is not plainly matched. Empty where no values of the register may be told: a file of one row would otherwise
    tell where its person lives (docs/decisions/0008).
    """
    if not facts.shows_register:
        return {}
    statement = resources.files(__package__).joinpath("sql", "communes.sql").read_text(encoding="utf-8")
    verdicts = ", ".join(f"count(*) FILTER (_verdict = '{code}') AS {code}" for code in words.VERDICTS)
    found: dict[str, Counts] = {}
    for code, *counts in con.execute(statement.format(checked=checked, verdicts=verdicts)).fetchall():
        name = _name(code)
        here = found.setdefault(
            code if name else UNKNOWN, {"name": name, "rows": 0, **dict.fromkeys(words.VERDICTS, 0)}
        )
        for key, n in zip(("rows", *words.VERDICTS), counts, strict=True):
            here[key] += n
    return dict(sorted(found.items(), key=lambda item: (item[0] == UNKNOWN, -work(item[1]), -item[1]["rows"], item[0])))


def _name(code: str | None) -> str:
    """'Phường Hoàn Kiếm, Thành phố Hà Nội'; '' for no commune of today."""
    from dancu import places

    unit = places.unit(SCHEME, "commune", code) if code else None
    return places.full_name(unit) if unit else ""


def work(here: Counts) -> int:
    """Rows that are not plainly matched."""
    return here["rows"] - here["matched"]


@dataclass(frozen=True)
class Shown:
    """What a page shows: `listed` communes, `others` beyond them and their sum, and the rows of no known commune."""

    listed: list[Counts]
    others: int
    rest: Counts | None
    unknown: Counts | None


def shown(summary: dict[str, Any], most: int = ON_PAGE) -> Shown:
    """The communes of a summary that a page has room for; with the sum of the others and the unknown they add up."""
    known = [here for code, here in summary["communes"].items() if code != UNKNOWN]
    # One line more is shorter than a line that says there is one more.
    listed = known if len(known) <= most + 1 else known[:most]
    left = known[len(listed) :]
    rest = {key: sum(here[key] for here in left) for key in ("rows", *words.VERDICTS)} if left else None
    return Shown(listed, len(left), rest, summary["communes"].get(UNKNOWN))
