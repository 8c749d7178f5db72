"""All commands the register takes, each with its rule; `decide` tells what comes of one. Pure: no clock, no database, no file."""

from __future__ import annotations

from typing import Union

from msgspec import Struct

from dancu.register.command import Answer, No, Order, View
from dancu.register.rules import (
    birth,
    card,
    correction,
    death,
    duplicates,
    family,
    household,
    marriage,
    number,
    protection,
    residence,
    reverse,
)
from dancu.register.rules.gate import admitted, overtaken
from dancu.register.rules.rule import Rule, day_of, needed_refs, ref_fields

__all__ = ["COMMANDS", "Body", "Rule", "day_of", "decide", "needed_refs", "ref_fields", "rule_of"]

_FAMILIES = (
    birth, number, death, marriage, family, correction, residence, household, card, duplicates, protection,
)  # fmt: skip
_RULES = tuple(rule for family_of in _FAMILIES for rule in family_of.RULES)


# Name → rule, in the order of a life.
COMMANDS: dict[str, Rule] = {rule.name: rule for rule in (*_RULES, *reverse.rules(_RULES))}
# What msgspec decodes a body into: the field `command` says which.
Body = Union[tuple(rule.body for rule in COMMANDS.values())]  # noqa: UP007
_BY_BODY: dict[type[Struct], Rule] = {rule.body: rule for rule in COMMANDS.values()}


def rule_of(body: Struct) -> Rule:
    """The rule of a command's body; KeyError for a body that is no command."""
    return _BY_BODY[type(body)]


def decide(order: Order, view: View) -> Answer:
    """What comes of an order: the events to be, or the one reason why not.

    Never raises for what a decoded order and a view with the people it refers to may hold. What holds for all commands is asked
    first (`gate`), then the command's own rule; the first reason is given, in the order in which an officer would be told.
    """
    rule = rule_of(order.body)
    answer = admitted(order, view, rule) or rule.decide(order, view)
    return answer if isinstance(answer, No) else overtaken(answer, view, rule) or answer
