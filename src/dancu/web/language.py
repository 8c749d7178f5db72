"""What pages say: sentences by key in Vietnamese and English, and dates and numbers as each language writes them.

A group of sentences is two files, `words/GROUP.vi.toml` and `words/GROUP.en.toml` with the same keys; a key is said as
"GROUP.key" or, from a table, "GROUP.table.key". Closed lists of the house come from `core.words` and `register.captions`.
"""

from __future__ import annotations

import functools
import tomllib
from datetime import datetime
from importlib.resources import files
from typing import Any

from dancu.core.words import number as grouped
from dancu.kit.clock import VIETNAM

LANGUAGES = ("vi", "en")


@functools.cache
def sentences(lang: str) -> dict[str, str]:
    """Every sentence of a language by its whole key."""
    said: dict[str, str] = {}
    for path in sorted((files("dancu.web") / "words").iterdir(), key=lambda path: path.name):
        group, _, rest = path.name.partition(".")
        if rest == f"{lang}.toml":
            said |= _flat(tomllib.loads(path.read_text(encoding="utf-8")), group)
    return said


def say(lang: str, key: str, **values: object) -> str:
    """The sentence of a key with its {names} filled in. Raises KeyError for a key there is not."""
    sentence = sentences(lang)[key]
    return sentence.format(**values) if values else sentence


def has(key: str) -> bool:
    """Whether there is a sentence of that key."""
    return key in sentences("vi")


def table(lang: str, prefix: str) -> dict[str, str]:
    """The sentences below a prefix ("frame.role"), in their order: {code: sentence}."""
    return {key[len(prefix) + 1 :]: text for key, text in sentences(lang).items() if key.startswith(prefix + ".")}


def number(lang: str, n: int) -> str:
    """A whole number with its thousands grouped."""
    return grouped(lang, n)


def size(lang: str, n: int) -> str:
    """So many bytes as people say it: 740 B, 12 KB, 3,4 MB."""
    if n < 1024:
        return f"{n} B"
    if n < 1_048_576:
        return f"{grouped(lang, round(n / 1024))} KB"
    told = f"{n / 1_048_576:.1f}"
    return f"{told if lang == 'en' else told.replace('.', ',')} MB"


def day(iso: str) -> str:
    """An ISO date, which may be a year or a month alone, as dd/mm/yyyy."""
    return "/".join(reversed(iso.split("-"))) if iso else ""


def moment(at: datetime | None) -> str:
    """An instant by the clock of Vietnam: 14:05 30/11/2026."""
    return at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") if at else ""


def iso_of(text: str) -> str | None:
    """The ISO date of what was typed: dd/mm/yyyy, mm/yyyy, yyyy, ddmmyyyy or ISO itself; None where it is no date."""
    parts = text.strip().replace("-", "/").replace(".", "/").replace(" ", "/").split("/")
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if not all(part.isascii() and part.isdecimal() for part in parts) or len(parts) > 3:
        return None
    if len(parts[0]) == 4:
        parts.reverse()
    if len(parts[-1]) != 4 or any(len(part) > 2 for part in parts[:-1]):
        return None
    numbers = [int(part) for part in reversed(parts)]
    try:
        datetime(*[*numbers, 1, 1][:3])  # type: ignore[arg-type]
    except ValueError:
        return None
    return "-".join(f"{n:02d}" for n in numbers)


def _flat(told: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in told.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}.{key}")
        else:
            flat[f"{prefix}.{key}"] = value
    return flat
