"""Reads: accounts for the operator's list and what was done to one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from dancu.web.keys import Keys
from dancu.web.models import Account, AccountAct
from dancu.web.paging import Page, paged

ACTS_MAX = 100


def by_login(login: str) -> Account | None:
    """The living account of a login, however it is written."""
    return Account.objects.filter(login=login.strip().lower(), ended_at=None).first()


def listed(*, text: str = "", role: str = "", ended: bool = False, after: str = "") -> Page[Account]:
    """Accounts by login, a page at a time; `text` is the beginning of a login or a part of a name."""
    found = Account.objects.filter(ended_at__isnull=not ended)
    if text:
        found = found.filter(Q(login__startswith=text.strip().lower()) | Q(full_name__icontains=text.strip()))
    if role:
        found = found.filter(role=role)
    # A login may be a name, so the key in the address is the account's number.
    def behind(key: str) -> Q:
        last = Account.objects.filter(pk=int(key)).values_list("login", flat=True).first()
        return Q(login__gt=last or "")

    return paged(found.order_by("login"), behind, lambda account: str(account.pk), after)


def of_one_person(number: str, keys: Keys, *, but: int = 0) -> list[Account]:
    """Living accounts of the person with that number."""
    found = Account.objects.filter(person_key=keys.digest("person", number), ended_at=None).exclude(pk=but)
    return list(found.order_by("login")[:20])


def same_person(one: int, other: int) -> bool:
    """Whether two accounts are one and the same person's, as far as their numbers are known."""
    if one == other:
        return True
    held = list(Account.objects.filter(pk__in=(one, other)).values_list("person_key", flat=True))
    return len(held) == 2 and None not in held and bytes(held[0]) == bytes(held[1])


def acts_of(account: int) -> Sequence[AccountAct]:
    """What was done to an account, newest first."""
    return list(AccountAct.objects.filter(account=account).order_by("-id")[:ACTS_MAX])


def names_of(accounts: Sequence[int]) -> dict[int, str]:
    """Logins by id."""
    return dict(Account.objects.filter(pk__in=accounts).values_list("id", "login")[: len(accounts)])
