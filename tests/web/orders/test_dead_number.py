"""No "correction" at a page frees the number of somebody who died: each try is refused with its cure, or leaves the number theirs."""

from __future__ import annotations

import re

import pytest

from dancu.kit import roles
from dancu.register import refusals
from dancu.register.command import No
from tests.web.conftest import MARKED_PIN, Site
from tests.web.orders.paper import ENTRY, Paper, born, paper

BOOK = {name.replace(".", "__"): value for name, value in ENTRY.items()}
LIVING = "001170000001"


@pytest.fixture
def dead(site: Site) -> Site:
    """The marked woman's death was registered."""
    form = paper(site, "hotich", "register_death").open()
    form.send(person=MARKED_PIN, died__d="1", died__m="11", died__y="2026", **BOOK).send("write")
    assert holder(site, MARKED_PIN)[1] == "deceased"
    return site


def holder(site: Site, pin: str) -> tuple[int, str, str]:
    """Whose a number is, how that record stands, and the number it carries."""
    with site.database.connect(roles.READER) as connection:
        return connection.execute(
            "SELECT p.id, p.status, p.pin FROM register_number n JOIN register_person p ON p.id = n.person WHERE n.pin = %s", [pin]
        ).fetchone()


def event(site: Site, pin: str, kind: str) -> str:
    """The last event of a kind in the history of whoever has a number."""
    with site.database.connect(roles.READER) as connection:
        query = "SELECT max(a.id) FROM register_action a JOIN register_number n ON n.person = a.person WHERE n.pin = %s AND a.kind = %s"
        return str(connection.execute(query, [pin, kind]).fetchone()[0])


def refused(form: Paper, code: str) -> None:
    """The page says no with its sentence and what to do."""
    told = refusals.told(No(code))
    assert told.sentence in form.errors and told.cure in form.errors, form.errors or form.page


def test_no_other_number_is_issued_after_the_birth_year_was_corrected(dead: Site):
    form = paper(dead, "hotich", "correct_civil").open()
    corrected = form.send(person=MARKED_PIN, birth_date__d="2", birth_date__m="1", birth_date__y="1989", **BOOK).send("write")
    assert corrected.order
    again = paper(dead, "chihuy", "reissue_number").open()
    refused(again.send(person=MARKED_PIN, why="Sai năm sinh", source__kind="decision", source__reference="QD-1"), "number_of_dead_stays")
    assert holder(dead, MARKED_PIN)[1:] == ("deceased", MARKED_PIN)


@pytest.mark.parametrize(("kept", "other"), [(MARKED_PIN, LIVING), (LIVING, MARKED_PIN)])
def test_the_dead_are_not_merged_with_the_living(dead: Site, kept: str, other: str):
    form = paper(dead, "chihuy", "merge").open()
    typed = {"source__kind": "decision", "source__reference": "QD-2", "reason": "Cho là một người", "confirmed": "on"}
    refused(form.send(kept=kept, other=other, **typed), "merge_dead_with_living")
    assert holder(dead, MARKED_PIN)[1:] == ("deceased", MARKED_PIN) and holder(dead, LIVING)[1:] == ("active", LIVING)


def test_the_number_is_not_redacted_away(dead: Site):
    form = paper(dead, "congantinh", "redact").open()
    typed = {"fields": "pin", "source__kind": "decision", "source__reference": "QD-3", "reason": "Theo yêu cầu"}
    form.send(person=MARKED_PIN, **typed)
    refused(form.send(events=event(dead, MARKED_PIN, "loaded"), **typed), "number_not_freed")
    assert holder(dead, MARKED_PIN)[1:] == ("deceased", MARKED_PIN)


def test_how_the_number_was_given_is_not_undone(site: Site, monkeypatch):
    from dancu.register.store import view

    whole = view._number
    monkeypatch.setattr(view, "_number", lambda *_: None)
    born(site).send("write")
    monkeypatch.setattr(view, "_number", whole)
    with site.database.connect(roles.READER) as connection:
        (child,) = connection.execute("SELECT id FROM register_person WHERE status = 'awaiting_number'").fetchone()
    police = site.signed("cutru")
    seal = re.search(r'name="person.ref" value="([^"]+)"', police.get("/cu-tru/").content.decode())[1]
    seen = police.post("/ghi/allocate_number/", {"begin": "1", "subject": seal, "person.ref": seal, "do": "check"})
    assert Paper(police, "allocate_number")._follow(seen).send("write").order
    with site.database.connect(roles.READER) as connection:
        (pin,) = connection.execute("SELECT pin FROM register_person WHERE id = %s", [child]).fetchone()
    undo = {"person": pin, "source__kind": "decision", "source__reference": "QD-4", "reason": "Ghi nhầm"}
    refused(paper(site, "chihuy", "reverse").open().send(**undo).send(event=event(site, pin, "number_allocated")), "number_not_freed")

    death = paper(site, "hotich", "register_death").open()
    death.send(person=pin, died__d="25", died__m="11", died__y="2026", **{**BOOK, "entry__number": "13"}).send("write")
    # The form of before is still there as a draft; the page says what was written of the child since, and checks it against that.
    kept = paper(site, "chihuy", "reverse").open().send("again", event=event(site, pin, "number_allocated"))
    refused(kept.send(), "later_rests_on_it")
    # Nor by the office that registered the birth: what opens a record with a death upon it is not taken away.
    opened = {**undo, "source__kind": "civil_book", **BOOK}
    assert paper(site, "hotich", "reverse").open().send(**opened).send(event=event(site, pin, "birth")).errors
    assert holder(site, pin) == (child, "deceased", pin)
