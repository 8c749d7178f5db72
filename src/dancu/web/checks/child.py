"""The program that reads or checks one uploaded file in a process of its own, so that it can be stopped and its memory comes back.

Standard input: one JSON object. Standard output: JSON lines, `{"progress": [stage, done, total]}` and last `{"done": …}`,
`{"refused": {code, vi, en}}` or `{"failed": class}`; never a value of the file but headers and masked samples.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dancu.core.refusal import Refusal
from dancu.web.serving.family import follow_parent

# A check yields to the pages that people wait for.
_NICE = 5


def columns(asked: dict[str, Any], tell: Callable[[str, int, int], None]) -> dict[str, Any]:
    """What the columns of `file` are taken for, `overrides` as corrected: {plain, meaning, further, order, samples, sheets, tables,
    mixed}."""
    from dancu.linkage.intake import open_source
    from dancu.linkage.intake.columns.meaning import meaning, recognised
    from dancu.linkage.intake.source import further
    from dancu.linkage.report.samples import samples

    path = Path(asked["file"])
    with tempfile.TemporaryDirectory(prefix=".work-", dir=path.parent) as work:
        rooms = [Path(work) / name for name in ("plain", "wished", "samples")]
        for room in rooms:
            room.mkdir()
        tables, plain = recognised(path, rooms[0], asked["sheets"])
        shown = tables
        if asked["overrides"]:
            shown = open_source(path, work=rooms[1], sheets=asked["sheets"], overrides=asked["overrides"])
        mixed = len({frozenset(meaning(table)) for table in tables}) > 1
        now = plain if shown is tables else meaning(shown[0])
        return {
            "plain": plain, "meaning": now, "further": further(shown[0].people),
            "order": {field: list(names) for field, names in tables[0].mapping.items()},
            "samples": samples(shown[0], rooms[2]), "sheets": _sheets(path, asked["book"]), "tables": len(tables), "mixed": mixed,
        }  # fmt: skip


def check(asked: dict[str, Any], tell: Callable[[str, int, int], None]) -> list[dict[str, Any]]:
    """Check `file` against the population database: of each table {stem, files, summary}."""
    from dancu.linkage.check import DATABASE, Wish
    from dancu.linkage.check import check as run
    from dancu.register.command import Actor

    wish = Wish(
        register=Path(DATABASE), out=Path(asked["out"]), policy=asked["policy"], disclose=asked["disclose"], lang=asked["lang"],
        columns=asked["columns"], sheets=asked["sheets"], formats=("same", "parquet"), purpose=asked["purpose"], told=asked["told"],
        actor=Actor(**asked["actor"]), called=asked["called"],
    )  # fmt: skip
    written = run(Path(asked["file"]), wish, progress=tell)
    return [{"files": [path.name for path in each.paths], "summary": each.summary} for each in written]


def main() -> None:
    """Do what standard input asks for."""
    follow_parent()
    # What is written here is this service's account's alone.
    os.umask(0o077)
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    # Nothing but our lines may stand on standard output.
    out, sys.stdout = sys.stdout, sys.stderr
    lock = threading.Lock()

    def say(line: dict[str, Any]) -> None:
        with lock:
            out.write(json.dumps(line, default=str) + "\n")
            out.flush()

    asked = json.loads(sys.stdin.readline())
    work = {"columns": columns, "check": check}[asked["do"]]
    try:
        say({"done": work(asked, lambda stage, done, total: say({"progress": [stage, done, total]}))})
    except Refusal as refusal:
        say({"refused": {"code": refusal.code, "vi": refusal.text("vi"), "en": refusal.text("en")}})
    except Exception as fault:
        # Its text may quote a cell.
        say({"failed": type(fault).__name__})
    finally:
        if asked["do"] == "check":
            for rest in Path(asked["out"]).glob(".dancu-*"):
                shutil.rmtree(rest, ignore_errors=True)


def _sheets(path: Path, book: bool) -> list[str]:
    """The names of a workbook's visible sheets, where it has several."""
    if not book:
        return []
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(path)) as opened:
            names = [sheet.name for sheet in opened.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    except Exception:
        # The intake reads such a book in its own way or has refused it.
        return []
    return names if len(names) > 1 else []


if __name__ == "__main__":
    main()
