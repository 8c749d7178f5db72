"""The `dancu` command: reads what the user typed, shows progress, turns a refusal into one sentence and exit 2."""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu import __version__, book, upkeep, worklist
from dancu import serve as serving
from dancu.core.refusal import Refusal

if TYPE_CHECKING:
    from dancu.linkage.check import Wish

app = typer.Typer(
    name="dancu",
    help="Đối chiếu, ghép nối và làm sạch dữ liệu dân cư. / Check, link and clean population data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Lang = Annotated[str, typer.Option(help="vi | en")]
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON. / Print the result as JSON.")]
Out = Annotated[Path, typer.Option(help="Thư mục ghi kết quả. / Folder for the results.")]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", help='"cột=trường", lặp lại được; "-" để bỏ cột; "cột=mother.pin": số của người mẹ. / "column=field", "column=mother.pin"'
    ),
]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="xlsx, xls, ods, csv, tsv, parquet, ndjson, zip")],
    register: Annotated[
        Path, typer.Option(help="Tệp hoặc thư mục dữ liệu dân cư đã chuẩn bị. / Register file or prepared folder.")
    ],
    out: Out = Path("."),
    policy: Annotated[str, typer.Option(help="Quy tắc / Rules: standard | strict | events")] = "standard",
    disclose: Annotated[str, typer.Option(help="Cho biết đến đâu / How much to tell: none | verdict | suggest | full")] = "suggest",
    map_: Map = None,
    subjects: Annotated[
        str,
        typer.Option(
            help="Người khác trong cùng một dòng (mother,father,husband,wife,guardian,ward,declarant) được đối chiếu riêng; auto: ai có "
            "cột họ tên và cột số hoặc ngày sinh; none: không ai. / The other people of a row to check as well; auto: whoever has a "
            "column for the name and one for the number or the birth date; none: nobody."
        ),
    ] = "auto",
    sheet: Annotated[list[str] | None, typer.Option(help="Tên trang tính cần đọc. / Sheet to read.")] = None,
    to: Annotated[
        list[str] | None, typer.Option(help="Định dạng khác / Other format: csv | tsv | parquet | ndjson | xlsx")
    ] = None,
    purpose: Annotated[
        str, typer.Option(help="Mục đích sử dụng, in trên báo cáo. / Purpose, printed on the report.")
    ] = "",
    memory: Annotated[
        str, typer.Option(help="Giới hạn bộ nhớ, như 800MB; auto: theo tệp. / Memory limit, as 800MB; auto: by the file.")
    ] = "auto",
    threads: Annotated[int | None, typer.Option(help="Số luồng. / Threads.")] = None,
    link_only: Annotated[
        bool, typer.Option("--link-only", help="Chỉ ghi kết luận và số. / Verdict and number only.")
    ] = False,
    engine: Annotated[
        str, typer.Option(help="duckdb | spark (dữ liệu không được rời cụm máy / data that may not leave a cluster)")
    ] = "duckdb",
    lang: Lang = "vi",
    as_json: Json = False,
) -> None:
    """Đối chiếu một tệp với dữ liệu dân cư: mỗi dòng có kết luận và lý do. / Check a file against the register."""
    from dancu.linkage.check import Wish

    wish = Wish(
        register=register,
        out=out,
        policy=policy,
        disclose=disclose,
        lang=lang,
        columns=_mapping(map_ or []),
        sheets=tuple(sheet or ()),
        formats=tuple(to) if to else None,
        purpose=purpose,
        memory=memory,
        threads=threads,
        link_only=link_only,
        engine=engine,
        subjects=subjects,
    )
    _checked(file, wish, as_json=as_json)


@app.command()
def prepare(
    register: Annotated[Path, typer.Argument(help="register.parquet | register.csv")],
    out: Out,
    memory: Annotated[str, typer.Option(help="Giới hạn bộ nhớ. / Memory limit.")] = "4GB",
    update: Annotated[bool, typer.Option("--update", help="Chỉ đưa thay đổi vào bản đã có. / Add changes only.")] = False,
    as_json: Json = False,
) -> None:
    """Chuẩn bị dữ liệu dân cư để đối chiếu nhanh. / Prepare a register for fast checks."""
    from dancu.linkage.check import prepare_file as run
    from dancu.linkage.update import update as follow

    with _progress(as_json) as progress:
        if update:
            ready = follow(out, register, memory=memory, report=progress)
        else:
            ready = run(register, out, memory=memory, report=progress)
    manifest = ready.manifest
    if as_json:
        print(
            json.dumps(
                {"path": str(out), "people": manifest.people, "version": manifest.version, "time": manifest.time}
            )
        )
    else:
        print(f"{out}: {manifest.people:,}".replace(",", "."))


@app.command()
def dedupe(
    file: Annotated[Path, typer.Argument(help="xlsx, xls, ods, csv, tsv, parquet, ndjson")],
    out: Out = Path("."),
    map_: Annotated[list[str] | None, typer.Option("--map", help='"cột=loại": name, date, text, code, number')] = None,
    threshold: Annotated[float, typer.Option(help="Xác suất để coi là một người. / Probability to accept.")] = 0.5,
    lang: Lang = "vi",
    as_json: Json = False,
) -> None:
    """Tìm các dòng trùng một người trong một tệp. / Find rows of one file that are the same person."""
    from dancu.linkage.generic.output import run_dedupe

    with _progress(as_json) as progress:
        result = run_dedupe(
            file, out=out, columns=_mapping(map_ or []) or None, lang=lang, threshold=threshold, progress=progress
        )
    if as_json:
        print(json.dumps({"path": str(result.path), **result.summary}, ensure_ascii=False, default=str))
    else:
        from dancu.core.words import number

        rows, groups, repeats = (number(lang, result.summary[key]) for key in ("rows", "groups", "duplicates"))
        print(
            f"Trong {rows} dòng có {groups} nhóm trùng, {repeats} dòng nhắc lại."
            if lang == "vi"
            else f"Of {rows} rows, {groups} groups repeat a person; {repeats} rows are repeats."
        )
        print(result.path)


@app.command()
def world(
    out: Out,
    people: Annotated[int, typer.Option(help="Số người. / People.")] = 200_000,
    seed: Annotated[int, typer.Option(help="Cùng hạt giống, cùng dữ liệu. / Same seed, same data.")] = 1,
    mix: Annotated[str, typer.Option(help="Bộ lỗi: tên hoặc tệp TOML. / Error mix: name or TOML file.")] = "base",
    files: Annotated[str, typer.Option(help="Các tệp, cách nhau dấu phẩy. / Files, comma-separated.")] = "",
    rows: Annotated[list[str] | None, typer.Option(help="Số dòng: insurance=1000000. / Rows of a file.")] = None,
    as_json: Json = False,
) -> None:
    """Tạo một nước giả lập và các tệp có lỗi của cơ quan, kèm đáp án. / Make a synthetic country with its dirty files."""
    from dancu.world import build

    wanted = tuple(name for name in files.split(",") if name) or None
    sizes = {name: _count(count) for name, count in _mapping(rows or []).items()}
    with _progress(as_json) as progress:
        tell = None if progress is None else lambda done, total, what: progress(what, done, total)
        summary = build(people=people, seed=seed, out=out, mix=mix, files=wanted, rows=sizes or None, progress=tell)
    print(json.dumps({**summary.as_json(), "out": str(out)}, ensure_ascii=False))


@app.command()
def demo(
    out: Out = Path("demo"),
    people: Annotated[int, typer.Option(help="Số người. / People.")] = 200_000,
) -> None:
    """Năm phút đầu tiên: tỉnh giả lập, năm tệp, kết quả. / The first five minutes."""
    from dancu.demo import once_wished, run

    run(out, people=people, once=once_wished())


def _checked(file: Path, wish: Wish, *, as_json: bool = False) -> None:
    """Check a file and print what came of it."""
    from dancu.linkage.check import check as run

    with _progress(as_json) as progress:
        written = run(file, wish, progress=progress)
    for entry in written:
        if as_json:
            print(
                json.dumps({"paths": [str(p) for p in entry.paths], **entry.summary}, ensure_ascii=False, default=str)
            )
        elif wish.link_only:
            print(entry.paths[0])
        else:
            from rich.console import Console

            from dancu.linkage.report.console import console_table
            from dancu.linkage.report.masks import Example

            shown = [Example(**example) for example in entry.summary["examples"]]
            Console().print(console_table(entry.summary, wish.lang, shown=shown))
            print("\n".join(str(path) for path in entry.paths))


def _mapping(entries: list[str]) -> dict[str, str]:
    pairs = {}
    for entry in entries:
        column, separator, field = entry.rpartition("=")
        if not separator or not column or not field:
            raise Refusal(
                "bad_map",
                vi=f'--map “{entry}” không đúng dạng; hãy viết --map "tên cột=trường".',
                en=f'--map “{entry}” is not of the form "column=field".',
            )
        pairs[column.strip()] = field.strip()
    return pairs


def _count(text: str) -> int:
    if not text.isdecimal():
        raise Refusal(
            "bad_rows",
            vi=f"--rows cần dạng tệp=số dòng, ví dụ insurance=1000; “{text}” không phải là số.",
            en=f"--rows takes file=rows, as insurance=1000; “{text}” is no number.",
        )
    return int(text)


def _progress(quiet: bool):
    from dancu.progress import silent, terminal

    return silent() if quiet or not sys.stderr.isatty() else terminal(_language(sys.argv[1:]))


app.command()(book.load)
_GROUPS = {
    "person": book.person, "feed": book.feed, "register": book.register, "ledger": upkeep.ledger, "account": serving.account,
}  # fmt: skip
for _name, _commands in _GROUPS.items():
    app.add_typer(_commands, name=_name)
app.add_typer(worklist.quality, name="quality")
for _command in (serving.serve, upkeep.doctor, upkeep.backup, upkeep.restore):
    app.command()(_command)


@app.command()
def version() -> None:
    """Phiên bản. / Version."""
    print(__version__)


def main() -> None:
    """Entry point: exit 0 done, 1 a fault of ours, 2 unusable input with the reason, 130 interrupted."""
    lang = _language(sys.argv[1:])
    # What a command makes it mostly keeps until its end; looking for cycles among it again and again costs a tenth.
    gc.set_threshold(100_000, 50, 50)
    # A pipe or a file on Windows would take Latin letters only.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(encoding="utf-8")
    # A writer stopped half-way complains once more when it is thrown away; nobody can do anything about that.
    sys.unraisablehook = lambda _: None
    try:
        status = _started(sys.argv[1:], lang)
    except Refusal as refusal:
        _say(f"{refusal.text(lang)} [{refusal.code}]")
        status = 2
    except _UsageError as error:
        _say(_usage(error, lang))
        status = 2
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except Exception as error:
        # DuckDB has two names of its own for Ctrl-C in the middle of a statement.
        if "interrupt" not in f"{type(error).__name__} {error}".lower():
            raise
        status = INTERRUPTED
    if status == INTERRUPTED:
        _say(
            "Đã dừng theo yêu cầu; không có kết quả dở dang nào được ghi."
            if lang == "vi"
            else "Stopped; nothing half-written was left."
        )
    raise SystemExit(status if isinstance(status, int) else 0)


def _started(typed: list[str], lang: str) -> object:
    """Run the command that was typed; typed alone, converse on a terminal and help anywhere else."""
    alone = " ".join(typed) in ("", "--lang vi", "--lang en", "--lang=vi", "--lang=en")
    if alone and sys.stdin.isatty() and sys.stdout.isatty():
        from dancu.ask import converse

        return converse(lang, _checked)
    return app(["--help"] if alone else typed, prog_name="dancu", standalone_mode=False)


INTERRUPTED = 130
# The parent of everything typer says about how a command was typed.
_UsageError = typer.BadParameter.__base__ or typer.BadParameter


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _language(typed: list[str]) -> str:
    """The wished language, known even where the rest of the command is wrong."""
    pairs = zip(typed, [*typed[1:], ""], strict=False)
    return "en" if any(a == "--lang=en" or (a, b) == ("--lang", "en") for a, b in pairs) else "vi"


_USAGE_VI = {
    "MissingParameter": "Thiếu {what}",
    "NoSuchOption": "Không có tùy chọn {what}",
    "BadOptionUsage": "Tùy chọn {what} cần một giá trị",
    "BadParameter": "Giá trị của {what} không dùng được",
    "NoSuchCommand": "Không có lệnh này",
}


def _usage(error: Exception, lang: str) -> str:
    """What was typed wrong, and where the right way is told."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "dancu"
    if lang == "en":
        return f"{error.format_message().rstrip('.')}; see: {command} --help [usage]"  # type: ignore[attr-defined]
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _USAGE_VI]
    names = getattr(getattr(error, "param", None), "opts", ())
    what = getattr(error, "option_name", None) or "/".join(names).replace("file", "tên tệp") or "tham số"
    wrong = _USAGE_VI[kinds[0]] if kinds else "Lệnh gõ chưa đúng"
    return f"{wrong.format(what=what)}; hãy xem: {command} --help [usage]"


def run() -> None:
    """`main` as a process of its own: ends at once when all is written, where taking apart object by object what the
    system throws away anyhow would cost a tenth of a second."""
    try:
        main()
    except SystemExit as end:
        status = end.code
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
