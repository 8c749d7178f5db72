"""`dancu serve` and `dancu account`: the pages for people, and the first account that makes the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dancu.core.refusal import Refusal

account = typer.Typer(help="Tài khoản của trang làm việc. / Accounts of the pages.", no_args_is_help=True)

Lang = Annotated[str, typer.Option(help="vi | en")]


def serve(
    host: Annotated[str, typer.Option(help="Địa chỉ nghe / Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Cổng; bận thì lấy cổng trống kế tiếp / Port; the next free one where it is taken")] = 8606,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Số tiến trình phục vụ trang / Processes that answer pages")] = 1,
    log: Annotated[Path | None, typer.Option(help="Tệp nhật ký; bỏ trống thì in ra màn hình / Log file; else the terminal")] = None,
    lang: Lang = "vi",
) -> None:
    """Mở các trang làm việc, sổ nhật ký, luồng biến động và hàng đợi việc, đến khi Ctrl-C. / Serve every page until Ctrl-C."""
    from dancu.kit.settings import Settings
    from dancu.web.serving import serve as run

    def announce(address: str) -> None:
        print(f"Đang mở tại {address}  (Ctrl-C để dừng)" if lang == "vi" else f"Serving at {address}  (Ctrl-C ends)", flush=True)

    run(Settings.read(), host=host, port=port, workers=workers, log=log, announce=announce)
    print("Đã dừng." if lang == "vi" else "Stopped.")


@account.command("make")
def make(
    login: Annotated[str, typer.Argument(help="Tên đăng nhập / User name")],
    name: Annotated[str, typer.Option(help="Họ và tên / Full name")],
    role: Annotated[str, typer.Option(help="operator, civil_status_officer, residence_officer, police_chief, …")] = "operator",
    unit: Annotated[str, typer.Option(help="Mã xã hoặc tỉnh / Commune or province code")] = "",
    lang: Lang = "vi",
) -> None:
    """Lập một tài khoản và in mật khẩu lần đầu. / Make an account and print its first password."""
    from datetime import UTC, datetime

    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.web import project

    settings = Settings.read()
    database = open_database(settings)
    project.migrate(settings, database)
    from dancu.web import desk, language
    from dancu.web.accounts import actions, queries, rules
    from dancu.web.keys import Keys

    wrong = rules.login_wrong(login) or ("" if role in rules.ROLES else "frame.error.choice") or rules.unit_wrong(role, unit)
    if not wrong and queries.by_login(login):
        wrong = "accounts.error.taken"
    if wrong:
        raise Refusal("bad_account", vi=f"{language.say('vi', wrong)}.", en=f"{language.say('en', wrong)}.")
    try:
        _, first = actions.make(
            login=login, full_name=name, role=role, unit=unit, agency="", number="", keys=Keys.of(settings.home), actor=None,
            at=datetime.now(UTC), witnessed=desk.account_witness(None),
        )  # fmt: skip
    finally:
        desk.close()
    print(f"Mật khẩu lần đầu của {login}: {first}" if lang == "vi" else f"First password of {login}: {first}")


@account.command("demo")
def demo(as_json: Annotated[bool, typer.Option("--json", help="In dạng JSON. / Print as JSON.")] = False) -> None:
    """Lập tài khoản tập huấn cho bảy vai trò và in ra. / Make training accounts for the seven roles and print them."""
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.web import project
    from dancu.web.accounts.demo import make_demo_accounts

    settings = Settings.read()
    database = open_database(settings)
    project.migrate(settings, database)
    made = make_demo_accounts(settings, database)
    if as_json:
        print(json.dumps([{**vars(each), "code": each.code()} for each in made], ensure_ascii=False))
        return
    for each in made:
        print(f"{each.login:<12} {each.password}  {each.code()}  {each.role:<22} {each.unit:<6} {each.secret}")
