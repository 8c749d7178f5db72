"""`make bench-web`: search, person page, worklist and dashboard at a million people under twenty users, beside their raw SQL.

The pages are served as `dancu serve` serves them; each user is a signed-in session over one kept connection that waits a moment between
pages, as people do. BENCH_PEOPLE, BENCH_USERS and BENCH_PAGES change the sizes; only the defaults count.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench import harness, worlds
from bench.harness import Claim, print_claims, print_table, say, write
from bench.register import loaded, p95
from dancu.kit import project, roles
from dancu.kit.database import Database, open_database
from dancu.kit.server import launch
from dancu.kit.settings import Settings

PEOPLE, USERS, PAGES, SEED = 1_000_000, 20, 400, 20262
PASSWORD, THINK_S, MOST_MS = "thu-toc-do-trang-web", 1.0, 300
_TIMEOUT_S, _READY_S = 30.0, 120.0
# Pages of other rooms by the name of their route; what is not there is said.
_ROUTES = {"worklist": "cases", "dashboard": "quality"}
_PERSON = "SELECT id, version, state FROM register_person WHERE id = %s"
_BY_PIN = """SELECT p.id, p.pin, p.name, p.birth_date, p.sex, p.commune, p.status FROM register_number n
  JOIN register_person p ON p.id = n.person WHERE n.pin = %s LIMIT 201"""
_BY_NAME = """SELECT id, pin, name, birth_date, sex, commune, status FROM register_person
  WHERE fold = %s AND birth_date LIKE %s ORDER BY birth_date LIMIT 201"""
_WORKLIST = """SELECT id, kind, code, person, severity, side, owner, state, due FROM quality_case
  WHERE commune = %s AND closed_at IS NULL ORDER BY due, id LIMIT 51"""
_DASHBOARD = "SELECT measure, day, numerator, denominator FROM quality_measure WHERE unit = %s ORDER BY day DESC LIMIT 400"


@dataclass
class User:
    """A signed-in session over one connection that is kept."""

    connection: http.client.HTTPConnection
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """(status, where it sends on to, the page)."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("dancu_csrf", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            # A server ends a connection that is idle for long, as while the others sign in.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text


@dataclass(frozen=True)
class Sought:
    """Somebody to be searched for: by number, or by name and year."""

    person: int
    text: str
    year: str
    raw: str
    values: tuple[Any, ...]


@contextlib.contextmanager
def site(people: int) -> Iterator[tuple[Settings, Database, str]]:
    """A register of so many people with its pages served from processes of their own; all of it is gone afterwards."""
    from dancu.web import project as pages

    folder = worlds.DATA / "web"
    settings = Settings(home=folder / "home", system_dir=folder / "system")
    launch.stop(settings)
    shutil.rmtree(folder, ignore_errors=True)
    process = None
    try:
        database = open_database(settings)
        pages.migrate(settings, database)
        done, seconds, _ = loaded(database, worlds.world(people=people, rows=1000, seed=SEED).register)
        say(f"loaded {done.people:,} people in {seconds:.1f} s")
        with database.superuser() as connection:
            connection.execute("VACUUM ANALYZE")
        address, process = _served(settings)
        yield settings, database, address
    finally:
        if process:
            process.terminate()
            process.wait(60)
        project.close()
        launch.stop(settings)
        shutil.rmtree(folder, ignore_errors=True)


def _served(settings: Settings) -> tuple[str, subprocess.Popen[str]]:
    """The address of pages served by as many processes as there are cores, and what serves them."""
    argv = [sys.executable, "-m", "dancu.cli", "serve", "--port", "18606", "--workers", str(os.cpu_count() or 1), "--lang", "en"]
    process = subprocess.Popen(
        argv, env={**os.environ, **settings.environ()}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    told = ""
    reading = threading.Timer(_READY_S, process.kill)
    reading.start()
    try:
        told = process.stdout.readline()  # type: ignore[union-attr]
    finally:
        reading.cancel()
    found = re.search(r"http://[^ ]+", told)
    if not found:
        raise RuntimeError("the pages were not served")
    return found[0].rstrip("/"), process


def users(settings: Settings, database: Database, address: str, count: int, commune: str) -> list[User]:
    """So many officers of a commune, each signed in through both steps."""
    from datetime import UTC, datetime

    from dancu.web import project as pages
    from dancu.web.accounts import actions, totp
    from dancu.web.keys import Keys

    pages.stand(settings, database)
    keys, now, where, made = Keys.of(settings.home), datetime.now(UTC), urlsplit(address), []
    for n in range(count):
        account, _ = actions.make(
            login=f"do.{n}", full_name="Cán Bộ Đo", role="residence_officer", unit=commune, agency="", number="", keys=keys, actor=None,
            at=now, witnessed=lambda what, outcome: None,
        )  # fmt: skip
        actions.change_password(account=account, password=PASSWORD, actor=account.pk, at=now)
        secret = totp.new_secret()
        actions.set_second_factor(account=account, secret=secret, step=0, keys=keys, actor=account.pk, at=now)
        user = User(http.client.HTTPConnection(where.hostname or "", where.port, timeout=_TIMEOUT_S))
        user.ask("GET", "/dang-nhap/")
        user.ask("POST", "/dang-nhap/", {"login": account.login, "password": PASSWORD})
        user.ask("GET", "/ma-xac-thuc/")
        status, there, _ = user.ask("POST", "/ma-xac-thuc/", {"code": totp.code(secret, time.time())})
        if status != 302 or "ma-xac-thuc" in there:
            raise RuntimeError("a user could not sign in")
        user.ask("GET", "/tra-cuu/")
        made.append(user)
    return made


def sought(database: Database, count: int) -> tuple[list[Sought], str]:
    """People of all the country, half to be found by number and half by name and year; and the commune with most people."""
    query = "SELECT id, pin, name, fold, birth_date FROM register_person WHERE pin <> '' AND birth_date <> '' AND id %% %s = 0 LIMIT %s"
    with database.connect(roles.READER, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        (most,) = connection.execute("SELECT max(id) FROM register_person").fetchone()
        rows = connection.execute(query, [max(most // (2 * count), 1), count]).fetchall()
        (commune,) = connection.execute(
            "SELECT commune FROM register_person WHERE length(commune) = 5 GROUP BY commune ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
    found = [
        Sought(id, pin, "", _BY_PIN, (pin,)) if place % 2 else Sought(id, name, born[:4], _BY_NAME, (fold, f"{born[:4]}%"))
        for place, (id, pin, name, fold, born) in enumerate(rows)
    ]
    return found, commune


def search(user: User, one: Sought) -> str:
    """Send the box and read who was found; the address of the first, '' where there is none."""
    form = {"text": one.text, "year": one.year, "commune": "", "purpose": "residence_file", "reference": "HS-1"}
    status, there, _ = user.ask("POST", "/tra-cuu/", form)
    if status != 302:
        raise RuntimeError(f"search answered {status}")
    status, _, page = user.ask("GET", there)
    found = re.search(r'href="(/cong-dan/[^"]+/)"', page)
    if status != 200:
        raise RuntimeError(f"found answered {status}")
    return found[1] if found else ""


def get(user: User, path: str) -> None:
    """Read a page."""
    status, _, _ = user.ask("GET", path)
    if status != 200:
        raise RuntimeError(f"a page answered {status}")


def together(count: int, pages: int, work: Callable[[int, int], None]) -> list[float]:
    """Milliseconds of `work(user, n)` for so many pages spread over so many users at once, each thinking between pages."""
    times: list[float] = []
    lock, trouble = threading.Lock(), []

    def one(user: int) -> None:
        chance = random.Random(user)
        try:
            for n in range(user, pages, count):
                time.sleep(chance.expovariate(1 / THINK_S))
                begun = time.perf_counter()
                work(user, n)
                with lock:
                    times.append((time.perf_counter() - begun) * 1000)
        except Exception as fault:
            trouble.append(fault)

    threads = [threading.Thread(target=one, args=(user,)) for user in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
    return times


def raw(database: Database, count: int, pages: int, statement: Callable[[int], tuple[str, tuple[Any, ...]]]) -> list[float]:
    """The same for a statement on connections that are kept."""
    connections = [database.connect(roles.READER, autocommit=True) for _ in range(count)]
    try:
        return together(count, pages, lambda user, n: connections[user].execute(*statement(n)).fetchall() and None)  # type: ignore[arg-type]
    finally:
        for connection in connections:
            connection.close()


def other_pages() -> dict[str, str]:
    """Addresses of the pages other rooms bring, '' for those that are not there."""
    from django.urls import NoReverseMatch, reverse

    found = {}
    for name, route in _ROUTES.items():
        try:
            found[name] = reverse(route)
        except NoReverseMatch:
            found[name] = ""
    return found


def cared_for(settings: Settings, database: Database) -> None:
    """Cases and measures for the worklist and the dashboard: a run of quality over everybody."""
    from dancu.kit.clock import SystemClock
    from dancu.quality.runs.run import run
    from dancu.register.command import Actor
    from dancu.register.witness import witness

    with witness(settings.home) as log:
        run(database, settings.home, actor=Actor("bench", "system"), clock=SystemClock(), witness=log)


def claims(name: str, ours: list[float], bare: list[float]) -> list[Claim]:
    """A page's p95, and how many times that of its raw SQL under the same users."""
    note = f"median {sorted(ours)[len(ours) // 2]:.0f} ms; raw SQL p95 {p95(bare):.1f} ms"
    return [
        Claim(f"{name}, p95", p95(ours), "ms", MOST_MS, "most", note=note),
        Claim(f"{name}, p95 times its raw SQL", p95(ours) / p95(bare), "×", peer="raw SQL on kept connections"),
    ]


def main() -> None:
    """Measure every page there is."""
    people, count, pages = worlds.size("BENCH_PEOPLE", PEOPLE), worlds.size("BENCH_USERS", USERS), worlds.size("BENCH_PAGES", PAGES)
    proven: list[Claim] = []
    with site(people) as (settings, database, address):
        wanted, commune = sought(database, pages)
        crowd = users(settings, database, address, count, commune)
        places = [""] * len(wanted)

        def searching(user: int, n: int) -> None:
            places[n] = search(crowd[user], wanted[n])

        for user in range(count):
            searching(user, user)
        searched = together(count, len(wanted), searching)
        proven += claims("search", searched, raw(database, count, len(wanted), lambda n: (wanted[n].raw, wanted[n].values)))
        # An address is its finder's alone.
        opened = together(count, len(wanted), lambda user, n: get(crowd[user], places[n]) if places[n] else None)
        proven += claims("person page", opened, raw(database, count, len(wanted), lambda n: (_PERSON, (wanted[n].person,))))
        statements = {"worklist": (_WORKLIST, (commune,)), "dashboard": (_DASHBOARD, (commune,))}
        others = other_pages()
        if any(others.values()):
            cared_for(settings, database)
        for name, path in others.items():
            if not path:
                say(f"{name}: there is no page of that name (route {_ROUTES[name]})")
                continue
            asked = together(count, pages, lambda user, n, path=path: get(crowd[user], path))
            proven += claims(name, asked, raw(database, count, pages, lambda n, name=name: statements[name]))
        missing = [name for name, path in others.items() if not path]
    table = [{"page": claim.name, "value": round(claim.value, 1), "unit": claim.unit} for claim in proven]
    print_table(table)
    print_claims(proven)
    about = f"{count} signed-in users thinking {THINK_S:g} s between pages, {people:,} people; pages served by dancu serve on this machine."
    official = (people, count, pages) == (PEOPLE, USERS, PAGES) and not missing
    write("web", proven, table=table, about=about, official=official)


if __name__ == "__main__":
    harness.told(__doc__)
    main()
