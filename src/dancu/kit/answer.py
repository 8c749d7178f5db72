"""What PostgreSQL answers when it will not: told by its code and the names of our own tables, never by the row."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg

from dancu.core.refusal import Refusal

# SQLSTATE, or its first two signs for a whole class (PostgreSQL documentation, appendix A): code, Vietnamese, English.
_TOLD: dict[str, tuple[str, str, str]] = {
    "23505": (
        "already_there",
        "Dữ liệu này đã có rồi{where}; hãy tìm bản ghi đang có thay vì ghi thêm.",
        "This is already there{where}; look for what is recorded instead of adding it.",
    ),
    "23P01": (
        "overlaps",
        "Khoảng thời gian này chồng lên khoảng đã có{where}; hãy xem lại ngày bắt đầu và ngày kết thúc.",
        "This period overlaps one already recorded{where}; look at its first and last day.",
    ),
    "23": (
        "breaks_rule",
        "Dữ liệu không thỏa ràng buộc của cơ sở dữ liệu{where}; không có gì được ghi.",
        "The data break a rule of the database{where}; nothing was written.",
    ),
    "22": (
        "bad_value",
        "Có giá trị không đúng kiểu hoặc ngoài phạm vi{where}; không có gì được ghi.",
        "A value has the wrong type or is out of range{where}; nothing was written.",
    ),
    "40": (
        "contended",
        "Nhiều thao tác cùng sửa một dữ liệu nên thao tác này bị hủy; hãy thử lại.",
        "Several operations changed the same data, so this one was undone; try again.",
    ),
    "55P03": (
        "locked",
        "Dữ liệu đang bị khóa bởi một thao tác khác; hãy thử lại sau ít phút.",
        "The data are locked by another operation; try again in a little while.",
    ),
    "57014": (
        "too_slow",
        "Câu lệnh vượt giới hạn thời gian nên bị hủy; hãy thu hẹp phạm vi, hoặc tăng DANCU_STATEMENT_TIMEOUT_S.",
        "The statement ran past its time limit and was ended; narrow it, or raise DANCU_STATEMENT_TIMEOUT_S.",
    ),
    "25P03": (
        "left_idle",
        "Giao dịch bị bỏ lửng quá lâu nên bị hủy; hãy làm lại.",
        "The transaction was left idle for too long and was ended; do it again.",
    ),
    "25006": (
        "read_only",
        "Cơ sở dữ liệu này chỉ cho đọc; hãy nối tới máy chủ chính.",
        "This database can only be read; connect to the primary server.",
    ),
    "42501": (
        "not_allowed",
        "Vai trò của tiến trình không có quyền làm việc này{where}; hãy chạy dancu doctor để xem các vai trò.",
        "The role of this process may not do this{where}; run dancu doctor to see the roles.",
    ),
    "42P01": (
        "schema_behind",
        "Cơ sở dữ liệu chưa có bảng mà bản chương trình này cần; hãy nâng cấp cơ sở dữ liệu rồi chạy lại.",
        "The database lacks a table this version needs; migrate it and run again.",
    ),
    "42703": (
        "schema_behind",
        "Cơ sở dữ liệu chưa có cột mà bản chương trình này cần; hãy nâng cấp cơ sở dữ liệu rồi chạy lại.",
        "The database lacks a column this version needs; migrate it and run again.",
    ),
    "53100": (
        "disk_full",
        "Đĩa của máy chủ cơ sở dữ liệu đã đầy; không có gì được ghi, hãy giải phóng chỗ trống rồi chạy lại.",
        "The disk of the database server is full; nothing was written, make room and run again.",
    ),
    "53300": (
        "too_many_connections",
        "Máy chủ cơ sở dữ liệu đã hết chỗ kết nối; hãy thử lại, hoặc giảm DANCU_POOL_SIZE của các tiến trình.",
        "The database server has no connection left; try again, or lower DANCU_POOL_SIZE of the processes.",
    ),
    "53": (
        "no_resources",
        "Máy chủ cơ sở dữ liệu thiếu tài nguyên; không có gì được ghi, hãy thử lại sau.",
        "The database server is short of resources; nothing was written, try again later.",
    ),
    "28": (
        "sign_in_refused",
        "Máy chủ cơ sở dữ liệu không nhận tài khoản này; hãy xem lại DATABASE_URL.",
        "The database server does not accept this account; look at DATABASE_URL.",
    ),
    "3D000": (
        "no_database",
        "Không có cơ sở dữ liệu mang tên này trên máy chủ; hãy xem lại DATABASE_URL, hoặc tạo cơ sở dữ liệu ấy.",
        "The server has no database of this name; look at DATABASE_URL, or create that database.",
    ),
    "57P03": (
        "starting_up",
        "Máy chủ cơ sở dữ liệu đang khởi động hoặc đang phục hồi; hãy thử lại sau ít phút.",
        "The database server is starting up or recovering; try again in a little while.",
    ),
    "57": (
        "connection_lost",
        "Máy chủ cơ sở dữ liệu đã ngắt kết nối; hãy chạy lại.",
        "The database server ended the connection; run again.",
    ),
    "08": (
        "connection_lost",
        "Mất kết nối tới cơ sở dữ liệu; hãy chạy dancu doctor rồi thử lại.",
        "The connection to the database was lost; run dancu doctor and try again.",
    ),
    "58": (
        "server_disk",
        "Máy chủ cơ sở dữ liệu không đọc hoặc ghi được đĩa; hãy kiểm tra đĩa của máy chủ ngay.",
        "The database server cannot read or write its disk; check that disk at once.",
    ),
    "XX001": (
        "data_damaged",
        "Dữ liệu trên đĩa của máy chủ bị hỏng; hãy dừng máy chủ, kiểm tra đĩa và khôi phục từ bản sao lưu.",
        "Data on the server's disk are damaged; stop the server, check the disk and restore from a backup.",
    ),
}


class QuietConnection(psycopg.Connection[Any]):
    """A connection whose errors name the kind of fault and our own table, column and constraint, and no value.

    PostgreSQL's own words quote rows ("Key (…)=(…) already exists"), and whatever is not caught ends in a log. The
    class of the error, its `sqlstate` and `diag` stay as they are for code that looks at them.
    """

    def wait(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().wait(*args, **kwargs)
        except psycopg.Error as error:
            raise quieted(error) from None


def quieted(error: psycopg.Error) -> psycopg.Error:
    """The same error with its text replaced by its code and place."""
    if error.sqlstate:
        error.args = (f"{type(error).__name__} [{error.sqlstate}]{_place(error)}",)
    return error


def refusal_of(error: BaseException) -> Refusal | None:
    """The refusal a database error means, or None when it is a fault of ours (bad SQL, a type that does not fit).

    Takes psycopg's errors and Django's around them. No value of a row is in it.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    state = cause.sqlstate or ("08000" if isinstance(cause, psycopg.OperationalError) else "")
    told = _TOLD.get(state) or _TOLD.get(state[:2])
    if told is None:
        return None
    code, vi, en = told
    place = _place(cause)
    return Refusal(code, vi=vi.format(where=place), en=en.format(where=place))


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database will not do, inside the block, into a Refusal; our own faults go on as they are."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from None


def _place(error: psycopg.Error) -> str:
    """The names of schema objects in an error, as " (table x, constraint y)"."""
    diag = error.diag
    names = [
        f"{what} {name}"
        for what, name in (
            ("table", diag.table_name), ("column", diag.column_name), ("constraint", diag.constraint_name),
        )
        if name
    ]  # fmt: skip
    return f" ({', '.join(names)})" if names else ""
