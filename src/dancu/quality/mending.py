"""Closes an agency's cases when a later file of its agrees with the register: the agency has mended its data.

Only cases that are the agency's move, that it alone spoke for and that nobody has taken further; and only where the row says all that the
case was opened by. What one row of a check still says otherwise keeps the case, whatever its other rows say.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dancu.quality import course
from dancu.quality.queries import Connection
from dancu.quality.runs.opening import close
from dancu.register.command import Actor

# More cases than an agency can have open are not looked at in one check.
_CASES_MAX = 100_000
# The register still has a value to agree with.
_OPEN = """SELECT c.id, n.pin, c.field, c.commune, e.columns FROM quality_case c
    JOIN register_number n ON n.person = c.person JOIN register_person p ON p.id = c.person
    JOIN LATERAL (SELECT array(SELECT jsonb_array_elements_text(data -> 'columns')) AS columns FROM quality_evidence
      WHERE case_id = c.id AND data ? 'columns' ORDER BY id DESC LIMIT 1) e ON true
  WHERE c.kind = 'difference' AND c.agency = %s AND c.owner = 'agency' AND c.state = 'open'
    AND NOT EXISTS (SELECT 1 FROM quality_evidence f WHERE f.case_id = c.id AND f.source <> c.agency)
    AND CASE c.field WHEN 'name' THEN p.name <> '' WHEN 'birth_date' THEN p.birth_date <> '' WHEN 'sex' THEN p.sex > 0
      WHEN 'permanent' THEN p.state ? 'permanent' WHEN 'parent' THEN p.state ?| array['mother', 'father'] ELSE true END
  ORDER BY c.id LIMIT %s"""


class Mending:
    """What the rows of one check say of the cases that their agency had open before it."""

    def __init__(self, connection: Connection, *, agency: str, actor: Actor):
        self._actor = actor
        self._open: dict[str, list[tuple[int, str, frozenset[str]]]] = {}
        for case, pin, field, commune, columns in connection.execute(_OPEN, [agency, _CASES_MAX]):
            if columns and course.within(actor.unit, commune):
                self._open.setdefault(pin, []).append((case, field, frozenset(columns)))
        self._agrees: set[int] = set()
        self._differs: set[int] = set()

    def heard(self, pin: str, columns: Iterable[str], differs: Iterable[str]) -> None:
        """A row of somebody sure: the columns that it has filled and that were compared, and the fields of which a reason speaks."""
        for case, field, needed in self._open.get(pin, ()):
            if field in differs:
                self._differs.add(case)
            elif needed <= set(columns):
                self._agrees.add(case)

    def close(self, connection: Connection, at: datetime) -> int:
        """Close what agrees in every row; how many."""
        return close(connection, sorted(self._agrees - self._differs), "mended", actor=self._actor, at=at)
