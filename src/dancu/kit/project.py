"""Django in this process: its settings made from ours, and the migrations that own the schema."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.answer import refusals
from dancu.kit.database import Database

# The connection migrations run on; whatever else a process does, it does on "default", in its own role.
OWNER_ALIAS = "owner"
# Any number that nothing else in the database locks.
_LOCK = 0x64616E6D69
_LOCK_WAIT_S = 600
_PAUSE_S = 0.2
# Django knows libpq's words under other names.
_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


@dataclass(frozen=True)
class Migrated:
    """What `migrate` did: the migrations applied now, as "app.name" in order, how many there are, and the time."""

    applied: tuple[str, ...]
    total: int
    seconds: float


def setup(
    database: Database, apps: Sequence[str], *, role: str = roles.READER, more: Mapping[str, Any] | None = None, keep_s: int = 0
) -> None:
    """Prepare Django in this process for `database` in `role`, with `apps` installed; again, to point it elsewhere.

    `more`: settings of Django beyond ours, as pages need them. `keep_s`: how long a thread keeps its connection of `role`
    between requests. Django is one a process: apps that were not there the first time are a fault of the caller (RuntimeError),
    and once it stands with pages, those who need fewer apps find it as it is.
    """
    import django
    from django.conf import settings

    wished = {"default": _connection(database, role, keep_s), OWNER_ALIAS: _connection(database, roles.OWNER)}
    if settings.configured:
        if not set(apps) <= set(settings.INSTALLED_APPS) or bool(apps) != bool(settings.INSTALLED_APPS):
            raise RuntimeError("Django is already set up with other apps")
        _point(wished)
        return
    settings.configure(
        DATABASES=wished,
        INSTALLED_APPS=list(apps),
        **{
            "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
            "USE_TZ": True,
            "TIME_ZONE": "UTC",
            "LANGUAGE_CODE": "vi",
            "LOGGING_CONFIG": None,
            "DEBUG": False,
            **(more or {}),
        },
    )
    django.setup()


def migrate(
    database: Database, apps: Sequence[str], *, role: str = roles.READER, more: Mapping[str, Any] | None = None
) -> Migrated:
    """Bring the schema of `database` to what `apps` say, as dancu_owner; nothing to do costs a look.

    One process migrates at a time: others wait for it, at most ten minutes (`migration_busy`). Each migration is a
    transaction of its own. Refuses what the database will not do; `newer_schema` when the database has migrations
    this version does not know. Afterwards Django stands ready in `role`.
    """
    setup(database, apps, role=role, more=more)
    begun = time.monotonic()
    with refusals(), _alone(database):
        wanted, unknown = _plan()
        if unknown:
            raise Refusal(
                "newer_schema",
                vi="Cơ sở dữ liệu đã được nâng cấp bởi một bản chương trình mới hơn; hãy cài bản mới rồi chạy lại.",
                en="The database was migrated by a newer version of the program; install that and run again.",
            )
        if wanted:
            _run()
        left, _ = _plan()
    if left:
        raise RuntimeError("migrations were left over")
    return Migrated(tuple(wanted), _total(), time.monotonic() - begun)


def pending(database: Database, apps: Sequence[str], *, role: str = roles.READER) -> tuple[str, ...]:
    """The migrations of `apps` that the database lacks, in order; changes nothing but Django's own little table."""
    setup(database, apps, role=role)
    with refusals():
        return tuple(_plan()[0])


def close() -> None:
    """Close Django's connections of this thread, so that the database can be dropped or the process can fork."""
    from django.db import connections

    connections.close_all()


def _connection(database: Database, role: str, keep_s: int = 0) -> dict[str, Any]:
    """An entry of Django's DATABASES: the address, the role and its limits, as `Database.connect` would have it."""
    address = database.address_of(role)
    entry: dict[str, Any] = {name: str(address.pop(word, "")) for word, name in _NAMES.items()}
    session = " ".join(f"-c {name}={_escaped(value)}" for name, value in database.session(role).items())
    options: dict[str, Any] = {
        "connect_timeout": database.settings.connect_timeout_s,
        **address,
        "application_name": f"dancu django {role}",
        "client_encoding": "UTF8",
        "options": f"{address.get('options', '')} {session}".strip(),
    }
    if not database.embedded and entry.get("USER") != role:
        options["assume_role"] = role
    kept = {"CONN_MAX_AGE": keep_s, "CONN_HEALTH_CHECKS": bool(keep_s)}
    return {**entry, "ENGINE": "django.db.backends.postgresql", **kept, "OPTIONS": options}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _point(wished: dict[str, dict[str, Any]]) -> None:
    """Aim the connections of a process that is already set up at another database or role."""
    from django.db import connections

    for alias, entry in wished.items():
        connection = connections[alias]
        connection.close()
        connection.settings_dict.update(entry)


def _plan() -> tuple[list[str], list[str]]:
    """(migrations to apply, migrations in the database that no app of ours has) for the owner's connection."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[OWNER_ALIAS])
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    known = set(loader.disk_migrations) | {old for m in loader.disk_migrations.values() for old in m.replaces}
    unknown = [key for key in loader.applied_migrations if key not in known and key[0] in loader.migrated_apps]
    return [f"{m.app_label}.{m.name}" for m, _ in plan], [f"{app}.{name}" for app, name in unknown]


def _run() -> None:
    from django.core.management import call_command

    call_command("migrate", database=OWNER_ALIAS, interactive=False, verbosity=0)


def _total() -> int:
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    return len(MigrationLoader(connections[OWNER_ALIAS]).disk_migrations)


class _alone:
    """The advisory lock of migrations, held by a connection of its own so that it outlives each transaction."""

    def __init__(self, database: Database):
        self._database = database

    def __enter__(self) -> None:
        self._connection = self._database.connect(roles.OWNER, autocommit=True, application_name="dancu migrate")
        until = time.monotonic() + _LOCK_WAIT_S
        while not self._connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()[0]:  # type: ignore[index]
            if time.monotonic() > until:
                self._connection.close()
                raise Refusal(
                    "migration_busy",
                    vi="Một tiến trình khác đang nâng cấp cơ sở dữ liệu; hãy chờ nó xong rồi chạy lại.",
                    en="Another process is migrating the database; wait for it to end, then run again.",
                )
            time.sleep(_PAUSE_S)

    def __exit__(self, *_: object) -> None:
        # Closing lets the lock go, however the block ended.
        self._connection.close()
