"""What one conversation leaves for the next: where the register is and what columns meant, never what a cell held.

One small private file in the user's own settings folder. Whatever is wrong with it, nothing is remembered and the
questions are asked again.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

# An office has a few dozen forms; the file stays small whatever happens.
SHAPES_MAX = 100
_VERSION = 1

Columns = dict[str, str | None]


@dataclass(frozen=True)
class Memory:
    """`register` as an absolute path; `shapes` header -> field (None: not used), the newest last."""

    register: Path | None = None
    shapes: tuple[Columns, ...] = ()

    def columns(self, headers: Iterable[str]) -> Columns | None:
        """What the columns meant in the last file with these headers, under the headers of this one; else None."""
        wanted = {plain(header): header for header in headers}
        for shape in reversed(self.shapes):
            known = {plain(header): field for header, field in shape.items()}
            if known.keys() == wanted.keys():
                return {header: known[key] for key, header in wanted.items()}
        return None

    def with_columns(self, columns: Mapping[str, str | None]) -> Memory:
        """The same with one more shape, in the place of what was known of it."""
        headers = {plain(header) for header in columns}
        others = [shape for shape in self.shapes if {plain(header) for header in shape} != headers]
        return replace(self, shapes=(*others, dict(columns))[-SHAPES_MAX:])


def plain(header: str) -> str:
    """A header as it is compared: no matter how capitals, spaces and marks were typed."""
    return " ".join(unicodedata.normalize("NFC", header).casefold().split())


def folder() -> Path:
    """Where this system keeps a user's settings for dancu."""
    home = Path.home()
    if os.name == "nt":
        given = os.environ.get("APPDATA", "")
        return (Path(given) if given else home / "AppData" / "Roaming") / "dancu"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "dancu"
    given = os.environ.get("XDG_CONFIG_HOME", "")
    # A relative path there is to be ignored, says the XDG Base Directory Specification.
    return (Path(given) if Path(given).is_absolute() else home / ".config") / "dancu"


def load() -> Memory:
    """What was kept; an empty Memory where nothing was or it cannot be read."""
    try:
        told = json.loads((folder() / "remembered.json").read_text(encoding="utf-8"))
        if told["version"] != _VERSION:
            return Memory()
        register = Path(told["register"]) if told["register"] else None
        return Memory(register, tuple(_shape(shape) for shape in told["shapes"][-SHAPES_MAX:]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        return Memory()


def _shape(told: Mapping[str, str | None]) -> Columns:
    from dancu.linkage.intake.source import FIELDS

    if any(field is not None and field not in FIELDS for field in told.values()):
        raise ValueError
    return dict(told)


def save(memory: Memory) -> bool:
    """Keep it, readable by its owner only; False where the folder cannot be written."""
    told = {
        "version": _VERSION,
        "register": str(memory.register) if memory.register else None,
        "shapes": list(memory.shapes),
    }
    draft = None
    try:
        room = folder()
        room.mkdir(parents=True, exist_ok=True, mode=0o700)
        room.chmod(0o700)
        # mkstemp makes it readable by its owner only, and a reader sees the old file or the new one.
        handle, draft = tempfile.mkstemp(prefix=".", dir=room)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
        os.replace(draft, room / "remembered.json")
    except (OSError, UnicodeError, RuntimeError):
        if draft:
            with suppress(OSError):
                os.unlink(draft)
        return False
    return True
