"""Starting, finding and stopping the embedded server of a home; many processes share one, which outlives them."""

from __future__ import annotations

import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.kit.server.account import run_as
from dancu.kit.server.cluster import guard, guard_production, make, write_rules
from dancu.kit.server.place import Place, drop_socket_folder, found_place, place, prepare, socket_folder, system_root
from dancu.kit.server.process import Serving, clear_away, end, locked, read_pid_file, serving
from dancu.kit.server.programs import Programs, programs, readable_copy
from dancu.kit.settings import Settings

_POLL_S = 0.01
_SPAWN_TIMEOUT_S = 30
# The shell goes away at once, so that the server has no parent whose end it would be taken for.
_SPAWN = 'log=$1; shift; "$@" </dev/null >"$log" 2>&1 & echo $!'
_QUICK_STOP_S = 20
_TAIL_BYTES = 4096


@dataclass(frozen=True)
class Endpoint:
    """A running embedded server: connect to the socket in `socket` as the superuser or one of our roles.

    `owner` is the account it runs under; a client that asks for it (libpq's `requirepeer`) is not taken in by another
    program at the same place.
    """

    socket: Path
    pid: int
    data: Path
    owner: str


@dataclass(frozen=True)
class Status:
    """What there is of an embedded server: `state` is absent, stopped, starting or running."""

    state: str
    data: Path
    pid: int | None = None
    socket: Path | None = None
    owner: str = ""


def start(settings: Settings) -> Endpoint:
    """The running server of `settings.home`, made and started when it is not: a second the first time, 0.2 s later.

    Safe to call from many processes at once, after a crash and after a reboot. Refuses (beside what `place`,
    `guard`, `guard_production`, `programs` and `make` refuse) `server_failed` when it does not start and
    `server_slow` when it takes longer than `start_timeout_s`; it then goes on recovering by itself.
    """
    guard_production(settings)
    where = place(settings)
    found = _usable(where)
    if found is None:
        found = _started(where, settings)
    else:
        guard(where, settings)
    return found


def stop(settings: Settings) -> bool:
    """Stop the server: open transactions are rolled back. False when it was not running. Refuses `server_busy`.

    What a killed server left behind is ended too. Who may not stop it is refused by `found_place`. A server that does
    not end in time is ended at once and recovers by its log at the next start: nothing that was committed is lost.
    """
    where = found_place(settings)
    if where is None:
        return False
    with locked(where.lock, settings.start_timeout_s):
        found = serving(where.data)
        if found is None:
            _swept(where)
            return False
        if not end(found.pid, where.data, how=signal.SIGINT, timeout_s=settings.start_timeout_s):
            end(found.pid, where.data, how=signal.SIGQUIT, timeout_s=_QUICK_STOP_S)
        drop_socket_folder(found.socket, where)
        return True


def status(settings: Settings) -> Status:
    """How the server of a home stands; starts nothing and makes nothing. Refuses what `found_place` refuses."""
    where = found_place(settings)
    if where is None or not where.data.exists():
        root = system_root(settings) if os.geteuid() == 0 else settings.home / "server"
        return Status("absent", root / "data")
    found = serving(where.data)
    if found is None:
        return Status("stopped", where.data)
    return Status("running" if _usable(where) else "starting", where.data, found.pid, found.socket, where.owner.name)


def _usable(where: Place) -> Endpoint | None:
    """The server as found, when it takes connections at a socket that is still there."""
    found = serving(where.data)
    if found is None or not found.ready or found.socket is None:
        return None
    if not (found.socket / ".s.PGSQL.5432").exists():
        return None
    return Endpoint(found.socket, found.pid, where.data, where.owner.name)


def _started(where: Place, settings: Settings) -> Endpoint:
    prepare(where, settings)
    with locked(where.lock, settings.start_timeout_s):
        found = serving(where.data)
        if found and not _usable(where):
            found = _came_back(found, where, settings)
        if found:
            guard(where, settings)
            return _ready(where, found.pid, settings)
        chosen = programs(settings)
        if where.system:
            chosen = readable_copy(chosen, settings.system_dir)
        if not where.data.exists():
            make(where, chosen, settings)
        guard(where, settings)
        _swept(where)
        socket = socket_folder(where)
        write_rules(where, socket, settings)
        try:
            return _ready(where, _spawn(where, chosen), settings)
        finally:
            if serving(where.data) is None:
                drop_socket_folder(socket, where)


def _swept(where: Place) -> None:
    """Clear away what a server that was killed left: processes, pid file, socket."""
    stale = read_pid_file(where.data)
    clear_away(where.data)
    drop_socket_folder(stale.socket if stale else None, where)


def _came_back(found: Serving, where: Place, settings: Settings) -> Serving | None:
    """A server that is starting is waited for; one that stops, or whose socket was cleaned away, has to end first."""
    if found.state == "starting":
        return found
    end(found.pid, where.data, how=signal.SIGINT, timeout_s=settings.start_timeout_s)
    drop_socket_folder(found.socket, where)
    return serving(where.data)


def _spawn(where: Place, chosen: Programs) -> int:
    """Start the postmaster as the owner of the data; its pid."""
    rules = f"config_file={where.conf / 'postgresql.conf'}"
    command = [chosen.path("postgres"), "-D", where.data, "-c", rules]
    shell = ["/bin/sh", "-c", _SPAWN, "sh", where.log / "start.log", *command]
    done = run_as(where.owner, shell, timeout_s=_SPAWN_TIMEOUT_S)
    if done.returncode or not done.stdout.strip().isdecimal():
        raise _failed(where)
    return int(done.stdout)


def _ready(where: Place, pid: int, settings: Settings) -> Endpoint:
    until = time.monotonic() + settings.start_timeout_s
    while True:
        if found := _usable(where):
            return found
        if not _alive(pid):
            raise _failed(where)
        if time.monotonic() > until:
            raise Refusal(
                "server_slow",
                vi=f"Máy chủ nhúng chưa sẵn sàng sau {settings.start_timeout_s} giây, có thể đang phục hồi sau sự cố; "
                "hãy chờ rồi chạy lại, hoặc tăng DANCU_START_TIMEOUT_S.",
                en=f"The embedded server is not ready after {settings.start_timeout_s} s, it may be recovering from a "
                "crash; wait and run again, or raise DANCU_START_TIMEOUT_S.",
            )
        time.sleep(_POLL_S)


def _alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked after (a zombie) does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except ProcessLookupError:
        return False
    except OSError:
        # Another's process, or a system without /proc.
        return True


def _failed(where: Place) -> Refusal:
    """Why the server did not start, in its own last words; at that point nothing it says is about a person."""
    said = ""
    for path in sorted(where.log.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True):
        with path.open("rb") as handle:
            handle.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            lines = handle.read().decode("utf-8", "replace").splitlines()
        words = [hit.group(1).strip() for line in lines if (hit := re.search(r"(?:LOG|FATAL):(.*)", line))]
        if any("FATAL:" in line for line in lines[-3:]):
            said = "; ".join(words[-2:])
            break
    return Refusal(
        "server_failed",
        vi=f"Máy chủ nhúng không khởi động được: “{said or 'không rõ lý do'}”; xem nhật ký trong {where.log}.",
        en=f"The embedded server did not start: “{said or 'no reason given'}”; see the log in {where.log}.",
    )
