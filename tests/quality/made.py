"""Cases made for tests, and officers who work on them."""

from __future__ import annotations

import itertools
from typing import Any

from dancu.quality.queries import Case, worklist
from dancu.quality.runs.opening import New, open_cases
from dancu.register.command import Actor
from tests.quality.conftest import AT

COMMUNE, PROVINCE = "00004", "01"
POLICE, CHIEF = Actor("ca-01", "residence", COMMUNE), Actor("ca-chi-huy", "residence_chief", COMMUNE)
CLERK, OTHER_CLERK = Actor("ht-01", "civil_status", COMMUNE), Actor("ht-02", "civil_status", COMMUNE)
ELSEWHERE = Actor("ca-99", "residence", "00008")
SYSTEM = Actor("he-thong", "system")
_PEOPLE = itertools.count(1)


def new(code: str = "number_does_not_fit", **more: Any) -> New:
    """Something found that wants a case."""
    said = {"kind": "rule", "key": f"rule:{code}", "person": next(_PEOPLE), "unit": int(COMMUNE), "severity": "confirm"}
    return New(code=code, **{**said, "side": "population", **more})


def opened(connection: Any, *found: New) -> list[Case]:
    """Open cases; they, in the order of their people."""
    open_cases(connection, found or (new(),), at=AT)
    people = {one.person for one in found}
    return [case for case in worklist(connection, limit=500).cases if not people or case.person in people]
