"""Writes: forms as far as they were typed, one an account, form and subject; only its owner sees it; gone when sent or too old.

The subject is the person a form was opened for (its number), else the id of the order it is to become: several births may be begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from dancu.web.models import Draft

# What is typed of people is not kept longer than a week's absence from the desk (check.md keeps uploads as long).
KEEP_DAYS = 7
# A form of many long texts; the body of a request is limited besides.
_VALUES_MAX = 400
_VALUE_LONGEST = 2_000
_OLD_AT_ONCE = 200


def kept(account: Any, form: str, subject: str, at: datetime) -> Draft | None:
    """What an account has typed into a form, if it is not too old."""
    return Draft.objects.filter(account=account, form=form, subject=subject, saved_at__gt=at - timedelta(days=KEEP_DAYS)).first()


def newest(account: Any, form: str, at: datetime) -> Draft | None:
    """What an account typed last into a form that was opened for nobody."""
    found = Draft.objects.filter(account=account, form=form, saved_at__gt=at - timedelta(days=KEEP_DAYS))
    return found.filter(subject__startswith="web-").order_by("-saved_at").first()


def listed(account: Any, at: datetime, *, most: int = 100) -> list[Draft]:
    """The drafts of an account, newest first."""
    found = Draft.objects.filter(account=account, saved_at__gt=at - timedelta(days=KEEP_DAYS))
    return list(found.order_by("-saved_at")[:most])


def keep(*, account: Any, form: str, subject: str, values: Mapping[str, str], at: datetime) -> None:
    """Keep what is typed so far; values are merged into what is kept, so that a part of a form may be saved alone."""
    given = {name[:80]: value[:_VALUE_LONGEST] for name, value in list(values.items())[:_VALUES_MAX]}
    with transaction.atomic():
        draft, made = Draft.objects.select_for_update().get_or_create(
            account=account, form=form, subject=subject, defaults={"values": given, "saved_at": at}
        )
        if not made:
            draft.values = dict(list({**draft.values, **given}.items())[:_VALUES_MAX])
            draft.saved_at = at
            draft.save(update_fields=["values", "saved_at"])
    expire(at=at)


def drop(*, account: Any, form: str, subject: str) -> None:
    """The form was sent, or is not wanted any more."""
    Draft.objects.filter(account=account, form=form, subject=subject).delete()


def expire(*, at: datetime) -> int:
    """Delete drafts that nobody has touched for `KEEP_DAYS`; at most a few hundred at once. How many."""
    old = list(Draft.objects.filter(saved_at__lte=at - timedelta(days=KEEP_DAYS)).values_list("pk", flat=True)[:_OLD_AT_ONCE])
    return Draft.objects.filter(pk__in=old).delete()[0] if old else 0
