"""Whom a supervisor watches: the accounts of the offices below theirs, in their unit and what lies in it; and a week of their looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from dancu.kit import roles
from dancu.kit.clock import VIETNAM
from dancu.places import province_of, unit
from dancu.quality import term
from dancu.register.read import oversight
from dancu.register.read.oversight import Look, Watched
from dancu.register.rights import Role, may
from dancu.web import desk, frame
from dancu.web.accounts.session import staff_of
from dancu.web.models import Account

# A week is told of at most so many officers; a country is looked at by province.
OFFICERS_MAX = 300
_CANDIDATES_MAX = 20_000
# Two books, two lines of supervision: the chief watches the station, the province's police all who use the population data, the
# province's justice department those who keep the civil book.
WATCHES: dict[Role, tuple[Role, ...]] = {
    "police_chief": ("residence_officer",),
    "justice_supervisor": ("civil_status_officer", "justice_supervisor"),
    "police_supervisor": ("residence_officer", "civil_status_officer", "police_chief", "data_officer", "police_supervisor"),
}


def watched(supervisor: Account) -> list[Account]:
    """Accounts a supervisor watches, by login, ended ones too: at most OFFICERS_MAX and one more, so that it shows that there are more."""
    seen = WATCHES.get(supervisor.role, ())  # type: ignore[call-overload]
    if not may(staff_of(supervisor), "supervise") or not seen:
        return []
    found = Account.objects.filter(role__in=seen).exclude(pk=supervisor.pk).order_by("login")
    if len(supervisor.unit) == 5:
        found = found.filter(unit=supervisor.unit)
    inside = [each for each in found[:_CANDIDATES_MAX] if below(supervisor, each)]
    return inside[: OFFICERS_MAX + 1]


def below(supervisor: Account, officer: Account) -> bool:
    """Whether an officer's unit lies in a supervisor's; of their own role only those of a unit further down."""
    if officer.role == supervisor.role:
        return bool(officer.unit) and not supervisor.unit
    if not supervisor.unit:
        return True
    return supervisor.unit in (officer.unit, _province(officer.unit))


def watched_by(supervisor: Account) -> dict[str, str]:
    """Names of the officers a supervisor watches, by what they are called in the ledger; empty for who supervises nobody."""
    witness = desk.desk().witness
    return {code: named(each) for each in watched(supervisor)[:OFFICERS_MAX] for code in witness.called(each.login)}


def named(officer: Account) -> str:
    """An officer as a supervisor reads them."""
    return f"{officer.full_name} ({officer.login}), {frame.unit_name(officer.unit, 'vi')}"


def looks(officers: Sequence[Account], monday: date, beside: Sequence[Account] = ()) -> list[Look]:
    """The looks of some officers in the week of a Monday that want an answer; `beside`: their colleagues. The caller writes the leaf."""
    here, since = desk.desk(), datetime.combine(monday, time(), VIETNAM)
    with here.database.connect(roles.READER, application_name="dancu oversight") as connection:
        return oversight.week(
            here.witness, connection, _watched(officers), since=since, until=since + timedelta(days=7), beside=_watched(beside),
            now=datetime.now(UTC), holiday=lambda at: not term.is_working_day(at.date()),
        )  # fmt: skip


def monday_of(at: datetime) -> date:
    """The Monday of a moment's week, in Vietnam."""
    day = at.astimezone(VIETNAM).date()
    return day - timedelta(days=day.weekday())


def _watched(officers: Sequence[Account]) -> list[Watched]:
    return [Watched(each.login, each.person) for each in officers]


@cache
def _province(code: str) -> str:
    found = unit("2025-07", "commune", code) if len(code) == 5 else None
    return province_of(found).code if found else code
