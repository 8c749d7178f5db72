"""`dancu ledger`, `doctor`, `backup`, `restore`: what an operator needs to sleep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dancu.core.refusal import Refusal

if TYPE_CHECKING:
    from dancu.kit.doctor import Finding
    from dancu.kit.settings import Settings

# The feed promises to be no further behind.
LAG_MOST_S = 2.0

ledger = typer.Typer(help="Nhật ký truy cập: kiểm tra, biên nhận, điểm chốt. / The ledger of access.", no_args_is_help=True)

Lang = Annotated[str, typer.Option(help="vi | en")]
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON. / Print the result as JSON.")]
Log = Annotated[Path | None, typer.Option("--log", help="Thư mục nhật ký / Folder of the log")]
_SIGNS = {"ok": "✓", "warn": "!", "bad": "✗"}


def _folder(log: Path | None) -> Path:
    from dancu.kit.settings import Settings

    return log or Settings.read().home / "ledger"


@ledger.command("verify")
def verify(log: Log = None, key: Annotated[str, typer.Option(help="Khóa kiểm tra / Verifier key")] = "") -> None:
    """Kiểm tra toàn bộ nhật ký: chữ ký, cây, từng mục. / Check the whole log: signatures, tree, every entry."""
    from dancu.ledger import verify as verifier

    folder = _folder(log)
    status = verifier.main(["log", str(folder), "--key", key or str(folder / "key.pub")])
    if status:
        raise typer.Exit(status)


@ledger.command("proof")
def proof(
    month: Annotated[str, typer.Argument(help="yyyy-mm")], index: Annotated[int, typer.Argument(help="Số mục / Entry")],
    out: Annotated[Path, typer.Option(help="Tệp biên nhận / Receipt file")], log: Log = None,
    row: Annotated[int | None, typer.Option(help="Dòng của gói / Row of a bundle")] = None,
) -> None:  # fmt: skip
    """Ghi biên nhận của một mục, ai cũng kiểm tra được. / Write the receipt of an entry, which anybody can check."""
    from dancu.ledger.reader import LogReader

    reader = LogReader(_folder(log))
    reader.wait(month, index)
    out.write_bytes(reader.receipt(month, index, row).text())
    print(out)


@ledger.command("checkpoint")
def checkpoint(log: Log = None) -> None:
    """In điểm chốt mới nhất đã ký. / Print the newest signed checkpoint."""
    from dancu.ledger.reader import LogReader

    reader = LogReader(_folder(log))
    months = reader.months()
    found = reader.checkpoint(months[-1]) if months else None
    if not found:
        raise Refusal("ledger_empty", vi="Nhật ký chưa có mục nào.", en="The log has no entry yet.")
    print(found[0].decode(), end="")


def _book(settings: Settings) -> Iterator[Finding]:
    """How far the feed is behind, where the register is up."""
    from dancu.kit import roles
    from dancu.kit.clock import SystemClock
    from dancu.kit.database import found_database
    from dancu.kit.doctor import Finding
    from dancu.register.read.stats import behind

    database = found_database(settings)
    if database is None:
        return
    with database.connect(roles.READER, application_name="dancu doctor") as connection:
        if connection.execute("SELECT to_regclass('register_feed')").fetchone() == (None,):
            return
        position, waiting, lag_s = behind(connection, SystemClock())
    late = lag_s > LAG_MOST_S
    yield Finding(
        "feed", "warn" if late else "ok", f"{position} (+{waiting}, {lag_s:.1f} s)",
        "Biến động chưa được đánh số; hãy chạy dancu feed run." if late else "",
        "Changes wait for their position; run dancu feed run." if late else "",
    )  # fmt: skip


def _log(settings: Settings) -> Iterator[Finding]:
    """The root under the newest signed checkpoint of the ledger."""
    from dancu.kit.doctor import Finding
    from dancu.ledger.reader import LogReader

    if not (settings.home / "ledger" / "key.pub").exists():
        return
    reader = LogReader(settings.home / "ledger")
    months = reader.months()
    found = reader.checkpoint(months[-1]) if months else None
    if found:
        yield Finding("ledger", "ok", f"{months[-1]}: {found[1].size}, {found[1].root.hex()[:16]}", "", "")


def doctor(lang: Lang = "vi", as_json: Json = False) -> None:
    """Phiên bản, ổ đĩa, máy chủ, vai trò, luồng, nhật ký: cái nào chưa ổn thì nói cách sửa. / Is all well, and if not, what to do."""
    from dancu.kit import doctor as examiner
    from dancu.kit.settings import Settings

    settings = Settings.read()
    findings = [*examiner.examine(settings), *_book(settings), *_log(settings)]
    if as_json:
        told = [{"name": f.name, "state": f.state, "value": f.value, "vi": f.vi, "en": f.en} for f in findings]
        print(json.dumps(told, ensure_ascii=False))
    else:
        for found in findings:
            print(f"{_SIGNS[found.state]} {found.name}: {found.value}  {found.en if lang == 'en' else found.vi}".rstrip())
    if any(found.state == "bad" for found in findings):
        raise typer.Exit(1)


def backup(out: Annotated[Path, typer.Argument(help="Tệp sao lưu / Backup file")], lang: Lang = "vi") -> None:
    """Sao lưu cơ sở dữ liệu, kèm bản kê để chứng minh. / Back the database up, with a manifest that proves it."""
    from dancu.core.words import number
    from dancu.kit.backup import backup as keep
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings

    manifest = keep(open_database(Settings.read()), out)
    rows = number(lang, manifest.rows)
    print(f"{out}: {rows} dòng" if lang == "vi" else f"{out}: {rows} rows")


def restore(file: Annotated[Path, typer.Argument(help="Tệp sao lưu / Backup file")], lang: Lang = "vi") -> None:
    """Khôi phục vào cơ sở dữ liệu trống và chứng minh từng bảng như cũ. / Restore into an empty database and prove every table."""
    from dancu.kit.backup import prove
    from dancu.kit.backup import restore as bring
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings

    database = open_database(Settings.read())
    wrong = prove(bring(file, database), database)
    if wrong:
        raise Refusal(
            "restore_differs",
            vi=f"Bản khôi phục khác bản sao lưu ở: {', '.join(wrong)}.",
            en=f"What was restored differs from the backup in: {', '.join(wrong)}.",
        )
    print("Đã khôi phục, mọi bảng đúng như bản sao lưu." if lang == "vi" else "Restored; every table is as in the backup.")
