"""One writer for many processes: the owner of the log listens on a Unix socket and answers what it made durable.

Frames both ways: uint32 length, then the message. A request is uint32 id and the entry; an answer is the id, a byte
(0 recorded, 1 refused) and JSON: [month, index, size], or [code, vi, en]. All numbers most significant byte first.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import struct
import tempfile
import threading
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.ledger import refusals
from dancu.ledger.disk import Disk
from dancu.ledger.proof.tiles import ENTRY_BYTES_MAX
from dancu.ledger.sequencer import Sequencer

SOCKET_FILE = "socket"
SOCKET_PATH_MAX = 90
CONNECTIONS_MAX = 256
# Requests of one connection that wait for the disk; past it the connection is not read until some are answered.
WAITING_MAX = 4_096
IDLE_TIMEOUT_S = 3600.0
START_TIMEOUT_S = 10.0
HEAD = struct.Struct(">I")
REQUEST = struct.Struct(">I")
ANSWER = struct.Struct(">IB")
MESSAGE_BYTES_MAX = REQUEST.size + ENTRY_BYTES_MAX


def answer(request_id: int, outcome: tuple | Refusal) -> bytes:
    """An answer's frame."""
    if isinstance(outcome, Refusal):
        refused, said = 1, [outcome.code, outcome.vi, outcome.en]
    else:
        refused, said = 0, list(outcome)
    body = ANSWER.pack(request_id, refused) + json.dumps(said, ensure_ascii=False).encode()
    return HEAD.pack(len(body)) + body


def read_answer(body: bytes) -> tuple[int, list | Refusal]:
    """(request id, [month, index, size] or the Refusal) of an answer."""
    request_id, refused = ANSWER.unpack_from(body)
    said = json.loads(body[ANSWER.size :])
    return request_id, Refusal(said[0], vi=said[1], en=said[2]) if refused else said


class Server:
    """Answers for a sequencer on a socket in a fresh folder only this user can enter, until it is closed."""

    def __init__(self, sequencer: Sequencer):
        self._sequencer = sequencer
        self._place = Path(tempfile.mkdtemp(prefix="dancu-", dir=_short_place()))
        self.socket = self._place / "log"
        self._connections = 0
        self._ready = threading.Event()
        self._ended: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="ledger-server", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT_S):
            raise refusals.closed()
        Disk().replace(sequencer.log / SOCKET_FILE, str(self.socket).encode(), mode=0o600)

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        tasks: set[asyncio.Task] = set()

        async def answer_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            tasks.add(task)
            try:
                await self._converse(reader, writer)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
                pass  # The caller is gone, or we are; it hears so by the closed connection.
            finally:
                tasks.discard(task)
                writer.close()

        listening = await asyncio.start_unix_server(answer_one, self.socket, backlog=CONNECTIONS_MAX)
        self._ready.set()
        async with listening:
            await self._ended.wait()
            for task in list(tasks):
                task.cancel()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._connections >= CONNECTIONS_MAX:
            return
        self._connections += 1
        room = asyncio.Semaphore(WAITING_MAX)
        try:
            while True:
                head = await asyncio.wait_for(reader.readexactly(HEAD.size), IDLE_TIMEOUT_S)
                (length,) = HEAD.unpack(head)
                if not REQUEST.size < length <= MESSAGE_BYTES_MAX:
                    return  # Not our protocol: what follows cannot be understood either.
                message = await reader.readexactly(length)
                await room.acquire()
                self._append(message, writer, room)
                await writer.drain()
        finally:
            self._connections -= 1

    def _append(self, message: bytes, writer: asyncio.StreamWriter, room: asyncio.Semaphore) -> None:
        (request_id,) = REQUEST.unpack_from(message)

        def said(future: asyncio.Future) -> None:
            room.release()
            if not writer.is_closing() and not future.cancelled():
                writer.write(answer(request_id, future.exception() or future.result()))

        try:
            self._sequencer.append_soon(message[REQUEST.size :]).add_done_callback(said)
        except Refusal as refusal:
            room.release()
            writer.write(answer(request_id, refusal))

    def close(self) -> None:
        """Stop listening; the sequencer stays open and is its owner's to close."""
        (self._sequencer.log / SOCKET_FILE).unlink(missing_ok=True)
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(START_TIMEOUT_S)
        shutil.rmtree(self._place, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _short_place() -> str:
    """A folder for temporary files whose path leaves room for a socket's name."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        if len(os.fsencode(place)) + len("/dancu-12345678/log") < SOCKET_PATH_MAX and os.path.isdir(place):
            return place
    raise refusals.no_place()
