"""What lies beside a backup: its checksum, the versions that made it and the digest of what it holds."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dancu.core.refusal import Refusal
from dancu.kit.digest import Digest

FORMAT = 1
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """One backup file: its name, SHA-256 and size, when (ISO 8601, UTC) and by which versions it was made."""

    file: str
    sha256: str
    bytes: int
    made_at: str
    database: str
    dancu: str
    postgres: str
    compression: str
    digest: Digest

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.digest.tables.values())


def path_of(file: Path) -> Path:
    """Where the manifest of a backup file lies: beside it, with `.json` after its name."""
    return file.with_name(file.name + ".json")


def write(manifest: Manifest, path: Path) -> None:
    """Write a manifest durably, in one step."""
    told = {"format": FORMAT, **vars(manifest), "digest": manifest.digest.as_json()}
    new = path.with_name(path.name + ".new")
    with new.open("w", encoding="utf-8") as handle:
        json.dump(told, handle, ensure_ascii=False, indent=1)
        handle.write("\n")
        handle.flush()
        os.fsync(handle.fileno())
    new.chmod(0o600)
    new.replace(path)


def read(file: Path) -> Manifest:
    """The manifest of a backup file; refuses `no_backup` and `bad_manifest`."""
    path = path_of(file)
    if not file.is_file() or not path.is_file():
        missing = path if file.is_file() else file
        raise Refusal(
            "no_backup",
            vi=f"Không có tệp {missing}; một bản sao lưu gồm tệp dữ liệu và tệp .json đi kèm, hãy để cả hai cạnh nhau.",
            en=f"There is no file {missing}; a backup is a data file and the .json beside it, keep both together.",
        )
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise ValueError("format")
        return Manifest(**{**told, "digest": Digest.from_json(told["digest"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(
            "bad_manifest",
            vi=f"Tệp {path} không phải là tệp mô tả bản sao lưu mà bản chương trình này đọc được.",
            en=f"The file {path} is no description of a backup that this version can read.",
        ) from None


def checked(file: Path) -> Manifest:
    """The manifest of a backup whose bytes are those that were written; refuses `backup_damaged` too."""
    manifest = read(file)
    if file.stat().st_size != manifest.bytes or sha256_of(file) != manifest.sha256:
        raise Refusal(
            "backup_damaged",
            vi=f"Tệp sao lưu {file} đã bị thay đổi hoặc bị cắt cụt; hãy dùng một bản sao khác.",
            en=f"The backup {file} was changed or cut short; use another copy.",
        )
    return manifest


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file in hex, in the memory of one block."""
    total = hashlib.sha256()
    with file.open("rb") as handle:
        while block := handle.read(_BLOCK_BYTES):
            total.update(block)
    return total.hexdigest()
