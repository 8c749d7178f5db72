"""`dancu serve`: the database, the ledger's server, the feed's sequencer, jobs and pages as one family of processes."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.kit.settings import Settings

HOST, PORT = "127.0.0.1", 8606
_PORTS = 50
_THREADS = 4
_READY_S = 60.0
_POLL_S = 0.1
_CONNECTIONS_WAITING = 512


def serve(
    settings: Settings,
    *,
    host: str = HOST,
    port: int = PORT,
    workers: int = 1,
    log: Path | None = None,
    announce: Callable[[str], None] = lambda address: None,
    stop: threading.Event | None = None,
    signals: bool = True,
) -> None:
    """Serve every page until Ctrl-C, SIGTERM or `stop`; `announce` is told the address once pages answer. Lines about requests and
    faults go to stderr, or to the end of the file `log`.

    The next free port is taken where `port` is not free (at most fifty further). Refuses `no_port`, `log_unusable`, `serve_failed`,
    `child_dies`, and what the database or the ledger refuses. When it returns or raises, no process of it is left but the embedded server.
    """
    from dancu.kit.database import open_database
    from dancu.web import project
    from dancu.web.serving.family import Family

    if sys.platform == "win32":
        raise Refusal(
            "no_serve_here",
            vi="Các trang làm việc chạy trên Linux hoặc macOS; trên Windows hãy mở chúng bằng trình duyệt từ một máy như vậy.",
            en="Pages are served on Linux or macOS; on Windows open them in a browser from such a machine.",
        )
    _writable(log)
    stop = stop or threading.Event()
    settings = _answering(settings, host)
    database = open_database(settings)
    project.migrate(settings, database)
    free = free_port(host, port)
    with _signals(stop, signals), _ledger(settings), _numbered(database, stop), Family(settings.environ(), log) as family:
        # Imported, not run with -m: a module that is there twice would register its tasks twice.
        family.add("jobs", "from dancu.web.serving.jobs import worker; worker()")
        family.add("web", "from granian.cli import entrypoint; entrypoint()", *_granian(host, free, workers))
        address = f"http://{_shown(host)}:{free}/"
        _wait(address, family, stop)
        if not stop.is_set():
            announce(address)
        family.watch(stop)


def _writable(log: Path | None) -> None:
    """Refuses `log_unusable` where nothing can be written to the file."""
    try:
        if log:
            log.open("ab").close()
    except OSError:
        raise Refusal(
            "log_unusable",
            vi=f"Không ghi được tệp nhật ký {log}; hãy kiểm tra thư mục và quyền ghi, hoặc chọn tệp khác bằng --log.",
            en=f"The log file {log} cannot be written; check its folder and permissions, or choose another with --log.",
        ) from None


def free_port(host: str, first: int) -> int:
    """The first port from `first` on that nobody listens on. Refuses `no_port`."""
    for port in range(first, min(first + _PORTS, 65_536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                tried.bind((host, port))
                tried.listen(1)
                return port
    raise Refusal(
        "no_port",
        vi=f"Không mở được cổng nào từ {first} trên {host}; hãy chọn cổng khác bằng --port.",
        en=f"No port from {first} on {host} can be opened; choose another with --port.",
    )


def _answering(settings: Settings, host: str) -> Settings:
    """The settings with the address listened on among the hosts that are answered to; of a wildcard nothing can be told."""
    known = settings.hosts.split(",")
    if host in ("0.0.0.0", "::") or host in known:
        return settings
    return dataclasses.replace(settings, hosts=",".join([*known, f"[{host}]" if ":" in host else host]))


def _granian(host: str, port: int, workers: int) -> list[str]:
    return [
        "dancu.web.serving.wsgi:build", "--factory", "--interface", "wsgi", "--host", host,
        "--port", str(port), "--workers", str(workers), "--blocking-threads", str(_THREADS), "--backlog", str(_CONNECTIONS_WAITING),
        "--workers-kill-timeout", "10", "--respawn-failed-workers", "--no-access-log", "--log-level", "warning", "--no-ws",
    ]  # fmt: skip


@contextlib.contextmanager
def _ledger(settings: Settings) -> Iterator[None]:
    """Own the ledger and answer for it, unless another process does already."""
    from dancu.ledger.client import open_log
    from dancu.ledger.sequencer import Sequencer
    from dancu.ledger.server import Server
    from dancu.ledger.shard import create_log
    from dancu.register.witness import LOG_NAME

    create_log(settings.home / "ledger", LOG_NAME)
    with contextlib.closing(open_log(settings.home / "ledger")) as log:
        if isinstance(log, Sequencer):
            with Server(log):
                yield
        else:
            yield


@contextlib.contextmanager
def _numbered(database, stop: threading.Event) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """The feed's sequencer in a thread of this process."""
    from dancu.register.feed import sequencer

    ended = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(database, ended), name="feed", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)


@contextlib.contextmanager
def _signals(stop: threading.Event, wanted: bool) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop`; a second Ctrl-C raises as ever."""
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stopping(number: int, _: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, stopping) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(address: str, family, stop: threading.Event) -> None:  # type: ignore[no-untyped-def]
    """Until the pages answer."""
    until = time.monotonic() + _READY_S
    while not stop.is_set():
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}health", timeout=5) as answer:
            if answer.status == 200:
                return
        if not family.alive() or time.monotonic() > until:
            raise Refusal(
                "serve_failed",
                vi="Máy chủ trang không khởi động được; hãy xem nhật ký và chạy dancu doctor.",
                en="The server of pages did not start; see the log and run dancu doctor.",
            )
        time.sleep(_POLL_S)


def _shown(host: str) -> str:
    named = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"[{named}]" if ":" in named else named
