"""Turns what was decided into rows and writes them all at once: order, actions, payloads, states, numbers, outbox."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

import msgspec
import psycopg
from msgspec import Struct

from dancu.core.refusal import Refusal
from dancu.register.command import BookEntry, Draft, Order
from dancu.register.event import SCHEMA, Changes, written
from dancu.register.person import Person
from dancu.register.store import asked, rows

Connection = psycopg.Connection[Any]
_WRITE = (files("dancu.register") / "sql" / "write.sql").read_text(encoding="utf-8")
SALT_BYTES = 16
_PARTS = ("order", "actions", "people", "numbers", "cards", "old_numbers")


class OrderRow(Struct, frozen=True):
    """A row of register_order."""

    id: str
    kind: str
    actor: str
    office: str
    unit: str
    source_kind: str
    source: str
    legal_basis: str
    entry: BookEntry | None
    reason: str
    recorded_at: str
    salt: bytes
    digest: bytes


class More(Struct, frozen=True, omit_defaults=True):
    """What a payload holds beside the changes: ids of reversed events, and the snapshot that a redaction leaves."""

    reverses: tuple[int, ...] = ()
    snapshot: tuple[tuple[str, int, Changes], ...] = ()  # type: ignore[valid-type]


class ActionRow(Struct, frozen=True):
    """A row of register_action and its payload."""

    n: int
    order_id: str
    person: int
    version: int
    kind: str
    effective: str
    recorded_at: str
    schema: int
    salt: bytes
    digest: bytes
    changes: str
    more: More | None


class Action(Struct, frozen=True):
    """An event as it was written: its id, and whose version of what kind it is."""

    id: int
    person: int
    version: int
    kind: str


class Written(Struct, frozen=True):
    """Everything one command writes."""

    order: OrderRow
    actions: tuple[ActionRow, ...]
    people: tuple[rows.Row, ...]
    numbers: tuple[rows.Number, ...]
    cards: tuple[rows.Serial, ...]
    old_numbers: tuple[rows.Serial, ...]
    entry: str


def order_row(order: Order, kind: str, recorded_at: str) -> OrderRow:
    """The row of a command; its salt is new each time."""
    salt = secrets.token_bytes(SALT_BYTES)
    return OrderRow(
        order.id,
        kind,
        order.actor.id,
        order.actor.office,
        order.actor.unit,
        order.source.kind,
        order.source.reference,
        order.legal_basis,
        order.entry,
        order.reason,
        recorded_at,
        salt,
        digest(salt, asked.whole(order)),
    )


def action_row(order: Order, n: int, draft: Draft, version: int, day: str, moment: str, more: More | None) -> ActionRow:
    """The row of the n-th event of a command, whose digest outlives what it says."""
    salt = secrets.token_bytes(SALT_BYTES)
    changes = written(draft.changes)
    return ActionRow(
        n, order.id, draft.person, version, draft.kind, day, moment, SCHEMA, salt, digest(salt, changes), changes.decode(), more
    )


def digest(salt: bytes, content: bytes) -> bytes:
    """SHA-256(salt ‖ content)."""
    return hashlib.sha256(salt + content).digest()


def same_order(kept: bytes, order: Order) -> bool:
    """Whether an order is the one that was carried out under its id; after a redaction, which takes the salt, it is believed."""
    salt, told = kept[:-32], kept[-32:]
    return not salt or digest(salt, asked.whole(order)) == told


def put(connection: Connection, all: Written) -> list[Action]:
    """Write a command in one statement: the order, its actions and their payloads, what the feed is to number, and the state of
    everybody it touched. Refuses `number_taken` and `already_there` where another was quicker.

    Ids are drawn in it, while the people are locked, so that those of one person rise with their versions. It gives the actions as
    written, how many present numbers are now these people's, and how many cards were nobody else's: fewer than asked for means
    that another transaction was quicker.
    """
    parts = {part: msgspec.json.encode(getattr(all, part)).decode() for part in _PARTS}
    found = connection.execute(_WRITE, {**parts, "order_id": all.order.id, "entry": all.entry}).fetchall()
    if not found:
        return []
    numbers, cards = found[0][4:]
    if numbers != sum(number.until is None for number in all.numbers):
        raise Refusal(
            "number_taken",
            vi="Số định danh này đang hoặc đã từng là của người khác; số đã cấp không bao giờ cấp lại.",
            en="This number is or was another person's; a number is never given again.",
        )
    if cards != len(all.cards):
        raise Refusal(
            "already_there",
            vi="Số thẻ này đã có trong cơ sở dữ liệu; hãy kiểm tra lại số in trên thẻ.",
            en="This card number is already on record; look at the number printed on the card.",
        )
    return [Action(*row[:4]) for row in found]


def changed_rows(
    pairs: Iterable[tuple[Person, Person]], day: str
) -> dict[str, Sequence[rows.Row | rows.Number | rows.Serial]]:
    """What the new states of people, beside the old ones, put into the tables that are searched."""
    both = list(pairs)
    # A number that passes from one record to another in the same command is told by whoever has it afterwards.
    numbers: dict[str, rows.Number] = {}
    for before, after in both:
        for number in rows.new_numbers(before, after, day):
            if number.until is None or number.pin not in numbers:
                numbers[number.pin] = number
    cards = {card.value: card for before, after in both for card in rows.new_cards(before, after)}
    return {
        "people": tuple(rows.row_of(after) for _, after in both),
        "numbers": tuple(numbers.values()),
        "cards": tuple(cards.values()),
        "old_numbers": tuple(old for before, after in both for old in rows.new_old_numbers(before, after)),
    }
