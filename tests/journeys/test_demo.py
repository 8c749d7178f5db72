"""The first five minutes: what the demo says, the page it leaves, and that it never clears a stranger's folder."""

from __future__ import annotations

import re
from pathlib import Path

from tests.journeys.conftest import dancu

SMALL = ("--people", 6000)


def test_the_story_and_its_page(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DEMO_ONCE", "1")
    monkeypatch.setenv("COLUMNS", "200")
    done = dancu("demo", "--out", tmp_path / "demo", *SMALL)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert re.search(r"So khớp thông thường: \d+,\d % khớp\.\s+Dancu: \d+,\d % đúng người, \d+,\d % sửa được tự động", told)
    for example in ("Mất một số 0 ở đầu", "TCVN3", "Thiếu hoặc sai dấu", "Chỉ có năm sinh", "Trong tệp", "Đề xuất"):
        assert example in told, example
    assert not re.search(r"\d{7}", told.partition("Trước và sau")[2].partition("So khớp")[0]), "a number is not masked"
    opened = told.partition("Mở tệp này:")[2]
    paths = [Path(path) for path in re.findall(r"^  (\S+\.(?:xlsx|html))", opened, re.MULTILINE)]
    assert len(paths) == 3 and all(path.exists() for path in paths)
    assert "dancu check TỆP --register" in opened
    page = paths[-1].read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == 15 and all((paths[-1].parent / link).exists() for link in links)
    assert "{{" not in page and "So khớp thông thường" in page


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "luan-van.docx").write_text("ten years of work")
    done = dancu("demo", "--out", tmp_path, *SMALL)
    assert done.returncode == 2 and "[folder_not_empty]" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["luan-van.docx"]
