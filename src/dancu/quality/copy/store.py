"""Where the copy lies: immutable Parquet parts and the manifest that says which of them count."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from dancu.linkage.engine import literal

# Another number, and the copy is made anew.
FORMAT = 2


@dataclass(frozen=True)
class Manifest:
    """What the copy is made of: `base` and, on top, `parts`, oldest first (files), as of `position` of the feed.

    `time`: when (ISO). `people`: records in the base. `changed`: in the parts together.
    """

    format: int
    position: int
    time: str
    base: str
    people: int
    parts: tuple[str, ...] = ()
    changed: int = 0


@dataclass(frozen=True)
class Copy:
    """The copy in a folder, as one manifest has it."""

    root: Path
    manifest: Manifest

    def source(self) -> str:
        """A FROM item with the newest record of everybody who still answers for somebody."""
        base = _file(self.root / self.manifest.base)
        if not self.manifest.parts:
            return f"(SELECT * EXCLUDE (gone) FROM read_parquet({base}) WHERE NOT gone)"
        parts = ", ".join(_file(self.root / part) for part in self.manifest.parts)
        newest = self._newest(parts)
        return f"""(SELECT * EXCLUDE (gone) FROM read_parquet({base}) WHERE NOT gone
          AND person NOT IN (SELECT person FROM read_parquet([{parts}]))
          UNION ALL BY NAME SELECT * EXCLUDE (gone) FROM {newest} WHERE NOT gone)"""

    def changed_since(self, position: int) -> str | None:
        """A query of the people who changed after a position of the feed; None where the base itself is newer."""
        if _position(self.manifest.base) > position:
            return None
        newer = [_file(self.root / part) for part in self.manifest.parts if _position(part) > position]
        if not newer:
            return "SELECT 0::BIGINT AS person WHERE false"
        return f"SELECT DISTINCT person FROM read_parquet([{', '.join(newer)}])"

    def _newest(self, parts: str) -> str:
        if len(self.manifest.parts) == 1:
            return f"read_parquet([{parts}])"
        # Names of parts rise with their number, so the last name holds the newest record.
        return f"""(SELECT * EXCLUDE (filename) FROM read_parquet([{parts}], filename = true)
          QUALIFY row_number() OVER (PARTITION BY person ORDER BY filename DESC) = 1)"""


def _position(file: str) -> int:
    """The position of the feed in the name of a base or part."""
    return int(file.split("-")[1])


def read(root: Path) -> Copy | None:
    """The copy in a folder; None where there is none that this version can read."""
    try:
        data = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
        manifest = Manifest(**{**data, "parts": tuple(data["parts"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    files = (manifest.base, *manifest.parts)
    return Copy(root, manifest) if manifest.format == FORMAT and all((root / file).exists() for file in files) else None


def write(root: Path, manifest: Manifest) -> Copy:
    """Make a manifest the current one in one step, then take away what no longer counts: data that had to disappear are gone."""
    path = root / "manifest.json"
    draft = path.with_suffix(".json.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    for old in root.glob("*.parquet"):
        if old.name not in (manifest.base, *manifest.parts):
            old.unlink(missing_ok=True)
    return Copy(root, manifest)


def _file(path: Path) -> str:
    return literal(str(path))
