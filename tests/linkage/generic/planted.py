"""A small list of made-up people with planted duplicates, so that the tests know the truth."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Lương"
MIDDLES = "Văn Thị Hữu Đức Minh Thanh Ngọc Quang Xuân Thu Kim Hồng Đình Công Bá Thùy Phương Bảo Gia Anh"
GIVEN = (
    "Anh Bình Châu Dũng Giang Hà Hải Hạnh Hiền Hoa Hùng Hương Khánh Khoa Lan Linh Long Mai Minh Nam Nga Ngân Nghĩa "
    "Nhung Oanh Phong Phúc Phương Quân Quý Sơn Tâm Thảo Thắng Thủy Toàn Trang Trung Tú Tuấn Uyên Vân Việt Vinh Yến"
)
FAMILIES, MIDDLES, GIVEN = (words.split(" ") for words in (FAMILIES, MIDDLES, GIVEN))
PLACES = [f"{kind} {name}" for kind in ("thôn", "ấp", "tổ", "khu phố") for name in GIVEN] + [
    f"số {n} đường {a} {b}" for n in range(1, 200, 7) for a in GIVEN[:15] for b in GIVEN[15:30]
]


def people(rows: int, *, seed: int, share: float = 0.1) -> tuple[pa.Table, np.ndarray]:
    """A table of `rows` rows, of which about `share` repeat an earlier person with errors; and the true
    person number of every row. Columns: Họ và tên, Ngày sinh, Số điện thoại, Địa chỉ, Giới tính."""
    draw = np.random.default_rng(seed)
    unique = int(rows * (1 - share))

    def zipf(words: list[str], count: int) -> np.ndarray:
        odds = 1 / np.arange(1, len(words) + 1)
        return np.array(words, object)[draw.choice(len(words), count, p=odds / odds.sum())]

    second = np.where(draw.random(unique) < 0.5, "", zipf(GIVEN, unique) + np.array(" ", object))
    names = zipf(FAMILIES, unique) + " " + zipf(MIDDLES, unique) + " " + second + zipf(GIVEN, unique)
    day = np.datetime64("1940-01-01") + draw.integers(0, 27000, unique)
    dates = np.datetime_as_string(day)
    phones = np.char.add("09", np.char.zfill(draw.integers(0, 10**8, unique).astype(str), 8))
    places = np.array(PLACES, object)[draw.integers(0, len(PLACES), unique)]
    sexes = np.where(draw.random(unique) < 0.5, "Nam", "Nữ")
    pick = np.concatenate([np.arange(unique), draw.integers(0, unique, rows - unique)])
    pick = pick[draw.permutation(rows)]
    columns = [names[pick], dates[pick], phones[pick], places[pick], sexes[pick]]
    first = np.zeros(rows, bool)
    first[np.unique(pick, return_index=True)[1]] = True
    columns = [_dirty(c.astype(object), ~first, k, draw) for k, c in enumerate(columns)]
    headers = ("Họ và tên", "Ngày sinh", "Số điện thoại", "Địa chỉ", "Giới tính")
    return pa.table({h: pa.array(list(c), pa.string()) for h, c in zip(headers, columns, strict=True)}), pick


def _dirty(values: np.ndarray, again: np.ndarray, kind: int, draw) -> np.ndarray:
    """The values with blanks everywhere and typing errors in the repeated rows."""
    values = values.copy()
    values[draw.random(len(values)) < (0.0, 0.05, 0.15, 0.1, 0.1)[kind]] = None
    for row in np.flatnonzero(again & (draw.random(len(values)) < (0.3, 0.1, 0.2, 0.2, 0.02)[kind])):
        text = values[row]
        if text is None:
            continue
        at = int(draw.integers(0, len(text)))
        if kind == 0 and draw.random() < 0.5:
            values[row] = text.upper()
        elif text[at].isdigit():
            values[row] = text[:at] + str(draw.integers(0, 10)) + text[at + 1 :]
        elif text[at] != "-":
            values[row] = text[:at] + text[at + 1 :]
    return values


def pair_f1(label: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs of rows put together."""

    def within(keys: np.ndarray) -> int:
        count = np.unique(keys, return_counts=True)[1]
        return int((count * (count - 1) // 2).sum())

    truth = np.unique(truth, return_inverse=True)[1].astype(np.int64)
    label = np.unique(label, return_inverse=True)[1].astype(np.int64)
    both = within(label * (truth.max() + 1) + truth)
    precision, recall = both / max(within(label), 1), both / max(within(truth), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)
