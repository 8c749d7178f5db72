"""The door of the intake: any agency file in, Sources out, and one sentence for whatever cannot be read."""

from __future__ import annotations

import errno
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.linkage.intake.archive import check_limits, unpack
from dancu.linkage.intake.columns.overrides import check_fields
from dancu.linkage.intake.refusals import listed, refuse
from dancu.linkage.intake.signature import kind_of
from dancu.linkage.intake.source import Source

Progress = Callable[[str, int, int], None]
_OURS = {errno.ENOSPC, errno.EROFS, errno.EMFILE, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""Troubles of the machine, such as a full disk: not the file's, so not answered here."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError)


def open_source(
    path: Path, *, work: Path, sheets: Sequence[str] = (), overrides: Mapping[str, str] | None = None,
    progress: Progress | None = None, careful: bool = False,
) -> tuple[Source, ...]:  # fmt: skip
    """Opens an agency file for reading: usually one Source, for a zip one a table inside.

    `work` is an existing private folder; what has to be copied is put there and nowhere else. `overrides` maps a
    column (its header, or its letter such as `C`) to a field of `source.FIELDS`, to one of a further person (`mother.pin`), or
    to `-` to ignore it.
    `progress(stage, rows, 0)` is called every 20,000 rows while a file is copied. `careful=True` reads
    text row by row: where DuckDB refuses what the sample could not show, open the file again with it, and it is
    either read or refused for good.

    Raises Refusal for everything that cannot be used, whatever its bytes are; OSError only for the machine's own
    troubles (disk full, read-only).
    """
    path, overrides = Path(path), dict(overrides or {})
    check_fields(overrides)
    try:
        kind = kind_of(path)
        if kind != "zip":
            return (_open_one(path, kind, work, sheets, overrides, progress, careful),)
        members, left = unpack(path, work)
        return tuple(_open_members(path, members, left, work, sheets, overrides, progress, careful))
    except Refusal:
        raise
    except _DAMAGE as error:
        raise refuse("file_damaged", file=path, detail=type(error).__name__) from None
    except OSError as error:
        if error.errno in _OURS:
            raise
        raise refuse("unreadable_file", file=path, detail=type(error).__name__) from error
    except Exception as error:
        raise refuse("unreadable_file", file=path, detail=type(error).__name__) from error


def _open_members(
    path: Path, members: Sequence[Path], left: Sequence[str], work: Path, sheets: Sequence[str],
    overrides: Mapping[str, str], progress: Progress | None, careful: bool,
):  # fmt: skip
    stems: set[str] = set()
    for i, member in enumerate(members):
        kind = kind_of(member)
        if kind == "zip":
            raise refuse("zip_nested", file=path, detail=member.name[:60])
        room = work / f"member-{i + 1}"
        room.mkdir(exist_ok=True)
        source = _open_one(member, kind, room, sheets, overrides, progress, careful)
        notes = (f"members left out: {listed(left)}",) if left and i == 0 else ()
        # Results are called by the stem: lists of the same name in two folders must not overwrite each other.
        stem, n = source.stem, 1
        while stem.casefold() in stems:
            n += 1
            stem = f"{source.stem}-{n}"
        stems.add(stem.casefold())
        yield replace(source, stem=stem, notes=(*source.notes, *notes))


def _open_one(
    path: Path, kind: str, work: Path, sheets: Sequence[str], overrides: Mapping[str, str],
    progress: Progress | None, careful: bool,
) -> Source:  # fmt: skip
    if kind in {"xlsx", "xls", "ods", "xlsb"}:
        return _open_book(path, kind, work, sheets, overrides, progress)
    if sheets:
        raise refuse("sheets_not_here", file=path)
    if kind == "text":
        from dancu.linkage.intake.flat.delimited import read_delimited

        return read_delimited(path, work=work, overrides=overrides, progress=progress, careful=careful)
    from dancu.linkage.intake.flat import columnar

    if kind == "parquet":
        return columnar.read_parquet(path, work=work, overrides=overrides, careful=careful)
    return columnar.read_ndjson(path, work=work, overrides=overrides, careful=careful)


def _open_book(
    path: Path,
    kind: str,
    work: Path,
    sheets: Sequence[str],
    overrides: Mapping[str, str],
    progress: Progress | None,
) -> Source:
    from dancu.linkage.intake.sheets.reading import read_book

    if kind != "xls":
        check_limits(path)
    if kind == "xlsx":
        from dancu.linkage.intake.sheets.xlsx import open_xlsx

        book = open_xlsx(path, work)
    elif kind == "xls":
        from dancu.linkage.intake.sheets.xls import open_xls

        book = open_xls(path)
    else:
        from dancu.linkage.intake.sheets.calamine import open_calamine

        book = open_calamine(path, kind)
    try:
        return read_book(book, path, work=work, sheets=sheets, overrides=overrides, progress=progress)
    finally:
        book.close()
