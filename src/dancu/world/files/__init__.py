"""One module per agency file: who is in it, how the sheet looks, and how it is written row by row."""

from __future__ import annotations

from dancu.world.files.spec import FileSpec, catalogue

__all__ = ["FileSpec", "catalogue"]
