"""What the terminal shows at the end of a check: two sentences, the verdicts, the commonest reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu.core import words
from dancu.linkage.report.masks import Example
from dancu.linkage.report.phrasing import headlines, prose, shares, troubles

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

# Colour is never the only sign: each mark differs in shape too.
_MARKS = {
    "matched": ("✓", "green"), "matched_with_differences": ("≈", "yellow"), "ambiguous": ("?", "dark_orange"),
    "not_found": ("✗", "red"), "invalid": ("–", "bright_black"),
}  # fmt: skip


def console_table(summary: dict[str, Any], lang: str, *, shown: list[Example] | None = None) -> Group:
    """A rich renderable for one summary: headline sentences, verdict table, up to five reasons, masked examples."""
    from rich.console import Group
    from rich.text import Text

    first, second = headlines(summary, lang)
    parts: list[Any] = [Text(summary["file"], style="bold"), _verdicts(summary, lang)]
    parts += [Text(line) for line in _people(summary, lang)]
    if troubles(summary):
        parts.append(_reasons(summary, lang))
    if shown:
        parts.append(_examples(shown, lang))
    return Group(*parts, Text(first), Text(second, style="bold"))


def _table(*heads: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        right = head.startswith("#")
        table.add_column(head.lstrip("#"), justify="right" if right else "left", no_wrap=right)
    return table


def _verdicts(summary: dict[str, Any], lang: str) -> Table:
    say = prose(lang)["page"]
    table = _table(say["verdicts"], "#" + say["n"], "#" + say["share"])
    counts = [summary[code] for code in words.VERDICTS]
    for code, n, share in zip(words.VERDICTS, counts, shares(counts), strict=True):
        mark, colour = _MARKS[code]
        caption = f"[{colour}]{mark} {words.caption('verdict', code, lang)}[/]"
        table.add_row(caption, words.number(lang, n), words.percent(lang, share))
    return table


def _people(summary: dict[str, Any], lang: str) -> list[str]:
    """One line for every further person of a row."""
    lines = []
    for who, here in summary.get("subjects", {}).items():
        told = (f"{words.caption('verdict', c, lang)} {words.number(lang, here[c])}" for c in words.VERDICTS if here[c])
        lines.append(f"{words.caption('subject', who, lang)}: {'; '.join(told)}")
    return [*lines, ""] if lines else []


def _reasons(summary: dict[str, Any], lang: str) -> Table:
    say = prose(lang)["page"]
    table = _table(say["top"], "#" + say["n"], say["todo"])
    for code, n in troubles(summary)[:5]:
        table.add_row(words.caption("reason", code, lang), words.number(lang, n), words.action(lang, (code,)))
    return table


def _examples(shown: list[Example], lang: str) -> Table:
    from rich.markup import escape

    say = prose(lang)["page"]
    table = _table(say["examples"], say["before"], say["after"])
    for one in shown:
        font = one.reason == "old_font"
        title = say["old_font"].format(charset=one.charset) if font else words.caption("reason", one.reason, lang)
        after = say["do_not_use"] if one.reason == "number_of_another_person" else one.after
        table.add_row(title, escape(one.before), escape(after))
    return table
