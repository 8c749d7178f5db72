"""`dancu quality`: the four measures, the cases and their worklists, the rules, and faults planted to hold all of it to."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dancu.core.refusal import Refusal

if TYPE_CHECKING:
    from dancu.quality.queries import Case

APPS = ("dancu.register", "dancu.quality")

quality = typer.Typer(
    help="Đúng, đủ, sạch, sống: đánh giá, xem, xử lý. / Measures of the data and their cases.", no_args_is_help=True
)

Unit = Annotated[
    str, typer.Argument(help="Mã xã (5 số) hoặc tỉnh (2 số); bỏ trống: cả nước. / Commune, province, or the country.")
]
Lang = Annotated[str, typer.Option(help="vi | en")]
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON. / Print the result as JSON.")]
Who = Annotated[str, typer.Option("--actor", help="Tài khoản người làm. / Account of who acts.", envvar="DANCU_ACTOR")]
Limit = Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu dòng, tới 500. / At most so many lines, up to 500.")]


@contextmanager
def opened(actor: str) -> Iterator[tuple[Any, Any, Any, Any]]:
    """(database, settings, ledger, actor) of this installation; the schema is brought up to date first."""
    from dancu.kit import project
    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.register.command import Actor
    from dancu.register.witness import witness

    settings = Settings.read()
    database = open_database(settings)
    project.migrate(database, APPS)
    with witness(settings.home) as log:
        yield database, settings, log, Actor(actor or getpass.getuser(), "system")


@quality.command("run")
def run(
    days: Annotated[int | None, typer.Option(help="Ngày làm việc để xử lý; mặc định DANCU_CASE_DAYS. / Working days.")] = None,
    most: Annotated[int, typer.Option(help="Số việc mở nhiều nhất của một quy tắc tại một xã. / Open cases a rule and commune.")] = 200,
    memory: Annotated[str, typer.Option(help="Giới hạn bộ nhớ. / Memory limit.")] = "2GB",
    actor: Who = "", lang: Lang = "vi", as_json: Json = False,
) -> None:  # fmt: skip
    """Chấm toàn bộ dữ liệu, mở và đóng việc cần xử lý. / Run all rules over everybody; open and close cases."""
    from dataclasses import asdict

    from dancu.kit.clock import SystemClock
    from dancu.quality.runs.run import run as whole

    with opened(actor) as (database, settings, log, who), _progress(as_json, lang) as tell:
        done = whole(
            database, settings.home, witness=log, actor=who, clock=SystemClock(), days=days or settings.case_days, most=most,
            memory=memory, report=tell,
        )  # fmt: skip
    _print({**asdict(done), "day": done.day.isoformat()}, as_json, _ran(done, lang))


def _ran(done: Any, lang: str) -> str:
    from dancu.quality.measures import definitions

    lines = [
        f"{d.caption(lang)}: {_share(d.kind, *done.shares[d.id], lang)}" for d in definitions() if d.id in done.shares
    ]
    head = _say("ran", lang, day=f"{done.day:%d/%m/%Y}", people=done.people, found=done.found, pairs=done.pairs)
    settled = done.settled
    tail = _say(
        "settled", lang, opened=settled.opened, mended=settled.mended, merged=settled.merged, waiting=settled.waiting
    )
    return "\n".join((head, *lines, tail))


@quality.command("measures")
def measures(
    unit: Unit = "",
    below: Annotated[str, typer.Option(help="Số đo này của các đơn vị bên dưới. / This measure of the units below.")] = "",
    trend: Annotated[str, typer.Option(help="Số đo này theo thời gian. / This measure over time.")] = "",
    expected: Annotated[Path | None, typer.Option(help="Tệp csv commune,people: dân số dự kiến. / Expected people.")] = None,
    source: Annotated[str, typer.Option(help="Nguồn của tệp dân số. / Where that file comes from.")] = "",
    actor: Who = "", lang: Lang = "vi", as_json: Json = False,
) -> None:  # fmt: skip
    """Các số đo của một đơn vị, của cấp dưới, theo thời gian. / Measures of a unit, of the units below it, over time."""
    from datetime import UTC, datetime

    import msgspec

    from dancu.kit import roles
    from dancu.quality import figures
    from dancu.quality.measures import definitions
    from dancu.quality.runs import run as runs

    known = {d.id: d for d in definitions()}
    for wished in filter(None, (below, trend)):
        if wished not in known:
            raise Refusal(
                "measure_unknown",
                vi=f"Số đo phải là một trong: {', '.join(known)}.",
                en=f"The measure must be one of: {', '.join(known)}.",
            )
    with opened(actor) as (database, _, _, who):
        if expected:
            people = runs.read_expected(expected)
            with database.connect(roles.REGISTER, autocommit=True) as connection:
                runs.expect(connection, people, source=source or expected.name, actor=who, at=datetime.now(UTC))
        with database.connect(roles.READER, autocommit=True) as connection:
            figures.last_run(connection)
            if below:
                found = figures.below(connection, measure=below, unit=unit)
            elif trend:
                found = figures.trend(connection, measure=trend, unit=unit)
            else:
                found = figures.latest(connection, unit=unit)
    if not (below or trend):
        found = sorted(found, key=lambda figure: list(known).index(figure.measure))
    lines = [_figure(figure, known[figure.measure], lang, name=not (below or trend)) for figure in found]
    none = (
        "No figures: nobody on record lives there."
        if lang == "en"
        else "Chưa có số đo: không có ai trên hồ sơ ở đơn vị này."
    )
    _print(
        {"figures": [{**msgspec.to_builtins(figure), "share": figure.share} for figure in found]},
        as_json,
        "\n".join(lines) or none,
    )


def _figure(figure: Any, definition: Any, lang: str, *, name: bool) -> str:
    what = definition.caption(lang) if name else f"{figure.day:%d/%m/%Y}  {_unit(figure.unit, lang)}"
    return f"{what}: {_share(definition.kind, figure.numerator, figure.denominator, lang)}"


@quality.command("cases")
def cases(
    unit: Unit = "",
    owner: Annotated[str, typer.Option(help="residence | civil_status | agency")] = "",
    state: Annotated[str, typer.Option(help="open | asked | proposed | accepted | rejected | mended | merged")] = "",
    kind: Annotated[str, typer.Option(help="rule | duplicate | load | difference")] = "",
    rule: Annotated[str, typer.Option(help="Mã quy tắc hoặc lý do. / Id of the rule or reason.")] = "",
    id: Annotated[int | None, typer.Option(help="Xem một việc. / Show one case.")] = None,
    checked: Annotated[Path | None, typer.Option("--from", help="Mở việc từ tệp đã đối chiếu. / Open cases from a checked file.")] = None,
    agency: Annotated[str, typer.Option(help="Cơ quan của tệp đó. / Whose file it is.")] = "",
    after: Annotated[str, typer.Option(help="Trang sau: khóa được in ở cuối trang trước. / Next page: the key printed last.")] = "",
    limit: Limit = 50, actor: Who = "", lang: Lang = "vi", as_json: Json = False,
) -> None:  # fmt: skip
    """Danh sách việc cần xử lý, gấp nhất trước; một việc; hoặc mở việc từ tệp. / The worklist, one case, or cases from a file."""
    import msgspec

    from dancu.kit import roles
    from dancu.quality import queries

    with opened(actor) as (database, settings, log, who):
        if checked:
            return _take(database, settings, log, who, checked, agency, lang, as_json)
        with database.connect(roles.READER, autocommit=True) as connection:
            if id is not None:
                return _one(connection, id, lang, as_json)
            page = queries.worklist(
                connection, unit=unit, owner=owner, state=state, kind=kind, code=rule, after=_key(after), limit=limit
            )
    lines = [_line(case, lang) for case in page.cases] or [
        "No cases." if lang == "en" else "Không có việc nào cần xử lý."
    ]
    if page.next:
        lines.append(_say("more", lang, key=f"{page.next.due.isoformat()}:{page.next.id}"))
    return _print(msgspec.to_builtins(page), as_json, "\n".join(lines))


def _take(database: Any, settings: Any, log: Any, who: Any, file: Path, agency: str, lang: str, as_json: bool) -> None:
    from dataclasses import asdict
    from datetime import UTC, datetime

    from dancu.kit import roles
    from dancu.quality.differences import take
    from dancu.register.witness import Reader

    if not agency:
        raise Refusal("agency_missing", vi="Hãy ghi cơ quan của tệp: --agency.", en="Say whose file it is: --agency.")
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        done = take(connection, file, agency=agency, actor=who, at=datetime.now(UTC), witness=log, reader=Reader.of(who, "doi chieu tep"),
                    days=settings.case_days)  # fmt: skip
    said = _say("taken", lang, **asdict(done))
    _print(asdict(done), as_json, said)


def _one(connection: Any, id: int, lang: str, as_json: bool) -> None:
    """A case without the values in its evidence: whoever needs those looks at the person, with a purpose."""
    import msgspec

    from dancu.quality import queries
    from dancu.quality.cure import cures
    from dancu.quality.rules.rule import said

    case, steps = queries.case(connection, id), queries.steps(connection, id)
    wrong, todo = said(case.code, lang, case.kind)
    told = {
        "case": msgspec.to_builtins(case),
        "steps": msgspec.to_builtins(steps),
        "cures": msgspec.to_builtins(cures(case)),
    }
    lines = [_line(case, lang), wrong, todo]
    lines += [f"  dancu person do {cure.command} --fields '{json.dumps(cure.fields)}'" for cure in cures(case)]
    lines += [
        f"  {step.at:%d/%m/%Y %H:%M} {step.actor} {step.what} → {_word('state', step.state_after, lang)}"
        for step in steps
    ]
    _print(told, as_json, "\n".join(lines))


def _line(case: Case, lang: str) -> str:
    from dancu.quality.rules.rule import said

    severity, owner, state = (
        _word("severity", case.severity, lang),
        _word("owner", case.owner, lang),
        _word("state", case.state, lang),
    )
    whom = f"#{case.person}, #{case.other}" if case.other else f"#{case.person}"
    due = f"{_say('due', lang)} {case.due:%d/%m/%Y}"
    return f"{case.id}  {due}  {state}  {whom}  {said(case.code, lang, case.kind)[0]} [{severity}]  {owner}"


@quality.command("definitions")
def definitions(lang: Lang = "vi", as_json: Json = False) -> None:
    """Định nghĩa các số đo và mọi quy tắc. / What the measures mean, and all rules."""
    from dancu.quality.measures import definitions as all_measures
    from dancu.quality.rules.rule import rules

    told = {
        "measures": [{"id": d.id, "kind": d.kind, "caption": d.caption(lang), "definition": d.define(lang)} for d in all_measures()],
        "rules": [
            {"id": r.id, "measure": r.measure, "severity": r.severity, "side": r.side, "fields": r.fields, "opens_cases": r.opens_cases,
             "text": r.text(lang), "todo": r.todo(lang), "when": r.when}
            for r in rules()
        ],
    }  # fmt: skip
    lines = []
    for definition in all_measures():
        lines += ["", f"{definition.caption(lang)} ({definition.id})", definition.define(lang)]
        for rule in (rule for rule in rules() if rule.measure == definition.id):
            severity, side = _word("severity", rule.severity, lang), _word("side", rule.side, lang)
            lines.append(f"  {rule.id} [{severity}; {side}] {rule.text(lang)}")
    _print(told, as_json, "\n".join(lines).strip())


@quality.command("plant")
def plant(
    register: Annotated[Path, typer.Argument(help="register.parquet của dancu world / of dancu world")],
    out: Annotated[Path, typer.Option(help="Nơi ghi tệp đã gieo lỗi và sự thật. / Where the planted file and the truth go.")],
    each: Annotated[int, typer.Option(help="Số lỗi mỗi loại. / Faults of each kind.")] = 20,
    seed: Annotated[int, typer.Option(help="Hạt giống. / Seed.")] = 1, lang: Lang = "vi", as_json: Json = False,
) -> None:  # fmt: skip
    """Gieo lỗi đã biết vào dữ liệu giả lập để kiểm tra việc đánh giá. / Plant known faults into a synthetic register."""
    from dancu.world.plant.planting import plant as planted

    with _progress(as_json, lang) as tell:
        told = planted(
            register,
            out,
            each=each,
            seed=seed,
            progress=(lambda done, total: tell("plant", done, total)) if tell else None,
        )
    said = _say("planted", lang, faults=sum(told.values()), kinds=len(told), out=out)
    _print({"planted": told}, as_json, said)


@quality.command("score")
def score(
    planted: Annotated[Path, typer.Argument(help="Thư mục do dancu quality plant ghi / Folder written by plant")],
    lang: Lang = "vi", as_json: Json = False,
) -> None:  # fmt: skip
    """So lần đánh giá gần nhất với lỗi đã gieo. / The last run held against the planted faults."""
    import msgspec

    from dancu.kit import roles
    from dancu.quality.runs.score import score as held

    truth = planted / "truth" / "faults.parquet"
    if not truth.exists():
        raise Refusal(
            "no_truth",
            vi="Thư mục này không có truth/faults.parquet.",
            en="There is no truth/faults.parquet in this folder.",
        )
    with opened("") as (database, settings, _, _), database.connect(roles.READER, autocommit=True) as connection:
        found = held(connection, settings.home / "quality", truth)
    head = _say(
        "scored", lang, found=found.found, planted=found.planted, share=_percent(found.share, lang), right=found.right_owner,
        false=sum(found.false_alarms.values()), cases=found.cases,
    )  # fmt: skip
    tail = _say("decoys", lang, taken=found.decoys_taken, decoys=found.decoys, own=found.own, own_found=found.own_found)
    lines = [f"  {r.rule}: {r.found}/{r.planted}" for r in found.rules]
    _print({**msgspec.to_builtins(found), "share": found.share}, as_json, "\n".join((head, tail, *lines)))


def _key(text: str) -> Any:
    from dancu.quality.queries import Key

    if not text:
        return None
    day, _, id = text.partition(":")
    try:
        return Key(date.fromisoformat(day), int(id))
    except ValueError:
        raise Refusal(
            "key_unreadable", vi="Khóa trang có dạng 2026-12-08:120.", en="The key of a page looks like 2026-12-08:120."
        ) from None


def _word(kind: str, code: str, lang: str) -> str:
    from dancu.quality.captions import caption

    return caption(kind, code, lang)


def _unit(code: str, lang: str) -> str:
    from dancu.places import unit

    if not code:
        return _say("country", lang)
    found = unit("2025-07", "province" if len(code) == 2 else "commune", code)
    return f"{code} {found.title}" if found else code


def _share(kind: str, numerator: int, denominator: int | None, lang: str) -> str:
    n = _numbers(lang)
    if denominator is None:
        return _say("unknown", lang, n=numerator)
    if not denominator:
        return _say("none", lang)
    if kind == "days":
        return f"{numerator / denominator:.1f}".replace(".", "." if lang == "en" else ",")
    return f"{_percent(numerator / denominator, lang)} ({n(numerator)}/{n(denominator)})"


def _percent(share: float, lang: str) -> str:
    from dancu.core.words import percent

    return percent(lang, share, 2)


def _numbers(lang: str):
    from dancu.core.words import number

    return lambda n: number(lang, n)


def _say(sentence: str, lang: str, **figures: Any) -> str:
    n = _numbers(lang)
    return _word("sentence", sentence, lang).format(
        **{k: n(v) if isinstance(v, int) else v for k, v in figures.items()}
    )


def _print(told: dict[str, Any], as_json: bool, sentence: str) -> None:
    print(json.dumps(told, ensure_ascii=False, default=str) if as_json else sentence)


def _progress(quiet: bool, lang: str):
    from dancu.progress import silent, terminal

    return silent() if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb" else terminal(lang)
