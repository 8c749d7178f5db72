"""Progress on the terminal: a line a stage, with rows, rate and time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]

STAGES = {
    "open": "Mở tệp",
    "names": "Mã hóa họ tên",
    "people": "Xếp theo số định danh",
    "indexes": "Lập chỉ mục",
    "read": "Đọc tệp",
    "numbers": "Tìm theo số",
    "facts": "Đọc địa chỉ, cha mẹ",
    "candidates": "Tìm theo họ tên và ngày sinh",
    "search": "Tìm người còn lại",
    "decide": "Kết luận",
    "reasons": "Giải thích từng dòng",
    "write": "Ghi kết quả",
    "rows": "Ghi các dòng",
    "report": "Lập báo cáo",
}


@contextmanager
def silent() -> Iterator[Report | None]:
    """No progress: output is read by a program."""
    yield None


@contextmanager
def terminal() -> Iterator[Report]:
    """A progress bar on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=max(total, 1), rate="")
            finished = total == done and total > 0
            bar.update(tasks[stage], completed=max(done, 1) if finished else done, total=max(total, 1))
            if finished:
                elapsed = bar.tasks[tasks[stage]].elapsed or 0.0
                bar.update(
                    tasks[stage], rate=f"{int(done / elapsed):,} dòng/s".replace(",", ".") if elapsed > 0.05 else ""
                )

        yield report
