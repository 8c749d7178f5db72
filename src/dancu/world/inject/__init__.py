"""The house's own injectors: importing this room registers them all.

An injector is `f(chunk, rows, rng, params)`: it edits `chunk.cells[field][row]` for the rows it was given, calls
`chunk.mark(rows, code)` for those where the error can be seen afterwards (and only those), `chunk.doubt(rows)` where
the result might as well be another error, and leaves a row alone when it has nothing to work on. Another module
registers its own with `from dancu.world.mix import injector` and is named under `modules` in a mix file; the names
used here may be taken over that way, too.
"""

from __future__ import annotations

from dancu.world.inject import codepage, date, listing, name, number, place

__all__ = ["codepage", "date", "listing", "name", "number", "place"]
