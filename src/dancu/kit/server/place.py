"""Where the embedded server of a home lives and whose it is: below the home, or in a system folder when root made it."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.kit.server.account import Account, current, of, service
from dancu.kit.settings import Settings

# The kernel takes 107 bytes for the whole name of a socket; what comes after the folder is `/.s.PGSQL.5432`.
SOCKET_FOLDER_BYTES_MAX = 90 - len("/.s.PGSQL.5432")
_SOCKET_PREFIX = "dancu-"


@dataclass(frozen=True)
class Place:
    """The folders of one embedded server.

    `root` holds all of them. `owner` runs the server and owns `data` and `log`. In a `system` place `root` and `conf`
    are root's, so that the server can read its own rules but not change them.
    """

    root: Path
    owner: Account
    system: bool

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def conf(self) -> Path:
        return self.root / "conf"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def marker(self) -> Path:
        return self.root / "cluster.json"


def place(settings: Settings) -> Place:
    """The place of the server of `settings.home`, which may not exist yet; for root this makes the service account.

    Refuses what `found_place` and `account.service` refuse.
    """
    found = found_place(settings)
    if found is not None:
        return found
    if os.geteuid() == 0:
        return Place(system_root(settings), service(settings.server_user), system=True)
    return Place(settings.home / "server", current(), system=False)


def found_place(settings: Settings) -> Place | None:
    """The place of the server of `settings.home` where one was begun; looks only.

    Root may use and stop what an ordinary user began, but not start it: it would write where that user can put links.
    An ordinary user is refused what root began (`server_of_root`), or another user (`server_of_another`): two servers
    for one home would be two registers.
    """
    own, system = settings.home / "server", system_root(settings)
    who = os.geteuid()
    if system.exists():
        if who != 0:
            raise Refusal(
                "server_of_root",
                vi=f"Máy chủ nhúng của {settings.home} do root tạo tại {system}; hãy chạy lệnh bằng root, "
                "hoặc đặt DANCU_HOME sang thư mục khác.",
                en=f"The embedded server of {settings.home} was made by root at {system}; run the command as root, "
                "or set DANCU_HOME to another folder.",
            )
        # The account that owns the data runs them, whatever DANCU_SERVER_USER says by now.
        data = system / "data"
        return Place(system, of(data.stat().st_uid) if data.exists() else service(settings.server_user), system=True)
    if not own.exists():
        return None
    owner = own.stat().st_uid
    if owner == 0 or who not in (0, owner):
        raise _foreign(own, of(owner).name)
    return Place(own, of(owner), system=False)


def system_root(settings: Settings) -> Path:
    """The folder of a home's server when root runs it: named by the home, since it does not lie in it."""
    home = os.fsencode(os.path.realpath(settings.home))
    return settings.system_dir / hashlib.sha256(home).hexdigest()[:16]


def prepare(where: Place, settings: Settings) -> None:
    """Make the folders above the data, with the rights they need and no more; existing ones are left as they are.

    Refuses `unsafe_folder` when a system folder could be changed by someone other than root, `no_folder` when a
    folder cannot be made, and `server_of_another` for root on an ordinary user's server.
    """
    if not where.system and where.owner.uid != os.geteuid():
        raise _foreign(where.root, where.owner.name)
    top = settings.system_dir if where.system else settings.home
    try:
        if not top.exists():
            top.mkdir(parents=True, mode=0o755 if where.system else 0o700)
        for folder in (top, where.root) if where.system else (where.root,):
            folder.mkdir(mode=0o755 if where.system else 0o700, exist_ok=True)
            if where.system:
                _must_be_roots(folder)
        where.conf.mkdir(mode=0o755, exist_ok=True)
        where.log.mkdir(mode=0o700, exist_ok=True)
        _given(where.log, where)
    except OSError as error:
        raise Refusal(
            "no_folder",
            vi=f"Không tạo được thư mục trong {top}: {error.strerror}; hãy kiểm tra quyền ghi và chỗ trống, "
            "hoặc đặt DANCU_HOME sang nơi khác.",
            en=f"A folder in {top} could not be made: {error.strerror}; check rights and space, "
            "or set DANCU_HOME to another place.",
        ) from None


def socket_folder(where: Place) -> Path:
    """A folder for the socket that only the owner (and root) may enter, short enough for the kernel.

    It is the one of last time where that can be had again, so that processes that outlive a restart find their way;
    else a fresh one under a name nobody could guess. Needs the lock of the place.
    """
    note = where.root / "socket"
    folder = _had_again(note, where) or _fresh_socket_folder(where)
    note.write_text(f"{folder}\n", encoding="utf-8", errors="surrogateescape")
    return folder


def _had_again(note: Path, where: Place) -> Path | None:
    try:
        folder = Path(note.read_text(encoding="utf-8", errors="surrogateescape").removesuffix("\n"))
        if not _usable(folder.parent, where):
            return None
        # Made by us at this moment, or not at all: what lies there under that name may be another's trap.
        folder.mkdir(mode=0o700)
        _given(folder, where)
    except OSError:
        return None
    return folder


def _fresh_socket_folder(where: Place) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "") if not where.system else "/run"
    for parent in (runtime, tempfile.gettempdir(), "/tmp"):
        name_bytes = len(os.fsencode(parent)) + len("/" + _SOCKET_PREFIX) + 8
        if parent.startswith("/") and name_bytes <= SOCKET_FOLDER_BYTES_MAX and _usable(Path(parent), where):
            folder = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir=parent))
            _given(folder, where)
            return folder
    raise Refusal(
        "no_socket_folder",
        vi="Không có thư mục tạm nào ghi được để đặt cổng nối của máy chủ nhúng; hãy kiểm tra quyền ghi vào /tmp.",
        en="No temporary folder can be written to for the embedded server's socket; check the rights of /tmp.",
    )


def drop_socket_folder(folder: Path | None, where: Place) -> None:
    """Remove a socket folder of a server that no longer runs; anything that is not one of ours is left alone."""
    if folder is None or not folder.name.startswith(_SOCKET_PREFIX) or not folder.is_dir():
        return
    if folder.is_symlink() or folder.stat().st_uid != where.owner.uid:
        return
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (folder / name).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _usable(parent: Path, where: Place) -> bool:
    """Whether a folder can be made in `parent` and the owner can get there."""
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        return False
    if not where.system:
        return True
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (parent, *parent.parents))


def _given(path: Path, where: Place) -> None:
    if where.system:
        os.chown(path, where.owner.uid, where.owner.gid, follow_symlinks=False)


def _must_be_roots(folder: Path) -> None:
    found = folder.stat()
    if found.st_uid != 0 or found.st_mode & 0o022:
        raise Refusal(
            "unsafe_folder",
            vi=f"Thư mục {folder} phải thuộc về root và chỉ root được ghi; hãy sửa quyền hoặc đặt DANCU_SYSTEM_DIR.",
            en=f"The folder {folder} must be root's and writable by root only; mend its rights or set DANCU_SYSTEM_DIR.",
        )


def _foreign(folder: Path, owner: str) -> Refusal:
    return Refusal(
        "server_of_another",
        vi=f"Máy chủ nhúng tại {folder} thuộc về tài khoản {owner}; hãy chạy lệnh bằng tài khoản ấy, "
        "hoặc đặt DANCU_HOME sang thư mục khác.",
        en=f"The embedded server at {folder} is the account {owner}'s; run the command as that account, "
        "or set DANCU_HOME to another folder.",
    )
