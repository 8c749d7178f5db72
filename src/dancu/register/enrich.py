"""Adds what other sectors know of people, by order like everything else: a paper each, with source, day and confidence."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
import psycopg
from msgspec import Meta, Raw, Struct

from dancu.core.refusal import Refusal
from dancu.kit.clock import Clock
from dancu.kit.database import Database
from dancu.kit.transaction import Pool
from dancu.register.actions import Done, Refused, within
from dancu.register.command import Order, Ref
from dancu.register.store import asked, view, write

Connection = psycopg.Connection[Any]
# Papers of other sectors that belong to a person; a new one is a new word here and in the glossary.
Kind = Literal[
    "health_insurance", "social_insurance", "driving_licence", "vehicle", "vaccination", "education", "passport", "sim",
    "social_account", "bank_account", "pension", "social_support", "tax", "labour", "electronic_health_record",
]  # fmt: skip
PAPERS_MAX = 10_000
VALUE_BYTES_MAX = 8_192
_OFFICES = frozenset({"residence", "residence_chief", "province", "loader", "system"})
_WRITE = (files("dancu.register") / "sql" / "enrich.sql").read_text(encoding="utf-8")
_WHOSE = "SELECT pin, person FROM register_number WHERE pin = ANY(%s)"
_THERE = "SELECT id FROM register_person WHERE id = ANY(%s) AND status NOT IN ('merged', 'cancelled')"


class Paper(Struct, frozen=True, kw_only=True):
    """One paper of one person. `as_of`: the day of which the source says so (ISO); `confidence`: how sure (0–100)."""

    person: Ref
    as_of: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
    confidence: Annotated[int, Meta(ge=0, le=100)]
    value: dict[str, str | int | bool]


class Enrich(Struct, frozen=True, kw_only=True, tag_field="command", tag="enrich"):
    """Làm giàu dữ liệu dân cư: papers of one kind from one agency, at most 10,000 an order."""

    kind: Kind
    agency: str
    papers: tuple[Paper, ...]


class _Row(Struct, frozen=True):
    n: int
    person: int
    kind: str
    source: str
    as_of: str
    confidence: int
    value: dict[str, str | int | bool]


class _All(Struct, frozen=True):
    order: write.OrderRow
    papers: tuple[_Row, ...]


def enrich(where: Database | Pool | Connection, order: Order, *, clock: Clock) -> Done | Refused:
    """Write all papers of an order whose body is `Enrich`, or none; the same order again does nothing more.

    Refused: `office_not_allowed`, `legal_basis_missing`, `too_many_papers`, `paper_too_long`, `not_on_record` (the field says
    which paper: `papers.17.person`), `day_in_future`. An enrichment changes no state and no version; the feed carries it.
    """

    def work(connection: Connection) -> Done | Refused:
        return _once(connection, order, clock)

    for again in (False, True):
        try:
            return within(where, work)
        except Refusal as refusal:
            # The same order from somebody else at the same moment: look again, and give what came of that.
            if again or refusal.code != "already_there":
                raise
    raise AssertionError("unreachable")


def papers_of(connection: Connection, person: int, *, limit: int = 500) -> list[tuple[str, str, str, int, Raw]]:
    """Papers on record of a person, newest first: (kind, source, as of, confidence, value as JSON)."""
    query = """SELECT kind, source, as_of, confidence, value::text FROM register_enrichment WHERE person = %s
      ORDER BY as_of DESC, id DESC LIMIT %s"""
    return [(*row[:4], Raw(row[4].encode())) for row in connection.execute(query, [person, min(limit, 10_000)])]


def _once(connection: Connection, order: Order, clock: Clock) -> Done | Refused:
    before = view.kept_order(connection, order)
    if before:
        same = write.same_order(before, order)
        return Done(order=order.id, actions=(), again=True) if same else Refused(code="order_id_used", field="id")
    now = clock.now()
    if (fault := _fault(order, asked.today(now))) is not None:
        return fault
    body: Enrich = order.body  # type: ignore[assignment]
    ids = _ids(connection, [paper.person for paper in body.papers])
    for n, paper in enumerate(body.papers):
        if paper.person not in ids:
            return Refused(code="not_on_record", field=f"papers.{n}.person")
    papers = tuple(
        _Row(n, ids[p.person], body.kind, body.agency, p.as_of, p.confidence, p.value) for n, p in enumerate(body.papers)
    )
    all = _All(write.order_row(order, "enrich", asked.instant(now)), papers)
    connection.execute(_WRITE, {"all": msgspec.json.encode(all).decode()})
    return Done(order=order.id, actions=())


def _fault(order: Order, today: str) -> Refused | None:
    body = order.body
    if not isinstance(body, Enrich):
        return Refused(code="command_unknown", field="body")
    if order.actor.office not in _OFFICES:
        return Refused(code="office_not_allowed", field="actor.office")
    if not order.legal_basis.strip():
        return Refused(code="legal_basis_missing", field="legal_basis")
    if not 0 < len(body.papers) <= PAPERS_MAX:
        return Refused(code="too_many_papers" if body.papers else "nothing_to_do", field="papers")
    for n, paper in enumerate(body.papers):
        if paper.as_of > today:
            return Refused(code="day_in_future", field=f"papers.{n}.as_of")
        if len(msgspec.json.encode(paper.value)) > VALUE_BYTES_MAX:
            return Refused(code="paper_too_long", field=f"papers.{n}.value")
    return None


def _ids(connection: Connection, refs: list[str]) -> dict[str, int]:
    """Ids of people on record who answer for somebody, by what they are named by; a merged record does not."""
    pins = [ref for ref in refs if not ref.startswith("#")]
    found = dict(connection.execute(_WHOSE, [pins]).fetchall()) if pins else {}
    found |= {ref: int(ref[1:]) for ref in refs if ref.startswith("#")}
    there = {id for (id,) in connection.execute(_THERE, [list(set(found.values()))])}
    return {ref: id for ref, id in found.items() if id in there}
