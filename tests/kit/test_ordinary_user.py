"""An ordinary user's server: everything below a 0700 home, nobody else let in; run by root, this acts as such a user."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import dancu
from dancu.core.refusal import Refusal
from dancu.kit.server import launch
from dancu.kit.settings import Settings
from tests.kit.fixture import open_folder

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the whole run is an ordinary user's already")

STARTED = """
import json, os, psycopg
from pathlib import Path
from dancu.kit import roles
from dancu.kit.database import open_database
from dancu.kit.server import launch
from dancu.kit.settings import Settings
settings = Settings.read()
database = open_database(settings)
first = launch.start(settings)
launch.stop(settings)
second = launch.start(settings)
with open_database(settings).connect(roles.READER) as connection:
    role = connection.execute("SELECT current_user").fetchone()[0]
data = Path(first.data)
print(json.dumps({
    "role": role, "again": first.pid != second.pid, "data": str(data), "socket": str(second.socket),
    "server_uid": Path(f"/proc/{second.pid}").stat().st_uid, "data_mode": data.stat().st_mode & 0o777,
}))
"""
STOPPED = (
    "from dancu.kit.settings import Settings; from dancu.kit.server import launch; print(launch.stop(Settings.read()))"
)
NOBODY = pwd.getpwnam("nobody")


def libraries() -> list[str]:
    """Where dancu and what it needs are imported from."""
    return [str(Path(module).resolve().parents[1]) for module in (dancu.__file__, psycopg.__file__)]


def as_nobody(code: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a few lines as an ordinary user, with whatever Python of this version that user may run."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in filter(None, (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin"))):
        try:
            return subprocess.run(
                [python, "-c", code], user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=(), cwd="/", text=True,
                capture_output=True, timeout=120, env={**environ, "PYTHONPATH": os.pathsep.join(libraries())},
            )  # fmt: skip
        except PermissionError:
            continue
    pytest.skip(f"no {version} that an ordinary user may run")


def skip_if_unreadable(home: Path) -> None:
    """A clone under somebody's closed home cannot be tried by another user."""
    if as_nobody("import dancu.kit.database, django", {"HOME": str(home)}).returncode:
        pytest.skip("an ordinary user cannot read this installation")


@pytest.fixture
def home():
    """A 0700 home of an ordinary user under a long path."""
    folder = open_folder()
    home = folder / ("d" * 140) / "an"
    home.mkdir(parents=True)
    os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
    home.chmod(0o700)
    skip_if_unreadable(home)
    yield home
    as_nobody(STOPPED, {"HOME": str(home)})
    shutil.rmtree(folder)


def refused(settings: Settings) -> str:
    """The code with which root's start is refused."""
    with pytest.raises(Refusal) as caught:
        launch.start(settings)
    return caught.value.code


def test_an_ordinary_user_has_a_server_below_a_private_home(home):
    done = as_nobody(STARTED, {"HOME": str(home)})
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["role"] == "dancu_reader" and told["again"]
    assert told["server_uid"] == NOBODY.pw_uid and told["data_mode"] == 0o700
    assert Path(told["data"]).is_relative_to(home) and len(told["data"]) > 150
    assert len(told["socket"] + "/.s.PGSQL.5432") <= 90
    assert home.stat().st_mode & 0o777 == 0o700 and home.stat().st_uid == NOBODY.pw_uid
    # Root may use it, and end it, but would not start it.
    settings = Settings.read({"HOME": str(home)})
    endpoint = launch.start(settings)
    with psycopg.connect(host=str(endpoint.socket), user="postgres", dbname="dancu") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert launch.stop(settings)
    assert refused(settings) == "server_of_another"


def test_another_user_is_not_let_in(own, tmp_path):
    skip_if_unreadable(tmp_path)
    socket = launch.start(own).socket
    for folder in (socket, socket / "..nothing"):
        code = f"import psycopg; psycopg.connect(host={str(folder)!r}, user='postgres', dbname='postgres')"
        assert as_nobody(code, {}).returncode != 0
    socket.chmod(0o755)
    (socket / ".s.PGSQL.5432").chmod(0o777)
    code = f"import psycopg; psycopg.connect(host={str(socket)!r}, user='postgres', dbname='postgres')"
    done = as_nobody(code, {})
    assert "Peer authentication failed" in done.stderr
    environ = {"DANCU_HOME": str(own.home), "DANCU_SYSTEM_DIR": str(own.system_dir)}
    assert "server_of_root" in as_nobody(STARTED.replace("database = ", "try:\n    database = ").replace(
        "first = ", "except Exception as error:\n    raise SystemExit(error.code)\nfirst = "), environ).stderr  # fmt: skip
