"""Takes what actions said out of the register for good: what is left of the history is kept as a snapshot it can be folded from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import psycopg
from msgspec import UNSET, Struct

from dancu.core import name as names
from dancu.core.refusal import Refusal
from dancu.register.event import FIELDS, Changes, Event
from dancu.register.fold import condensed

Connection = psycopg.Connection[Any]
# The kind of event that takes others' content away.
KIND = "redacted"
# Events to be are later than all that are written; their ids are known only when they are.
LATER = 1 << 62
Steps = tuple[tuple[str, int, Changes], ...]  # type: ignore[valid-type]
_REDACT = "SELECT register_redact(%s, %s, %s)"


class Gone(Struct, frozen=True):
    """What is to disappear: payloads by action, names to search by and 9-digit numbers that only they may have given."""

    actions: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    old_numbers: frozenset[str] = frozenset()

    def __or__(self, other: Gone) -> Gone:
        return Gone(self.actions | other.actions, self.names | other.names, self.old_numbers | other.old_numbers)


NOTHING = Gone()


class Taken(Struct, frozen=True):
    """What a redaction of one person takes away, and the snapshot that stands for what is left."""

    gone: Gone
    snapshot: Steps


def of(history: Sequence[Event], ids: Iterable[int], fields: Collection[str] | None) -> Taken | None:
    """What taking `fields` (None: everything) out of those of the events `ids` that are in a history means; None: nothing.

    A snapshot that an earlier redaction left holds the same content: it goes too, the new one stands for both.
    """
    wanted = frozenset(ids) & {event.id for event in history}
    if not wanted:
        return None
    if any(event.position >= LATER for event in history):
        raise ValueError("a redaction is the first event of its person in a command")
    snapshots = [event for event in history if event.snapshot]
    said = [event.changes for event in history if event.id in wanted and event.changes is not None]
    said += [changes for event in snapshots for _, position, changes in event.snapshot if position in wanted]
    gone = Gone(
        wanted | {event.id for event in snapshots},
        frozenset(names.fold(changes.name) for changes in said if changes.name is not UNSET),
        frozenset(changes.old_id for changes in said if changes.old_id is not UNSET and changes.old_id),
    )
    cut = frozenset(FIELDS if fields is None else fields)
    return Taken(gone, condensed(history, without=wanted, fields=cut))


def take(connection: Connection, gone: Gone) -> None:
    """Have the database forget it, in the transaction that wrote the redacting action and the refolded state.

    The rows' old versions leave the disk with the next vacuum, and the write-ahead log and backups as their age says.
    """
    if not gone.actions:
        return
    wanted = [sorted(gone.actions), sorted(gone.names), sorted(gone.old_numbers)]
    row = connection.execute(_REDACT, wanted).fetchone()
    if row is None or row[0] != len(gone.actions):
        raise Refusal(
            "not_redacted",
            vi="Có sự kiện không còn nội dung để xóa; không có gì được ghi.",
            en="Some of the actions have no payload row; nothing was written.",
        )
