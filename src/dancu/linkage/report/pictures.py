"""Inline SVG of the report: the bar of verdicts and the tile map of today's 34 provinces."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from typing import Any

from dancu.core import words
from dancu.linkage.report.phrasing import prose, shares

TILE, GAP = 46, 3
# Islands that every map of Vietnam shows: text key, province, column, row.
ISLANDS = (("hoang_sa", "48", 6.3, 7), ("truong_sa", "56", 6.3, 11.6))
# Steps of the colour scale: lower bounds of the share of matched rows. The figure stands in every tile too.
STEPS = (0.0, 0.5, 0.7, 0.8, 0.9)


@cache
def tiles() -> dict[str, tuple[str, int, int]]:
    """{2-digit code since July 2025: (short name, column, row)}."""
    text = resources.files(__package__).joinpath("tiles.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {code: (name, int(column), int(row)) for code, name, column, row in rows}


def verdict_bar(summary: dict[str, Any], lang: str) -> str:
    """The five verdicts as one bar; every part has its name and figure in the table beside it."""
    counts = [(code, summary[code]) for code in words.VERDICTS]
    total = sum(n for _, n in counts) or 1
    parts, x = [], 0.0
    for code, n in counts:
        width = 1000 * n / total
        label = f"{words.caption('verdict', code, lang)}: {words.number(lang, n)}"
        if n:
            shown = max(width - 2, 1)
            parts.append(
                f'<rect class="f-{code}" x="{x:.1f}" y="0" width="{shown:.1f}" height="34">'
                f"<title>{escape(label)}</title></rect>"
            )
        x += width
    spoken = "; ".join(
        f"{words.caption('verdict', code, lang)} {words.percent(lang, share)}"
        for (code, _), share in zip(counts, shares([n for _, n in counts]), strict=True)
    )
    return (
        f'<svg class="bar" viewBox="0 0 1000 34" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(spoken)}">{"".join(parts)}</svg>'
    )


def step(share: float) -> int:
    """Which of the five colours a share (0..1) takes."""
    return sum(share >= bound for bound in STEPS) - 1


def province_map(summary: dict[str, Any], lang: str) -> str:
    """One tile a province with its share of matched rows; Hoàng Sa and Trường Sa are always drawn."""
    say = prose(lang)["page"]
    drawn = [_tile(code, name, column, row, summary, lang) for code, (name, column, row) in tiles().items()]
    for key, code, column, row in ISLANDS:
        drawn.append(_island(say[key], say[key + "_in"], code, column, row, summary))
    width, height = 8.3 * (TILE + GAP), 15 * (TILE + GAP)
    return (
        f'<svg class="map" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(say["map_title"])}">'
        f"{''.join(drawn)}</svg>"
    )


def _class(summary: dict[str, Any], code: str) -> str:
    here = summary["provinces"].get(code)
    total = sum(here.values()) if here else 0
    return f"m{step(here['matched'] / total)}" if here and total else "m-none"


def _tile(code: str, name: str, column: int, row: int, summary: dict[str, Any], lang: str) -> str:
    here = summary["provinces"].get(code)
    total = sum(here.values()) if here else 0
    x, y = column * (TILE + GAP), row * (TILE + GAP)
    figure = words.percent(lang, here["matched"] / total, 0) if here and total else "–"
    detail = f"{figure} / {words.number(lang, total)}" if total else prose(lang)["page"]["map_none"]
    first, _, second = name.partition(" ")
    lines = [first, second] if second else ["", first]
    middle = x + TILE / 2
    texts = "".join(
        f'<text x="{middle}" y="{y + 14 + 11 * i}">{escape(line)}</text>' for i, line in enumerate(lines) if line
    )
    return (
        f'<g class="{_class(summary, code)}"><title>{escape(name)}: {escape(detail)}</title>'
        f'<rect x="{x}" y="{y}" width="{TILE}" height="{TILE}" rx="5"/>{texts}'
        f'<text class="v" x="{middle}" y="{y + 39}">{escape(figure)}</text></g>'
    )


def _island(name: str, inside: str, code: str, column: float, row: float, summary: dict[str, Any]) -> str:
    x, y = column * (TILE + GAP), row * (TILE + GAP)
    wide = TILE * 2
    dots = ((12, 10), (26, 6), (44, 11), (60, 7), (78, 12), (34, 15), (68, 16))
    isles = "".join(f'<circle cx="{x + dx:.0f}" cy="{y + dy:.0f}" r="2"/>' for dx, dy in dots)
    return (
        f'<g class="{_class(summary, code)} island">'
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{wide}" height="{TILE}" rx="5"/>'
        f'{isles}<text x="{x + wide / 2:.0f}" y="{y + 29:.0f}">{escape(name)}</text>'
        f'<text x="{x + wide / 2:.0f}" y="{y + 40:.0f}">{escape(inside)}</text></g>'
    )
