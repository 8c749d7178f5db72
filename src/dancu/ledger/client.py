"""Writing to a log from any process: through its server where one runs, else as its owner."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.ledger import refusals
from dancu.ledger.leaf import Leaf, encode
from dancu.ledger.proof.tiles import ENTRY_BYTES_MAX
from dancu.ledger.sequencer import ANSWER_TIMEOUT_S, Place, Sequencer, now_ms
from dancu.ledger.server import HEAD, REQUEST, SOCKET_FILE, read_answer

CONNECT_TIMEOUT_S = 2.0
OPEN_TIMEOUT_S = 10.0
ANSWER_BYTES_MAX = 65_536


def open_log(
    log: Path, *, clock: Callable[[], int] = now_ms, wait_s: float = OPEN_TIMEOUT_S
) -> Sequencer | Client:
    """The log in a folder, ready to append to: its server's client where one runs, else this process owns it.

    Both answer `append`, `append_soon` and `close` alike. Waits up to `wait_s` for an owner without a server to end;
    raises Refusal (`ledger_owned`) after that, and `ledger_absent`, `ledger_damaged`, `ledger_truncated` at once.
    """
    end = time.monotonic() + wait_s
    while True:
        try:
            return Client(log)
        except Refusal:
            pass  # No server: be the owner.
        try:
            return Sequencer(log, clock=clock)
        except Refusal as refusal:
            if refusal.code != "ledger_owned" or time.monotonic() > end:
                raise
        time.sleep(0.05)


def _frame(request_id: int, entry: bytes) -> bytes:
    if not 0 < len(entry) <= ENTRY_BYTES_MAX:
        raise refusals.too_long()
    return HEAD.pack(REQUEST.size + len(entry)) + REQUEST.pack(request_id) + entry


class Client:
    """A caller of another process's sequencer; threads may share it, each has a connection of its own.

    Raises Refusal (`ledger_closed`) where no server answers. After `ledger_slow` or `ledger_closed` in an append, the
    leaf may or may not be recorded.
    """

    def __init__(self, log: Path, *, timeout_s: float = ANSWER_TIMEOUT_S):
        self.log, self._timeout_s = log, timeout_s
        self._own = threading.local()
        self._all: list[socket.socket] = []
        self._streams: dict[asyncio.AbstractEventLoop, _Stream] = {}
        self._connection()

    def _path(self) -> str:
        try:
            return (self.log / SOCKET_FILE).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise refusals.closed() from None

    def _connection(self) -> socket.socket:
        if not hasattr(self._own, "socket"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(CONNECT_TIMEOUT_S)
            try:
                connection.connect(self._path())
            except OSError:
                connection.close()
                raise refusals.closed() from None
            connection.settimeout(self._timeout_s)
            self._own.socket, self._own.count = connection, 0
            self._all.append(connection)
        return self._own.socket

    def append(self, leaf: Leaf | bytes) -> Place:
        """As `Sequencer.append`."""
        entry = leaf if isinstance(leaf, bytes) else encode(leaf)
        connection = self._connection()
        self._own.count = (self._own.count + 1) % 2**32
        try:
            connection.sendall(_frame(self._own.count, entry))
            (length,) = HEAD.unpack(_receive(connection, HEAD.size))
            if length > ANSWER_BYTES_MAX:
                raise OSError("not an answer")
            request_id, said = read_answer(_receive(connection, length))
            if request_id != self._own.count:
                raise OSError("another request's answer")
        except TimeoutError:
            self._forget(connection)
            raise refusals.slow(self._timeout_s) from None
        except OSError:
            self._forget(connection)
            raise refusals.closed() from None
        if isinstance(said, Refusal):
            raise said
        return Place(*said)

    def _forget(self, connection: socket.socket) -> None:
        """A late answer must not be taken for the next one's."""
        connection.close()
        self._all.remove(connection)
        del self._own.socket

    async def append_soon(self, leaf: Leaf | bytes) -> Place:
        """As `append`, for asyncio; the calls of one loop share a connection and do not wait for each other."""
        entry = leaf if isinstance(leaf, bytes) else encode(leaf)
        loop = asyncio.get_running_loop()
        stream = self._streams.get(loop)
        if stream is None or stream.ended:
            stream = self._streams[loop] = _Stream(self._path())
        return await stream.append(entry, self._timeout_s)

    def close(self) -> None:
        """End the threads' connections; a loop's ends with its loop."""
        for connection in self._all:
            connection.close()
        self._all.clear()
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _receive(connection: socket.socket, length: int) -> bytes:
    parts = b""
    while len(parts) < length:
        part = connection.recv(length - len(parts))
        if not part:
            raise OSError("the server hung up")
        parts += part
    return parts


class _Stream:
    """One loop's connection: requests are sent at once, answers find their request by its id."""

    def __init__(self, path: str):
        self.ended = False
        self._count = 0
        self._waiting: dict[int, asyncio.Future] = {}
        self._reading = asyncio.ensure_future(self._read(path))
        self._connected: asyncio.Future = asyncio.get_running_loop().create_future()

    async def _read(self, path: str) -> None:
        writer = None
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_unix_connection(path), CONNECT_TIMEOUT_S)
            self._connected.set_result(writer)
            while True:
                (length,) = HEAD.unpack(await reader.readexactly(HEAD.size))
                if length > ANSWER_BYTES_MAX:
                    return
                request_id, said = read_answer(await reader.readexactly(length))
                future = self._waiting.pop(request_id, None)
                if future is None or future.done():
                    continue
                if isinstance(said, Refusal):
                    future.set_exception(said)
                else:
                    future.set_result(Place(*said))
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # Told to everybody below.
        finally:
            self.ended = True
            if writer:
                writer.close()
            if not self._connected.done():
                self._connected.set_result(None)
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(refusals.closed())
            self._waiting.clear()

    async def append(self, entry: bytes, timeout_s: float) -> Place:
        self._count = request_id = (self._count + 1) % 2**32
        frame = _frame(request_id, entry)
        writer = await asyncio.shield(self._connected)
        if writer is None or self.ended:
            raise refusals.closed()
        future = self._waiting[request_id] = asyncio.get_running_loop().create_future()
        writer.write(frame)
        try:
            return await asyncio.wait_for(future, timeout_s)
        except TimeoutError:
            raise refusals.slow(timeout_s) from None
        finally:
            self._waiting.pop(request_id, None)

    def close(self) -> None:
        self.ended = True
        # A closed loop raises RuntimeError, and the connection is closed with it.
        with suppress(RuntimeError):
            self._reading.get_loop().call_soon_threadsafe(self._reading.cancel)

