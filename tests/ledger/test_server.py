"""One writer for many processes: the socket answers what is durable, strangers and silence are dealt with."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dancu.core.refusal import Refusal
from dancu.ledger import verify
from dancu.ledger.client import Client, open_log
from dancu.ledger.sequencer import Sequencer
from dancu.ledger.server import HEAD, SOCKET_PATH_MAX, Server
from tests.ledger.samples import MONTH, append_all, entry, leaf, new_log, writer


@pytest.fixture
def served(tmp_path):
    """A log with its server running; (folder, key)."""
    key = new_log(tmp_path / "log")
    with writer(tmp_path / "log") as log, Server(log) as server:
        yield tmp_path / "log", key, log, server


def test_the_socket_is_short_and_private(served):
    log, _, _, server = served
    path = (log / "socket").read_text()
    assert path == str(server.socket) and len(os.fsencode(path)) < SOCKET_PATH_MAX
    assert stat.S_IMODE(os.stat(Path(path).parent).st_mode) == 0o700


def test_threads_and_processes_share_one_writer(served):
    log, key, sequencer, _ = served
    program = (
        "import sys, pathlib\n"
        "from dancu.ledger.client import open_log\n"
        "from tests.ledger.samples import entry\n"
        "with open_log(pathlib.Path(sys.argv[1])) as log:\n"
        "    print(*(log.append(entry(n)).index for n in range(50)))\n"
    )
    others = [
        subprocess.Popen([sys.executable, "-c", program, str(log)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    indices: list[int] = []
    with open_log(log) as client:
        assert isinstance(client, Client)

        def go() -> None:
            indices.extend([client.append(leaf(n)).index for n in range(50)])

        threads = [threading.Thread(target=go) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for other in others:
            indices += map(int, other.communicate(timeout=60)[0].split())
    assert sorted(indices) == list(range(1, 301))
    sequencer.publish()
    assert verify.verify_log(log, key)


def test_asyncio_callers_do_not_wait_for_each_other(served):
    log, _, _, _ = served
    with Client(log) as client:

        async def go() -> list:
            return await asyncio.gather(*(client.append_soon(entry(n)) for n in range(500)))

        places = asyncio.run(go())
        assert sorted(place.index for place in places) == list(range(1, 501))
        again = asyncio.run(go())
        assert {place.month for place in again} == {MONTH}


def test_refusals_travel(served):
    log, _, sequencer, _ = served
    with Client(log) as client:
        with pytest.raises(Refusal) as caught:
            client.append(bytes(65_536))
        assert caught.value.code == "ledger_entry_size"
        assert client.append(bytes(65_535)).index == 1
        sequencer.close()
        with pytest.raises(Refusal) as caught:
            client.append(entry(1))
        assert caught.value.code == "ledger_closed" and "đóng" in caught.value.vi

        async def soon() -> None:
            await client.append_soon(entry(1))

        with pytest.raises(Refusal):
            asyncio.run(soon())


@pytest.mark.parametrize("message", [HEAD.pack(2**31), HEAD.pack(0), HEAD.pack(4) + bytes(4), b"GET / HTTP/1.1\r\n\r\n"])
def test_strangers_are_hung_up_on(served, message):
    log, _, _, server = served
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.settimeout(5)
        stranger.connect(str(server.socket))
        stranger.sendall(message)
        assert stranger.recv(100) == b""
    with Client(log) as client:
        assert client.append(entry(1)).index == 1


def test_without_a_server_the_caller_is_the_owner(tmp_path):
    new_log(tmp_path / "log")
    (tmp_path / "log" / "socket").write_text("/nowhere/at/all")
    with open_log(tmp_path / "log") as log:
        assert isinstance(log, Sequencer)
        append_all(log, 3)
        with pytest.raises(Refusal) as caught:
            open_log(tmp_path / "log", wait_s=0.1)
        assert caught.value.code == "ledger_owned"


def test_a_server_that_goes_away_is_told(served):
    log, _, _, server = served
    client = Client(log)
    client.append(entry(1))
    server.close()
    with pytest.raises(Refusal) as caught:
        client.append(entry(2))
    assert caught.value.code == "ledger_closed"
    with pytest.raises(Refusal):
        Client(log)
