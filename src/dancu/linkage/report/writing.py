"""The one door of this room: a finished check goes in, files come out together or not at all."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dancu.core import words
from dancu.linkage.report.facts import EXCEL_ROWS, RunFacts, Written
from dancu.linkage.report.landing import Landing, landing
from dancu.linkage.report.masks import examples
from dancu.linkage.report.page import page
from dancu.linkage.report.phrasing import prose
from dancu.linkage.report.rows import copy_rows
from dancu.linkage.report.summary import result_columns, summarise

if TYPE_CHECKING:
    import duckdb

    from dancu.linkage.intake.source import Source

FORMATS = ("csv", "tsv", "parquet", "ndjson", "xlsx")
_SHEETS = ("xlsx", "xls", "ods")


def write_all(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    *,
    checked: str,
    out: Path,
    lang: str = "vi",
    facts: RunFacts,
    formats: tuple[str, ...] | None = None,
) -> Written:
    """Write `<stem>.checked.*`, `<stem>.summary.json` and `<stem>.report.html` into the folder `out`.

    `checked` is a table or view with one row per row of `source.relation`, in the same order. `formats` (csv, tsv,
    parquet, ndjson, xlsx, same) defaults to the format of the input (`same`), workbooks of any kind coming back as xlsx.
    `disclose` none writes no rows at all. The summary carries `examples`, masked, for the console.
    Raises Refusal (disk full, folder not writable, result open elsewhere); nothing half-written stays.
    """
    started = time.perf_counter()
    summary = summarise(con, source, checked=checked, facts=facts, lang=lang)
    results = result_columns(con, checked)
    kinds, notes = _kinds(source, formats, summary, lang)
    summary["notes"] += notes
    summary["formats"] = kinds
    shown = examples(con, source, results, checked=checked, facts=facts)
    with landing(out) as files:
        counted = time.perf_counter()
        for kind in kinds:
            _write_rows(con, source, results, checked, kind, files, facts, summary, lang)
        copied = time.perf_counter()
        report = files.place(f"{source.stem}.report.html")
        report.write_text(page(summary, shown, lang), encoding="utf-8")
        summary["seconds"]["write"] = round(copied - counted, 3)
        summary["seconds"]["report"] = round(time.perf_counter() - copied + counted - started, 3)
        summary["examples"] = [asdict(example) for example in shown]
        told = files.place(f"{source.stem}.summary.json")
        told.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        paths = tuple(files.finals)
    return Written(paths, summary)


def _kinds(
    source: Source, formats: tuple[str, ...] | None, summary: dict[str, Any], lang: str
) -> tuple[list[str], list[str]]:
    """Formats to write, and notes about those that had to change."""
    if summary["disclose"] == "none":
        return [], []
    own = "xlsx" if source.format in _SHEETS else source.format
    kinds = list(dict.fromkeys(own if kind == "same" else kind for kind in formats or ("same",)))
    unknown = [kind for kind in kinds if kind not in FORMATS]
    if unknown:
        raise ValueError(f"unknown format {unknown[0]}")
    say, notes = prose(lang)["book"], []
    if "xlsx" in kinds and summary["output_rows"] >= EXCEL_ROWS:
        kinds = list(dict.fromkeys("csv" if kind == "xlsx" else kind for kind in kinds))
        notes.append(say["too_long"].format(n=words.number(lang, summary["output_rows"])))
    elif "xlsx" in kinds and source.format in ("xls", "ods"):
        notes.append(say["from_xls"].format(format=source.format))
    return kinds, notes


def _write_rows(
    con: Any, source: Source, results: list[str], checked: str, kind: str, files: Landing, facts: RunFacts,
    summary: dict[str, Any], lang: str,
) -> None:  # fmt: skip
    path = files.place(f"{source.stem}.checked.{kind}")
    if kind == "xlsx":
        from dancu.linkage.report.workbook import write_workbook

        n = write_workbook(
            con, source, results, checked=checked, path=path, facts=facts, summary=summary, lang=lang
        )
    else:
        n = copy_rows(con, source, results, checked=checked, kind=kind, path=path, facts=facts)
    if n != summary["output_rows"]:
        raise RuntimeError(f"{n} rows were written where {summary['output_rows']} were checked")
