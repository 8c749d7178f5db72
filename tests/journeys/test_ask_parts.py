"""The parts of the conversation that need no terminal: paths as people give them, what is remembered, what is said."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from dancu import remembered
from dancu.ask_columns import overrides
from dancu.linkage.report.masks import mask_sample
from dancu.talk import typed_path


@pytest.fixture
def settings(tmp_path: Path, monkeypatch) -> Path:
    """Settings of an empty home."""
    monkeypatch.setattr(remembered, "folder", lambda: tmp_path / "dancu")
    return tmp_path / "dancu" / "remembered.json"


@pytest.mark.parametrize(
    "typed",
    ["{0}", "  {0}  ", "'{0}'", '"{0}"', "& '{0}'", "file://{1}", "{2}"],
)
def test_paths_as_people_give_them(typed: str, tmp_path: Path) -> None:
    path = tmp_path / "danh sách (1).csv"
    path.write_text("x")
    escaped = str(path).replace(" ", "\\ ").replace("(", "\\(").replace(")", "\\)")
    assert typed_path(typed.format(path, path.as_posix().replace(" ", "%20"), escaped)) == path


def test_decomposed_names_and_quotes_in_names(tmp_path: Path) -> None:
    there = tmp_path / unicodedata.normalize("NFD", "xã Hòa.csv")
    there.write_text("x")
    assert typed_path(str(tmp_path / unicodedata.normalize("NFC", "xã Hòa.csv"))).exists()
    odd = tmp_path / "it's.csv"
    odd.write_text("x")
    assert typed_path("'" + str(odd).replace("'", "'\\''") + "'") == odd
    assert typed_path("no\0where") == Path("no\0where") and typed_path("~no-such-user/x") == Path("~no-such-user/x")


def test_memory_knows_a_shape_whatever_its_order(settings: Path) -> None:
    memory = remembered.load().with_columns({"Họ  và tên": "name", "STT": None})
    assert remembered.save(memory)
    again = remembered.load()
    assert again.columns(["stt", "HỌ VÀ TÊN"]) == {"stt": None, "HỌ VÀ TÊN": "name"}
    assert again.columns(["stt"]) is None and again.columns(["stt", "họ và tên", "ghi chú"]) is None
    newer = again.with_columns({"STT": "pin", "Họ và tên": "name"})
    assert len(newer.shapes) == 1 and newer.columns(["STT", "Họ và tên"]) == {"STT": "pin", "Họ và tên": "name"}


def test_memory_stays_small(settings: Path) -> None:
    memory = remembered.Memory()
    for i in range(remembered.SHAPES_MAX + 20):
        memory = memory.with_columns({f"cột {i}": "name"})
    assert len(memory.shapes) == remembered.SHAPES_MAX and memory.columns(["cột 0"]) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 2}', '{"version": 1, "register": 3, "shapes": []}',
     '{"version": 1, "register": null, "shapes": [{"a": "no such field"}]}', '{"version": 1, "register": null, "shapes": 1}'],
)  # fmt: skip
def test_a_spoilt_memory_is_no_memory(text: str, settings: Path) -> None:
    settings.parent.mkdir()
    settings.write_text(text, encoding="utf-8")
    assert remembered.load() == remembered.Memory()


def test_a_memory_that_cannot_be_written_is_told(settings: Path) -> None:
    settings.parent.write_text("a file where the folder should be")
    assert remembered.save(remembered.Memory()) is False


def test_only_what_changed_is_said_to_the_intake() -> None:
    plain = {"Họ": "name", "Tên": "name", "Ngày": "birth_date", "Mã": "pin", "Số": None}
    order = {"name": ("Họ", "Tên")}
    assert overrides(plain, dict(plain), order) == {}
    assert overrides(plain, {**plain, "Số": "pin", "Mã": None}, order) == {"Mã": "-", "Số": "pin"}
    told = overrides(plain, {**plain, "Số": "name"}, {"name": ("Tên", "Họ")})
    assert list(told) == ["Tên", "Họ", "Số"] and set(told.values()) == {"name"}


def test_a_sample_is_masked_also_where_the_column_is_mistaken() -> None:
    for field in (None, "address", "commune", "province", "birth_date", "pin", "phone", "mother_name", "sex"):
        for text in ("Trần Thị Nở", "con bà Trần Thị Nở, số 001234567890", "0912345678", "15/08/1960"):
            shown = mask_sample(field, text, {"nam", "nữ"})
            assert shown and "Nở" not in shown and "Trần" not in shown, (field, shown)
            assert not any(number in shown for number in ("12345", "15/08", "1960")), (field, shown)
    assert mask_sample("address", "Số 5, Thôn Đông, Xã Hòa Tiến, Thành phố Đà Nẵng") == (
        "T••• Đ•••, Xã Hòa Tiến, Thành phố Đà Nẵ…"
    )
    assert mask_sample("sex", "Nam", {"nam"}) == "Nam" and mask_sample("sex", "Lan", {"nam"}) == "L••"
