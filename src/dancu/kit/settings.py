"""Every setting of a process in one place, read once from the environment: name, default, meaning."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dancu.core.refusal import Refusal

TRAINING = "training"
PRODUCTION = "production"
_DAY_S = 86_400
_DIGITS_MAX = 9


def _meaning(name: str, parse: Callable[[str, str], Any], *, vi: str, en: str, secret: bool = False) -> dict[str, Any]:
    return {"name": name, "parse": parse, "vi": vi, "en": en, "secret": secret}


def _absent(
    name: str, parse: Callable[[str, str], Any], default: Any, *, vi: str, en: str, secret: bool = False
) -> Any:
    """A setting and what it is when the environment does not say."""
    told = _meaning(name, parse, vi=vi, en=en, secret=secret)
    return dataclasses.field(default=default, metadata=told, repr=not secret)


def _bad(name: str, *, vi: str, en: str) -> Refusal:
    return Refusal("bad_setting", vi=f"Biến môi trường {name} {vi}.", en=f"The environment variable {name} {en}.")


def _text(name: str, text: str) -> str:
    if any(ord(sign) < 32 for sign in text):
        raise _bad(name, vi="có ký tự điều khiển", en="holds a control character")
    return text


def _url(name: str, text: str) -> str:
    # What is wrong with it is not repeated: it holds a password.
    if not text.startswith(("postgresql://", "postgres://")):
        raise _bad(
            name,
            vi="phải bắt đầu bằng postgresql://, ví dụ postgresql://tên@máy/dancu",
            en="must begin with postgresql://, as postgresql://name@host/dancu",
        )
    return _text(name, text)


def _folder(name: str, text: str) -> Path:
    path = Path(_text(name, text))
    # A "~" of another account may name none.
    with contextlib.suppress(RuntimeError):
        path = path.expanduser()
    if not path.is_absolute():
        raise _bad(name, vi="phải là đường dẫn tuyệt đối", en="must be an absolute path")
    return Path(os.path.normpath(path))


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def parse(name: str, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX and least <= int(text) <= most):
            raise _bad(
                name,
                vi=f"phải là số nguyên từ {least} đến {most}",
                en=f"must be a whole number from {least} to {most}",
            )
        return int(text)

    return parse


def _one_of(*words: str) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if text not in words:
            told = " | ".join(words)
            raise _bad(name, vi=f"phải là một trong: {told}", en=f"must be one of: {told}")
        return text

    return parse


def _yes(name: str, text: str) -> bool:
    return _one_of("yes", "no")(name, text) == "yes"


@dataclass(frozen=True)
class Settings:
    """What the environment says. `Settings.read()` parses it; tests build one by hand.

    Times end in `_s` (seconds), sizes in `_mb` (mebibytes). `database_url` is secret and never in `repr`.
    """

    home: Path = dataclasses.field(
        default_factory=lambda: _default_home(os.environ),
        metadata=_meaning(
            "DANCU_HOME", _folder, vi="thư mục dữ liệu của chương trình", en="folder of the program's data"
        ),
    )
    database_url: str | None = _absent(
        "DATABASE_URL",
        _url,
        None,
        vi="máy chủ PostgreSQL có sẵn; bỏ trống thì dùng máy chủ nhúng",
        en="a PostgreSQL server of one's own; absent: the embedded one",
        secret=True,
    )
    env: str = _absent(
        "DANCU_ENV",
        _one_of(TRAINING, PRODUCTION),
        TRAINING,
        vi="training: tập huấn, dùng thử; production: vận hành thật",
        en="training: to learn and try; production: the real thing",
    )
    embedded_in_production: bool = _absent(
        "DANCU_EMBEDDED_IN_PRODUCTION",
        _yes,
        False,
        vi="yes: cho phép vận hành thật trên máy chủ nhúng",
        en="yes: the embedded server may hold the real thing",
    )
    system_dir: Path = _absent(
        "DANCU_SYSTEM_DIR",
        _folder,
        Path("/var/lib/dancu"),
        vi="nơi đặt máy chủ nhúng khi chạy bằng root",
        en="where the embedded server lives when root runs it",
    )
    server_user: str = _absent(
        "DANCU_SERVER_USER",
        _text,
        "dancu",
        vi="tài khoản hệ điều hành chạy máy chủ nhúng khi lệnh do root gõ",
        en="operating-system account the embedded server runs under when root starts it",
    )
    pg_bin: Path | None = _absent(
        "DANCU_PG_BIN",
        _folder,
        None,
        vi="thư mục chứa postgres, initdb, pg_dump; bỏ trống thì dùng bản cài kèm",
        en="folder with postgres, initdb, pg_dump; absent: the ones that were installed along",
    )
    server_memory_mb: int | None = _absent(
        "DANCU_SERVER_MEMORY_MB",
        _whole(256, 4_194_304),
        None,
        vi="bộ nhớ mà máy chủ nhúng được tính đến; bỏ trống thì theo máy",
        en="memory the embedded server may reckon with; absent: by the machine",
    )
    start_timeout_s: int = _absent(
        "DANCU_START_TIMEOUT_S",
        _whole(1, 3600),
        120,
        vi="thời gian chờ máy chủ nhúng khởi động hoặc dừng",
        en="wait for the embedded server to start or stop",
    )
    connect_timeout_s: int = _absent(
        "DANCU_CONNECT_TIMEOUT_S",
        _whole(2, 600),
        10,
        vi="thời gian chờ kết nối",
        en="wait for a connection",
    )
    statement_timeout_s: int = _absent(
        "DANCU_STATEMENT_TIMEOUT_S",
        _whole(1, _DAY_S),
        30,
        vi="giới hạn một câu lệnh của trang, dịch vụ và lệnh thường ngày",
        en="limit of one statement of pages, services and daily commands",
    )
    long_statement_timeout_s: int = _absent(
        "DANCU_LONG_STATEMENT_TIMEOUT_S",
        _whole(1, 7 * _DAY_S),
        6 * 3600,
        vi="giới hạn một câu lệnh khi nạp, sao lưu, nâng cấp",
        en="limit of one statement of load, backup, migration",
    )
    lock_timeout_s: int = _absent(
        "DANCU_LOCK_TIMEOUT_S",
        _whole(1, 3600),
        5,
        vi="thời gian chờ khóa trong cơ sở dữ liệu",
        en="wait for a lock in the database",
    )
    idle_timeout_s: int = _absent(
        "DANCU_IDLE_TIMEOUT_S",
        _whole(1, _DAY_S),
        60,
        vi="giao dịch bỏ lửng quá thời gian này bị hủy",
        en="a transaction left idle for longer is ended",
    )
    pool_size: int = _absent(
        "DANCU_POOL_SIZE",
        _whole(1, 200),
        8,
        vi="số kết nối nhiều nhất của một tiến trình",
        en="most connections of one process",
    )
    case_days: int = _absent(
        "DANCU_CASE_DAYS",
        _whole(1, 250),
        5,
        vi="thời hạn xử lý một việc, tính bằng ngày làm việc",
        en="term of a case in working days",
    )

    session_idle_min: int = _absent(
        "DANCU_SESSION_IDLE_MIN",
        _whole(1, 1440),
        30,
        vi="số phút không thao tác thì phải đăng nhập lại",
        en="minutes without doing anything after which one must sign in again",
    )
    upload_mb: int = _absent(
        "DANCU_UPLOAD_MB",
        _whole(1, 10_240),
        200,
        vi="dung lượng lớn nhất của một tệp gửi lên trang",
        en="largest file that may be sent to a page",
    )
    keep_days: int = _absent(
        "DANCU_KEEP_DAYS",
        _whole(1, 365),
        7,
        vi="số ngày giữ một tệp gửi lên trang cùng kết quả đối chiếu",
        en="days an uploaded file and the results of its check are kept",
    )
    https: bool = _absent(
        "DANCU_HTTPS",
        _yes,
        False,
        vi="yes: trang được mở qua https (có máy chủ đứng trước)",
        en="yes: pages are reached by https, through a server in front",
    )
    proxies: int = _absent(
        "DANCU_PROXIES",
        _whole(0, 5),
        0,
        vi="số máy chủ đứng trước mà địa chỉ chúng báo là tin được",
        en="servers in front whose word about the caller's address is trusted",
    )
    hosts: str = _absent(
        "DANCU_HOSTS",
        _text,
        "localhost,127.0.0.1,[::1]",
        vi="các tên máy mà trang trả lời, cách nhau bằng dấu phẩy",
        en="host names that pages answer to, with commas between them",
    )
    authority: str = _absent(
        "DANCU_AUTHORITY",
        _text,
        "",
        vi="cơ quan có thẩm quyền đã cấu hình hệ thống; không có thì mọi bản in là bản thử, không có giá trị pháp lý",
        en="authority that configured this installation; without one every paper printed is a trial print",
    )

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """The settings in `environ` (default: the process's own); an empty variable counts as absent.

        Refuses `bad_setting` with the variable and what it takes, never with its value.
        """
        environ = os.environ if environ is None else environ
        found: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            text = environ.get(field.metadata["name"], "").strip()
            if text:
                found[field.name] = field.metadata["parse"](field.metadata["name"], text)
        if "home" not in found:
            found["home"] = _default_home(environ)
        return cls(**found)

    def environ(self) -> dict[str, str]:
        """The same settings as environment variables, for a process that this one starts; `read` gives them back."""
        values = {field.metadata["name"]: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: _shown(value) for name, value in values.items() if value is not None}

    @property
    def production(self) -> bool:
        return self.env == PRODUCTION


@dataclass(frozen=True)
class Told:
    """One setting as `dancu doctor` and the guide show it; a secret shows only whether it is set."""

    name: str
    value: str
    default: bool
    vi: str
    en: str


def told(settings: Settings) -> list[Told]:
    """All settings in the order of the class, with their meaning and without secrets."""
    lines = []
    for field in dataclasses.fields(settings):
        value, meta = getattr(settings, field.name), field.metadata
        shown = "***" if meta["secret"] and value is not None else _shown(value)
        default = _default_home(os.environ) if field.name == "home" else field.default
        lines.append(Told(meta["name"], shown, value == default, meta["vi"], meta["en"]))
    return lines


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _default_home(environ: Mapping[str, str]) -> Path:
    """The data home of the XDG base directory specification, 0.8: a relative value is to be ignored."""
    wished = environ.get("XDG_DATA_HOME", "")
    if wished.startswith("/"):
        return Path(wished) / "dancu"
    home = environ.get("HOME", "")
    try:
        return (Path(home) if home.startswith("/") else Path.home()) / ".local" / "share" / "dancu"
    except RuntimeError:
        raise _bad(
            "DANCU_HOME",
            vi="cần được đặt: tài khoản này không có thư mục riêng",
            en="must be set: this account has no home folder",
        ) from None
