"""Who guesses waits longer and longer; who knows the password and sits at their own browser does not wait for a stranger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import Site

WRONG = {"login": "cutru", "password": "khong-phai-mat-khau"}


def tries(client, times: int) -> list[int]:
    return [client.post("/dang-nhap/", WRONG).status_code for _ in range(times)]


def test_a_place_that_guesses_is_slowed_down(site: Site):
    statuses = tries(site.stranger(), 6)
    assert statuses == [400] * 4 + [429] * 2
    answer = site.stranger().post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    assert answer.status_code == 429 and 1 <= int(answer["Retry-After"]) <= 3, "the right password waits there, too, and not long"


def test_the_holder_elsewhere_is_not_locked_out(site: Site):
    owner = site.signed("cutru", address="198.51.100.1")
    owner.post("/dang-xuat/")
    for place in range(12):
        tries(site.stranger(f"203.0.113.{place}"), 4)
    crowd = site.stranger("203.0.113.99").post("/dang-nhap/", WRONG)
    assert crowd.status_code == 429, "a crowd of places waits for each other"
    # The holder's own browser, at the very address of a guesser: no wait.
    owner.defaults["REMOTE_ADDR"] = "203.0.113.1"
    answer = owner.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    assert answer.status_code == 302


def test_a_new_browser_of_the_holder_waits_half_a_minute_at_most(site: Site):
    from dancu.web.accounts import throttle

    now = datetime.now(UTC)
    for place in range(60):
        throttle.taken(throttle.keys("cutru", f"203.0.113.{place}", ""), now + timedelta(seconds=40 * place))
    wait_s = throttle.taken(throttle.keys("cutru", "198.51.100.1", ""), now + timedelta(seconds=40 * 59))
    assert 0 < wait_s <= throttle.SLOWNESS["strangers"].most_s + 1


def test_a_mark_of_another_browser_is_no_mark(site: Site):
    client = site.signed("chihuy")
    client.post("/dang-xuat/")
    assert tries(client, 5)[-1] == 429, "the mark of one login is no mark for another"


def test_success_is_forgiven_and_failures_are_forgotten(site: Site):
    from dancu.web.accounts import throttle

    under, now = throttle.keys("a", "203.0.113.5", ""), datetime.now(UTC)
    for _ in range(4):
        assert throttle.taken(under, now) == 0
    assert throttle.taken(under, now) > 0
    later = now + timedelta(seconds=throttle.FORGET_S + 1)
    assert throttle.taken(under, later) == 0
    throttle.succeeded(under)
    assert [throttle.taken(under, later) for _ in range(4)] == [0] * 4


def test_codes_of_the_second_step_are_slowed_down(site: Site):
    client = site.stranger()
    client.post("/dang-nhap/", {"login": "cutru", "password": site.logins["cutru"].password})
    statuses = [client.post("/ma-xac-thuc/", {"code": "000000"}).status_code for _ in range(7)]
    assert statuses[:5] == [400] * 5 and statuses[-1] == 429


def test_waits_grow_and_end(site: Site):
    from dancu.web.accounts.throttle import SLOWNESS, delay_s

    @given(kind=st.sampled_from(sorted(SLOWNESS)), failures=st.integers(0, 10_000))
    def grows(kind, failures):
        assert delay_s(kind, failures) <= delay_s(kind, failures + 1) <= SLOWNESS[kind].most_s

    grows()
