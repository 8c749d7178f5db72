"""A measure over time as SVG made here: no script, no style attribute, readable in both themes, with its table beside it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# Units of the drawing, which the page scales; room for the captions of both axes.
WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 12, 30
# Shares that differ by less are shown over at least this span, so that a hair is not drawn as a cliff.
_SPAN_LEAST = 0.02
_DAYS_SPAN_LEAST = 2.0
_TICKS = 4
_STEPS = tuple(digit * 10.0**power for power in range(-4, 7) for digit in (1, 2, 2.5, 5))


@dataclass(frozen=True)
class Dot:
    """One day of the line: where it stands, and what it says."""

    x: float
    y: float
    day: date
    value: float


@dataclass(frozen=True)
class Trend:
    """What the template draws. `ticks`: (height, value) of the lines across; `path`: the line through all dots."""

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, float], ...]
    path: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    base: int = HEIGHT - _BOTTOM


def drawn(values: Sequence[tuple[date, float]], *, share: bool = True) -> Trend | None:
    """The line of a measure, oldest first; None where a single day, or none, makes no line."""
    if len(values) < 2:
        return None
    low, high = _span([value for _, value in values], share)
    first, last = values[0][0], values[-1][0]
    wide = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - first).days / wide, 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (value - low) / (high - low), 1)

    dots = tuple(Dot(x(day), y(value), day, value) for day, value in values)
    steps = [low + (high - low) * n / _TICKS for n in range(_TICKS + 1)]
    path = " ".join(f"{'L' if n else 'M'}{dot.x:g} {dot.y:g}" for n, dot in enumerate(dots))
    return Trend(dots, tuple((y(value), value) for value in steps), path)


def _span(values: Sequence[float], share: bool) -> tuple[float, float]:
    """What the height stands for: what there is, no less than the least span, and of shares nothing beyond 0 and 1."""
    low, high = min(values), max(values)
    least = _SPAN_LEAST if share else _DAYS_SPAN_LEAST
    room = max(least - (high - low), 0) / 2
    low, high = low - room, high + room
    # Lines across at numbers that people say.
    step = next(step for step in _STEPS if step * _TICKS >= high - low)
    low = math.floor(low / step + 1e-9) * step
    if share:
        low = max(min(low, 1.0 - step * _TICKS), 0.0)
    while low + step * _TICKS < min(high, 1.0 if share else high) - 1e-9:
        step = _STEPS[_STEPS.index(step) + 1]
        low = max(math.floor(low / step + 1e-9) * step, 0.0)
    return low, low + step * _TICKS
