"""Accounts of the demo, one a role, whose password and second factor are printed: for training copies only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dancu.core.refusal import Refusal
from dancu.kit import roles
from dancu.kit.database import Database
from dancu.kit.settings import Settings
from dancu.register.rights import Role

PASSWORD = "tap-huan-dan-cu"
# Login, role, name and the length of the unit's code.
_PEOPLE: tuple[tuple[str, Role, str, int], ...] = (
    ("hotich", "civil_status_officer", "Lê Thị Hộ Tịch", 5),
    ("cutru", "residence_officer", "Trần Văn Cư Trú", 5),
    ("chihuy", "police_chief", "Phạm Văn Chỉ Huy", 5),
    ("sotuphap", "justice_supervisor", "Đỗ Thị Tư Pháp", 2),
    ("congantinh", "police_supervisor", "Vũ Văn Giám Sát", 2),
    ("dulieu", "data_officer", "Ngô Thị Dữ Liệu", 0),
    ("quantri", "operator", "Bùi Văn Quản Trị", 0),
)
_AGENCY = "Bảo hiểm xã hội (minh họa)"
_BUSIEST = """SELECT commune FROM register_person WHERE length(commune) = 5 AND status = 'active'
    GROUP BY commune ORDER BY count(*) DESC, commune LIMIT 1"""
_ELSEWHERE = "00004"


@dataclass(frozen=True)
class Login:
    """What one signs in with: `secret` in base 32 for an authenticator app; `code()` is the code of now."""

    login: str
    password: str
    secret: str
    role: Role
    unit: str

    def code(self, at_s: float | None = None) -> str:
        """The code of the second factor at a moment (default: now)."""
        from dancu.web.accounts import totp

        return totp.code(totp.from_base32(self.secret), time.time() if at_s is None else at_s)


def make_demo_accounts(settings: Settings, database: Database, *, commune: str = "") -> list[Login]:
    """Accounts for the seven roles; those of communes belong to `commune` (default: the one with most people). Those that stand as they
    were made are left alone, so that asking for the codes of now signs nobody out; what was changed or ended is made anew.

    The tables must be there (`dancu.web.project.migrate`). Refuses `not_in_production`.
    """
    if settings.production:
        raise Refusal(
            "not_in_production",
            vi="Tài khoản tập huấn không được lập trên hệ thống vận hành thật.",
            en="Training accounts are not made in production.",
        )
    from dancu.web import project

    project.stand(settings, database)
    unit = commune or _busiest(database)
    return [_made(settings, login, role, name, unit[:5] if size == 5 else _province(unit) if size else "")
            for login, role, name, size in _PEOPLE]  # fmt: skip


def _made(settings: Settings, login: str, role: Role, name: str, unit: str) -> Login:
    from django.contrib.auth.hashers import check_password, make_password
    from django.db import transaction

    from dancu.web.accounts import actions, totp
    from dancu.web.keys import Keys
    from dancu.web.models import Account

    keys, now = Keys.of(settings.home), datetime.now(UTC)
    secret = keys.digest("demo", login)[:20]
    standing = Account.objects.filter(login=login, role=role, training=True, must_change=False, ended_at=None).first()
    if standing and check_password(PASSWORD, standing.password) and _unsealed(keys, standing.totp) == secret:
        return Login(login, PASSWORD, totp.in_base32(secret), role, standing.unit)
    values = {
        "full_name": name, "role": role, "unit": unit, "agency": _AGENCY if role == "data_officer" else "", "must_change": False,
        "password": make_password(PASSWORD), "totp": keys.seal("totp", secret), "totp_used": 0, "training": True, "ended_at": None,
    }  # fmt: skip
    with transaction.atomic():
        account, new = Account.objects.get_or_create(login=login, defaults={**values, "made_at": now})
        if not new:
            Account.objects.filter(pk=account.pk).update(**values)
        actions.noted(account=account, kind="made" if new else "reset", actor=None, at=now, detail={"role": role, "unit": unit})
    return Login(login, PASSWORD, totp.in_base32(secret), role, unit)


def _unsealed(keys: Any, sealed: bytes | None) -> bytes:
    """A secret as it was sealed; none where it was sealed by another installation's key."""
    try:
        return keys.unseal("totp", bytes(sealed)) if sealed else b""
    except ValueError:
        return b""


def _busiest(database: Database) -> str:
    with database.connect(roles.READER, application_name="dancu demo") as connection:
        row = connection.execute(_BUSIEST).fetchone()
    return row[0] if row else _ELSEWHERE


def _province(commune: str) -> str:
    from dancu.places import province_of, unit

    found = unit("2025-07", "commune", commune)
    return province_of(found).code if found else ""
