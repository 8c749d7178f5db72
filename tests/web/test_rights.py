"""The rights of staff over HTTP: role × whose person × group of fields, and role × what may be done at a person's page.

The table is written out here, apart from the one the program reads, so that a slip in either is seen.
"""

from __future__ import annotations

import csv
import re
import tempfile
from pathlib import Path

import pytest

from dancu.kit import roles
from tests.web.conftest import ELSEWHERE, HERE, Site

NEAR, FAR = "001192000701", "079192000702"
# What stands in a group of both people and nowhere else on their pages, for the groups a file of people can fill.
VALUES = {
    "identity": "Bùi Thị Quyền Hạn", "former": "098765432", "sensitive": "Si La", "kin": "Bùi Văn Phụ Thân",
    "residence": "Ngõ Đang Ở", "contact": "0911222333",
}  # fmt: skip
GROUPS = ("identity", "former", "origin", "sensitive", "kin", "residence", "cards", "contact", "others")
# O: open, m: masked until a purpose is given, -: closed; in the order of GROUPS, for a person of the unit and for one from elsewhere.
SIGHTS = {
    "hotich": ("OOOmOm--O", "Omm-m----"),
    "cutru": ("OOOmOOOmO", "Omm-mmm--"),
    "chihuy": ("OOOmOOOmO", "Omm-mmm--"),
    "sotuphap": ("OOmmm---O", "m--------"),
    "congantinh": ("OOmmmmmmO", "m--------"),
}
NOBODY = ("dulieu", "quantri")
# What each may do at a person's page: see it, open what is masked, read what was done, read who looked.
DEEDS = ("", "mo/?nhom=contact", "lich-su/", "ai-da-xem/")
MAY = {"hotich": "yyy-", "cutru": "yyy-", "chihuy": "yyyy", "sotuphap": "yyyy", "congantinh": "yyyy", "dulieu": "----", "quantri": "----"}
FORMS = {
    "register_birth": ("hotich",), "register_death": ("hotich",), "declare_absence": ("cutru", "chihuy"), "issue_card": ("chihuy",),
}  # fmt: skip
PURPOSE = {"hotich": "civil_status_file", "sotuphap": "supervision", "congantinh": "supervision"}


@pytest.fixture
def known(site: Site) -> Site:
    """The site with somebody here and somebody elsewhere of whom a value of nearly every group is on record."""
    from dancu.register.command import Actor
    from dancu.register.load import Loading
    from dancu.web import desk

    fields = {
        "name": VALUES["identity"], "old_id": VALUES["former"], "ethnicity": VALUES["sensitive"],
        "father_name": VALUES["kin"], "address": VALUES["residence"], "phone": VALUES["contact"],
        "birth_date": "1992-05-06", "sex": "female", "unit_scheme": "2025-07",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="dancu-web-") as work:
        file = Path(work) / "more.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            rows = csv.DictWriter(opened, ["pin", "commune", *fields])
            rows.writeheader()
            rows.writerows([{"pin": NEAR, "commune": HERE, **fields}, {"pin": FAR, "commune": ELSEWHERE, **fields}])
        loading = Loading(file, "nap-2", "Luật Căn cước 2023, điều 9", Path(work), Path(work) / "refused.csv")
        assert desk.desk().load(loading, Actor("nap-2", "loader")).people == 2
    return site


def address(site: Site, login: str, pin: str) -> str:
    """The address of a person's page for an account, as a search would give it."""
    from django.conf import settings

    from dancu.web.keys import Keys

    account = site.account(login)
    with site.database.connect(roles.READER) as connection:
        (person,) = connection.execute("SELECT person FROM register_number WHERE pin = %s", [pin]).fetchone()
    return f"/cong-dan/{Keys.of(settings.DANCU.home).reference(f'{account.pk}:{account.epoch}', 'person', person)}/"


def sights(page: str) -> str:
    """How each group stands on a page: O, m or -."""
    found = {group: "m" if shut else "O" for shut, group in re.findall(r'<section class="card( shut)?" id="g-(\w+)"', page)}
    return "".join(found.get(group, "-") for group in GROUPS)


def told(page: str) -> set[str]:
    """The groups whose value stands in a page."""
    return {group for group, value in VALUES.items() if value in page or value in page.replace(" ", "")}


@pytest.mark.parametrize("login", SIGHTS)
def test_each_role_sees_of_people_here_and_elsewhere_what_the_table_says(known: Site, login: str):
    client = known.signed(login)
    for pin, wanted in zip((NEAR, FAR), SIGHTS[login], strict=True):
        at = address(known, login, pin)
        page = client.get(at).content.decode()
        assert sights(page) == wanted
        assert told(page) == {group for group, sight in zip(GROUPS, wanted, strict=True) if sight == "O"} & VALUES.keys()
        # A purpose opens what is masked, and nothing that is closed.
        sent = {"purpose": PURPOSE.get(login, "residence_file"), "reference": "HS-7/2026"}
        for group in GROUPS:
            assert client.post(f"{at}mo/", {"nhom": group, **sent}).status_code == 302
        page = client.get(at).content.decode()
        assert sights(page) == wanted.replace("m", "O")
        assert told(page) == {group for group, sight in zip(GROUPS, wanted, strict=True) if sight != "-"} & VALUES.keys()


@pytest.mark.parametrize("login", MAY)
def test_each_role_does_at_a_persons_page_what_the_table_says(known: Site, login: str):
    client = known.signed(login)
    for pin in (NEAR, FAR):
        at = address(known, login, pin)
        done = "".join("y" if client.get(at + deed).status_code == 200 else "-" for deed in DEEDS)
        assert done == MAY[login]
    for command, may in FORMS.items():
        assert (client.get(f"/ghi/{command}/").status_code == 200) == (login in may), command
        if login not in may:
            assert client.post(f"/ghi/{command}/", {"do": "write", "person": NEAR}).status_code in (403, 404), command


@pytest.mark.parametrize("login", NOBODY)
def test_who_sees_nobody_finds_nothing_of_anybody(known: Site, login: str):
    client = known.signed(login)
    for pin in (NEAR, FAR):
        for deed in DEEDS:
            answer = client.get(address(known, login, pin) + deed)
            assert answer.status_code == 403 and told(answer.content.decode()) == set()
    assert client.post("/tra-cuu/", {"text": NEAR, "purpose": "residence_file", "reference": "HS-1"}).status_code == 403


def test_the_history_keeps_closed_values_back(known: Site):
    page = known.signed("hotich").get(address(known, "hotich", FAR) + "lich-su/").content.decode()
    assert told(page) <= {"identity"}
