"""The operating-system account the embedded server runs under: PostgreSQL never runs as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dancu.core.refusal import Refusal

# Where no account can be made, one that such systems have for the purpose; `nobody` is shared with others, so it is last.
FALLBACKS = ("postgres", "nobody")
_MAKE = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
     "--shell", "/usr/sbin/nologin"),
    ("adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin"),
)  # fmt: skip
_MAKE_TIMEOUT_S = 30


@dataclass(frozen=True)
class Account:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int


def current() -> Account:
    """Who runs this process. Refuses `no_account` where the uid has no name, since the server's sign-in needs one."""
    return of(os.geteuid())


def of(uid: int) -> Account:
    """The account of a uid; refuses `no_account`."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Refusal(
            "no_account",
            vi=f"Mã người dùng {uid} không có tên trong hệ điều hành nên không chạy được máy chủ nhúng; "
            "hãy dùng một tài khoản có tên, hoặc đặt DATABASE_URL.",
            en=f"The uid {uid} has no name on this system, so the embedded server cannot run; "
            "use an account with a name, or set DATABASE_URL.",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def service(wished: str) -> Account:
    """The account for a server that root starts: `wished`, made if it is missing, else a fallback.

    Root itself is refused (`bad_server_user`), and so is a machine with none of them (`no_account`).
    """
    for name in (wished, *FALLBACKS):
        if name == wished and _named(name) is None:
            _make(name)
        found = _named(name)
        if found and found.uid != 0:
            return found
        if found:
            raise Refusal(
                "bad_server_user",
                vi="PostgreSQL không chạy bằng tài khoản root; hãy đặt DANCU_SERVER_USER là một tài khoản thường.",
                en="PostgreSQL does not run as root; set DANCU_SERVER_USER to an ordinary account.",
            )
    raise Refusal(
        "no_account",
        vi=f"Không tạo được tài khoản {wished} để chạy máy chủ nhúng; hãy tạo một tài khoản và đặt DANCU_SERVER_USER.",
        en=f"The account {wished} for the embedded server could not be made; make one and set DANCU_SERVER_USER.",
    )


def run_as(
    who: Account, command: Sequence[str | Path], *, timeout_s: float, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as `who` with a bare environment, from `/`, in a session of its own.

    Only root changes who it is, by the arguments of the system call and without a shell. Raises
    subprocess.TimeoutExpired; the exit status is the caller's to judge.
    """
    change = {} if who.uid == os.geteuid() else {"user": who.uid, "group": who.gid, "extra_groups": ()}
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout_s,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", **(env or {})},
        umask=0o077,
        start_new_session=True,
        check=False,
        **change,  # type: ignore[arg-type]
    )


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make(name: str) -> None:
    """Try to make a system account; whether it worked is seen by looking it up again."""
    for program, *arguments in _MAKE:
        found = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
        if found:
            subprocess.run(
                [found, *arguments, name], stdin=subprocess.DEVNULL, capture_output=True, timeout=_MAKE_TIMEOUT_S,
                check=False,
            )  # fmt: skip
            return
