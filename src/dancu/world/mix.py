"""The error mix: which errors an agency's rows carry, how often, and whose habit they are; read from a TOML file.

A mix names injectors; the functions live in `dancu.world.inject` or in any importable module listed under `modules`
that registers its own with `@injector("name")`. So a second mix, and a second way of making errors, plug in as data.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from dancu.core.refusal import Refusal
from dancu.world.chunk import Chunk

# (chunk, rows, rng, params): changes chunk.cells in place at `rows` and marks what became visible.
Injector = Callable[[Chunk, np.ndarray, np.random.Generator, Mapping[str, Any]], None]
INJECTORS: dict[str, Injector] = {}


def injector(name: str) -> Callable[[Injector], Injector]:
    """Register an injector under the name a mix file uses."""

    def register(function: Injector) -> Injector:
        INJECTORS[name] = function
        return function

    return register


@dataclass(frozen=True)
class Entry:
    """One `[[error]]` of a mix.

    `row_rate`: share of rows, independently. `clerk_share` of clerks have the habit and show it in `clerk_rate` of
    their rows. Entries of one `group` never meet in a row by row rate. `files` / `not_files` limit where it applies;
    `needs` is the cell without which it is skipped.
    """

    injector: str
    row_rate: float
    clerk_share: float
    clerk_rate: float
    group: str
    needs: str
    files: tuple[str, ...]
    not_files: tuple[str, ...]
    params: Mapping[str, Any]

    def applies(self, file: str, chunk: Chunk) -> bool:
        wanted = (not self.files or file in self.files) and file not in self.not_files
        return wanted and (not self.needs or self.needs in chunk.cells)


@dataclass(frozen=True)
class Mix:
    """A whole mix; `listed` says who is in the file, `clerk_rows` how many rows a clerk types."""

    name: str
    listed: Mapping[str, float]
    clerk_rows: tuple[int, int]
    entries: tuple[Entry, ...]


def load(source: str | Path | Mix) -> Mix:
    """A mix by name (a file of `world/mixes`), by path, or as it is."""
    if isinstance(source, Mix):
        return source
    path = Path(source)
    if path.suffix == ".toml":
        if not path.is_file():
            raise Refusal("mix_not_found", vi=f"Không thấy tệp cấu hình lỗi {path}.", en=f"No error mix at {path}.")
        text, name = path.read_text("utf-8"), path.stem
    else:
        inside = files("dancu.world").joinpath("mixes", f"{source}.toml")
        if not inside.is_file():
            known = ", ".join(sorted(f.name[:-5] for f in files("dancu.world").joinpath("mixes").iterdir()))
            raise Refusal(
                "mix_not_found",
                vi=f"Không có cấu hình lỗi “{source}”; hiện có: {known}.",
                en=f"No error mix named “{source}”; there are: {known}.",
            )
        text, name = inside.read_text("utf-8"), str(source)
    return parse(text, name)


def parse(text: str, name: str) -> Mix:
    """A mix from TOML text; refuses text that is not TOML and names nobody registered."""
    try:
        raw = tomllib.loads(text)
        import dancu.world.inject  # noqa: F401  registers the injectors of the house

        for module in raw.get("modules", []):
            importlib.import_module(module)
        entries = tuple(_entry(e) for e in raw["error"])
        low, high = raw["clerks"]["rows"]
        listed = {k: float(v) for k, v in raw["listed"].items()}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, ImportError) as error:
        raise Refusal(
            "mix_unusable",
            vi=f"Cấu hình lỗi “{name}” không dùng được: {error}.",
            en=f"Error mix “{name}” cannot be used: {error}.",
        ) from error
    return Mix(name=name, listed=listed, clerk_rows=(int(low), int(high)), entries=entries)


_KNOWN = {"injector", "why", "row_rate", "clerk_share", "clerk_rate", "group", "needs", "files", "not_files"}


def _entry(raw: dict[str, Any]) -> Entry:
    if raw["injector"] not in INJECTORS:
        raise ValueError(f"no injector {raw['injector']}")
    return Entry(
        injector=raw["injector"],
        row_rate=float(raw.get("row_rate", 0)),
        clerk_share=float(raw.get("clerk_share", 0)),
        clerk_rate=float(raw.get("clerk_rate", 1)),
        group=raw.get("group", ""),
        needs=raw.get("needs", ""),
        files=tuple(raw.get("files", ())),
        not_files=tuple(raw.get("not_files", ())),
        params={k: v for k, v in raw.items() if k not in _KNOWN},
    )


def apply(mix: Mix, file: str, chunk: Chunk, rng: np.random.Generator) -> None:
    """Run every entry of a mix over a chunk, in the order of the file."""
    draws: dict[str, np.ndarray] = {}
    used: dict[str, float] = {}
    clerks = int(chunk.clerk.max()) + 1 if len(chunk) else 0
    for entry in mix.entries:
        if not entry.applies(file, chunk):
            continue
        u = draws.setdefault(entry.group, rng.random(len(chunk))) if entry.group else rng.random(len(chunk))
        start = used.get(entry.group, 0.0) if entry.group else 0.0
        used[entry.group] = start + entry.row_rate
        picked = (u >= start) & (u < start + entry.row_rate)
        if entry.clerk_share:
            habit = _share_of(clerks, entry.clerk_share, rng)[chunk.clerk]
            picked |= habit & (rng.random(len(chunk)) < entry.clerk_rate)
        rows = np.flatnonzero(picked)
        if len(rows):
            INJECTORS[entry.injector](chunk, rows, rng, entry.params)


def _share_of(clerks: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """A mask of clerks; stratified, so that a block of few clerks does not stray from the share."""
    even = (np.arange(clerks) + rng.random()) / clerks
    return rng.permutation(even < share)
