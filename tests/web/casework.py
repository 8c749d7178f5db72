"""People with planted faults, runs over them and pages of cases: what the tests of cases and quality begin with."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

from dancu.kit import roles
from dancu.kit.clock import SystemClock
from dancu.quality import queries
from dancu.quality.queries import Case
from dancu.quality.runs.run import Ran, run
from dancu.register.command import Actor
from tests.web.conftest import ELSEWHERE, HERE, Site

_COLUMNS = (
    "pin", "name", "birth_date", "sex", "commune", "unit_scheme", "phone", "ethnicity", "mother_name", "mother_pin", "father_name",
    "old_id",
)  # fmt: skip
MOTHER, CHILD, CHILD_NAME = "001145000501", "001050000502", "Lường Khắc Thiệu"
ONE, OTHER, DOUBLE_NAME = "001188000503", "001188000504", "Trần Thị Bích Ngọc"
FAR = "079050000505"
_PEOPLE = (
    (MOTHER, "Lường Thị Mẫn", "1945-03-02", "female", HERE, "", "Kinh", "", "", "", ""),
    # Born, as the register has it, when the mother was five years old; the civil book says 1970.
    (CHILD, CHILD_NAME, "1950-07-08", "male", HERE, "", "Kinh", "Lường Thị Mẫn", MOTHER, "", ""),
    (ONE, DOUBLE_NAME, "1988-11-12", "female", HERE, "0912345678", "Kinh", "Phạm Thị Kim Chi", "", "Trần Đăng Khoa", "112233445"),
    (OTHER, DOUBLE_NAME, "1988-11-12", "female", HERE, "0912345678", "Kinh", "Phạm Thị Kim Chi", "", "Trần Đăng Khoa", "112233445"),
    ("079145000506", "Ông Thị Xa", "1945-03-02", "female", ELSEWHERE, "", "Kinh", "", "", "", ""),
    (FAR, "Phan Văn Cách", "1950-07-08", "male", ELSEWHERE, "", "Kinh", "Ông Thị Xa", "079145000506", "", ""),
)


def faults(site: Site) -> None:
    """Put the people with faults on record."""
    # Databases of a worker share a home: the copy of another test's people must not stand for this one's.
    shutil.rmtree(site.database.settings.home / "quality", ignore_errors=True)
    loaded(site, "nap-2", _COLUMNS, [(*row[:5], "2025-07", *row[5:]) for row in _PEOPLE])


def loaded(site: Site, source: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Load more people from a file of these columns."""
    from dancu.register.load import Loading
    from dancu.web import desk

    with tempfile.TemporaryDirectory(prefix="dancu-web-") as work:
        file = Path(work) / "more.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([columns, *rows])
        loading = Loading(file, source, "Luật Căn cước 2023, điều 9", Path(work), Path(work) / "refused.csv")
        assert desk.desk().load(loading, Actor(source, "loader")).people == len(rows)


def measured(site: Site) -> Ran:
    """A run of all rules."""
    from dancu.web import desk

    stand = desk.desk()
    actor = Actor("dieu-hanh", "system")
    return run(site.database, site.database.settings.home, witness=stand.witness, actor=actor, clock=SystemClock(), memory="500MB")


def person(site: Site, pin: str) -> int:
    """The internal id of who has or had a number."""
    with site.database.connect(roles.READER) as connection:
        row = connection.execute("SELECT person FROM register_number WHERE pin = %s", [pin]).fetchone()
    assert row
    return row[0]


def case_of(site: Site, code: str, pin: str) -> Case:
    """The newest case of a rule about somebody."""
    with site.database.connect(roles.READER) as connection:
        found = queries.cases_of(connection, person(site, pin), closed=True)
    return next(case for case in found if case.code == code)


def again(site: Site, case: Case) -> Case:
    """A case as it is now."""
    with site.database.connect(roles.READER) as connection:
        return queries.case(connection, case.id)


def address(site: Site, login: str, case: Case, then: str = "") -> str:
    """The address of a case's page for an account."""
    from django.conf import settings

    from dancu.web.keys import Keys

    account = site.account(login)
    reference = Keys.of(settings.DANCU.home).reference(f"{account.pk}:{account.epoch}", "case", case.id)
    return f"/viec/{reference}/{then}"


def text(answer: Any) -> str:
    """What a page says, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def act(site: Site, client: Any, login: str, case: Case, what: str, **sent: str) -> Any:
    """Take a step on a case's page, as it stands now."""
    now = again(site, case)
    return client.post(address(site, login, case, "buoc/"), {"what": what, "seen": str(now.version), **sent}, follow=True)


def carried(client: Any, path: str, **sent: str) -> tuple[Any, Any]:
    """Fill in the form of a command, see its rehearsal, and write it: (rehearsal, what came of it)."""
    form = client.get(path)
    assert form.status_code == 200, text(form)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.content.decode()))
    hidden.pop("csrfmiddlewaretoken", None)
    begun = dict(re.findall(r'<input id="f-[^"]+" name="([^"]+)" value="([^"]*)"', form.content.decode()))
    whole = {**{name: unescape(value) for name, value in begun.items()}, **hidden, "source": "civil_book", **sent}
    check = client.post(path, {**whole, "do": "check"}, follow=True)
    if check.status_code != 200:
        return check, None
    return check, client.post(path, {**whole, "do": "write"}, follow=True)
