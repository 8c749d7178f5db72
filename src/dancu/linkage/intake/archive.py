"""Zip files under limits: how much they may unpack to, and their members copied out one by one."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from dancu.linkage.intake.refusals import refuse

MAX_RATIO = 250
"""Unpacked bytes per packed byte; sheets of real lists stay below 60."""
RATIO_FROM_BYTES = 64 << 20
"""Below this size a high ratio harms nobody."""
MAX_TOTAL_BYTES = 32 << 30
MAX_MEMBERS = 20_000
_TABLE_TEXT = ".xlsx .xlsm .xltx .xlsb .xls .ods .csv .tsv .txt .tab .parquet .pq .ndjson .jsonl .json"
_TABLES = frozenset(_TABLE_TEXT.split())
_ARCHIVES = frozenset((".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar"))


def check_limits(path: Path) -> None:
    """Raises Refusal("zip_bomb" | "zip_password") by the directory of the archive, before anything is unpacked.

    The directory can be believed: reading a member stops with an error where it holds more than declared.
    """
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise refuse("zip_password", file=path)
    if len(infos) > MAX_MEMBERS:
        raise refuse("zip_bomb", file=path, detail=f"{len(infos)} tệp/files")
    total = sum(info.file_size for info in infos)
    packed = min(sum(info.compress_size for info in infos), path.stat().st_size)
    worst = max(
        (info.file_size / max(info.compress_size, 1) for info in infos if info.file_size > RATIO_FROM_BYTES),
        default=0,
    )
    if (
        total > MAX_TOTAL_BYTES
        or worst > MAX_RATIO
        or total > RATIO_FROM_BYTES
        and total > MAX_RATIO * max(packed, 1)
    ):
        raise refuse("zip_bomb", file=path, detail=f"{total >> 20} MB")


def unpack(path: Path, work: Path) -> tuple[list[Path], list[str]]:
    """(tables copied into `work`, names of members left out); Refusal where there is none, or an archive inside.

    Member paths are not followed: files are numbered, so no name can lead out of `work`.
    """
    check_limits(path)
    tables, left = [], []
    room = work / "unzipped"
    room.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(work).free
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = PurePosixPath(info.filename.replace("\\", "/"))
            if info.is_dir() or name.name.startswith((".", "~$")) or "__MACOSX" in name.parts:
                continue
            suffix = name.suffix.lower()
            if suffix in _ARCHIVES:
                raise refuse("zip_nested", file=path, detail=name.name[:60])
            if suffix not in _TABLES:
                left.append(name.name)
                continue
            if info.file_size > free:
                raise refuse("zip_bomb", file=path, detail=f"{info.file_size >> 20} MB")
            folder = room / str(len(tables) + 1)
            folder.mkdir(exist_ok=True)
            target = folder / (name.name[-100:] or "member")
            with archive.open(info) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            tables.append(target)
    if not tables:
        raise refuse("zip_no_table", file=path)
    return tables, left
