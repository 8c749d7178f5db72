"""`dancu load`, `person`, `feed`, `register`: the book of people from a command line. Nothing is read without a purpose."""

from __future__ import annotations

import getpass
import json
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dancu.core.refusal import Refusal

if TYPE_CHECKING:
    from dancu.register.command import Actor
    from dancu.register.desk import Desk

APPS = ("dancu.register",)

person = typer.Typer(help="Một người trong CSDL: xem, lịch sử, thao tác. / One person: look, history, commands.", no_args_is_help=True)
feed = typer.Typer(help="Luồng biến động. / The change feed.", no_args_is_help=True)
register = typer.Typer(help="Cơ sở dữ liệu dân cư. / The register.", no_args_is_help=True)

Ref = Annotated[str, typer.Argument(help="Số định danh 12 số, hoặc #mã bản ghi. / 12-digit number, or #record id.")]
Purpose = Annotated[str, typer.Option(help="Mục đích xem, được ghi vào nhật ký. / Why; written into the ledger.")]
Who = Annotated[str, typer.Option("--actor", help="Tài khoản người làm. / Account of who acts.", envvar="DANCU_ACTOR")]
Office = Annotated[
    str, typer.Option(help="civil_status | residence | residence_chief | province | system", envvar="DANCU_OFFICE")
]
Unit = Annotated[str, typer.Option(help="Mã xã (5 số) hoặc tỉnh (2 số). / Commune or province code.", envvar="DANCU_UNIT")]
Lang = Annotated[str, typer.Option(help="vi | en")]
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON. / Print the result as JSON.")]


@contextmanager
def opened(actor: str, office: str, unit: str) -> Iterator[tuple[Desk, Actor]]:
    """The desk of this installation and who sits at it; the schema is brought up to date first."""
    from dancu.kit import project
    from dancu.kit.clock import SystemClock
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.register.command import Actor
    from dancu.register.desk import Desk
    from dancu.register.witness import witness

    settings = Settings.read()
    database = open_database(settings)
    project.migrate(database, APPS)
    with witness(settings.home) as log:
        yield Desk(database, log, SystemClock()), Actor(actor or getpass.getuser(), office, unit)  # type: ignore[arg-type]


def load(
    file: Annotated[Path, typer.Argument(help="register.parquet | register.csv")],
    out: Annotated[Path, typer.Option(help="Nơi ghi các dòng bị từ chối. / Where refused rows are told.")] = Path("."),
    basis: Annotated[str, typer.Option(help="Căn cứ pháp lý. / Legal basis.")] = "Luật Căn cước 2023, điều 9",
    actor: Who = "",
    lang: Lang = "vi",
    as_json: Json = False,
) -> None:
    """Nạp một tệp dân cư vào CSDL; dừng giữa chừng thì chạy lại sẽ nạp tiếp. / Load a register file; can be begun again."""
    from dancu.register.load import Loading

    if not file.is_file():
        raise Refusal("no_file", vi=f"Không thấy tệp {file}.", en=f"There is no file {file}.")
    out.mkdir(parents=True, exist_ok=True)
    with opened(actor, "loader", "") as (desk, who), tempfile.TemporaryDirectory(prefix="dancu-load-") as work, _progress(as_json) as tell:
        refused = out / f"{file.stem}.refused.csv"
        done = desk.load(Loading(file, who.id, basis, Path(work), refused), who, progress=tell)
    told = {**asdict(done), "refused_file": str(refused) if done.refused else None}
    _print(told, as_json, _loaded(told, lang))


def _loaded(told: dict[str, Any], lang: str) -> str:
    from dancu.core.words import number

    people, there, refused = (number(lang, n) for n in (told["people"], told["there"], sum(told["refused"].values())))
    faults = number(lang, sum(told["faults"].values()))
    if lang == "en":
        said = f"{people} people loaded, {there} were there before, {refused} rows refused, {faults} contradictions opened as cases."
    else:
        said = f"Đã nạp {people} người, {there} người đã nạp từ trước, {refused} dòng bị từ chối, {faults} mâu thuẫn đã mở việc xử lý."
    return f"{said}\n{told['refused_file']}" if told["refused_file"] else said


@person.command("show")
def show(
    ref: Ref, purpose: Purpose, as_of: Annotated[str, typer.Option(help="Theo ngày / As of the day (yyyy-mm-dd)")] = "",
    known: Annotated[str, typer.Option(help="Theo hiểu biết đến lúc / As known at (ISO)")] = "", actor: Who = "",
    office: Office = "system", unit: Unit = "", lang: Lang = "vi",
) -> None:  # fmt: skip
    """Thông tin hiện tại, hoặc của một ngày trong quá khứ. / What is on record now, or was on some day."""
    with opened(actor, office, unit) as (desk, who):
        found = desk.show(who, purpose, ref, at=as_of or None, known=known or None)
    print(_pretty(found))


@person.command("as-of")
def as_of_day(
    ref: Ref, day: Annotated[str, typer.Argument(help="yyyy-mm-dd")], purpose: Purpose, actor: Who = "", office: Office = "system",
    unit: Unit = "",
) -> None:  # fmt: skip
    """Như `show --as-of NGÀY`. / The same as `show --as-of DAY`."""
    show(ref, purpose, as_of=day, known="", actor=actor, office=office, unit=unit)


@person.command("history")
def history(ref: Ref, purpose: Purpose, actor: Who = "", office: Office = "system", unit: Unit = "") -> None:
    """Mọi thao tác đã ghi, mới nhất trước. / Everything that was done, newest first."""
    with opened(actor, office, unit) as (desk, who):
        print(_pretty(desk.history(who, purpose, ref)))


@person.command("find")
def find(
    text: Annotated[str, typer.Argument(help="12 số, 9 số, hoặc họ tên / 12 digits, 9 digits, or a name")], purpose: Purpose,
    year: Annotated[int | None, typer.Option(help="Năm sinh / Year of birth")] = None,
    commune: Annotated[str | None, typer.Option(help="Mã xã / Commune code")] = None, actor: Who = "", office: Office = "system",
    unit: Unit = "", lang: Lang = "vi",
) -> None:  # fmt: skip
    """Tìm người theo số hoặc họ tên không cần dấu. / Find people by number, or by name without accents."""
    with opened(actor, office, unit) as (desk, who):
        found = desk.find(who, purpose, text, born=f"{year:04d}" if year else "", commune=commune)
    print(_pretty([asdict(hit) for hit in found.hits]))
    if found.more:
        more = {"vi": "Còn nhiều người nữa: hãy thêm ngày sinh hoặc mã xã.", "en": "There are more: add a birth date or a commune."}
        print(more[lang], file=sys.stderr)


@person.command("looked")
def looked(ref: Ref, purpose: Purpose, actor: Who = "", office: Office = "system", unit: Unit = "") -> None:
    """Ai đã xem thông tin của người này. / Who looked at this person's data."""
    with opened(actor, office, unit) as (desk, who):
        print(_pretty(desk.looked(who, purpose, ref)))


@person.command("commands")
def commands() -> None:
    """Các thao tác có thể làm và trường của từng thao tác. / The commands there are, with their fields."""
    from dancu.register.rules import COMMANDS

    print(_pretty({name: list(rule.body.__struct_fields__) for name, rule in COMMANDS.items()}))


@person.command("do")
def do(
    command: Annotated[str, typer.Argument(help="Tên thao tác, xem: dancu person commands / see: dancu person commands")],
    fields: Annotated[str, typer.Option("--fields", help='JSON: {"mother": "0011…", …}; "-" đọc từ bàn phím / from standard input')],
    basis: Annotated[str, typer.Option(help="Căn cứ pháp lý. / Legal basis.")],
    source: Annotated[str, typer.Option(help="civil_book | judgment | residence_file | card_file | decision | agency_file")],
    reference: Annotated[str, typer.Option(help="Số hồ sơ, bản án. / Reference of file or judgment.")] = "",
    entry: Annotated[str, typer.Option(help="Sổ hộ tịch / Book entry: số;quyển;trang;ngày;nơi")] = "",
    effective: Annotated[str, typer.Option(help="Có hiệu lực từ / True from (yyyy-mm-dd)")] = "",
    reason: Annotated[str, typer.Option(help="Lý do / Why")] = "",
    order_id: Annotated[str, typer.Option("--id", help="Mã yêu cầu, gửi lại không làm hai lần. / Request id.")] = "",
    seen: Annotated[str, typer.Option(help='JSON: {"subject": 7}: phiên bản đã xem / version that was seen')] = "{}",
    actor: Who = "", office: Office = "system", unit: Unit = "", lang: Lang = "vi",
) -> None:  # fmt: skip
    """Thực hiện một thao tác: khai sinh, khai tử, chuyển nơi thường trú … / Carry a command out."""
    from dancu.register.desk import ordered

    text = sys.stdin.read() if fields == "-" else fields
    order = ordered(
        command, text, id=order_id or str(uuid.uuid4()), legal_basis=basis, source=(source, reference), entry=entry, effective=effective,
        reason=reason, seen=seen,
    )  # fmt: skip
    with opened(actor, office, unit) as (desk, who):
        done = desk.do(who, order)
    print(_pretty(done))


@feed.command("tail")
def tail(
    after: Annotated[int, typer.Option(help="Sau vị trí / After position; -1: 20 cuối / the last 20")] = -1,
    limit: Annotated[int, typer.Option(help="Nhiều nhất / At most")] = 20,
    follow: Annotated[bool, typer.Option("--follow", help="Theo dõi liên tục. / Go on following.")] = False,
) -> None:
    """Các biến động theo thứ tự, không có họ tên hay số. / Changes in their order, without names or numbers."""
    with opened("", "system", "") as (desk, _):
        for change in desk.tail(after, limit, follow=follow):
            print(json.dumps(change, ensure_ascii=False), flush=True)


@feed.command("run")
def run() -> None:
    """Đánh số biến động liên tục cho đến khi Ctrl-C. / Number changes as they come, until Ctrl-C."""
    from dancu.register.feed import sequencer

    with opened("", "system", "") as (desk, _):
        sequencer.run(desk.database, threading.Event())


@register.command("stats")
def stats(lang: Lang = "vi") -> None:
    """Số người theo tình trạng, số thao tác, vị trí luồng, dung lượng. / People by status, actions, feed, bytes."""
    with opened("", "system", "") as (desk, _):
        print(_pretty(desk.stats()))


def _print(told: dict[str, Any], as_json: bool, sentence: str) -> None:
    print(json.dumps(told, ensure_ascii=False) if as_json else sentence)


def _pretty(value: Any) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()


def _progress(quiet: bool):
    from dancu.progress import silent, terminal

    return silent() if quiet or not sys.stderr.isatty() else terminal()
