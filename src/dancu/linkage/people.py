"""The further people of a row (mother, father, wife …): the same check again, over the same rows, with their own columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dancu.core import words
from dancu.core.policy import Policy, weights
from dancu.core.reason import BIT
from dancu.core.refusal import Refusal
from dancu.linkage import cascade, choose, claims, explain
from dancu.linkage.intake import Source
from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.columns.coding import SURE_WORDS
from dancu.linkage.intake.source import SUBJECTS
from dancu.linkage.prepared import Prepared

if TYPE_CHECKING:
    from dancu.linkage.engine import Engine
    from dancu.linkage.spark.engine import SparkEngine

AUTOMATIC, NONE = "auto", "none"
_YEAR = re.compile(r"^(?!.*\b(ngay|thang|date|day)\b).*\b(nam sinh|yob|year)\b")
# Said by the word itself; read as if a column said it.
_SEX = {"mother": "female", "father": "male", "husband": "male", "wife": "female"}
# Somebody is there where one of these says something: "-", "…" or "///" is how a book says that nobody is.
_TELLING = ("name", "pin", "old_id", "birth_date")
_SAYS_NOTHING = " .,-–—_/\\…*x:"


@dataclass(frozen=True)
class Table:
    """One opened table, and all that its further people are judged with.

    cells      those of the main person: where rows are, and which are judged
    handed     brings cells to where the engine can read them
    """

    engine: Engine | SparkEngine
    source: Source
    cells: claims.Cells
    handed: Callable[[claims.Cells], claims.Cells]
    register: Prepared
    policy: Policy
    answered: Callable[[Engine], Any] | None = None


def wanted(text: str) -> tuple[str, ...] | None:
    """What `--subjects` says: None for `auto`, none for `none`, else those listed. Raises Refusal("unknown_subject")."""
    if text == AUTOMATIC:
        return None
    listed = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if listed == (NONE,):
        return ()
    if not listed or not set(listed) <= set(SUBJECTS):
        raise Refusal(
            "unknown_subject",
            vi=f"--subjects nhận auto, none, hoặc danh sách cách nhau bằng dấu phẩy gồm: {', '.join(SUBJECTS)}.",
            en=f"--subjects takes auto, none, or a comma-separated list of: {', '.join(SUBJECTS)}.",
        )
    return tuple(subject for subject in SUBJECTS if subject in listed)


def with_people(sources: Sequence[Source], text: str) -> tuple[Source, ...]:
    """The tables, each with those of its further people that are to be judged.

    By itself: those with a name and a number or a birth date. Raises Refusal("subject_not_there") where somebody was asked for
    whom no table has a name or a number."""
    asked = wanted(text)
    if asked is not None:
        missing = [subject for subject in asked if not any(subject in source.people for source in sources)]
        if missing and sources:
            raise Refusal(
                "subject_not_there",
                vi=f"Tệp {sources[0].path.name} không có cột họ tên hay số của: {_named(missing, 'vi')} (--subjects); hãy chỉ rõ bằng "
                f'--map "tên cột={missing[0]}.name" hoặc --map "tên cột={missing[0]}.pin".',
                en=f"The file {sources[0].path.name} has no column with a name or a number of: {_named(missing, 'en')} (--subjects); "
                f'say which with --map "column={missing[0]}.name" or --map "column={missing[0]}.pin".',
            )
    return tuple(_judged(source, source.complete if asked is None else asked) for source in sources)


def _named(subjects: Sequence[str], lang: str) -> str:
    return ", ".join(words.caption("subject", who, lang).lower() for who in subjects)


def _judged(source: Source, subjects: Sequence[str]) -> Source:
    return replace(source, people={who: source.people[who] for who in SUBJECTS if who in subjects and who in source.people})


def asks_year(source: Source, subject: str) -> bool:
    """Whether the header asks for no more than the year of birth: then the year alone is all that there is to say."""
    captions = {column.name: fold(column.caption) for column in source.columns}
    return any(_YEAR.search(captions[name]) for name in source.people[subject].get("birth_date", ()))


def tell(table: Table, telling: explain.Telling) -> str:
    """The view of view `checked` with the answers about every further person of `table.source.people` after it."""
    for subject, run in _each(table):
        with table.engine.stage("reasons"):
            choose.explain_pairs(run)
            # A mother stands in the row of each of her children: nobody but the main person is repeated by mistake.
            table.engine.run("CREATE OR REPLACE TEMP TABLE duplicate AS SELECT row, row AS first_row FROM plain WHERE false")
            year = asks_year(table.source, subject)
            theirs = replace(
                telling,
                fields=tuple(table.source.people[subject]),
                subject=subject,
                date_order="y" if year else telling.date_order,
                unsaid=0 if "sex" in table.source.people[subject] else 1 << explain.AGREED.index("sex"),
            )
            choose.results(run, untold=BIT["year_only"] if year else 0)
            explain.tell(run, theirs)
            explain.deliver(run, theirs)
    return explain.beside(table.engine, tuple(table.source.people))


def link(table: Table) -> tuple[str, dict[str, dict[str, int]]]:
    """The query of verdict, number and confidence of everybody in a row, from table `decided` of the main person on; of every
    further person how many there are, and how many were found."""
    query, counts, engine = links(), {}, table.engine
    if table.source.people:
        engine.run(f"CREATE OR REPLACE TEMP TABLE link_self AS {query}")
        query = "SELECT * FROM link_self"
    for subject, _ in _each(table):
        engine.run(f"CREATE OR REPLACE TEMP TABLE link_{subject} AS {links(f'_{subject}')}")
        theirs = ", ".join(f"{subject}._{subject}{column}" for column in ("_verdict", "_pin", "_confidence"))
        query = f"SELECT before.*, {theirs} FROM ({query}) before LEFT JOIN link_{subject} {subject} ON {subject}._row = before._row"
        rows, linked = engine.run("SELECT count(*), count(*) FILTER (outcome = 1) FROM decided")[0]
        counts[subject] = {"rows": rows, "linked": linked}
    return query, counts


def links(prefix: str = "") -> str:
    """Query of every judged row, verdict, number and confidence from table `decided`; columns begin with `prefix`."""
    return f"""SELECT row AS _row,
      CASE outcome WHEN 1 THEN 'matched' WHEN 2 THEN 'ambiguous' WHEN 3 THEN 'not_found' ELSE 'invalid' END AS {prefix}_verdict,
      lpad(CAST(pin AS VARCHAR), 12, '0') AS {prefix}_pin, round(confidence, 6) AS {prefix}_confidence
    FROM decided"""


def _each(table: Table) -> Iterator[tuple[str, cascade.Cascade]]:
    """Every further person, judged: table `decided` is theirs until the next one is asked for."""
    engine = table.engine
    for subject in table.source.people:
        with engine.stage("read"):
            source = _source(table, subject)
            cells = table.handed(_cells(table, source, subject))
            claims.start(engine)
            claims.read_plain(engine, source, cells)
        run = cascade.Cascade(engine, table.register, weights(), table.policy, cells, table.answered)
        cascade.run(run)
        with engine.stage("decide", engine.count("plain")):
            choose.decide(run)
        yield subject, run


def _source(table: Table, subject: str) -> Source:
    """The rows of the table as if they were about `subject`; they are where they were read to already."""
    return replace(
        table.source,
        mapping=table.source.people[subject],
        sex_codes={**SURE_WORDS, **table.source.sex_codes},
        relation=table.cells.relation,
        row=table.cells.row,
    )


def _cells(table: Table, source: Source, subject: str) -> claims.Cells:
    """Their cells; rows in which nobody is named are left out."""
    here = claims.cells(table.engine.desk, source)
    columns = dict(here.columns)
    texts = ", ".join(columns[name] for name in _TELLING if name in columns)
    there = f"trim(lower(concat_ws('', {texts})), '{_SAYS_NOTHING}') <> ''"
    if subject in _SEX:
        columns.setdefault("sex", f"'{_SEX[subject]}'")
    return replace(here, where=f"{here.where} AND {there}", columns=columns)
