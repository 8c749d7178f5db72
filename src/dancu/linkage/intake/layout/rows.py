"""Tells rows of people from what stands around them in a real sheet, and writes out what was left as "as above"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from dancu.linkage.intake.columns.caption import fold
from dancu.linkage.intake.layout.header import is_column_numbers

_TOTAL = re.compile(r"^(tong cong|tong so|cong|tong|cong trang|cong cuoi|luy ke|cong don|total|sub ?total|grand total|"
                    r"bang chu|so tien bang chu|"
                    r"danh sach nay|an dinh danh sach|danh sach (tren |nay )?co)\b")  # fmt: skip
_SIGNED = re.compile(
    r"\b(nguoi lap|lap bieu|nguoi lap bieu|nguoi lap bang|thu truong|ke toan|giam doc|chu tich|pho chu tich|tm ubnd|"
    r"ky ten|ky ghi ro|ky va ghi ro|ho ten va chu ky|dong dau|xac nhan cua|can bo lap|nguoi kiem tra|nguoi duyet|"
    r"cong chuc tu phap|truong cong an|thu quy|thu kho|hieu truong|tram truong|prepared by|signature|signed)\b"
    r"|\bngay [\d .]* ?thang [\d .]* ?nam\b"
)  # fmt: skip
_GROUP = re.compile(
    r"^(?:(?:[ivx]{1,5}|[a-h]|\d{1,3}(?: \d{1,2})?) )?(thon|ap|ban|xom|khom|to|khu|ho|khoi|xa|phuong|thi tran|buon|doi|"
    r"lop|"
    r"khu pho|to dan pho|truong|phong|chi nhanh|diem tiem|tram|doan|huyen|quan|tinh|cum|bon|phum|soc|lang|don vi|nhom|"
    r"dac khu|hamlet|group|household)\b"
)
_LEADING = re.compile(
    r"(?:[IVX]{1,5}|[A-H]|\d{1,3})[.)\-:]\s"
    r"|(?:Thôn|Ấp|Xóm|Khóm|Tổ|Khu|Hộ|Khối|Bản|Buôn|THÔN|ẤP|XÓM|KHÓM|HỘ|TỔ|KHU|KHỐI|BẢN|BUÔN)\s"
)
_ROMAN = re.compile(r"^(?:[IVX]{1,5}|[A-H])[.)\-:]?$")
_DITTO = frozenset({"nt", "n t", "nhu tren", "nt tren", "tren", "same", "ditto", "as above", "idem"})
_DITTO_SIGNS = frozenset({'"', "''", "”", "“", "″", "〃", "//", '""', "-nt-", "- nt -", "-//-", "—〃—"})


DITTO_LENGTH = 12
"""No way of writing "as above" is longer."""


@lru_cache(maxsize=20_000)
def is_ditto(text: str) -> bool:
    """ "nt", "-nt-", '"' and the like: the value of the row above."""
    bare = text.strip()
    return bare in _DITTO_SIGNS or fold(bare) in _DITTO and any(char.isalpha() for char in bare)


def has_ditto(rows: Sequence[Sequence[str | None]], columns: Sequence[int]) -> bool:
    """True when some cell of `columns` says "as above"."""
    cells = (row[i] for row in rows for i in columns if i < len(row) and row[i])
    return any(len(text) <= DITTO_LENGTH and is_ditto(text) for text in cells)


@dataclass(frozen=True)
class Places:
    """Positions the row rules look at."""

    captions: tuple[str, ...]
    keys: tuple[int, ...]
    """Number and birth-date columns: a row that has one is a person's."""
    name: int | None
    ditto: tuple[int, ...] = ()
    """Columns whose "as above" is written out."""
    fill: tuple[int, ...] = ()
    """Place columns filled down inside a household."""
    household: int | None = None
    """Column of the household's number, where there is one."""
    relation: int | None = None
    """Column of the relation to the head; "Chủ hộ" opens a household."""


@dataclass
class RowReader:
    """Reads the rows of one sheet in order; keeps what "as above" refers to.

    After a total or a signature, rows without a number or a date are taken to be part of the closing block.
    """

    places: Places
    household_rows: bool = False
    """True when group rows are households ("Hộ số 12"), so that blanks inside one are filled."""
    closing: bool = False
    above: dict[int, str] = field(default_factory=dict)
    household: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def read(self, cells: list[str | None]) -> tuple[list[str | None], bool]:
        """(cells with "as above" written out, True when the row is not a person's)."""
        reason = self.skip_reason(cells)
        if reason:
            self.counts[reason] = self.counts.get(reason, 0) + 1
            if reason in {"group", "total"}:
                self.above.clear()
                self.household = None
            return cells, True
        return self._filled(cells), False

    def skip_reason(self, cells: Sequence[str | None]) -> str | None:
        """blank | group | total | sign | header | numbers, or None for a person's row."""
        if any(_has_number(cells[i], cells) for i in self.places.keys if i < len(cells)):
            self.closing = False
            return None
        texts = [(i, text.strip()) for i, text in enumerate(cells) if text and text.strip()]
        if not texts:
            return "blank"
        first = fold(texts[0][1])
        if len(texts) == 1 and _ROMAN.match(texts[0][1]):
            return "group"
        if self._repeated_header(texts):
            return "header"
        if is_column_numbers(cells):
            return "numbers"
        named = self.places.name is not None and any(i == self.places.name for i, _ in texts)
        words = [fold(text) for _, text in texts if not text.replace(".", "").isdigit()]
        if any(_TOTAL.match(text) for text in words):
            self.closing = True
            return "total"
        if any(_SIGNED.search(text) for text in words) and len(texts) <= 6:
            self.closing = True
            return "sign"
        if self.closing and len(texts) <= 4:
            return "sign"
        if _is_group(texts, first, named, len(self.places.captions)):
            return "group"
        return None

    def _repeated_header(self, texts: list[tuple[int, str]]) -> bool:
        captions = self.places.captions
        same = sum(i < len(captions) and bool(fold(text)) and fold(text) in fold(captions[i]) for i, text in texts)
        return len(texts) >= 2 and same >= 0.8 * len(texts)

    def _filled(self, cells: list[str | None]) -> list[str | None]:
        for i in self.places.ditto:
            text = cells[i] if i < len(cells) else None
            if text and len(text) <= DITTO_LENGTH and is_ditto(text):
                cells[i] = self.above.get(i, text)
            elif text:
                self.above[i] = text
        if self.places.fill and self._same_household(cells):
            for i in self.places.fill:
                if i < len(cells) and not (cells[i] or "").strip() and i in self.above:
                    cells[i] = self.above[i]
                    self.counts["filled"] = self.counts.get("filled", 0) + 1
        return cells

    def _same_household(self, cells: Sequence[str | None]) -> bool:
        """Forgets the places of the household before when this row opens another; False when nothing tells."""
        at, relation = self.places.household, self.places.relation
        number = (cells[at] or "").strip() if at is not None and at < len(cells) else ""
        head = (
            relation is not None
            and relation < len(cells)
            and fold(cells[relation] or "") in {"chu ho", "head"}
        )
        if head or number and number != self.household:
            self.household = number or self.household
            for i in self.places.fill:
                own = (cells[i] or "").strip() if i < len(cells) else ""
                self.above.pop(i, None)
                if own:
                    self.above[i] = cells[i] or ""
        return self.household_rows or at is not None or relation is not None


def _has_number(text: str | None, cells: Sequence[str | None]) -> bool:
    """A personal number or a date has at least four digits; a sentence with a date in it stands alone in its row."""
    if not text or len(text) < 4:
        return False
    if text.isdigit():
        return True
    if sum(map(str.isdigit, text)) < 4:
        return False
    return sum(map(str.isalpha, text)) <= 4 or sum(map(bool, cells)) >= 3


def _is_group(texts: list[tuple[int, str]], first: str, named: bool, width: int) -> bool:
    """One or two cells that name a place, a household or a chapter, in a table that is wider than that."""
    if width < 3 or len(texts) > 2:
        return False
    if any(_GROUP.match(fold(text)) for _, text in texts):
        # "Hồ Văn A" in the name column is a person called Hồ: a group says a number or stands outside it.
        return not named or _clearly_group(texts)
    if len(texts) == 2 and _ROMAN.match(texts[0][1]):
        return True
    return len(texts) == 1 and not named and not texts[0][1].isdigit()


def _clearly_group(texts: list[tuple[int, str]]) -> bool:
    leads = len(texts) == 2 and bool(_ROMAN.match(texts[0][1]))
    return leads or any(_LEADING.match(text) for _, text in texts)
