"""How the months of a log hang together: names, keys, and the first leaf that carries the last root of the month before."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
from dataclasses import dataclass

from dancu.ledger.proof.checkpoint import Checkpoint
from dancu.ledger.proof.fault import malformed
from dancu.ledger.proof.note import VerifierKey

# Vietnam keeps one time all year (Decree 134/2002: UTC+7).
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Whether `text` is yyyy-mm."""
    return bool(_MONTH.fullmatch(text))


def month_of(time_ms: int) -> str:
    """The month in Vietnam (yyyy-mm) of a moment in milliseconds since 1970 UTC."""
    return datetime.datetime.fromtimestamp(time_ms / 1000, VIETNAM).strftime("%Y-%m")


def next_month_ms(time_ms: int) -> int:
    """The first moment of the next month in Vietnam, in milliseconds since 1970 UTC."""
    now = datetime.datetime.fromtimestamp(time_ms / 1000, VIETNAM)
    turn = datetime.datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=VIETNAM)
    return int(turn.timestamp() * 1000)


def months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included."""
    at, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(at, end + 1)]


def origin_of(name: str, month: str) -> str:
    """The origin of a month's shard: the log's name, a slash, the month."""
    return f"{name}/{month}"


def key_of(key: VerifierKey, month: str) -> VerifierKey:
    """The verifier key of a month: the log's public key under the month's origin."""
    return key.renamed(origin_of(key.name, month))


@dataclass(frozen=True)
class Beginning:
    """What a month's first leaf says of the month before; `previous` is None in the first month of all."""

    previous: Checkpoint | None


def parse_beginning(entry: bytes) -> Beginning:
    """Read the first leaf of a shard. Raises `Fault` where it is not of the kind `begin`."""
    try:
        leaf = json.loads(entry)
        if leaf["kind"] != "begin":
            raise ValueError("another kind")
        if "previous_origin" not in leaf:
            return Beginning(None)
        root = base64.b64decode(leaf["previous_root"], validate=True)
        return Beginning(Checkpoint(str(leaf["previous_origin"]), int(leaf["previous_size"]), root))
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise malformed(
            "mục đầu tiên của tháng không phải mục mở đầu", "a month's first leaf is not a beginning"
        ) from None
