"""Signing in and out in a browser's session: a new session id at each step, an idle limit, an end for all sessions at once.

A session holds the account's id, its `epoch` (a session of an older one is dead), the stage, when it began, when it was last
used, and when its holder last proved who they are. Opaque references to records are good for one account until its sessions are
ended: whoever signs in again in the middle of a form comes back to the same page.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dancu.register.rights import Staff
from dancu.web.keys import Keys
from dancu.web.models import Account
from dancu.web.project import WHOLE_S

SECOND, SETUP, SIGNED_IN, NOBODY = "second", "setup", "signed_in", ""
# Signing in must be finished within so long.
HALF_S = 600
_TOUCH_S = 60
DEVICE_COOKIE = "dancu_may"
_DEVICE_S = 180 * 86_400
LANG_COOKIE = "dancu_tieng"
THEME_COOKIE = "dancu_nen"
_COOKIE_S = 365 * 86_400


def recognise(request: Any, now_s: float) -> None:
    """Set `request.account`, `.staff`, `.stage` and `.lang` from the session; a session past its time or epoch is emptied."""
    account = _account_of(request, now_s)
    request.account = account
    request.stage = request.session.get("stage", NOBODY) if account else NOBODY
    signed = request.stage == SIGNED_IN
    request.staff = staff_of(account) if account and signed else None
    chosen = account.lang if account and signed else request.COOKIES.get(LANG_COOKIE, "vi")
    request.lang = "en" if chosen == "en" else "vi"
    theme = account.theme if account and signed else request.COOKIES.get(THEME_COOKIE, "")
    request.theme = theme if theme in ("light", "dark") else ""


def staff_of(account: Account) -> Staff:
    """The account as the register's rights know it."""
    return Staff(f"{account.login}", account.role, account.unit)  # type: ignore[arg-type]


def begin(request: Any, account: Account, stage: str, now_s: float) -> None:
    """Go on to a stage of signing in with a session id nobody has seen before."""
    kept = {key: request.session[key] for key in ("next",) if key in request.session}
    request.session.flush()
    request.session.update(
        kept
        | {
            "account": account.pk, "epoch": account.epoch, "stage": stage, "began": now_s, "seen": now_s,
            "fresh": now_s if stage == SIGNED_IN else 0,
        }  # fmt: skip
    )
    request.account, request.stage = account, stage
    request.staff = staff_of(account) if stage == SIGNED_IN else None


def confirmed(request: HttpRequest, now_s: float) -> None:
    """The holder has just proved again who they are."""
    request.session.cycle_key()
    request.session["fresh"] = now_s


def renewed(request: HttpRequest, account: Account, now_s: float) -> None:
    """This session goes on where all others of the account have just ended."""
    request.session.cycle_key()
    request.session["epoch"] = account.epoch
    request.session["fresh"] = now_s


def end(request: Any) -> None:
    """Sign out: the session is gone from the database."""
    request.session.flush()
    request.account, request.staff, request.stage = None, None, NOBODY


def device_of(request: HttpRequest, login: str) -> str:
    """The mark of a browser in which this login has been signed in before; '' for a stranger's."""
    value = request.COOKIES.get(DEVICE_COOKIE, "")
    mark, _, proof = value.partition(".")
    expected = Keys.of(settings.DANCU.home).digest("device", f"{login}:{mark}").hex()
    return mark if mark and secrets.compare_digest(proof, expected) else ""


def remember_device(answer: HttpResponse, login: str) -> None:
    """Mark the browser as one its holder has signed in with, so that a stranger's tries elsewhere do not slow it down."""
    mark = secrets.token_urlsafe(12)
    proof = Keys.of(settings.DANCU.home).digest("device", f"{login}:{mark}").hex()
    answer.set_cookie(
        DEVICE_COOKIE, f"{mark}.{proof}", max_age=_DEVICE_S, httponly=True, samesite="Lax", secure=settings.DANCU.https, path="/dang-nhap/"
    )


def remember_choice(answer: HttpResponse, name: str, value: str) -> None:
    """Keep a language or a theme in the browser, for pages before signing in."""
    answer.set_cookie(name, value, max_age=_COOKIE_S, httponly=True, samesite="Lax", secure=settings.DANCU.https)


def reference(request: HttpRequest, kind: str, number: int) -> str:
    """An opaque reference to a record, for an address that only this account can use."""
    return Keys.of(settings.DANCU.home).reference(_salt(request), kind, number)


def record(request: HttpRequest, kind: str, text: str) -> int | None:
    """The record an opaque reference of this account means; None for anything else."""
    return Keys.of(settings.DANCU.home).number(_salt(request), kind, text)


def _salt(request: Any) -> str:
    return f"{request.account.pk}:{request.account.epoch}"


def _account_of(request: HttpRequest, now_s: float) -> Account | None:
    kept = request.session
    if "account" not in kept:
        return None
    idle_s = 60 * settings.DANCU.session_idle_min if kept.get("stage") == SIGNED_IN else HALF_S
    whole_s = WHOLE_S if kept.get("stage") == SIGNED_IN else HALF_S
    account = Account.objects.filter(pk=kept["account"], ended_at=None, epoch=kept.get("epoch")).first()
    if account is None or now_s - kept.get("seen", 0) > idle_s or now_s - kept.get("began", 0) > whole_s:
        kept.flush()
        return None
    if now_s - kept["seen"] > _TOUCH_S:
        kept["seen"] = now_s
    return account
