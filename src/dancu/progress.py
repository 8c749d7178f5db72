"""Progress on the terminal: a line a stage, with rows, rate and time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]

STAGES = {
    "open": ("Mở tệp", "Opening the file"),
    "names": ("Mã hóa họ tên", "Coding names"),
    "people": ("Xếp theo số định danh", "Sorting by number"),
    "indexes": ("Lập chỉ mục", "Building indexes"),
    "read": ("Đọc tệp", "Reading the file"),
    "numbers": ("Tìm theo số", "Finding by number"),
    "facts": ("Đọc địa chỉ, cha mẹ", "Reading addresses, parents"),
    "candidates": ("Tìm theo họ tên và ngày sinh", "Finding by name and date"),
    "search": ("Tìm người còn lại", "Searching for the rest"),
    "decide": ("Kết luận", "Deciding"),
    "reasons": ("Giải thích từng dòng", "Explaining each row"),
    "write": ("Ghi kết quả", "Writing the results"),
    "rows": ("Ghi các dòng", "Writing rows"),
    "report": ("Lập báo cáo", "Writing the report"),
    "copy": ("Lấy dữ liệu dân cư", "Copying the register"),
    "pairs": ("Tìm hồ sơ trùng", "Finding doubles"),
    "weigh": ("Cân nhắc từng cặp", "Weighing pairs"),
    "rules": ("Áp dụng các quy tắc", "Applying the rules"),
    "plant": ("Gieo lỗi", "Planting faults"),
}
_RATE = {"vi": "{} dòng/s", "en": "{} rows/s"}
# A rate says nothing before so many seconds.
_RATE_AFTER_S = 0.05


@contextmanager
def silent() -> Iterator[Report | None]:
    """No progress: output is read by a program."""
    yield None


@contextmanager
def terminal(lang: str = "vi") -> Iterator[Report]:
    """A progress bar on standard error, in `vi` or `en`."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_named(stage, lang), total=max(total, 1), rate="")
            over = total == done and total > 0
            rate = _rate(done, bar.tasks[tasks[stage]].elapsed or 0.0, lang)
            bar.update(tasks[stage], completed=max(done, 1) if over else done, total=max(total, 1), rate=rate)

        yield report


def _named(stage: str, lang: str) -> str:
    vi, en = STAGES.get(stage, (stage, stage))
    return en if lang == "en" else vi


def _rate(rows: int, elapsed_s: float, lang: str) -> str:
    if not rows or elapsed_s <= _RATE_AFTER_S:
        return ""
    shown = f"{int(rows / elapsed_s):,}"
    return _RATE[lang].format(shown if lang == "en" else shown.replace(",", "."))
