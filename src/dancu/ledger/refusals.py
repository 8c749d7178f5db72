"""Every expected "no" of the ledger, in one place: what a caller may meet and what to do about it."""

from __future__ import annotations

from pathlib import Path

from dancu.core.refusal import Refusal
from dancu.ledger.proof.fault import Fault


def owned(log: Path) -> Refusal:
    """Another process writes this log and offers no socket."""
    return Refusal(
        "ledger_owned",
        vi=f"Một tiến trình khác đang giữ nhật ký {log.name}; hãy đợi nó xong hoặc dùng máy chủ nhật ký.",
        en=f"Another process holds the log {log.name}; wait until it ends, or use the log's server.",
    )


def full() -> Refusal:
    """The disk did not take the leaf."""
    return Refusal(
        "ledger_disk",
        vi="Nhật ký không ghi được xuống đĩa (đĩa đầy hoặc lỗi); chưa mục nào được ghi, hãy giải phóng đĩa rồi thử lại.",
        en="The log cannot write to its disk (full or failing); nothing was recorded: free the disk, then try again.",
    )


def busy() -> Refusal:
    """The queue is at its size."""
    return Refusal(
        "ledger_busy",
        vi="Hàng đợi của nhật ký đã đầy; chưa mục nào được ghi, hãy thử lại sau giây lát.",
        en="The log's queue is full; nothing was recorded: try again in a moment.",
    )


def slow(seconds: float) -> Refusal:
    """No answer in time: the leaf may or may not be recorded."""
    return Refusal(
        "ledger_slow",
        vi=f"Nhật ký không trả lời trong {seconds:g} giây; mục có thể đã hoặc chưa được ghi, không được trả dữ liệu.",
        en=f"The log did not answer within {seconds:g} s; the entry may or may not be recorded: give out no data.",
    )


def closed() -> Refusal:
    """The log was closed or its server went away."""
    return Refusal(
        "ledger_closed",
        vi="Nhật ký đã đóng hoặc mất kết nối tới máy chủ nhật ký; hãy mở lại.",
        en="The log is closed, or its server went away; open it again.",
    )


def too_long() -> Refusal:
    """A leaf past the limit of an entry."""
    return Refusal(
        "ledger_entry_size",
        vi="Một mục nhật ký phải có từ 1 đến 65.535 byte.",
        en="An entry of the log has 1 to 65,535 bytes.",
    )


def no_key(log: Path) -> Refusal:
    """A folder that was never made a log."""
    return Refusal(
        "ledger_absent",
        vi=f"Thư mục {log.name} chưa phải là nhật ký: không có khóa; hãy tạo nhật ký trước.",
        en=f"The folder {log.name} is no log yet: it has no key; create the log first.",
    )


def truncated(size: int, found: int) -> Refusal:
    """Less is left than was signed."""
    return Refusal(
        "ledger_truncated",
        vi=f"Nhật ký đã ký {size} mục nhưng chỉ còn {found}: dữ liệu bị mất hoặc bị xóa. Không mở và không ký lại; "
        "hãy khôi phục từ bản sao lưu.",
        en=f"The log signed {size} entries but only {found} are left: data was lost or removed. It is not opened and "
        "not signed again; restore it from a backup.",
    )


def damaged(where: str, fault: Fault | None = None) -> Refusal:
    """What is on the disk is not what was signed or acknowledged."""
    vi, en = (fault.text("vi"), fault.text("en")) if fault else (where, where)
    return Refusal(
        "ledger_damaged",
        vi=f"Nhật ký trên đĩa không còn đúng như đã ghi, nên không mở và không ký tiếp. {vi}",
        en=f"The log on disk is not what was written, so it is not opened and nothing more is signed. {en}",
    )


def erased(month: str) -> Refusal:
    """A month whose pseudonym key was destroyed."""
    return Refusal(
        "ledger_key_erased",
        vi=f"Khóa bí danh của tháng {month} đã bị hủy; không thể tìm hay ghi theo người trong tháng này nữa.",
        en=f"The pseudonym key of {month} was destroyed; nobody can be found or recorded under it any more.",
    )


def bad_leaf(field: str) -> Refusal:
    """A field of a leaf that has not its form, or that looks like personal data."""
    return Refusal(
        "ledger_leaf",
        vi=f"Trường {field} của mục nhật ký không đúng dạng; nhật ký không nhận dữ liệu cá nhân.",
        en=f"The field {field} of the entry has not its form; the log takes no personal data.",
    )


def not_logged() -> Refusal:
    """An entry that the published log does not hold."""
    return Refusal(
        "ledger_no_entry",
        vi="Nhật ký đã công bố không có mục này (hoặc chưa có); hãy thử lại sau vài giây.",
        en="The published log has no such entry (or not yet); try again in a few seconds.",
    )


def no_place() -> Refusal:
    """No folder for temporary files has a path short enough for a socket."""
    return Refusal(
        "ledger_socket",
        vi="Đường dẫn thư mục tạm quá dài để đặt socket của nhật ký; hãy đặt TMPDIR ngắn hơn 70 ký tự.",
        en="The path for temporary files is too long for the log's socket; set TMPDIR to less than 70 characters.",
    )
