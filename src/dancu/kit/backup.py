"""A whole database into one file and back, proven by the digest of what it holds."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psycopg import IsolationLevel, pq

from dancu import __version__
from dancu.core.refusal import Refusal
from dancu.kit import manifest as manifests
from dancu.kit import roles
from dancu.kit.answer import refusals
from dancu.kit.clock import Clock, SystemClock
from dancu.kit.database import Database
from dancu.kit.digest import Digest, differences, digest, table_names
from dancu.kit.manifest import Manifest
from dancu.kit.server.programs import Programs, programs

_PROBE_TIMEOUT_S = 30


def backup(database: Database, out: Path, *, clock: Clock | None = None) -> Manifest:
    """Write all tables to the file `out` and what it holds to `out` + ".json"; the memory needed does not grow.

    File and digest are of one moment (one snapshot), readable by their owner only, and appear under their names only
    when whole. Refuses `backup_exists`, `no_folder`, `backup_failed`, `no_tls`, and what the database will not do.
    """
    _must_be_new(out)
    chosen = programs(database.settings)
    compression = _compression(chosen)
    handle, made = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    os.close(handle)
    making = Path(made)
    try:
        with refusals(), database.connect(roles.BACKUP, application_name="dancu backup") as connection:
            version = connection.execute("SHOW server_version").fetchone()[0]  # type: ignore[index]
            connection.rollback()
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]  # type: ignore[index]
            options = ["--format=custom", f"--compress={compression}", f"--snapshot={snapshot}", f"--file={making}"]
            _run(chosen, "pg_dump", database, roles.BACKUP, [*options, "--lock-wait-timeout=60s", "--no-password"])
            held = digest(connection)
        _durable(making)
        moment = (clock or SystemClock()).now().isoformat(timespec="seconds")
        told = Manifest(
            file=out.name, sha256=manifests.sha256_of(making), bytes=making.stat().st_size, made_at=moment,
            database=database.name, dancu=__version__, postgres=version, compression=compression, digest=held,
        )  # fmt: skip
        manifests.write(told, manifests.path_of(out))
        making.replace(out)
        _durable(out.parent)
        return told
    finally:
        making.unlink(missing_ok=True)


def restore(file: Path, database: Database) -> Manifest:
    """Bring a backup into an empty database and prove that it holds the same; all of it or nothing.

    Refuses `restore_not_empty`, `restore_failed`, `restore_differs`, `no_tls`, and what `manifest.checked` refuses.
    """
    told = manifests.checked(file)
    with refusals(), database.connect(roles.OWNER, autocommit=True, application_name="dancu restore") as connection:
        if table_names(connection):
            raise Refusal(
                "restore_not_empty",
                vi="Cơ sở dữ liệu đích đã có bảng; hãy khôi phục vào một cơ sở dữ liệu trống, "
                "chẳng hạn bằng cách đặt DANCU_HOME sang thư mục mới.",
                en="The database to restore into has tables already; restore into an empty one, "
                "for instance by setting DANCU_HOME to a new folder.",
            )
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-password", str(file)]
    _run(programs(database.settings), "pg_restore", database, roles.OWNER, options)
    with refusals(), database.connect(roles.OWNER, autocommit=True, application_name="dancu restore") as connection:
        connection.execute("ANALYZE")
    wrong = prove(told, database)
    if wrong:
        names = ", ".join(wrong[:10])
        raise Refusal(
            "restore_differs",
            vi=f"Dữ liệu khôi phục không giống bản sao lưu ở: {names}; đừng dùng cơ sở dữ liệu này.",
            en=f"What was restored differs from the backup in: {names}; do not use this database.",
        )
    return told


def prove(told: Manifest | Digest, database: Database) -> list[str]:
    """The tables (and "structure") in which a database differs from a backup; none when it holds the same."""
    with refusals(), database.connect(roles.BACKUP, application_name="dancu prove") as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return differences(told.digest if isinstance(told, Manifest) else told, digest(connection))


def _must_be_new(out: Path) -> None:
    if out.exists() or manifests.path_of(out).exists():
        raise Refusal(
            "backup_exists",
            vi=f"Đã có tệp {out} hoặc tệp .json của nó; hãy chọn tên khác, bản sao lưu cũ không bị ghi đè.",
            en=f"There is a file {out} or its .json already; choose another name, an old backup is not overwritten.",
        )
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise Refusal(
            "no_folder",
            vi=f"Thư mục {out.parent} không có hoặc không ghi được; hãy tạo thư mục ấy trước.",
            en=f"The folder {out.parent} does not exist or cannot be written to; make it first.",
        )


def _run(chosen: Programs, name: str, database: Database, role: str, options: Sequence[str]) -> None:
    """Run one of PostgreSQL's client programs on a database, its password in the environment and in no argument."""
    address = {**database.address_of(role), "connect_timeout": database.settings.connect_timeout_s}
    become = [] if database.embedded or address.get("user") == role else [f"--role={role}"]
    target = [] if name == "pg_dump" else [f"--dbname={database.name}"]
    command = [str(chosen.path(name)), *become, *target, *options]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            errors="replace", check=False, env=_environment(address),
            timeout=database.settings.long_statement_timeout_s,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _failed(name, "", "DANCU_LONG_STATEMENT_TIMEOUT_S") from None
    if done.returncode:
        raise _why(name, done.stderr)


def _environment(address: dict[str, Any]) -> dict[str, str]:
    """libpq's environment for an address; options it has no variable for are left to their defaults."""
    variables = {entry.keyword.decode(): entry.envvar for entry in pq.Conninfo.get_defaults()}
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PGCLIENTENCODING": "UTF8"}
    for word, value in address.items():
        variable = variables.get(word)
        if variable and value is not None:
            env[variable.decode()] = str(value)
    return env


def _why(name: str, said: str) -> Refusal:
    """The reason in a program's words, of which only names of tables are passed on: the rest may quote a row."""
    if "not compiled in" in said or "does not support SSL" in said or "SSL support" in said:
        return Refusal(
            "no_tls",
            vi="Máy chủ cơ sở dữ liệu đòi mã hóa đường truyền mà chương trình sao lưu cài kèm không có; "
            "hãy đặt DANCU_PG_BIN là thư mục bin của một bản PostgreSQL đầy đủ.",
            en="The database server asks for TLS, which the backup program that was installed along lacks; "
            "set DANCU_PG_BIN to the bin folder of a complete PostgreSQL.",
        )
    table = re.search(r"(?:table|relation) \"?([\w.]+)", said)
    kinds = ("permission denied", "No space left", "already exists", "server version mismatch", "could not connect",
             "connection to server", "duplicate key", "unsupported version")  # fmt: skip
    kind = next((kind for kind in kinds if kind in said), "")
    return _failed(name, table.group(1) if table else "", kind)


def _failed(name: str, table: str, kind: str) -> Refusal:
    reason = ", ".join(part for part in (kind, table) if part) or "?"
    if name == "pg_dump":
        return Refusal(
            "backup_failed",
            vi=f"Sao lưu không thành, không có tệp nào được ghi ({reason}); hãy chạy dancu doctor để biết vì sao.",
            en=f"The backup failed and no file was written ({reason}); run dancu doctor to learn why.",
        )
    return Refusal(
        "restore_failed",
        vi=f"Khôi phục không thành, cơ sở dữ liệu đích vẫn như trước ({reason}); hãy chạy dancu doctor để biết vì sao.",
        en=f"The restore failed and the database is as it was ({reason}); run dancu doctor to learn why.",
    )


def _compression(chosen: Programs) -> str:
    """The best this pg_dump was built with; it refuses another before it looks for a server."""
    probe = [str(chosen.path("pg_dump")), "--format=custom", "--compress=zstd", "--file=/dev/null",
             "--host=/nonexistent", "--dbname=none"]  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired):
        told = subprocess.run(
            probe, capture_output=True, text=True, timeout=_PROBE_TIMEOUT_S, check=False,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        if "compress" not in told.stderr:
            return "zstd:3"
    return "gzip:1"


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
