"""What stands and what ails: a list of findings, each with its state, its value and what to do about it."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from dancu import __version__
from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.answer import refusals
from dancu.kit.database import Database, found_database, launcher
from dancu.kit.server.programs import MAJOR, programs
from dancu.kit.settings import Settings, told

OK, WARN, BAD = "ok", "warn", "bad"
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gist")
_DISK_WARN_MB, _DISK_BAD_MB = 10_240, 1_024
_PYTHON_MIN = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is ok, warn or bad; `vi` and `en` say what to do, and are empty when all is well."""

    name: str
    state: str
    value: str
    vi: str = ""
    en: str = ""


def examine(settings: Settings) -> list[Finding]:
    """All findings in a fixed order; starts nothing, changes nothing in the database, refuses nothing."""
    findings = [*_versions(settings), *_server(settings), _disk(settings)]
    try:
        database = found_database(settings)
        if database is not None:
            findings += _database(database)
    except Refusal as refusal:
        findings.append(_refused("database", refusal))
    return [*findings, *_settings(settings)]


def _versions(settings: Settings) -> Iterator[Finding]:
    yield Finding("dancu", OK, __version__)
    new = sys.version_info[:2] >= _PYTHON_MIN
    yield Finding(
        "python", OK if new else BAD, platform.python_version(),
        "" if new else "Cần Python 3.11 trở lên; hãy cài bản mới hơn.",
        "" if new else "Python 3.11 or newer is needed; install one.",
    )  # fmt: skip
    try:
        found = programs(settings)
    except Refusal as refusal:
        # With a server of one's own they are needed for backups only.
        yield Finding("programs", WARN if settings.database_url else BAD, refusal.code, refusal.vi, refusal.en)
    else:
        yield Finding("programs", OK, f"PostgreSQL {found.version} ({found.bin})")


def _server(settings: Settings) -> Iterator[Finding]:
    if settings.database_url:
        yield Finding("server", OK, "DATABASE_URL")
        return
    try:
        status = launcher().status(settings)
        launcher().guard_production(settings)
    except Refusal as refusal:
        yield _refused("server", refusal)
        return
    running = status.state == "running"
    yield Finding(
        "server", OK if running else WARN, f"{status.state} ({status.data})",
        "" if running else "Máy chủ nhúng không chạy; lệnh đầu tiên cần đến dữ liệu sẽ tự khởi động nó.",
        "" if running else "The embedded server does not run; the first command that needs it starts it.",
    )  # fmt: skip


def _disk(settings: Settings) -> Finding:
    folder = _nearest(_data(settings))
    free_mb = shutil.disk_usage(folder).free >> 20
    state = BAD if free_mb < _DISK_BAD_MB else WARN if free_mb < _DISK_WARN_MB else OK
    return Finding(
        "disk", state, f"{free_mb} MB ({folder})",
        "" if state == OK else "Đĩa chứa dữ liệu sắp đầy; hãy giải phóng chỗ trống hoặc chuyển DANCU_HOME sang đĩa khác.",
        "" if state == OK else "The disk with the data is nearly full; make room or move DANCU_HOME to another disk.",
    )  # fmt: skip


def _database(database: Database) -> list[Finding]:
    with database.superuser(application_name="dancu doctor") as connection, refusals():
        return [_postgres(connection), *_extensions(connection), _roles(database, connection), _size(connection)]


def _postgres(connection: psycopg.Connection) -> Finding:
    version = connection.info.parameter_status("server_version") or "?"
    new = connection.info.server_version >= MAJOR * 10_000
    return Finding(
        "postgresql", OK if new else BAD, version,
        "" if new else f"Cần PostgreSQL {MAJOR} trở lên.", "" if new else f"PostgreSQL {MAJOR} or newer is needed.",
    )  # fmt: skip


def _extensions(connection: psycopg.Connection) -> Iterator[Finding]:
    rows = connection.execute(
        "SELECT name, default_version, installed_version FROM pg_available_extensions WHERE name = ANY(%s)",
        [list(EXTENSIONS)],
    ).fetchall()
    there = {name: installed or f"({offered})" for name, offered, installed in rows}
    for name in EXTENSIONS:
        yield Finding(
            f"extension {name}", OK if name in there else BAD, there.get(name, "-"),
            "" if name in there else f"Máy chủ thiếu phần mở rộng {name}; hãy cài gói contrib của PostgreSQL.",
            "" if name in there else f"The server lacks the extension {name}; install PostgreSQL's contrib package.",
        )  # fmt: skip


def _roles(database: Database, connection: psycopg.Connection) -> Finding:
    amiss = roles.wrong(connection)
    script = "\n".join(
        roles.statements(database.name, database.settings, login=None if database.embedded else connection.info.user)
    )
    return Finding(
        "roles", BAD if amiss else OK, ", ".join(amiss) or str(len(roles.ROLES)),
        f"Có vai trò thiếu hoặc thừa quyền; hãy nhờ quản trị cơ sở dữ liệu chạy:\n{script}" if amiss else "",
        f"A role is missing or has too many rights; have the database's administrator run:\n{script}" if amiss else "",
    )  # fmt: skip


def _size(connection: psycopg.Connection) -> Finding:
    size = connection.execute("SELECT pg_database_size(current_database()) >> 20").fetchone()
    return Finding("size", OK, f"{size[0] if size else 0} MB")


def _settings(settings: Settings) -> Iterator[Finding]:
    for line in told(settings):
        yield Finding(line.name, OK, line.value or "-", line.vi, line.en)


def _refused(name: str, refusal: Refusal) -> Finding:
    return Finding(name, BAD, refusal.code, refusal.vi, refusal.en)


def _data(settings: Settings) -> Path:
    if settings.database_url:
        return settings.home
    try:
        return launcher().status(settings).data
    except Refusal:
        return settings.home


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists and may be looked at."""
    for candidate in (folder, *folder.parents):
        try:
            if candidate.exists():
                return candidate
        except PermissionError:
            continue
    return Path("/")
