"""Writes: making, changing and ending accounts. Each is one transaction, an act in the append-only table, and a leaf where it
concerns rights."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from dancu.web.accounts import totp
from dancu.web.keys import Keys
from dancu.web.models import Account, AccountAct, RecoveryCode

# Writes the leaf of a change of rights, before it is committed: (what, outcome).
Witnessed = Callable[[str, str], None]
_FIRST_BYTES = 12
_TOTP = "totp"


def make(
    *, login: str, full_name: str, role: str, unit: str, agency: str, number: str, keys: Keys, actor: int | None, at: datetime,
    witnessed: Witnessed, person: int = 0,
) -> tuple[Account, str]:  # fmt: skip
    """A new account and its first password, which is told once and must be changed. Values have passed `rules`; `person` is the
    holder's own record in the register, where there is one."""
    first = secrets.token_urlsafe(_FIRST_BYTES)
    with transaction.atomic():
        account = Account.objects.create(
            login=login, full_name=full_name, role=role, unit=unit, agency=agency, password=make_password(first), made_at=at,
            person_key=keys.digest("person", number) if number else None, person=person,
        )  # fmt: skip
        noted(account=account, kind="made", actor=actor, at=at, detail={"role": role, "unit": unit})
        witnessed("account.made", f"{role}:{unit or 'VN'}")
    return account, first


def give_rights(*, account: Account, role: str, unit: str, actor: int | None, at: datetime, witnessed: Witnessed) -> None:
    """Another role or unit; whoever is signed in must sign in again."""
    with transaction.atomic():
        account.role, account.unit, account.epoch = role, unit, account.epoch + 1
        account.save(update_fields=["role", "unit", "epoch"])
        noted(account=account, kind="rights", actor=actor, at=at, detail={"role": role, "unit": unit})
        witnessed("account.rights", f"{role}:{unit or 'VN'}")


def end(*, account: Account, actor: int | None, at: datetime, witnessed: Witnessed) -> None:
    """The account ends, and its sessions with it."""
    with transaction.atomic():
        account.ended_at, account.epoch = at, account.epoch + 1
        account.save(update_fields=["ended_at", "epoch"])
        noted(account=account, kind="ended", actor=actor, at=at)
        witnessed("account.ended", account.role)


def reset(*, account: Account, actor: int | None, at: datetime, witnessed: Witnessed) -> str:
    """A new first password; the second factor is set up anew: for a holder who lost either."""
    first = secrets.token_urlsafe(_FIRST_BYTES)
    with transaction.atomic():
        account.password, account.must_change, account.totp = make_password(first), True, None
        account.epoch += 1
        account.save(update_fields=["password", "must_change", "totp", "epoch"])
        RecoveryCode.objects.filter(account=account).delete()
        noted(account=account, kind="reset", actor=actor, at=at)
        witnessed("account.reset", account.role)
    return first


def change_password(*, account: Account, password: str, actor: int | None, at: datetime) -> None:
    """The holder's own new password; all other sessions end."""
    with transaction.atomic():
        account.password, account.must_change, account.epoch = make_password(password), False, account.epoch + 1
        account.save(update_fields=["password", "must_change", "epoch"])
        noted(account=account, kind="password", actor=actor, at=at)


def set_second_factor(*, account: Account, secret: bytes, step: int, keys: Keys, actor: int | None, at: datetime) -> list[str]:
    """Keep the secret of the second factor, and make recovery codes, which are told once."""
    codes = totp.new_recovery_codes()
    with transaction.atomic():
        account.totp, account.totp_used = keys.seal(_TOTP, secret), step
        account.save(update_fields=["totp", "totp_used"])
        _keep_codes(account, codes, keys)
        noted(account=account, kind="second_factor", actor=actor, at=at)
    return codes


def new_recovery_codes(*, account: Account, keys: Keys, actor: int | None, at: datetime) -> list[str]:
    """Other recovery codes; the former no longer count."""
    codes = totp.new_recovery_codes()
    with transaction.atomic():
        _keep_codes(account, codes, keys)
        noted(account=account, kind="recovery_codes", actor=actor, at=at)
    return codes


def end_sessions(*, account: Account, actor: int | None, at: datetime) -> None:
    """Sign out everywhere."""
    with transaction.atomic():
        account.epoch += 1
        account.save(update_fields=["epoch"])
        noted(account=account, kind="sessions_ended", actor=actor, at=at)


def password_is(account: Account | None, typed: str) -> bool:
    """Whether a password is the account's; takes as long where there is no such account."""
    return check_password(typed, account.password if account else _nobody()) and account is not None


def code_is(account: Account, typed: str, *, keys: Keys, at: datetime) -> bool:
    """Whether a code of the second factor, or a recovery code, is the account's and was not used before; it is used up by this."""
    with transaction.atomic():
        kept = Account.objects.select_for_update().get(pk=account.pk)
        if kept.totp is None:
            return False
        step = totp.accepted(_secret(kept, keys), typed, at.timestamp(), kept.totp_used)
        if step is not None:
            Account.objects.filter(pk=kept.pk).update(totp_used=step)
            return True
        digest = keys.digest("recovery", totp.bare(typed))
        used = RecoveryCode.objects.filter(account=kept, digest=digest, used_at=None).update(used_at=at)
        if used:
            noted(account=kept, kind="recovery_code_used", actor=kept.pk, at=at)
        return bool(used)


def _secret(account: Account, keys: Keys) -> bytes:
    """The secret of the second factor; b"", which no code fits, where it was sealed with a key that is gone."""
    try:
        return keys.unseal(_TOTP, account.totp)  # type: ignore[arg-type]
    except ValueError:
        return b""


def noted(*, account: Account, kind: str, actor: int | None, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """An act in the append-only table."""
    AccountAct.objects.create(at=at, by=actor, account=account.pk, kind=kind, detail=detail or {})


def _keep_codes(account: Account, codes: list[str], keys: Keys) -> None:
    RecoveryCode.objects.filter(account=account).delete()
    digests = [keys.digest("recovery", totp.bare(code)) for code in codes]
    RecoveryCode.objects.bulk_create([RecoveryCode(account=account, digest=digest) for digest in digests])


_never: list[str] = []


def _nobody() -> str:
    """A password hash nobody has the password of."""
    if not _never:
        _never.append(make_password(secrets.token_urlsafe(16)))
    return _never[0]
