"""What an account must be like: its login, its password, the units its role may have."""

from __future__ import annotations

import re
from typing import get_args

from dancu.places import unit as unit_of
from dancu.register.rights import Role

ROLES: tuple[Role, ...] = get_args(Role)
PASSWORD_MIN, PASSWORD_MAX = 12, 128
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]")
_NUMBER = re.compile(r"\d{12}")
_SCHEME = "2025-07"
# Lengths of the unit code each role may have: a commune's officer belongs to a commune, a supervisor to a province.
_UNITS: dict[Role, tuple[int, ...]] = {
    "civil_status_officer": (5,),
    "residence_officer": (5,),
    "police_chief": (5,),
    "justice_supervisor": (2, 0),
    "police_supervisor": (2, 0),
    "data_officer": (0, 2, 5),
    "operator": (0,),
}
_VARIETY_MIN = 5


def login_wrong(login: str) -> str:
    """'' or the code of what is wrong with a login."""
    return "" if _LOGIN.fullmatch(login) else "accounts.error.login"


def password_wrong(password: str, login: str) -> str:
    """'' or the code of what is wrong with a password: too short or long, too uniform, the login itself, among the common ones."""
    from django.contrib.auth.password_validation import CommonPasswordValidator
    from django.core.exceptions import ValidationError

    if len(password) < PASSWORD_MIN:
        return "accounts.error.password_short"
    if len(password) > PASSWORD_MAX:
        return "accounts.error.password_long"
    if len(set(password)) < _VARIETY_MIN or password.isdecimal() or login.lower() in password.lower():
        return "accounts.error.password_weak"
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        return "accounts.error.password_common"
    return ""


def unit_wrong(role: str, unit: str) -> str:
    """'' or the code of what is wrong with a role's unit."""
    if len(unit) not in _UNITS.get(role, ()):  # type: ignore[call-overload]
        return "accounts.error.unit_role"
    if unit and unit_of(_SCHEME, "province" if len(unit) == 2 else "commune", unit) is None:
        return "accounts.error.unit_unknown"
    return ""


def number_wrong(number: str) -> str:
    """'' or the code of what is wrong with the holder's own number."""
    return "" if _NUMBER.fullmatch(number) else "accounts.error.number"
