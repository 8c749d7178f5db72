"""`dancu check`: one agency file in, the same rows out with a verdict and a reason each."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dancu.core import policy as policies
from dancu.core.refusal import Refusal
from dancu.kit.clock import VIETNAM
from dancu.linkage import cascade, choose, claims, explain, follow, people, prepared
from dancu.linkage.engine import LEAST_MEMORY, Engine, literal, name, open_engine
from dancu.linkage.intake import Source, open_source
from dancu.linkage.prepare import prepare

if TYPE_CHECKING:
    from dancu.linkage.report.facts import Written
    from dancu.linkage.spark.engine import SparkEngine
    from dancu.register.command import Actor

Progress = Callable[[str, int, int], None]
DISCLOSURES = ("none", "verdict", "suggest", "full")
LANGUAGES = ("vi", "en")
ENGINES = ("duckdb", "spark")
# `same`: the format of the file.
FORMATS = ("csv", "tsv", "parquet", "ndjson", "xlsx", "same")
# Lines that one cell may lawfully hold: an address, a remark.
CELL_LINES_MAX = 20
# Up to so many rows one thread is quicker than two.
ALONE_ROWS = 100_000
# `--register` of the population database of this installation.
DATABASE = "db"
# The word for a limit that follows the size of the file.
AUTOMATIC = "auto"
_MEMORY = re.compile(r"\d+(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What the user asked for; see `dancu check --help`.

    `actor`: whom the ledger names where people of the population database are told of; None: the account of this system.
    `called`: what the file is called in what is written, where its own name is only a place to keep it. `told`: the purpose as the
    result tells it, where `purpose` is a code for the ledger.
    """

    register: Path
    out: Path
    policy: str = "standard"
    disclose: str = "suggest"
    lang: str = "vi"
    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[str] = ()
    formats: tuple[str, ...] | None = None
    purpose: str = ""
    memory: str = AUTOMATIC
    threads: int | None = None
    link_only: bool = False
    engine: str = "duckdb"
    subjects: str = people.AUTOMATIC
    actor: Actor | None = None
    called: str = ""
    told: str = ""


def check(path: Path, wish: Wish, *, progress: Progress | None = None) -> list[Written]:
    """Check one file (a zip: each table in it) and write the results into `wish.out`.

    Works in a private folder beside the results that is gone afterwards, whatever happens; results appear
    under their names only when whole. Raises Refusal for what cannot be used.
    """
    chosen = _policy(wish)
    with _registered(wish, progress) as (register, answered), _room(wish.out) as work:
        start = time.perf_counter()
        sources = people.with_people(open_source(path, work=work, sheets=wish.sheets, overrides=wish.columns), wish.subjects)
        if len(sources) > 1:
            # The tables of an archive have names of their own.
            wish = replace(wish, called="")
        opened = time.perf_counter() - start
        written = []
        for place, source in enumerate(sources):
            run = partial(
                _checked, work=work, register=register, policy=chosen, wish=wish, progress=progress, answered=answered
            )
            try:
                written.append(run(source, opened=opened))
            except duckdb.InterruptException:
                raise
            except (duckdb.Error, UnicodeDecodeError):
                # What the sample could not show, such as a stray quote late in the file: read it row by row. One thread,
                # because some faults of an engine come from two.
                again = _reopened(path, work, wish)[place]
                written.append(run(again, opened=opened, wish=replace(wish, threads=1)))
        return written


@contextmanager
def _room(out: Path) -> Iterator[Path]:
    """A private folder inside `out`, gone afterwards; the machine's own troubles become one sentence."""
    from dancu.linkage.report.landing import refused

    # Named before it is made, so that a Ctrl-C in between leaves nothing.
    work = out / f".dancu-{secrets.token_hex(8)}"
    try:
        out.mkdir(parents=True, exist_ok=True)
        work.mkdir(mode=0o700)
        yield work
    except (OSError, duckdb.Error) as error:
        raise refused(error, out) or error from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _reopened(path: Path, work: Path, wish: Wish) -> tuple[Source, ...]:
    room = work / "careful"
    room.mkdir(exist_ok=True)
    again = open_source(path, work=room, sheets=wish.sheets, overrides=wish.columns, careful=True)
    return people.with_people(again, wish.subjects)


def _checked(
    source: Source, *, opened: float, work: Path, register: prepared.Prepared, policy: policies.Policy, wish: Wish,
    progress: Progress | None, answered: follow.Answered | None,
) -> Written:  # fmt: skip
    """One table checked in a session of its own."""
    engine = _open(work, wish, progress)
    engine.seconds["open"] = opened
    try:
        return _check_one(engine, source, register, policy, wish, answered)
    finally:
        engine.close()


def _open(work: Path, wish: Wish, progress: Progress | None) -> Engine | SparkEngine:
    memory = LEAST_MEMORY if wish.memory == AUTOMATIC else wish.memory
    if wish.engine == "spark":
        from dancu.linkage.spark.engine import open_spark

        return open_spark(work, desk_memory=memory, threads=wish.threads, report=progress)
    return open_engine(work, memory=memory, threads=wish.threads, report=progress)


def _policy(wish: Wish) -> policies.Policy:
    known = policies.policies()
    if wish.policy not in known:
        names = ", ".join(known)
        raise Refusal(
            "unknown_policy",
            vi=f"Không có chính sách “{wish.policy}”; các chính sách hiện có: {names}.",
            en=f"There is no policy “{wish.policy}”; there are: {names}.",
        )
    for option, wanted, allowed in (
        ("disclose", (wish.disclose,), DISCLOSURES), ("lang", (wish.lang,), LANGUAGES), ("to", wish.formats or (), FORMATS),
        ("engine", (wish.engine,), ENGINES),
    ):  # fmt: skip
        if not set(wanted) <= set(allowed):
            raise Refusal(
                f"unknown_{option}",
                vi=f"--{option} chỉ nhận một trong: {', '.join(allowed)}.",
                en=f"--{option} takes one of: {', '.join(allowed)}.",
            )
    people.wanted(wish.subjects)
    if (wish.memory != AUTOMATIC and not _MEMORY.fullmatch(wish.memory)) or (wish.threads is not None and wish.threads < 1):
        raise Refusal(
            "bad_limit",
            vi="--memory cần một lượng bộ nhớ như 800MB hoặc 2GB, --threads cần một số từ 1 trở lên.",
            en="--memory takes an amount such as 800MB or 2GB, --threads a number from 1 on.",
        )
    if wish.engine == "spark":
        from dancu.linkage.spark.session import check_ready

        check_ready()
    return known[wish.policy]


@contextmanager
def _registered(wish: Wish, progress: Progress | None) -> Iterator[tuple[prepared.Prepared, follow.Answered | None]]:
    """The register that was asked for; of the population database, also what writes its ledger."""
    if str(wish.register) != DATABASE:
        yield open_register(wish.register, progress), None
        return
    with follow.database_opened(wish.purpose, progress, wish.actor) as opened:
        yield opened


def open_register(path: Path, progress: Progress | None = None) -> prepared.Prepared:
    """A prepared register; a register file is prepared once beside itself and again when it has changed."""
    if path.is_dir():
        return prepared.read(path)
    ready = path.with_name(path.name + ".prepared")
    found = _prepared_before(ready)
    if found and path.exists() and found.manifest.source_time == path.stat().st_mtime_ns:
        return found
    return prepare_file(path, ready, report=progress)


def _prepared_before(ready: Path) -> prepared.Prepared | None:
    """What was prepared beside a register file, unless another version did it: then it is prepared again."""
    try:
        return prepared.read(ready)
    except Refusal:
        return None


def prepare_file(path: Path, out: Path, **options: Any) -> prepared.Prepared:
    """`prepare`, where what DuckDB says of a file that is no register becomes one sentence."""
    try:
        return prepare(path, out, **options)
    except duckdb.InterruptException:
        raise
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException, UnicodeDecodeError):
        raise Refusal(
            "register_unreadable",
            vi=f"Không đọc được tệp dữ liệu dân cư {path.name}; cần Parquet hoặc csv (UTF-8), có cột pin, name, birth_date.",
            en=f"The register file {path.name} could not be read; Parquet or csv (UTF-8) with columns pin, name, "
            "birth_date is needed.",
        ) from None


def _check_one(
    engine: Engine | SparkEngine, source: Source, register: prepared.Prepared, policy: policies.Policy, wish: Wish,
    answered: follow.Answered | None,
) -> Written:  # fmt: skip
    with engine.stage("read"):
        here = claims.cells(engine.desk, source)
        cells = _handed(engine, here)
        claims.start(engine)
        claims.read_plain(engine, source, cells)
    run = cascade.Cascade(engine, register, policies.weights(), policy, cells, answered)
    rows = engine.count("plain")
    if not rows:
        raise Refusal(
            "no_rows",
            vi=f"{source.path.name}: có tiêu đề nhưng không có dòng dữ liệu nào để đối chiếu.",
            en=f"{source.path.name}: there is a header but no row of data to check.",
        )
    _refuse_swallowed(engine.desk, source, here, rows)
    if wish.memory == AUTOMATIC:
        engine.desk.allow(rows)
    if rows <= ALONE_ROWS:
        engine.desk.work_alone()
    cascade.run(run)
    with engine.stage("decide", rows):
        choose.decide(run)
    further = people.Table(engine, source, here, partial(_handed, engine), register, policy, answered)
    if wish.link_only:
        return _write_links(further, wish)
    with engine.stage("reasons", rows, steps=6):
        for work in (choose.explain_pairs, choose.find_duplicates, choose.results):
            work(run)
            engine.step()
        shift = 1 if source.format in ("xlsx", "xls", "ods") else 0
        telling = explain.Telling(wish.lang, wish.disclose, source.date_order, tuple(cells.columns), shift)
        explain.tell(run, telling)
        engine.step()
        explain.deliver(run, telling)
    # What is counted in passing belongs to the main person, whose tables the next one takes over.
    fields = explain.field_counts(run)
    return _write(further, people.tell(further, telling), fields, wish)


def _handed(engine: Engine | SparkEngine, cells: claims.Cells) -> claims.Cells:
    """The cells where the engine can read them."""
    if engine.desk is engine:
        return cells
    from dancu.linkage.spark.source import handed_over

    return handed_over(engine, cells)


def _refuse_swallowed(engine: Engine, source: Source, cells: claims.Cells, rows: int) -> None:
    """Refuse text in which a quote that is never closed makes one cell of many lines: their people would be missed.

    Fewer rows than lines is only a hint (blank lines, addresses of two lines); the cells themselves decide.
    """
    if source.format not in ("csv", "tsv") or _lines(source.path) - rows - source.skipped_rows <= CELL_LINES_MAX:
        return
    signs = max(len(source.columns) - 1, 1) / 2
    swallowed = []
    for cell in (name(column.name) for column in source.columns):
        ends, cuts = (f"length({cell}) - length(replace({cell}, {literal(s)}, ''))" for s in ("\n", source.delimiter))
        # A long remark has line ends too, but not the signs between the cells of so many rows.
        swallowed.append(f"{ends} > {CELL_LINES_MAX} AND {cuts} >= {signs} * ({ends})")
    found = engine.run(f"SELECT min({cells.row}) FROM {cells.relation} WHERE {' OR '.join(swallowed)}")[0][0]
    if found:
        raise Refusal(
            "open_quote",
            vi=f'Tệp {source.path.name} có dấu ngoặc kép (") mở mà không đóng ở khoảng dòng dữ liệu thứ {found}, làm '
            "nhiều dòng sau đó dính vào một ô; hãy xóa hoặc đóng dấu đó rồi chạy lại.",
            en=f'The file {source.path.name} opens a quote (") near data row {found} and never closes it, so that many '
            "rows after it stick in one cell; remove or close it and run again.",
        )


def _lines(path: Path) -> int:
    """Line ends in a file, at the speed of reading it."""
    count = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            count += block.count(b"\n")
    return count


def _write_links(table: people.Table, wish: Wish) -> Written:
    """Row, verdict, number and confidence only: for those who want the link and nothing else."""
    from dancu.linkage.report.facts import Written

    engine = table.engine
    path = wish.out / f"{table.source.stem}.links.parquet"
    draft = engine.work / "links.parquet"
    rows = engine.run("SELECT count(*), count(*) FILTER (outcome = 1) FROM decided")[0]
    query, counts = people.link(table)
    with engine.stage("write"):
        engine.run(f"COPY ({query}) TO {literal(str(draft))} (FORMAT parquet)")
    draft.replace(path)
    summary = {"rows": rows[0], "linked": rows[1], **({"subjects": counts} if counts else {}), "seconds": engine.seconds}
    return Written(paths=(path,), summary=summary)


def _write(table: people.Table, checked: str, fields: dict[str, dict[str, int]], wish: Wish) -> Written:
    from dancu.linkage.report.facts import RunFacts
    from dancu.linkage.report.writing import write_all

    engine, source, manifest = table.engine, table.source, table.register.manifest
    facts = RunFacts(
        policy=table.policy.name,
        register_rows=manifest.people,
        register_version=str(manifest.version),
        register_time=manifest.time,
        seconds=engine.seconds,
        disclose=wish.disclose,
        mapping=dict(source.mapping),
        notes=source.notes,
        checked_at=datetime.now(VIETNAM).isoformat(timespec="seconds"),
        fields=fields,
        purpose=wish.told or wish.purpose,
        called=wish.called,
        delimiter=source.delimiter,
    )
    return write_all(
        engine.con, source, checked=checked, out=wish.out, lang=wish.lang, facts=facts, formats=wish.formats
    )
