"""The demo's last part: the book is measured, cases are opened, and every page is served with a sign-in for each role."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def measured(settings: Any, database: Any, population: Path, console: Any) -> None:
    """Run all quality rules over the province, held against how many people live there (csv), and say what came of it."""
    from dancu.core.words import number_vi, percent_vi
    from dancu.kit import roles
    from dancu.kit.clock import SystemClock
    from dancu.quality.measures import definitions
    from dancu.quality.runs.run import expect, read_expected, run
    from dancu.register.command import Actor
    from dancu.register.witness import witness

    actor, clock = Actor("minh-hoa", "system"), SystemClock()
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        expect(connection, read_expected(population), source="Tổng điều tra giả lập", actor=actor, at=clock.now())
    with witness(settings.home) as log:
        done = run(database, settings.home, witness=log, actor=actor, clock=clock)
    console.print("\n[bold]Chất lượng dữ liệu[/bold]", highlight=False)
    for measure in definitions():
        part, whole = done.shares.get(measure.id, (0, None))
        if measure.kind == "share" and whole:
            console.print(f"  {measure.caption('vi'):<40} {percent_vi(part / whole):>8}", highlight=False, soft_wrap=True)
    console.print(
        f"  Mở {number_vi(done.settled.opened)} việc cần xử lý, trong đó có {number_vi(done.pairs)} cặp hồ sơ nghi trùng.",
        highlight=False,
        soft_wrap=True,
    )


def serve(settings: Any, database: Any, console: Any) -> None:
    """Every page on loopback until Ctrl-C; one training account a role is made and printed."""
    from dancu.register.captions import caption
    from dancu.web.accounts.demo import make_demo_accounts
    from dancu.web.serving import serve as run

    logins = make_demo_accounts(settings, database)
    # What is asked of the pages does not push the sign-ins off the screen.
    log = settings.home / "trang.log"

    def announce(address: str) -> None:
        console.print(f"\n[bold]Các trang làm việc:[/bold] {address}  (Ctrl-C để dừng)", highlight=False, soft_wrap=True)
        console.print("  Tên đăng nhập · mật khẩu · mã bước hai · vai trò", highlight=False, soft_wrap=True)
        for each in logins:
            line = f"  {each.login:<11} {each.password}  {each.code()}  {caption('role', each.role)}"
            console.print(line, highlight=False, soft_wrap=True)
        console.print(
            "Mã bước hai đổi sau mỗi 30 giây; lấy mã mới bằng lệnh: [bold]"
            f"DANCU_HOME={settings.home} .venv/bin/dancu account demo[/bold]\nNhật ký của các trang: [dim]{log}[/dim]",
            highlight=False,
            soft_wrap=True,
        )

    run(settings, log=log, announce=announce)
    console.print("\nĐã dừng.")
