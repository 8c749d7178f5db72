"""Files land together or not at all: written under a passing name beside their place, renamed at the end."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dancu.core.refusal import Refusal


class Landing:
    """The files of one run on their way into `out`."""

    def __init__(self, out: Path):
        self.out = out
        self._waiting: dict[Path, Path] = {}

    def place(self, name: str) -> Path:
        """Where to write what shall become `out/name`. The passing name is hidden and carries the process id."""
        final = self.out / name
        self._waiting[final] = self.out / f".{name}.{os.getpid()}.part"
        return self._waiting[final]

    @property
    def finals(self) -> tuple[Path, ...]:
        """The names the files will have, in the order they were placed."""
        return tuple(self._waiting)

    def land(self) -> None:
        """Give every file its name."""
        for final, passing in self._waiting.items():
            os.replace(passing, final)

    def clear(self) -> None:
        """Remove whatever has not landed."""
        for passing in self._waiting.values():
            with suppress(OSError):
                passing.unlink(missing_ok=True)


@contextmanager
def landing(out: Path) -> Iterator[Landing]:
    """A `Landing` that lands when the block ends well and leaves nothing when it does not.

    Also on Ctrl-C. Raises Refusal `disk_full`, `output_locked` (the old result is open in Excel) or
    `output_not_writable`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(error, out) or error from None
    files = Landing(out)
    try:
        yield files
        files.land()
    except Refusal:
        raise
    except Exception as error:
        raise refused(error, out) or error from None
    finally:
        files.clear()


def refused(error: Exception, out: Path) -> Refusal | None:
    """The sentence for an error the user can do something about; None for everything else."""
    number, text = getattr(error, "errno", None), str(error).lower()
    if number == errno.ENOSPC or "no space left" in text or "disk full" in text or "not enough space" in text:
        return Refusal(
            "disk_full",
            vi="Ổ đĩa không còn chỗ trống; hãy giải phóng dung lượng rồi chạy lại, chưa có kết quả nào được ghi.",
            en="The disk is full; free some space and run again, no result has been written.",
        )
    if isinstance(error, FileExistsError | NotADirectoryError):
        return Refusal(
            "output_not_writable",
            vi=f"{out.name} không phải là thư mục; hãy chọn thư mục khác bằng --out.",
            en=f"{out.name} is not a folder; choose another one with --out.",
        )
    if number == errno.EROFS or (number in (errno.EACCES, errno.EPERM) and not os.access(out, os.W_OK)):
        return Refusal(
            "output_not_writable",
            vi=f"Không có quyền ghi vào thư mục {out.name}; hãy chọn thư mục khác bằng --out.",
            en=f"The folder {out.name} cannot be written to; choose another one with --out.",
        )
    if isinstance(error, PermissionError):
        return Refusal(
            "output_locked",
            vi="Tệp kết quả cũ đang được mở ở chương trình khác; hãy đóng lại (ví dụ Excel) rồi chạy lại.",
            en="The earlier result is open in another program; close it (Excel, for example) and run again.",
        )
    return None
