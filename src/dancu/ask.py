"""`dancu` typed alone on a terminal: asks for a file, shows how its columns are understood, and checks it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dancu import remembered
from dancu.core.refusal import Refusal
from dancu.talk import Talk, typed_path

if TYPE_CHECKING:
    from dancu.ask_columns import Columns
    from dancu.linkage.check import Wish

Check = Callable[[Path, "Wish"], None]


def converse(lang: str, check: Check) -> None:
    """Ask until there is a file with columns the officer agrees to, then `check(file, wish)`, which prints its result.

    Raises Refusal where the answers end (Ctrl-D) or the check cannot use the file; KeyboardInterrupt on Ctrl-C.
    """
    from dancu.linkage.check import Wish

    talk, memory = Talk(lang), remembered.load()
    talk.say("hello")
    register: Path | None = None
    columns = None
    while not columns:
        path = talk.path("file")
        with _room(path) as (out, work):
            columns = _opened(talk, path, work)
            if not columns:
                continue
            register = register or _register(talk, memory.register)
            columns.recall(memory)
            columns, register = _settled(talk, columns, register)
    assert register
    memory = _kept(talk, memory, columns)
    talk.say("start", folder=out.resolve())
    check(path, Wish(register=register, out=out, lang=lang, columns=columns.overrides))
    # Only a check that ended well shows that a register is one.
    remembered.save(replace(memory, register=register.resolve()))


def _opened(talk: Talk, path: Path, work: Path) -> Columns | None:
    """The columns of a file; None where it cannot be used, which has then been said."""
    from dancu.ask_columns import Columns

    talk.say("reading", file=path.name)
    try:
        return Columns(talk, path, work)
    except Refusal as refusal:
        talk.refuse(refusal)
        return None


def _settled(talk: Talk, columns: Columns, register: Path) -> tuple[Columns | None, Path]:
    """Columns and register as the officer agrees to them; no columns where another file must be taken."""
    while not columns.confirmed():
        if columns.mixed:
            talk.say("tables_differ")
            return None, register
        if columns.correct():
            register = _other_register(talk)
    return columns, register


def _kept(talk: Talk, memory: remembered.Memory, columns: Columns) -> remembered.Memory:
    """Memory with the columns just confirmed."""
    if not columns.may_be_kept:
        return memory
    memory = memory.with_columns(columns.meaning)
    if not remembered.save(memory):
        talk.say("not_kept", folder=remembered.folder())
    elif not columns.known:
        talk.say("kept")
    return memory


@contextmanager
def _room(path: Path) -> Iterator[tuple[Path, Path]]:
    """(where results go, a private folder in it): here, or beside the file where nothing may be written here."""
    from dancu.linkage.report.landing import refused

    trouble: OSError | None = None
    for out in (Path("."), path.parent):
        try:
            passing = tempfile.TemporaryDirectory(prefix=".dancu-", dir=out, ignore_cleanup_errors=True)
        except OSError as error:
            trouble = error
            continue
        with passing as work:
            yield out, Path(work)
        return
    assert trouble
    raise refused(trouble, path.parent) or trouble


def _register(talk: Talk, last: Path | None) -> Path:
    """The register of last time while it is there, or one that is asked for."""
    if last and not _trouble(talk, last):
        talk.say("register_known", path=last)
        return last
    if last:
        talk.say("register_gone", path=last)
    return _other_register(talk)


def _other_register(talk: Talk) -> Path:
    """A register that is asked for; Enter takes the demo's where there is one."""
    from dancu.demo import register_of

    synthetic = register_of(Path("demo"))
    talk.say("register_wants")
    talk.say("register_demo" if synthetic else "register_no_demo", path=synthetic)
    while True:
        typed = talk.ask("register")
        if not typed and synthetic:
            talk.say("register_synthetic")
            return synthetic
        if typed:
            path = typed_path(typed)
            trouble = _trouble(talk, path)
            if not trouble:
                return path
            print(trouble, flush=True)


def _trouble(talk: Talk, path: Path) -> str:
    """Why a path cannot be a register, as far as a glance tells; '' where it can."""
    from dancu.linkage import prepared
    from dancu.linkage.intake.signature import kind_of

    if not path.exists():
        return talk.text("not_there", path=path)
    try:
        if path.is_dir():
            prepared.read(path)
        elif kind_of(path) not in ("parquet", "text"):
            return talk.text("register_wrong", path=path)
    except Refusal as refusal:
        return refusal.text(talk.lang)
    return ""
