"""The pages on real PostgreSQL with people on record and an account a role; each test has a database of its own."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dancu.kit.clock import SystemClock
from dancu.kit.database import Database
from dancu.web import project
from tests.kit import fixture
from tests.kit.fixture import *  # noqa: F403
from tests.web.checks.whole import served  # noqa: F401

HERE, ELSEWHERE = "00004", "26710"
# Names nobody else has, and numbers nobody else has: what must not be found in a log or an address.
MARKED, MARKED_PIN = "Kín Đáo Tuyệt Mật", "001190000001"
AWAY, AWAY_PIN = "Xa Xôi Cách Trở", "079185000002"
_COLUMNS = ("pin", "name", "birth_date", "sex", "commune", "unit_scheme", "phone", "ethnicity", "old_id")
_PEOPLE = (
    (MARKED_PIN, MARKED, "1990-01-02", "female", HERE, "2025-07", "0900000001", "Kinh", "012345678"),
    (AWAY_PIN, AWAY, "1985-03-04", "male", ELSEWHERE, "2025-07", "0900000002", "Kinh", ""),
    *((f"0011700{n:05d}", "Nguyễn Văn An", f"{1920 + n % 100}-05-06", "male", HERE, "2025-07", "", "Kinh", "") for n in range(230)),
)


@dataclass(frozen=True)
class Site:
    """A database of the test's own, the logins on it, and browsers for them."""

    database: Database
    logins: dict[str, Any]

    def stranger(self, address: str = "203.0.113.7") -> Any:
        """A browser nobody has signed in with."""
        from django.test import Client

        return Client(SERVER_NAME="localhost", REMOTE_ADDR=address, raise_request_exception=False)

    def signed(self, login: str, *, address: str = "203.0.113.7") -> Any:
        """A browser that a login is signed in with, through both steps."""
        client, who = self.stranger(address), self.logins[login]
        first = client.post("/dang-nhap/", {"login": login, "password": who.password})
        assert (first.status_code, first["Location"]) == (302, "/ma-xac-thuc/")
        second = client.post("/ma-xac-thuc/", {"code": self.fresh_code(login)})
        assert second.status_code == 302, second.content.decode()
        return client

    def fresh_code(self, login: str) -> str:
        """A code that was not used yet: the account forgets which it has seen."""
        from dancu.web.models import Account

        Account.objects.filter(login=login).update(totp_used=0)
        return self.logins[login].code()

    def account(self, login: str) -> Any:
        """The account of a login as it is in the database."""
        from dancu.web.models import Account

        return Account.objects.get(login=login)


@pytest.fixture(scope="session")
def peopled(template: Database) -> tuple[Database, dict[str, Any]]:
    """A template with people on record and accounts."""
    from dancu.web import desk
    from dancu.web.accounts.demo import make_demo_accounts

    made = fixture.copied(template)
    project.stand(made.settings, made)
    _load(made)
    logins = {each.login: each for each in make_demo_accounts(made.settings, made, commune=HERE)}
    desk.close()
    fixture.project_closed()
    return made, logins


@pytest.fixture
def site(peopled: tuple[Database, dict[str, Any]]) -> Iterator[Site]:
    """A copy of the template that the pages of this process stand on."""
    from dancu.web import desk

    made = fixture.copied(peopled[0])
    project.stand(made.settings, made)
    desk.stand_on(made)
    yield Site(made, peopled[1])
    desk.close()
    fixture.dropped(made)


def _load(database: Database) -> None:
    from dancu.register.command import Actor
    from dancu.register.desk import Desk
    from dancu.register.load import Loading
    from dancu.register.witness import witness

    with tempfile.TemporaryDirectory(prefix="dancu-web-") as work:
        file = Path(work) / "register.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([_COLUMNS, *_PEOPLE])
        with witness(database.settings.home) as log:
            loading = Loading(file, "nap", "Luật Căn cước 2023, điều 9", Path(work), Path(work) / "refused.csv")
            done = Desk(database, log, SystemClock()).load(loading, Actor("nap", "loader"))
    assert done.people == len(_PEOPLE)
