"""The first five minutes: a synthetic province, its five dirty files checked, and one page that leads to all results."""

from __future__ import annotations

import html
import http.server
import os
import shutil
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from dancu import demo_book, demo_pages
from dancu.core.refusal import Refusal
from dancu.world import census

PEOPLE = 200_000
SEED = 2026
FIRST_PORT, LAST_PORT = 8600, 8650
_WORLD = "tinh-gia-lap"
_FILES = {
    "vaccination.xlsx": ("Danh sách tiêm chủng", "Hai trang tính, tiêu đề nhiều dòng, số định danh mất số 0 ở đầu."),
    "civil_status.xlsx": ("Sổ hộ tịch", "Gõ bằng phông .VnTime (bảng mã TCVN3)."),
    "sim.csv": ("Thuê bao di động", "Tệp csv ngăn bằng dấu chấm phẩy, bảng mã windows-1258."),
    "pension.ods": ("Người hưởng lương hưu", "Họ, chữ đệm, tên tách cột; nhiều người chỉ có năm sinh."),
    "insurance.parquet": ("Bảo hiểm y tế", "Tệp lớn xuất từ phần mềm, địa chỉ theo đơn vị hành chính cũ."),
}
_KINDS = {".xlsx": "Bảng kết quả", ".csv": "Bảng kết quả", ".parquet": "Bảng kết quả", ".html": "Báo cáo", ".json": "Số liệu"}
# What the story tells first; where a file has none of a kind, the next kind it has stands in.
_STORY = ("leading_zeros_2", "old_font", "diacritics", "old_unit", "year_only", "number_of_another_person")
COMMAND = ".venv/bin/dancu check TỆP --register DÂN_CƯ.parquet --out KẾT_QUẢ"


def run(folder: Path, *, people: int = PEOPLE, once: bool = False) -> Path:
    """Build, check, measure and show; returns the index page. Serves all pages on loopback until Ctrl-C unless `once`."""
    from rich.console import Console

    console = Console()
    start = time.perf_counter()
    console.print(
        f"[bold]Dancu[/bold] sẽ tạo một tỉnh giả lập {people // 1000} nghìn người, nạp vào cơ sở dữ liệu đi kèm, và đối chiếu năm tệp "
        f"của các cơ quan với những lỗi thường gặp, rồi mở các trang làm việc của cán bộ. "
        f"Khoảng một phút rưỡi, 500 MB trong thư mục {folder}. "
        "[dim]Everything below is synthetic; a minute and a half, 500 MB.[/dim]\n"
    )
    world, out = _world(folder, people), folder / "ket-qua"
    with demo_book.opened(folder) as (settings, database):
        with demo_book.at_desk(settings, database) as book:
            demo_book.load(book, world / "register.parquet", console)
        summaries = [_check(world, out, name, console) for name in _FILES]
        demo_book.live(settings, database, out, console)
        demo_pages.measured(settings, database, world / census.FILE, console)
        page = _index(out, summaries)
        _story(console, summaries, page, time.perf_counter() - start)
        if not once:
            with _served(console, page.parent):
                demo_pages.serve(settings, database, console)
    return page


def _world(folder: Path, people: int) -> Path:
    from dancu.world import build

    world = folder / _WORLD
    if (world / "world.json").exists():
        for old in (world, folder / "ket-qua"):
            shutil.rmtree(old, ignore_errors=True)
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(
            "folder_not_empty",
            vi=f"{folder} đã có tệp khác; hãy chọn một thư mục trống bằng --out.",
            en=f"{folder} holds other files; choose an empty folder with --out.",
        )
    build(people=people, seed=SEED, out=world)
    return world


def register_of(folder: Path) -> Path | None:
    """The register a demo left ready in its folder, or None."""
    ready = folder / demo_book.HOME / "linkage"
    return ready if (ready / "manifest.json").exists() else None


def _check(world: Path, out: Path, name: str, console: Any) -> dict[str, Any]:
    """Check one file; its summary with where the results are."""
    from dancu.linkage.check import DATABASE, Wish, check

    policy = "events" if name.startswith(("sim", "vaccination")) else "standard"
    wish = Wish(register=Path(DATABASE), out=out, policy=policy, purpose=demo_book.PURPOSE)
    start = time.perf_counter()
    written = check(world / "agency" / name, wish)[0]
    seconds = time.perf_counter() - start
    summary = written.summary
    right = summary["matched"] + summary["matched_with_differences"]
    console.print(
        f"  {name:<19}{_n(summary['rows']):>7} dòng {_percent(right / summary['rows']):>7} đúng người "
        f"(so khớp thông thường: {_percent(summary['exact_equal'] / summary['rows'])}) {seconds:.0f} giây",
        highlight=False,
        soft_wrap=True,
    )
    return {**summary, "name": name, "paths": [str(path) for path in written.paths]}


def _n(number: int) -> str:
    from dancu.core.words import number_vi

    return number_vi(number)


def _percent(share: float) -> str:
    from dancu.core.words import percent_vi

    return percent_vi(share)


def _story(console: Any, summaries: list[dict[str, Any]], page: Path, seconds: float) -> None:
    """What was shown, in numbers, and what to do next."""
    from dancu.linkage.report.console import console_table
    from dancu.linkage.report.masks import Example

    total = _total(summaries)
    examples = _six([example for summary in summaries for example in summary["examples"]])
    console.print()
    console.print(console_table(total, "vi", shown=[Example(**example) for example in examples]))
    workbook = next(path for summary in summaries for path in summary["paths"] if path.endswith(".xlsx"))
    report = next(path for path in summaries[0]["paths"] if path.endswith(".html"))
    console.print(f"\nXong sau {seconds:.0f} giây. [bold]Mở tệp này:[/bold]", highlight=False)
    for path, what in ((workbook, "bảng kết quả"), (report, "báo cáo"), (str(page), "trang dẫn tới cả năm tệp")):
        console.print(f"  {path}  [dim]{what}[/dim]", highlight=False, soft_wrap=True)
    console.print(f"\nVới tệp của bạn:\n  {COMMAND}", highlight=False, markup=False, soft_wrap=True)


def _total(summaries: list[dict[str, Any]]) -> dict[str, Any]:
    """All five files as one summary."""
    total: dict[str, Any] = {**summaries[0], "file": "Năm tệp"}
    for key, value in summaries[0].items():
        if isinstance(value, int) and not isinstance(value, bool):
            total[key] = sum(summary[key] for summary in summaries)
    for key in ("severity", "reasons", "states"):
        codes = dict.fromkeys(code for summary in summaries for code in summary[key])
        total[key] = {code: sum(summary[key].get(code, 0) for summary in summaries) for code in codes}
    return total


def _six(examples: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One masked example a reason: the kinds of the story first, then whatever else there is, six in all."""
    kinds: dict[str, dict[str, Any]] = {}
    for example in examples:
        kinds.setdefault(example["reason"], example)
    listed = [*(code for code in _STORY if code in kinds), *(code for code in kinds if code not in _STORY)]
    return [kinds[code] for code in listed[:6]]


def _index(out: Path, summaries: list[dict[str, Any]]) -> Path:
    """One page that leads to every report and every file."""
    from dancu.linkage.report.phrasing import headlines

    parts = {
        "headlines": "".join(f"<p>{html.escape(line)}</p>" for line in headlines(_total(summaries), "vi")),
        "rows": "".join(_card(summary) for summary in summaries),
        "command": html.escape(COMMAND),
    }
    text = Path(__file__).with_name("demo.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    page = out / "index.html"
    page.write_text(text, encoding="utf-8")
    return page


def _card(summary: dict[str, Any]) -> str:
    right = (summary["matched"] + summary["matched_with_differences"]) / summary["rows"]
    plain = summary["exact_equal"] / summary["rows"]
    title, what = (html.escape(text) for text in _FILES[summary["name"]])
    # The report first: it is what a browser can show.
    paths = sorted(map(Path, summary["paths"]), key=lambda path: path.suffix != ".html")
    links = " · ".join(f'<a href="{html.escape(p.name)}">{_KINDS[p.suffix]} ({p.suffix[1:]})</a>' for p in paths)
    return (
        f"<article><h2>{title} <small>{html.escape(summary['name'])}</small></h2><p>{what}</p>"
        f"<p class=figures><b>{_percent(right)}</b> đúng người <span>{_percent(plain)} nếu so khớp thông thường · "
        f"{_n(summary['rows'])} dòng</span></p><p>{links}</p></article>"
    )


@contextmanager
def _served(console: Any, folder: Path) -> Iterator[None]:
    """The results on loopback, first free port, while the block lasts."""
    handler = partial(_Quiet, directory=str(folder))
    for port in range(FIRST_PORT, LAST_PORT):
        try:
            server = socketserver.ThreadingTCPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
        with server:
            console.print(f"\n[bold]Kết quả đối chiếu:[/bold] http://127.0.0.1:{port}/", highlight=False)
            threading.Thread(target=server.serve_forever, name="results", daemon=True).start()
            try:
                yield
            finally:
                server.shutdown()
        return
    yield


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and keeps no log of who opened what."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def once_wished() -> bool:
    """DEMO_ONCE=1 in the environment."""
    return os.environ.get("DEMO_ONCE", "") not in ("", "0")
