"""The register made ready for linking: immutable Parquet generations, a manifest swapped atomically, deltas on top."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from dancu.core.refusal import Refusal

FORMAT = 4
# A part holds Parquet for scans and for Spark (person, former numbers, and the dictionaries name, key, bag, date) and sorted
# arrays for look-ups (see `arrays` and `keys`).
# Dictionaries hold values, not people: later parts only add to them.
DICTIONARIES = ("name", "key", "bag", "date")


@dataclass(frozen=True)
class Part:
    """One immutable generation: a folder of Parquet files. Later parts also list the numbers they `changed`."""

    folder: str
    people: int


@dataclass(frozen=True)
class Manifest:
    """What a prepared register is made of.

    version     counts changes; goes into every result
    time        ISO time up to which the register was followed
    people      living rows of all parts, replaced ones not counted
    source_time modification time of the file it was prepared from, ns
    names, keys how many names and keys are coded, so that a later part goes on from there
    position    of the population database's feed; 0 where it was prepared from a file
    """

    format: int
    version: int
    time: str
    people: int
    source_time: int
    names: int
    keys: int
    parts: tuple[Part, ...]
    position: int = 0


@dataclass(frozen=True)
class Prepared:
    """An opened prepared register."""

    root: Path
    manifest: Manifest

    @property
    def people(self) -> int:
        return self.manifest.people

    def files(self, table: str) -> list[str]:
        """Paths of a table's files, oldest part first."""
        paths = (self.root / part.folder / f"{table}.parquet" for part in self.manifest.parts)
        return [str(path) for path in paths if path.exists()]

    def source(self, table: str) -> str:
        """A FROM item over all parts of a table; of people and keys only those that no later part replaced."""
        parts = self.manifest.parts
        if len(parts) == 1 or table in DICTIONARIES:
            return f"read_parquet([{', '.join(_quoted(path) for path in self.files(table))}])"
        living = [self._living(table, position) for position in range(len(parts))]
        return "(" + " UNION ALL BY NAME ".join(part for part in living if part) + ")"

    def _living(self, table: str, position: int) -> str:
        """One part's rows without the people that later parts changed or took away."""
        path = self.root / self.manifest.parts[position].folder / f"{table}.parquet"
        if not path.exists():
            return ""
        later = [self.root / part.folder / "changed.parquet" for part in self.manifest.parts[position + 1 :]]
        sql = f"SELECT * FROM read_parquet({_quoted(str(path))})"
        if not later:
            return sql
        changed = ", ".join(_quoted(str(path)) for path in later)
        return f"{sql} WHERE pin NOT IN (SELECT pin FROM read_parquet([{changed}]))"


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"


def read(root: Path) -> Prepared:
    """Open a prepared register; raises Refusal where `root` holds none."""
    try:
        data = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refusal(
            "not_prepared",
            vi=f"{root} không phải là dữ liệu dân cư đã chuẩn bị; hãy chạy: dancu prepare TỆP --out {root}",
            en=f"{root} is not a prepared register; run: dancu prepare FILE --out {root}",
        ) from None
    if data.get("format") != FORMAT:
        raise Refusal(
            "prepared_format",
            vi=f"{root} do phiên bản khác chuẩn bị; hãy chạy lại dancu prepare.",
            en=f"{root} was prepared by another version; run dancu prepare again.",
        )
    data["parts"] = tuple(Part(**part) for part in data["parts"])
    return Prepared(root, Manifest(**data))


def write(root: Path, manifest: Manifest) -> Prepared:
    """Make `manifest` the current one: a reader sees either the old or the new, never a mixture."""
    path = root / "manifest.json"
    draft = path.with_suffix(".json.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    return Prepared(root, manifest)
