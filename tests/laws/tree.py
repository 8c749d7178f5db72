"""What the laws look at: the files git would commit, and the Python among them, parsed once."""

from __future__ import annotations

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS_ROOT = ROOT / "src" / "dancu"


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or would be by `git add`, sorted; without git, all but hidden ones."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        found = [
            p for p in ROOT.rglob("*") if not any(part.startswith(".") for part in p.relative_to(ROOT).parts)
        ]
    else:
        found = [ROOT / name for name in listing.decode().split("\0") if name]
    return tuple(sorted({p for p in found if p.is_file()}))


def with_suffix(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """The committed files below `under` that end in one of `suffixes`."""
    return [p for p in files() if p.suffix in suffixes and p.is_relative_to(under)]


@functools.cache
def text(path: Path) -> str:
    """The content of a text file, or nothing where it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@functools.cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), filename=str(path))


def rooms() -> list[str]:
    """The rooms that have code: the folders below src/dancu with a Python file."""
    return sorted(
        {
            p.relative_to(ROOMS_ROOT).parts[0]
            for p in with_suffix(".py", under=ROOMS_ROOT)
            if len(p.relative_to(ROOMS_ROOT).parts) > 1
        }
    )


def documents() -> list[Path]:
    """The Markdown pages people read."""
    return with_suffix(".md")


def short(path: Path) -> str:
    """The path below the root, for a message."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
