"""Why somebody looks at a person: a closed catalogue, and which role may give which purpose."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from dancu.core.refusal import Refusal
from dancu.register.command import Actor
from dancu.register.rights import Role
from dancu.register.witness import Reader
from dancu.web import language
from dancu.web.forms import Field, Form

_ALL: tuple[Role, ...] = ("civil_status_officer", "residence_officer", "police_chief", "justice_supervisor", "police_supervisor")
_SUPERVISORS: tuple[Role, ...] = ("police_chief", "justice_supervisor", "police_supervisor")
# Code of the purpose, whose caption is `purposes.purpose.CODE`: who may give it.
PURPOSES: dict[str, tuple[Role, ...]] = {
    "civil_status_file": ("civil_status_officer", "justice_supervisor"),
    "residence_file": ("residence_officer", "police_chief", "police_supervisor"),
    "card_file": ("residence_officer", "police_chief", "police_supervisor"),
    "data_case": _ALL,
    "citizen_request": _ALL,
    "authority_request": _ALL,
    "supervision": _SUPERVISORS,
}
REFERENCE_MAX = 40
# The number of a file or letter, as "HS-12/2026" or "1437/BTP-CNTT": it goes into a log that forgets nothing, so nobody's name or number.
_REFERENCE = re.compile(r"(?=.*\d)[\w./-]+(?: [\w./-]+){0,2}")
_LONG_NUMBER = re.compile(r"\d{8,}")
_SESSION = "purpose"



def reference_wrong(text: str) -> str:
    """'' or the key of what is wrong with a reference."""
    return "" if _REFERENCE.fullmatch(text) and not _LONG_NUMBER.search(text) else "purposes.error.not_a_reference"


FIELDS = (
    Field("purpose", "purposes.field", "choice", required=True),
    Field("reference", "purposes.reference", most=REFERENCE_MAX, check=reference_wrong),
)


# To open what is masked, the case or file has to be named.
NEEDED = (FIELDS[0], dataclasses.replace(FIELDS[1], required=True, label="purposes.reference_needed"))


def of(role: str, lang: str) -> list[tuple[str, str]]:
    """(code, caption) of the purposes a role may give."""
    return [(code, language.say(lang, f"purposes.purpose.{code}")) for code, given_by in PURPOSES.items() if role in given_by]


def kept(request: Any, person: int = 0) -> tuple[str, str]:
    """(purpose, reference) given last in this session; the reader's first purpose and no reference where none was.

    A reference that was given for one person alone is no reference for another (`person`; 0: for nobody in particular).
    """
    purpose, reference, *about = request.session.get(_SESSION, ["", ""])
    if about and about[0] not in (0, person):
        reference = ""
    allowed = [code for code, _ in of(request.staff.role, request.lang)]
    return (purpose if purpose in allowed else (allowed or [""])[0]), reference


def check(request: Any, form: Form) -> None:
    """Say beside the reference that the ledger refuses it: it holds somebody's number."""
    try:
        Reader.of(Actor(request.staff.account, "system"), form.values.get("reference", ""))
    except Refusal as refusal:
        form.errors["reference"] = refusal.text(form.lang)


def keep(request: Any, form: Form, person: int = 0) -> None:
    """Remember what was given for the searches and pages that follow from it, or for the pages of one person."""
    request.session[_SESSION] = [form.values["purpose"], form.values["reference"], person]
