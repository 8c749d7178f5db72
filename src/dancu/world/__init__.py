"""A seeded synthetic country and its dirty agency files, with the truth known: nobody in it is real.

`build` is the only door: it writes a register, agency files with errors of a named mix, and what is true of each row.
"""

from __future__ import annotations

from dancu.world.build import WorldSummary, build

__all__ = ["WorldSummary", "build"]
