"""Says what each column of an unknown file holds, so that it is compared in the right way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dancu.core.refusal import Refusal
from dancu.linkage.generic.fold import date_digits, date_order, is_nothing, unaccented, words

KINDS = ("name", "date", "text", "code", "number", "skip")

_HEADERS = (
    ("skip", r"^(stt|tt|so tt|so thu tu|row|rownum|index|rec id|record id|unique id|line|_.*)$"),
    ("date", r"\b(ngay|dob|birth ?da(te|y)|date|nam sinh|sinh ngay|born|yob)\b"),
    ("code", r"\b(cccd|cmnd|cmt|ddcn|dinh danh|so the|bhxh|bhyt|passport|ho chieu|phone|mobile|tel|sdt|dien thoai"
             r"|zip|post ?code|postcode|ma|ma so|id|pin|ssn|soc sec|email|sim|msisdn|account|so tk)\b"),
    ("text", r"\b(dia chi|address|street|place|noi|que|xa|phuong|huyen|quan|tinh|thanh pho|city|town|suburb|state"
             r"|province|district|commune|ward|country|nghe|occupation|job|gioi|sex|gender|dan toc|school|truong)\b"),
    ("name", r"\b(name|ho ten|ho va ten|ho|ten|ten dem|dem|surname|forename|firstname|lastname|fullname)\b"),
)
_PARTS = re.compile(
    r"\b(full|first|last|middle|maiden|given|family|sur|fore|and|va|ho|ten|dem|lot|name|names|surname|forename"
    r"|firstname|lastname|fullname|chu)\b"
)
_CELL_OF_LETTERS = re.compile(r"^[^\d]+$")


@dataclass(frozen=True)
class ColumnKind:
    """One column and how it is compared; `group` joins the columns that together spell one value, with
    `joint` between them."""

    column: str
    kind: str
    group: str
    joint: str = " "


def parse_map(pairs: list[str]) -> dict[str, str]:
    """`["Nơi sinh=text"]` as a dict; refuses an unknown kind or a pair without `=`."""
    result = {}
    for pair in pairs:
        column, mark, kind = pair.rpartition("=")
        if not mark or kind.strip() not in KINDS:
            allowed = ", ".join(KINDS)
            raise Refusal(
                "bad_map",
                vi=f"--map phải có dạng \"cột=loại\" với loại là một trong: {allowed}.",
                en=f'--map must read "column=kind", where kind is one of: {allowed}.',
            )
        result[column.strip()] = kind.strip()
    return result


def kinds_of(
    headers: list[str], samples: dict[str, list[str]], given: dict[str, str] | None
) -> tuple[ColumnKind, ...]:
    """The kind of every column: what the caller gave, else what header and content tell.

    `samples` holds up to a few thousand distinct values a column. Columns the caller gave no kind are
    guessed; to leave one out it is given `skip`.
    """
    given = given or {}
    unknown = [c for c in given if c not in headers]
    if unknown or any(k not in KINDS for k in given.values()):
        names = ", ".join(unknown) or ", ".join(sorted(set(given.values()) - set(KINDS)))
        raise Refusal(
            "bad_map",
            vi=f"Không có cột hoặc loại “{names}”; các loại là {', '.join(KINDS)}.",
            en=f'There is no column or kind "{names}"; the kinds are {", ".join(KINDS)}.',
        )
    found = []
    for header in headers:
        kind = given.get(header) or guess(header, samples.get(header, []))
        found.append(ColumnKind(header, kind, _group(header, kind)))
    return tuple(found)


def guess(header: str, values: list[str]) -> str:
    """The kind of one column from its header, corrected by its content."""
    values = [v for v in values if v and not is_nothing(v)]
    title = " ".join(words(header))
    by_header = next((kind for kind, pattern in _HEADERS if re.search(pattern, title)), None)
    if by_header == "skip" or not values:
        return by_header or "skip"
    share = _shares(values)
    if by_header == "date":
        return "date" if share["date"] >= 0.5 else _by_content(share)
    if by_header == "name":
        return "name" if share["letters"] >= 0.5 else _by_content(share)
    if by_header == "text" and share["digits"] >= 0.9:
        return "number"
    return by_header or _by_content(share)


def _by_content(share: dict[str, float]) -> str:
    if share["date"] >= 0.8:
        return "date"
    if share["digits"] >= 0.8:
        return "code" if share["long"] >= 0.5 else "number"
    if share["decimal"] >= 0.8:
        return "number"
    if share["mixed"] >= 0.6 and share["short"] >= 0.8:
        return "code"
    return "text"


def _shares(values: list[str]) -> dict[str, float]:
    values = values[:2000]
    order = date_order(values)
    count = len(values)
    tests = {
        "date": lambda v: _looks_like_date(v, order),
        "letters": lambda v: bool(_CELL_OF_LETTERS.match(v)),
        "digits": lambda v: v.replace(" ", "").isdigit(),
        "long": lambda v: len(v) >= 6,
        "decimal": lambda v: bool(re.match(r"^-?\d[\d.,]*$", v)),
        "mixed": lambda v: any(c.isdigit() for c in v),
        "short": lambda v: len(words(v)) <= 2,
    }
    return {name: sum(test(v) for v in values) / count for name, test in tests.items()}


def _looks_like_date(value: str, order: str) -> bool:
    digits = date_digits(value, order)
    if digits is None or (value.isdigit() and len(value) not in (4, 8)):
        return False
    letters = sum(c.isalpha() for c in value)
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    return letters <= 1 and 1000 <= year <= 2200 and month <= 12 and day <= 31


def _group(header: str, kind: str) -> str:
    if kind != "name":
        return header
    rest = _PARTS.sub(" ", " ".join(words(re.sub(r"[_\-.]+", " ", unaccented(header)))))
    return "name:" + " ".join(rest.split())
