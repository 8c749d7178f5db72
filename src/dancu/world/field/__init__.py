"""Errors seen in files of communes, hospitals, telecoms and pension offices: the injectors of the mix `field`.

Importing this room registers them; the mix names it under `modules`. They were written apart from the mix `base`, as a
second opinion on what goes wrong, and judge what they did by what can be seen in the cell (`dancu.world.field.seen`).
"""

from __future__ import annotations

from dancu.world.field import birthday, dialect, digits, household, keyboard, layout, scan

__all__ = ["birthday", "dialect", "digits", "household", "keyboard", "layout", "scan"]
