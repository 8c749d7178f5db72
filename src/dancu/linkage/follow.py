"""Keeps the prepared register in step with the population database: a copy that follows the change feed."""

from __future__ import annotations

import getpass
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dancu.core.refusal import Refusal
from dancu.linkage import prepared
from dancu.linkage.engine import Engine
from dancu.linkage.prepare import prepare
from dancu.linkage.update import update

if TYPE_CHECKING:
    from dancu.kit.database import Database
    from dancu.register.command import Actor

# With more parts on top than these, or more changed people than this share, a new copy is quicker than following.
_MOST_PARTS = 8
_MOST_SHARE = 0.2

_IDS_A_QUERY = 10_000

Report = Callable[[str, int, int], None]
# Called with the engine when table `decided` says who everybody is, and before anybody is told.
Answered = Callable[[Any], Any]


def follow(database: Database, root: Path, *, report: Report | None = None) -> prepared.Prepared:
    """The prepared register in `root`, brought up to the last position of the feed of `database`.

    Prepared anew the first time, when much has changed, and when data were to disappear from every copy. Raises
    Refusal("empty_register") while nobody is on record.
    """
    from dancu.kit import roles
    from dancu.register.read import export

    known = _known(root)
    work = Path(tempfile.mkdtemp(prefix="follow-", dir=_made(root)))
    try:
        with database.connect(roles.READER, autocommit=True, application_name="dancu linkage copy") as connection:
            if known and export.position(connection) == known.manifest.position:
                return known
            if known and len(known.manifest.parts) <= _MOST_PARTS:
                told = export.changed(connection, work / "changes.csv", after=known.manifest.position)
                if not told.redacted and told.rows <= known.people * _MOST_SHARE:
                    return _at(update(root, told.path, report=report), told.position)
            everybody = export.everybody(connection, work / "register.csv")
        if not everybody.rows:
            raise Refusal(
                "empty_register",
                vi="Cơ sở dữ liệu dân cư chưa có ai để đối chiếu; hãy nạp bằng dancu load.",
                en="The population database holds nobody to check against; load people with dancu load.",
            )
        return _at(prepare(everybody.path, root, report=report), everybody.position)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def database_opened(
    purpose: str, report: Report | None, actor: Actor | None = None
) -> Iterator[tuple[prepared.Prepared, Answered]]:
    """The copy of this installation's population database, and what writes into the ledger who is about to be told of, by `actor`
    (None: the account of this system).

    Raises Refusal("purpose_needed") where no purpose is given: people on record are not looked up without one.
    """
    from dancu.kit import project
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.register.command import Actor as Acting
    from dancu.register.witness import Reader, witness

    if not purpose:
        raise Refusal(
            "purpose_needed",
            vi="Đối chiếu với cơ sở dữ liệu (--register db) phải ghi mục đích; hãy thêm --purpose.",
            en="A check against the database (--register db) needs a purpose; add --purpose.",
        )
    settings = Settings.read()
    database = open_database(settings)
    project.migrate(database, ("dancu.register",))
    ready = follow(database, settings.home / "linkage", report=report)
    with witness(settings.home) as log:
        reader = Reader.of(actor or Acting(getpass.getuser(), "system"), purpose)
        yield ready, lambda engine: log.listed(reader, _told(engine, database), service="check", fields=("match",))


def _told(engine: Engine, database: Database) -> Iterator[tuple[int | str, str]]:
    """Everybody whom table `decided` tells of: (person id, `match`), or the number claimed where nobody could be named."""
    from dancu.kit import roles

    linked = """SELECT DISTINCT lpad(CAST(pin AS VARCHAR), 12, '0') FROM decided WHERE outcome = 1"""
    others = """SELECT lpad(CAST(p.num AS VARCHAR), 12, '0'), d.outcome = 2 FROM decided d JOIN plain p ON p.row = d.row
        WHERE d.outcome IN (2, 3) AND p.num > 0"""
    pins = [pin for (pin,) in engine.run(linked)]
    with database.connect(roles.READER, application_name="dancu check") as connection:
        for start in range(0, len(pins), _IDS_A_QUERY):
            wanted = pins[start : start + _IDS_A_QUERY]
            query = "SELECT person FROM register_number WHERE pin = ANY(%s) LIMIT %s"
            for (person,) in connection.execute(query, [wanted, len(wanted)]):
                yield person, "match"
    for claimed, near in engine.run(others):
        yield claimed, "inconclusive" if near else "not_on_file"


def _known(root: Path) -> prepared.Prepared | None:
    try:
        return prepared.read(root)
    except Refusal:
        return None


def _made(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    return root


def _at(ready: prepared.Prepared, position: int) -> prepared.Prepared:
    """The same, known to be as of a position of the feed."""
    return prepared.write(ready.root, replace(ready.manifest, position=position))
