"""Checks on the pages people read: what they name must exist, and what must be written down is."""

from __future__ import annotations

import re

_CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]+`", re.DOTALL)
_MAKE = re.compile(r"(?<![\w/.-])make[ \t]+([a-z][a-z-]*)\b")
_DANCU = re.compile(r"(?<![\w/.-])dancu[ \t]+([a-z][a-z-]*)\b")
_TARGET = re.compile(r"^([a-z][a-z-]*):(?:[^=].*)?$", re.MULTILINE)
_PATH = re.compile(r"`((?:[\w-]+/)+[\w.-]+\.(?:py|sql|toml|js|css|md|html))`")
_LAW = re.compile(r"`(test_\w+)`")


def code_of(page: str) -> str:
    """The code spans and blocks of a Markdown page; prose may say "make" freely."""
    return "\n".join(_CODE.findall(page))


def make_verbs(page: str) -> set[str]:
    """The make targets a page names in code."""
    return set(_MAKE.findall(code_of(page)))


def dancu_commands(page: str) -> set[str]:
    """The `dancu` commands a page names in code."""
    return set(_DANCU.findall(code_of(page)))


def paths_named(page: str, rooms: list[str]) -> set[str]:
    """The files in one of the rooms that a page names by their path."""
    return {path for path in _PATH.findall(page) if path.partition("/")[0] in rooms}


def targets(makefile: str) -> set[str]:
    """The verbs a Makefile offers."""
    return set(_TARGET.findall(makefile))


def silent_targets(makefile: str) -> list[str]:
    """Verbs without the `##` sentence that `make help` prints."""
    return [m.group(1) for m in _TARGET.finditer(makefile) if " ## " not in m.group(0)]


def laws_named(page: str) -> set[str]:
    """The test functions a page names."""
    return set(_LAW.findall(page))


def absent_rooms(map_text: str, rooms: list[str]) -> list[str]:
    """Rooms that the map does not name as `room/`."""
    return [room for room in rooms if not re.search(rf"(?<![\w-]){re.escape(room)}/", map_text)]


def misnumbered(names: list[str]) -> list[str]:
    """Decision pages whose number is missing, used twice, or leaves a hole."""
    numbers = [re.match(r"(\d{4})-[a-z0-9-]+\.md$", name) for name in sorted(names)]
    wrong = [name for name, hit in zip(sorted(names), numbers, strict=True) if not hit]
    seen = [int(hit.group(1)) for hit in numbers if hit]
    if seen != list(range(1, len(seen) + 1)):
        wrong.append(f"numbers run {seen}")
    return wrong


def headings_missing(page: str) -> list[str]:
    """The parts a decision page must have."""
    return [
        h for h in ("Context", "Decision", "Consequences") if not re.search(rf"^## {h}$", page, re.MULTILINE)
    ]


def unpinned(requirements: str) -> list[str]:
    """Requirement lines without an exact version, and pins without a hash."""
    blocks = re.split(r"\n(?=\S)", requirements.strip())
    return [
        b.splitlines()[0]
        for b in blocks
        if b.strip() and not b.startswith("#") and not ("==" in b.splitlines()[0] and "--hash=sha256:" in b)
    ]
