"""Writes the joint list of a commune: made of cases, signed by the civil-status officer and by the police, who sign the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from dancu.quality import course
from dancu.quality.queries import MOST, Connection, JointList, joint_list
from dancu.quality.refused import refusal
from dancu.register.command import Actor

# Whose signature an office gives (Quy trình 1050/HTQTCT-QLHC: both officers sign one list).
_SIGNS = {"civil_status": "civil", "residence": "residence", "residence_chief": "residence"}


def make(connection: Connection, *, commune: str, cases: Sequence[int], actor: Actor, at: datetime) -> JointList:
    """A list of 1 to 500 cases of a commune, as they stand now. Refuses `list_empty`, `case_of_another_unit`, `list_other_office`."""
    wanted = sorted(set(cases))
    if not wanted or len(wanted) > MOST:
        raise refusal("list_empty")
    _of_the_commune(actor, commune)
    with connection.transaction():
        query = "SELECT id, version, state FROM quality_case WHERE id = ANY(%s) AND commune = %s ORDER BY id FOR SHARE"
        found = connection.execute(query, [wanted, commune]).fetchall()
        if [row[0] for row in found] != wanted:
            raise refusal("list_empty")
        made = connection.execute(
            """INSERT INTO quality_list (commune, made_at, made_by, digest, civil_actor, residence_actor)
            VALUES (%s, %s, %s, %s, '', '') RETURNING id""",
            [commune, at, actor.id, _digest(found)],
        ).fetchone()
        assert made is not None
        connection.cursor().executemany(
            "INSERT INTO quality_list_case (list_id, case_id, version) VALUES (%s, %s, %s)",
            [(made[0], id, v) for id, v, _ in found],
        )
        return joint_list(connection, made[0])[0]


def sign(connection: Connection, *, list: int, actor: Actor, at: datetime) -> JointList:
    """Put the signature of the actor's office on a list. Refuses `list_signed`, `list_changed`, `list_one_signer` and who may not."""
    with connection.transaction():
        connection.execute("SELECT FROM quality_list WHERE id = %s FOR UPDATE", [list])
        found, _ = joint_list(connection, list)
        side = _of_the_commune(actor, found.commune)
        signed = {"civil": found.civil_actor, "residence": found.residence_actor}
        if signed.pop(side):
            raise refusal("list_signed")
        if actor.id in signed.values():
            raise refusal("list_one_signer")
        now = connection.execute(
            """SELECT c.id, c.version, c.state FROM quality_list_case l JOIN quality_case c ON c.id = l.case_id
            WHERE l.list_id = %s ORDER BY c.id LIMIT 501""",
            [list],
        ).fetchall()
        made = connection.execute("SELECT digest FROM quality_list WHERE id = %s", [list]).fetchone()
        if made is None or bytes(made[0]) != _digest(now):
            raise refusal("list_changed")
        query = f"UPDATE quality_list SET {side}_actor = %s, {side}_at = %s WHERE id = %s"
        connection.execute(query, [actor.id, at, list])  # type: ignore[arg-type]
        return joint_list(connection, list)[0]


def _of_the_commune(actor: Actor, commune: str) -> str:
    """The side an actor signs for."""
    side = _SIGNS.get(actor.office, "")
    if not side:
        raise refusal("list_other_office")
    if not course.within(actor.unit, commune):
        raise refusal("case_of_another_unit")
    return side


def _digest(cases: Sequence[tuple[int, int, str]]) -> bytes:
    """What both sign: each case with its version and state."""
    return hashlib.sha256("\n".join(f"{id} {version} {state}" for id, version, state in cases).encode()).digest()
