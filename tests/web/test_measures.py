"""The board of the four measures: who sees which unit, what is not known, what leaves as a file, and a run asked for on the page."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from dancu.web.staff.quality.trend import drawn
from tests.web import casework
from tests.web.casework import text
from tests.web.conftest import ELSEWHERE, HERE, Site


@pytest.fixture
def measured(site: Site) -> Site:
    """The site with faults on record and a run over them."""
    casework.faults(site)
    casework.measured(site)
    return site


def test_before_the_first_run_the_page_says_so(site: Site):
    assert "Chưa có lần đánh giá nào" in text(site.signed("cutru").get("/chat-luong/"))


def test_measures_are_shown_for_the_unit_and_those_below(measured: Site):
    commune, province, country = (measured.signed(login) for login in ("hotich", "congantinh", "dulieu"))
    page = text(commune.get("/chat-luong/"))
    assert all(word in page for word in ("Đúng", "Đủ", "Sạch", "Sống", "Phường Ba Đình", "Chưa biết", "Xem việc", "Định nghĩa"))
    answer = province.get("/chat-luong/")
    assert f"/chat-luong/{HERE}/" in answer.content.decode() and "Đánh giá lại ngay" in text(answer)
    assert province.get(f"/chat-luong/{HERE}/").status_code == 200
    page = country.get("/chat-luong/").content.decode()
    assert "/chat-luong/01/" in page and "/chat-luong/79/" in page and "<svg" in page and "style=" not in page
    for client, code in ((commune, "01"), (commune, ELSEWHERE), (province, ELSEWHERE), (province, "79"), (country, "00"), (country, "x")):
        assert client.get(f"/chat-luong/{code}/").status_code == 404
    assert measured.signed("quantri").get("/chat-luong/").status_code == 403


def test_the_figures_leave_as_a_file_with_no_person_in_them(measured: Site):
    client = measured.signed("congantinh")
    rows = list(csv.reader(io.StringIO(client.get("/chat-luong/xuat/csv/").content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Mã đơn vị", "Đơn vị", "Phép đo"] and {row[0] for row in rows[1:]} == {HERE}
    assert ["Chưa biết"] in [row[5:6] for row in rows] and client.get("/chat-luong/xuat/xlsx/").content[:2] == b"PK"
    assert client.get(f"/chat-luong/xuat/csv/{ELSEWHERE}/").status_code == 404


def test_a_supervisor_asks_for_a_run_and_it_is_queued_once(measured: Site):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from dancu.web.serving.measuring import NAME, measure

    assert measured.signed("cutru").post("/chat-luong/cham/").status_code == 403
    client = measured.signed("congantinh")
    assert "Đã đưa lần đánh giá vào hàng đợi" in text(client.post("/chat-luong/cham/", follow=True))
    assert "đã ở trong hàng đợi" in text(client.post("/chat-luong/cham/", follow=True))
    (job,) = ProcrastinateJob.objects.filter(task_name=NAME)
    assert job.args == {"account": measured.account("congantinh").pk} and "đang chờ chạy" in text(client.get("/chat-luong/"))
    # The job itself, as the worker calls it.
    measure(**job.args)
    from dancu.kit import roles
    from dancu.quality import figures

    with measured.database.connect(roles.READER) as connection:
        assert len(figures.runs(connection)) == 2


def test_a_line_is_drawn_between_whole_numbers():
    day = date(2026, 11, 1)
    line = drawn([(day + timedelta(days=n), share) for n, share in enumerate((0.913, 0.921, 0.934))])
    assert line is not None and line.path.startswith("M58 ") and len(line.dots) == 3
    assert [round(value, 3) for _, value in line.ticks] == [0.91, 0.92, 0.93, 0.94, 0.95]
    assert drawn([(day, 0.9)]) is None
    flat = drawn([(day, 1.0), (day + timedelta(days=1), 1.0)])
    assert flat is not None and max(value for _, value in flat.ticks) == 1.0
    days = drawn([(day, 3.0), (day + timedelta(days=9), 41.0)], share=False)
    assert days is not None and days.ticks[0][1] == 0 and days.ticks[-1][1] >= 41
