"""A cluster on disk: made whole or not at all, marked with what it is for, ruled by files of our own."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.kit.roles import SUPERUSER
from dancu.kit.server.account import of, run_as
from dancu.kit.server.place import Place
from dancu.kit.server.programs import MAJOR, Programs
from dancu.kit.server.tuning import machine, tuned
from dancu.kit.settings import PRODUCTION, Settings

_INIT_TIMEOUT_S = 300
_HBA = "# Written at every start. Only the accounts of ident.conf, over the socket, and nobody over a network.\n"
_RULES = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "datestyle": "ISO, DMY",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.simple",
    "wal_level": "replica",
    "max_wal_senders": "4",
    # The log tells what the server did, never what a statement carried: messages of level ERROR quote values.
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %a ",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "on",
}


@dataclass(frozen=True)
class Marker:
    """What a cluster says of itself, in `cluster.json`: what it is for and the PostgreSQL version of its files."""

    purpose: str
    major: int


def make(where: Place, programs: Programs, settings: Settings) -> None:
    """Make the cluster under another name and rename it when whole; what a stopped attempt left is removed.

    Needs the lock of the place. Refuses `no_cluster` when initdb fails, with its last line.
    """
    making = where.root / "data.new"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if where.system:
        os.chown(making, where.owner.uid, where.owner.gid)
    command = [
        programs.path("initdb"), "--pgdata", making, "--username", SUPERUSER, "--encoding=UTF8",
        "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums", "--auth-local=peer",
        "--auth-host=reject", "--no-instructions",
    ]  # fmt: skip
    done = run_as(where.owner, command, timeout_s=_INIT_TIMEOUT_S)
    if done.returncode:
        shutil.rmtree(making, ignore_errors=True)
        said = (done.stderr.strip().splitlines() or [""])[-1]
        raise Refusal(
            "no_cluster",
            vi=f"Không tạo được cơ sở dữ liệu tại {where.root}; initdb báo: “{said}”.",
            en=f"The database at {where.root} could not be made; initdb says: “{said}”.",
        )
    _write(where.marker, json.dumps(asdict(Marker(settings.env, programs.major))) + "\n")
    making.rename(where.data)


def guard(where: Place, settings: Settings) -> None:
    """Refuse a cluster that is not what the process is for, or whose files another version wrote.

    Codes: `training_copy`, `production_data`, `other_major`, `no_marker`.
    """
    marker = read_marker(where)
    if marker is None:
        raise Refusal(
            "no_marker",
            vi=f"Thiếu tệp {where.marker} cho biết dữ liệu tại đó dùng để làm gì; hãy khôi phục tệp ấy từ bản sao lưu "
            "của máy, hoặc đặt DANCU_HOME sang thư mục mới rồi khôi phục dữ liệu.",
            en=f"The file {where.marker}, which says what the data there are for, is missing; bring it back from the "
            "machine's backup, or set DANCU_HOME to a new folder and restore the data.",
        )
    if marker.major != MAJOR:
        raise Refusal(
            "other_major",
            vi=f"Dữ liệu tại {where.root} thuộc PostgreSQL {marker.major}, còn chương trình là bản {MAJOR}; "
            f"hãy sao lưu bằng bản {marker.major} rồi khôi phục vào một DANCU_HOME mới.",
            en=f"The data at {where.root} are of PostgreSQL {marker.major}, the programs are {MAJOR}; "
            f"back up with version {marker.major}, then restore into a new DANCU_HOME.",
        )
    if settings.production and marker.purpose != PRODUCTION:
        raise Refusal(
            "training_copy",
            vi=f"Dữ liệu tại {where.root} được tạo để tập huấn, không dùng để vận hành thật; hãy đặt DANCU_HOME sang "
            "thư mục mới, hoặc bỏ DANCU_ENV=production.",
            en=f"The data at {where.root} were made for training and are not for the real thing; set DANCU_HOME to a "
            "new folder, or leave out DANCU_ENV=production.",
        )
    if marker.purpose == PRODUCTION and not settings.production:
        raise Refusal(
            "production_data",
            vi=f"Dữ liệu tại {where.root} là dữ liệu vận hành thật; hãy đặt DANCU_ENV=production nếu đúng là muốn "
            "dùng, hoặc đặt DANCU_HOME sang thư mục khác.",
            en=f"The data at {where.root} are the real thing; set DANCU_ENV=production if you mean to use them, "
            "or set DANCU_HOME to another folder.",
        )


def guard_production(settings: Settings) -> None:
    """Refuse `embedded_in_production`: the real thing needs a server that someone looks after, or a clear yes."""
    if settings.production and not settings.embedded_in_production:
        raise Refusal(
            "embedded_in_production",
            vi="DANCU_ENV=production nhưng chưa có DATABASE_URL: máy chủ nhúng chỉ dành cho tập huấn; hãy đặt "
            "DATABASE_URL, hoặc đặt DANCU_EMBEDDED_IN_PRODUCTION=yes nếu chấp nhận tự lo sao lưu và dự phòng.",
            en="DANCU_ENV=production but there is no DATABASE_URL: the embedded server is for training; set "
            "DATABASE_URL, or DANCU_EMBEDDED_IN_PRODUCTION=yes if backups and stand-by are taken care of.",
        )


def read_marker(where: Place) -> Marker | None:
    """What the cluster is for, or None where it does not say."""
    try:
        found = json.loads(where.marker.read_text(encoding="utf-8"))
        return Marker(str(found["purpose"]), int(found["major"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_rules(where: Place, socket: Path, settings: Settings) -> None:
    """Write the server's configuration and who may sign in, anew at every start so that it follows the machine."""
    marker = read_marker(where)
    lines = {
        **_RULES,
        **tuned(machine(settings.server_memory_mb)),
        "unix_socket_directories": str(socket),
        "hba_file": str(where.conf / "hba.conf"),
        "ident_file": str(where.conf / "ident.conf"),
        "log_directory": str(where.log),
        "dancu.purpose": marker.purpose if marker else settings.env,
    }
    if not where.system:
        # Logging out may take an ordinary user's shared memory away (RemoveIPC of systemd-logind).
        lines["dynamic_shared_memory_type"] = "mmap"
    text = "".join(f"{name} = '{_quoted(value)}'\n" for name, value in lines.items())
    # An administrator's own lines come last and win.
    text += f"include_if_exists = '{_quoted(str(where.conf / 'local.conf'))}'\n"
    _write(where.conf / "postgresql.conf", "# Written at every start; own lines go into local.conf beside it.\n" + text)
    _write(where.conf / "hba.conf", _HBA + "local all all peer map=dancu\n")
    accounts = sorted({of(0).name, where.owner.name} if not where.system else {of(0).name})
    _write(
        where.conf / "ident.conf",
        "".join(f'dancu "{account}" "/^({SUPERUSER}|dancu_[a-z0-9_]+)$"\n' for account in accounts),
    )


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, readable by all: nothing in it is secret."""
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)
