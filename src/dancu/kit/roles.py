"""The roles of the database: one a process, each with the least rights; tables grant to them in their migrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from dancu.core.refusal import Refusal
from dancu.kit.settings import Settings

# Of the embedded server only: makes databases and roles.
SUPERUSER = "postgres"
OWNER = "dancu_owner"
REGISTER = "dancu_register"
LOADER = "dancu_loader"
SEQUENCER = "dancu_sequencer"
READER = "dancu_reader"
WEB = "dancu_web"
BACKUP = "dancu_backup"

# Any number will do that nothing else in the database locks.
_LOCK = 0x64616E6375


@dataclass(frozen=True)
class Role:
    """One role: `long` where its statements may take hours, `scratch` where it may make temporary tables."""

    name: str
    long: bool
    scratch: bool
    vi: str
    en: str


ROLES: tuple[Role, ...] = (
    Role(OWNER, True, True, "nâng cấp: sở hữu bảng", "migrations: owns the tables"),
    Role(
        REGISTER, False, True, "lệnh đăng ký: ghi sự kiện, giữ trạng thái", "commands: record actions, keep the state"
    ),
    Role(LOADER, True, True, "nạp dữ liệu ban đầu", "bulk load"),
    Role(SEQUENCER, False, False, "đánh số dòng thay đổi", "numbers the change feed"),
    Role(READER, False, False, "chỉ đọc", "reads only"),
    Role(WEB, False, False, "trang web: không sửa, không xóa sự kiện", "pages: never changes or deletes an action"),
    Role(BACKUP, True, False, "sao lưu: đọc mọi bảng", "backup: reads every table"),
)
_BY_NAME = {role.name: role for role in ROLES}


# A command looks everything up by its key. Plans are made once a connection and kept, so one that is made while a table is still empty
# must not read all of it later.
_BY_KEYS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}


def limits(role: str, settings: Settings) -> dict[str, str]:
    """The time limits of a role and how its statements are planned, in PostgreSQL's words; of a name that is none of ours, the short
    limits."""
    known = _BY_NAME.get(role)
    statement_s = settings.long_statement_timeout_s if known and known.long else settings.statement_timeout_s
    # A program that copies rows waits on its own file between them; its transaction is not idle by neglect.
    idle_s = settings.long_statement_timeout_s if known and known.long else settings.idle_timeout_s
    return {
        "statement_timeout": f"{statement_s}s",
        "lock_timeout": f"{settings.lock_timeout_s}s",
        "idle_in_transaction_session_timeout": f"{idle_s}s",
        **(_BY_KEYS if role == REGISTER else {}),
    }


def statements(database: str, settings: Settings, *, login: str | None) -> list[str]:
    """The SQL that makes the roles and their rights on a database; running it twice changes nothing.

    `login` None: the embedded server, where each role signs in by itself and the database is ours. Otherwise a
    server of one's own, where the account `login` takes the roles on, and others' rights are left alone.
    """
    base = _quoted(database)
    kind = "LOGIN" if login is None else "NOLOGIN"
    lines = [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role.name}') THEN "
        f"CREATE ROLE {role.name} {kind}; END IF; END $$;"
        for role in ROLES
    ]
    lines += [
        f"ALTER ROLE {role.name} SET {name} = '{value}';"
        for role in ROLES
        for name, value in limits(role.name, settings).items()
    ]
    lines.append(f"GRANT pg_read_all_data TO {BACKUP};")
    if login is None:
        lines.append(f"ALTER DATABASE {base} OWNER TO {OWNER};")
        lines.append(f"REVOKE ALL ON DATABASE {base} FROM PUBLIC;")
    else:
        lines += [f"GRANT {role.name} TO {_quoted(login)} WITH INHERIT FALSE, SET TRUE;" for role in ROLES]
        lines.append(f"GRANT CREATE ON DATABASE {base} TO {OWNER};")
        lines.append(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER};")
    names = ", ".join(role.name for role in ROLES)
    lines.append(f"GRANT CONNECT ON DATABASE {base} TO {names};")
    lines.append(f"GRANT TEMPORARY ON DATABASE {base} TO {', '.join(r.name for r in ROLES if r.scratch)};")
    return lines


def missing(connection: psycopg.Connection) -> list[str]:
    """Roles the server does not have yet, in the order of ROLES."""
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(_BY_NAME)]).fetchall()
    there = {row[0] for row in rows}
    return [role.name for role in ROLES if role.name not in there]


def ensure(connection: psycopg.Connection, database: str, settings: Settings, *, login: str | None) -> bool:
    """Make what is missing of the roles; whether anything was. `connection` is in autocommit, on `database`.

    Refuses `roles_missing` when the account may not make them: the sentence ends with the SQL for whoever may.
    """
    if not missing(connection):
        return False
    grant(connection, database, settings, login=login)
    return True


def grant(connection: psycopg.Connection, database: str, settings: Settings, *, login: str | None) -> None:
    """Run `statements`, one process at a time: the server does not let two change one role or database at once."""
    lines = statements(database, settings, login=login)
    try:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            for line in lines:
                connection.execute(line)  # type: ignore[arg-type]
    except psycopg.errors.InsufficientPrivilege:
        raise asked_of_administrator("roles_missing", lines) from None


def asked_of_administrator(code: str, lines: Sequence[str]) -> Refusal:
    """A refusal that ends with the SQL an administrator of the database should run."""
    script = "\n".join(lines)
    return Refusal(
        code,
        vi=f"Tài khoản trong DATABASE_URL không đủ quyền với các vai trò của dancu; hãy nhờ quản trị cơ sở dữ liệu "
        f"chạy các lệnh sau rồi chạy lại:\n{script}",
        en=f"The account in DATABASE_URL lacks rights over dancu's roles; have the administrator of the database run "
        f"the following, then run again:\n{script}",
    )


def wrong(connection: psycopg.Connection) -> list[str]:
    """What is amiss with the roles, in technical words: a missing role, a right no role of ours may have."""
    found = connection.execute(
        "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname = ANY(%s) ORDER BY rolname",
        [list(_BY_NAME)],
    ).fetchall()
    rights = ("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")
    amiss = [f"{name} {right}" for name, *has in found for right, on in zip(rights, has, strict=True) if on]
    reads = connection.execute(
        "SELECT 1 FROM pg_auth_members m WHERE m.member = to_regrole(%s) AND m.roleid = to_regrole(%s)",
        [BACKUP, "pg_read_all_data"],
    ).fetchone()
    if reads is None:
        amiss.append(f"{BACKUP} - pg_read_all_data")
    return [f"{name} -" for name in missing(connection)] + amiss


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string(None)
