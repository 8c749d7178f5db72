"""Writes what people do with a case: each function is one transaction, tells who and when, and leaves a step that is never changed.

They take a psycopg connection (role dancu_web or dancu_register, not inside a transaction) and give the case as it is afterwards.
`seen`: the version of the case that the actor was looking at; if somebody changed it meanwhile, `case_changed` is refused, so that a
double submit or a second officer never overwrites. Every expected "no" is a Refusal with a code of refusals.toml.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from dancu.quality import course, term
from dancu.quality.queries import Case, Connection, checked_unit
from dancu.quality.queries import case as read_case
from dancu.quality.refused import refusal
from dancu.register.command import Actor

NOTE_LONGEST = 2000
DECISIONS = ("mend", "merge", "reject")
# What a step may change and an undo goes back to.
_KEPT = ("state", "side", "side_said", "owner", "asked", "assigned", "proposed_by", "proposal", "due")


def say_side(
    connection: Connection, *, case: int, side: str, actor: Actor, at: datetime, seen: int | None = None, note: str = "",
    days: int = term.DAYS,
) -> Case:  # fmt: skip
    """Answer the first question, which side is wrong: the case goes to the owner of that side, with a new term if it moves."""
    if side not in course.SIDES:
        raise refusal("case_side_unknown")
    with connection.transaction():
        before = _locked(connection, case, seen)
        if side == "agency" and not before.agency:
            raise refusal("case_without_agency")
        owner = course.OWNER_OF[side]
        moved = {} if owner == before.owner else {"due": term.due(at, days), "assigned": ""}
        return _step(
            connection, before, "say_side", actor, at, note, side=side, side_said=True, owner=owner, asked="", **moved
        )


def assign(
    connection: Connection, *, case: int, to: str, actor: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """Give a case to an officer (an account of theirs or the actor's own)."""
    with connection.transaction():
        return _step(connection, _locked(connection, case, seen), "assign", actor, at, note, assigned=to.strip()[:150])


def unassign(
    connection: Connection, *, case: int, actor: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """Put a case back on the office's list."""
    with connection.transaction():
        return _step(connection, _locked(connection, case, seen), "unassign", actor, at, note, assigned="")


def place(
    connection: Connection, *, case: int, commune: str, actor: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """Give a case to a commune: one where no residence is on record stands at the province until somebody knows whose it is."""
    if len(commune) != 5:
        raise refusal("unit_unusable")
    checked_unit(commune)
    with connection.transaction():
        before = _locked(connection, case, seen)
        return _step(connection, before, "place", actor, at, note, commune=commune, province=course.province_of(commune), assigned="")


def ask(
    connection: Connection, *, case: int, office: str, note: str, actor: Actor, at: datetime, seen: int | None = None,
    days: int = term.DAYS,
) -> Case:  # fmt: skip
    """Ask another office ('agency', 'residence', 'civil_status') what its papers say; the case is on its list until it answers."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        if office not in course.OWNERS or office == before.owner:
            raise refusal("case_office_unknown")
        return _step(connection, before, "ask", actor, at, _said(note), asked=office, due=term.due(at, days))


def answer(
    connection: Connection,
    *,
    case: int,
    note: str,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
    days: int = term.DAYS,
) -> Case:
    """Answer what was asked; the case goes back to its owner."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        return _step(connection, before, "answer", actor, at, _said(note), asked="", due=term.due(at, days))


def propose(
    connection: Connection, *, case: int, decision: str, note: str, actor: Actor, at: datetime, seen: int | None = None,
    command: dict[str, Any] | None = None, kept: int = 0,
) -> Case:  # fmt: skip
    """Propose 'mend' (with the register command that would cure it, see `cure`), 'merge' (`kept`: which of the two records stays, 1 or 2,
    else whoever carries it out says), or 'reject': it is no fault."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        if decision not in DECISIONS:
            raise refusal("case_decision_unknown")
        if decision == "merge" and before.kind != "duplicate":
            raise refusal("case_no_merge")
        said: dict[str, Any] = {"decision": decision}
        said |= {"command": command} if command else {}
        said |= {"kept": kept} if decision == "merge" and kept in (1, 2) else {}
        return _step(
            connection, before, "propose", actor, at, _said(note), proposal=said, proposed_by=actor.id, asked=""
        )


def accept(
    connection: Connection, *, case: int, actor: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """Approve the proposal: 'reject' closes the case; otherwise it waits, accepted, for the register command (`mend`, `merge`)."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        what = "reject" if (before.proposal or {}).get("decision") == "reject" else "accept"
        return _step(connection, before, what, actor, at, note, decided_at=at)


def send_back(
    connection: Connection, *, case: int, note: str, actor: Actor, at: datetime, seen: int | None = None
) -> Case:
    """Do not approve the proposal: the case is open again, with the reason."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        return _step(connection, before, "return", actor, at, _said(note), proposal=None, proposed_by="")


def mend(
    connection: Connection, *, case: int, actor: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """The cure was carried out (`note`: the order's id). A run closes a case by itself when it no longer finds the fault.

    An agency closes what it alone spoke for: refuses `case_of_several_agencies`.
    """
    with connection.transaction():
        before = _locked(connection, case, seen)
        others = "SELECT EXISTS (SELECT 1 FROM quality_evidence WHERE case_id = %s AND source <> %s)"
        if actor.office == "agency" and connection.execute(others, [case, before.agency]).fetchone() == (True,):
            raise refusal("case_of_several_agencies")
        return _step(connection, before, "mend", actor, at, note, decided_at=at)


def merge(
    connection: Connection, *, case: int, actor: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """The two records of a duplicate became one (`note`: the order's id)."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        if before.kind != "duplicate":
            raise refusal("case_no_merge")
        return _step(connection, before, "merge", actor, at, note, decided_at=at)


def reopen(
    connection: Connection,
    *,
    case: int,
    note: str,
    actor: Actor,
    at: datetime,
    seen: int | None = None,
    days: int = term.DAYS,
) -> Case:
    """Open a closed case again, with the reason and a new term."""
    with connection.transaction():
        before = _locked(connection, case, seen)
        fresh = {"proposal": None, "proposed_by": "", "asked": "", "decided_at": None, "due": term.due(at, days)}
        return _step(connection, before, "reopen", actor, at, _said(note), **fresh)


def undo(connection: Connection, *, case: int, note: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Take back the last decision (proposed, accepted, rejected, mended, merged): all is as it was before it; the step stays.

    What the register was told is not taken back here: that is a command of its own (`split`, `reverse`).
    """
    with connection.transaction():
        before = _locked(connection, case, seen)
        row = connection.execute(
            """SELECT before FROM quality_case_step WHERE case_id = %s AND state_after = %s AND what = ANY(%s)
            ORDER BY id DESC LIMIT 1""",
            [case, before.state, list(course.DECIDING)],
        ).fetchone()
        if row is None or row[0] is None:
            raise refusal("case_nothing_to_undo")
        return _step(connection, before, "undo", actor, at, _said(note), decided_at=None, **row[0])


def note(connection: Connection, *, case: int, note: str, actor: Actor, at: datetime, seen: int | None = None) -> Case:
    """Add a note to the history of a case."""
    with connection.transaction():
        return _step(connection, _locked(connection, case, seen), "note", actor, at, _said(note))


def _said(note: str) -> str:
    if not note.strip():
        raise refusal("case_note_missing")
    return note


def _locked(connection: Connection, id: int, seen: int | None) -> Case:
    """The case, which nobody else may change until the transaction ends."""
    connection.execute("SELECT FROM quality_case WHERE id = %s FOR UPDATE", [id])
    found = read_case(connection, id)
    if seen is not None and seen != found.version:
        raise refusal("case_changed")
    return found


def _step(
    connection: Connection, before: Case, what: str, actor: Actor, at: datetime, note: str, /, **changed: Any
) -> Case:
    """Decide, change and record one step."""
    if len(note) > NOTE_LONGEST:
        raise refusal("case_note_too_long")
    decision = (before.proposal or {}).get("decision", "")
    standing = course.Standing(before.state, before.owner, before.asked, before.commune, before.proposed_by, decision)
    state, no = course.step(what, standing, actor)
    if no:
        raise refusal(no)
    changed.setdefault("state", state)
    changed["closed_at"] = at if changed["state"] in course.CLOSED else None
    values = {
        name: Jsonb(value) if name == "proposal" and value is not None else value for name, value in changed.items()
    }
    sets = ", ".join(f"{name} = %({name})s" for name in values)
    query = f"UPDATE quality_case SET {sets}, version = version + 1 WHERE id = %(id)s"
    try:
        connection.execute(query, {**values, "id": before.id})  # type: ignore[arg-type]
    except UniqueViolation:
        # The fault came back meanwhile and has a case of its own.
        raise refusal("case_stands_again") from None
    kept = msgspec.to_builtins({name: getattr(before, name) for name in _KEPT})
    connection.execute(
        """INSERT INTO quality_case_step (case_id, at, actor, office, what, state_before, state_after, note, before)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [before.id, at, actor.id, actor.office, what, before.state, changed["state"], note.strip(), Jsonb(kept)],
    )
    return read_case(connection, before.id)
