"""Marriage and divorce: who may not marry whom, and that a court alone ends a marriage of the living."""

from __future__ import annotations

from dancu.register.command import Answer, No, Order, Ref, View
from dancu.register.person import Kin, Person
from dancu.register.rules.facts.life import kin_of, marriage_faults, three_generations, wed
from dancu.register.rules.rule import BOOK, CIVIL, COURT, Command, Rule, day_of, draft, first, refuse

_PARENTS = ("father", "mother")
_COUPLE = ("husband", "wife")


class RegisterMarriage(Command):
    """Đăng ký kết hôn (Luật HNGĐ 2014, điều 8 and 9). The day it is true from is that of registration."""

    husband: Ref
    wife: Ref


class RecordDivorce(Command):
    """Ghi vào sổ hộ tịch việc ly hôn: a judgment or decision of a court that is in force, from the day it was."""

    husband: Ref
    wife: Ref


def register_marriage(order: Order, view: View) -> Answer:
    """Both are married to each other."""
    husband, wife = (view.people[role] for role in _COUPLE)
    day = day_of(order, _MARRIAGE, view.today)
    return first(
        *(refuse(not view.people[role].sex, "sex_unknown", role) for role in _COUPLE),
        *(refuse(not view.people[role].birth_date, "birth_date_unknown", role) for role in _COUPLE),
        *marriage_faults(husband, wife, day),
        refuse(husband.sex != "male" or wife.sex != "female", "husband_and_wife_swapped", "husband"),
        *(refuse(view.people[role].marital == "married", "already_married", role) for role in _COUPLE),
        _near_kin(husband, wife, view),
    ) or tuple(
        draft(one, "married", marital="married", spouse=kin_of(other)) for one, other in ((husband, wife), (wife, husband))
    )


def _near_kin(husband: Person, wife: Person, view: View) -> No | None:
    """Kin in the direct line or within three generations, as far as the register knows the parents of both."""
    parents = tuple(
        [view.people[path] for parent in _PARENTS if (path := f"{role}.{parent}") in view.people] for role in _COUPLE
    )
    return refuse(three_generations(husband, wife, parents), "close_kin", "wife")


def record_divorce(order: Order, view: View) -> Answer:
    """Both are divorced; what was the spouse stays in the history."""
    husband, wife = (view.people[role] for role in _COUPLE)
    return first(
        refuse(husband.id == wife.id, "marriage_with_self", "wife"),
        *(refuse(view.people[role].marital != "married", "not_married", role) for role in _COUPLE),
        refuse(not wed(husband, wife), "not_married_to_each_other", "wife"),
    ) or tuple(draft(one, "divorced", marital="divorced", spouse=Kin()) for one in (husband, wife))


_MARRIAGE = Rule(
    body=RegisterMarriage,
    kinds=("married",),
    offices=CIVIL,
    sources=BOOK,
    decide=register_marriage,
    needs_entry=True,
    kin=tuple(f"{role}.{parent}" for role in _COUPLE for parent in _PARENTS),
)
RULES = (
    _MARRIAGE,
    Rule(
        body=RecordDivorce,
        kinds=("divorced",),
        offices=CIVIL,
        sources=COURT,
        decide=record_divorce,
        needs_entry=True,
        missing=_COUPLE,
    ),
)
