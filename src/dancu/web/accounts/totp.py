"""The second factor: codes of six digits by time (RFC 6238, SHA-1, 30 s, as every authenticator app has them) and recovery codes."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

STEP_S = 30
DIGITS = 6
_SECRET_BYTES = 20
# A clock may be one step off either way.
_SLACK = 1
RECOVERY_CODES = 10
# Without letters and digits that are taken for one another.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_secret() -> bytes:
    """A secret of 160 bits (RFC 4226, section 4)."""
    return secrets.token_bytes(_SECRET_BYTES)


def code(secret: bytes, now_s: float) -> str:
    """The code of a moment."""
    return _hotp(secret).generate(int(now_s // STEP_S)).decode()


def accepted(secret: bytes, typed: str, now_s: float, used: int) -> int | None:
    """The time step whose code was typed, newer than `used` so that none counts twice; None where it is no code of now."""
    digits = "".join(typed.split())
    if not secret or len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    now = int(now_s // STEP_S)
    for step in range(now - _SLACK, now + _SLACK + 1):
        if step > used and _is(secret, digits, step):
            return step
    return None


def in_base32(secret: bytes) -> str:
    """The secret as it is typed into an app by hand, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def from_base32(text: str) -> bytes:
    """The secret that `in_base32` told. Raises ValueError for what is none."""
    plain = "".join(text.split()).upper()
    return base64.b32decode(plain + "=" * (-len(plain) % 8))


def address(secret: bytes, login: str) -> str:
    """The otpauth address that the QR code holds."""
    return f"otpauth://totp/Dancu:{quote(login)}?secret={in_base32(secret).replace(' ', '')}&issuer=Dancu&digits={DIGITS}&period={STEP_S}"


def new_recovery_codes() -> list[str]:
    """Codes for the day the telephone is lost: each good once, 50 bits."""
    return [_grouped("".join(secrets.choice(_SIGNS) for _ in range(10))) for _ in range(RECOVERY_CODES)]


def bare(recovery_code: str) -> str:
    """A recovery code as it is compared: without spaces, hyphens and capitals."""
    return "".join(sign for sign in recovery_code.lower() if sign in _SIGNS)


def _grouped(text: str) -> str:
    return f"{text[:5]}-{text[5:]}"


def _hotp(secret: bytes) -> HOTP:
    return HOTP(secret, DIGITS, SHA1(), enforce_key_length=False)


def _is(secret: bytes, digits: str, step: int) -> bool:
    try:
        _hotp(secret).verify(digits.encode(), step)
    except InvalidToken:
        return False
    return True
