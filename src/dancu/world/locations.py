"""Where people live: communes of July 2025 with the old commune, district and province each grew out of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from dancu.places.succession import current_codes
from dancu.places.units import by_code, province_of, units
from dancu.world.names import lexicon, region_number, table

_STREETS = (
    "Lý Thường Kiệt", "Trần Hưng Đạo", "Nguyễn Huệ", "Lê Lợi", "Hai Bà Trưng", "Quang Trung", "Nguyễn Trãi",
    "Hùng Vương", "Phan Chu Trinh", "Phan Bội Châu", "Lê Duẩn", "Nguyễn Du", "Ngô Quyền", "Bạch Đằng",
    "Đinh Tiên Hoàng", "Điện Biên Phủ", "Hoàng Hoa Thám", "Lê Hồng Phong", "Nguyễn Văn Cừ", "30 tháng 4",
    "Trường Chinh", "Võ Thị Sáu", "Cách Mạng Tháng Tám", "Tôn Đức Thắng", "Nguyễn Thị Minh Khai",
)  # fmt: skip
_HAMLETS = {"north": "Thôn", "nghe_tinh": "Xóm", "central": "Thôn", "highland": "Buôn", "south": "Ấp"}
_HAMLET_NAMES = (
    "Đông", "Tây", "Nam", "Bắc", "Trung", "Thượng", "Hạ", "Đoài", "Phú Mỹ", "Tân Lập", "An Bình", "Hòa Hợp",
    "Tân Tiến", "Đồng Tâm", "Quyết Thắng", "Bình An", "Phước Lợi", "Vĩnh Hòa", "Long Thạnh", "Hưng Phú",
)  # fmt: skip


@dataclass(frozen=True)
class Locations:
    """One row per commune of June 2025; text columns are Arrow, the rest numpy.

    `province` is the number of the 63-province scheme (1 for "001"); `start[p]`..`start[p + 1]` are its rows.
    """

    province: np.ndarray
    region: np.ndarray
    hamlet: pa.Array
    urban: np.ndarray
    new_code: pa.Array
    new_commune: pa.Array
    new_province: pa.Array
    old_code: pa.Array
    old_commune: pa.Array
    old_district: pa.Array
    old_province: pa.Array
    start: np.ndarray
    changed: np.ndarray  # the old spelling of the place differs from the new one

    def anywhere_in(self, province: np.ndarray, u: np.ndarray) -> np.ndarray:
        """A row of each given province."""
        low, high = self.start[province], self.start[province + 1]
        return low + (u * (high - low)).astype(np.int64)


@cache
def locations() -> Locations:
    """Built once from the tables of administrative units."""
    regions = {row[0]: row[4] for row in table("provinces.tsv")}
    rows = []
    for old in sorted(units("2025-06", "commune"), key=lambda u: (province_of(u).code, u.code)):
        codes = current_codes("2025-06", old.code)
        if not codes:
            continue
        new = by_code("2025-07", codes[0])
        district, province = by_code("2025-06", old.parent), province_of(old)
        rows.append((province.code, new, old, district, province, province_of(new)))
    return _columns(rows, regions)


def _columns(rows: list, regions: dict[str, str]) -> Locations:
    province = np.array([int(r[0]) for r in rows])
    region = [regions["0" + r[0]] for r in rows]
    new_text = [(r[1].title, r[5].title) for r in rows]
    old_text = [(r[2].title, r[4].title) for r in rows]
    return Locations(
        province=province,
        region=np.array([region_number(r) for r in region]),
        hamlet=pa.array([_HAMLETS[r] for r in region]),
        urban=np.array([r[1].kind == "Phường" for r in rows]),
        new_code=pa.array([r[1].code for r in rows]),
        new_commune=pa.array([t[0] for t in new_text]),
        new_province=pa.array([t[1] for t in new_text]),
        old_code=pa.array([r[2].code for r in rows]),
        old_commune=pa.array([t[0] for t in old_text]),
        old_district=pa.array([r[3].title for r in rows]),
        old_province=pa.array([t[1] for t in old_text]),
        start=np.searchsorted(province, np.arange(101)),
        changed=np.array([a != b for a, b in zip(new_text, old_text, strict=True)]),
    )


@dataclass(frozen=True)
class Origins:
    """Where villages lie and of which people they are: cells (province, people) with cumulated weights."""

    province: np.ndarray
    people: np.ndarray
    edges: np.ndarray
    leave: np.ndarray  # chance that a household has moved away, by province number
    pull_province: np.ndarray
    pull_edges: np.ndarray


@cache
def origins() -> Origins:
    """Provinces by population, each split among its peoples."""
    rows, lex = table("provinces.tsv"), lexicon()
    total = sum(float(r[3]) for r in rows)
    pull = {r[0]: float(r[5]) for r in rows}
    cells: list[tuple[int, int, float]] = []
    for code, _, _, people_k, *_ in rows:
        # Provinces that draw many migrants had fewer people to start with.
        share = float(people_k) / total * (1.06 - min(0.016 * pull[code], 0.5))
        rest = share
        for number, (percent, where) in lex.where.items():
            part = percent / 100 * where.get(code, 0) / sum(where.values())
            if part:
                cells.append((int(code), number, part))
                rest -= part
        cells.append((int(code), 0, max(rest, share * 0.03)))
    weights = np.array([c[2] for c in cells])
    leave = np.zeros(101)
    for row in rows:
        leave[int(row[0])] = float(row[6])
    pulls = np.array(list(pull.values()))
    return Origins(
        province=np.array([c[0] for c in cells]),
        people=np.array([c[1] for c in cells]),
        edges=np.cumsum(weights) / weights.sum(),
        leave=leave,
        pull_province=np.array([int(r[0]) for r in rows]),
        pull_edges=np.cumsum(pulls) / pulls.sum(),
    )


@cache
def street_names() -> pa.Array:
    """Streets every town has."""
    return pa.array(_STREETS)


@cache
def hamlet_names() -> pa.Array:
    """Names and numbers of hamlets."""
    return pa.array([*_HAMLET_NAMES, *(str(i) for i in range(1, 13))])
