"""Decides whether one claim and one record are the same person, and says why, field by field.

The door, the desk and the engine share this page. `linkage/judge.py` writes its set-wise twin; a test
holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from dancu.core import date as dates
from dancu.core import name as names
from dancu.core import number as numbers
from dancu.core import reason, variant
from dancu.core.policy import Policy, Weights, calibrated
from dancu.core.reason import BIT

# Relations of simple fields. Values are stored in tables; never renumber.
ABSENT, SAME, DIFFERENT = 0, 1, 2
# Places: the commune as named today, by an older or a former name; another one of the province; another province;
# and the province alone, where the claim says no more.
PLACE_ABSENT, PLACE_SAME, PLACE_OLD, PLACE_RENAMED, PLACE_PROVINCE, PLACE_DIFFERENT, PLACE_WIDE = range(7)
PLACES = ("absent", "same", "old", "renamed", "province", "different", "wide")

# What makes a number stand alone: it hits, but neither name nor date goes with it.
NUMBER_HITS = (numbers.SAME, numbers.PADDED, numbers.OLD, numbers.REPLACED, numbers.RELATIVE, numbers.SIBLING)
# Brothers and sisters differ in the given name; who has the same first and last word is not one of them (PART).
OTHER_NAMES = (variant.NEAR, variant.DIFFERENT)
STRANGE_NAMES = (variant.ABSENT, variant.PART, variant.NEAR, variant.DIFFERENT)
WRONG_DATES = (dates.TYPO, dates.NEAR, dates.DIFFERENT, dates.YEAR)
ELSEWHERE = (PLACE_PROVINCE, PLACE_DIFFERENT)
BROTHERS_DATES = (dates.NEAR, dates.DIFFERENT, dates.YEAR)
STRANGE_DATES = (dates.ABSENT, dates.NEAR, dates.DIFFERENT, dates.YEAR)

RESULTS = ("match", "variant", "previous", "partial", "mismatch", "not_on_file", "not_claimed")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row says of a person. `place` is worked out by `places`; names as written; date as in `core.date`; `borne`: whether
    anybody on record is called exactly so."""

    number: numbers.Written = numbers.Written(numbers.NONE, 0, 0)
    name: str = ""
    birth_date: int = 0
    sex: str = ""
    mother_name: str = ""
    father_name: str = ""
    place: int = PLACE_ABSENT
    phone: int = 0
    borne: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """What the register says of a person. Frequencies are shares of people with that name or birth date."""

    pin: int
    name: str
    birth_date: int
    sex: str = ""
    old_id: int = 0
    replaced: tuple[int, ...] = ()
    relatives: tuple[int, ...] = ()
    siblings: tuple[int, ...] = ()
    mother_name: str = ""
    father_name: str = ""
    other_name: str = ""
    previous_name: str = ""
    phone: int = 0
    status: str = "active"
    name_frequency: float = 1e-6
    date_frequency: float = 3e-5
    mother_frequency: float = 1e-5
    father_frequency: float = 1e-5


@dataclass(frozen=True, slots=True)
class FieldResult:
    """One field's answer: `result` of the closed list, relation for the model, reason bits."""

    result: str
    relation: int
    bits: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answer for one pair. `score` is evidence in bits; `probability` counts the prior and the absent in."""

    fields: dict[str, FieldResult]
    bits: int
    score: float
    probability: float
    decision: str
    severity: str

    @property
    def reasons(self) -> tuple[str, ...]:
        return reason.codes(self.bits)


def relations(claim: Claim, record: Record) -> dict[str, tuple[int, int]]:
    """(relation, reason bits) of every field."""
    name = _name(claim.name, record)
    return {
        "number": numbers.compare(
            claim.number,
            record.pin,
            old_id=record.old_id,
            replaced=record.replaced,
            relatives=record.relatives,
            siblings=record.siblings,
            own=_own_number(claim),
        ),
        "name": name,
        "date": dates.compare(claim.birth_date, record.birth_date),
        "sex": (sex := _simple(claim.sex, record.sex), BIT["sex_differs"] if sex == DIFFERENT else 0),
        "place": (claim.place, _PLACE_BITS[claim.place]),
        "mother": _parent(claim.mother_name, record.mother_name),
        "father": _parent(claim.father_name, record.father_name),
        "phone": (_simple(claim.phone, record.phone), 0),
    }


def _own_number(claim: Claim) -> bool:
    """Whether the claimed number agrees with the claim's own birth year and sex."""
    year = claim.birth_date // 10000
    whole = claim.number.kind == numbers.PIN or (claim.number.kind == numbers.SHORT and claim.number.length >= 10)
    return whole and year > 0 and numbers.agrees(claim.number.value, claim.sex, year)


_PLACE_BITS = (0, 0, BIT["old_unit"], BIT["unit_renamed"], BIT["different_place"], BIT["different_place"], 0)


def _name(claimed: str, record: Record) -> tuple[int, int]:
    """The birth name; where its letters are others, a name the person also has or had with the same letters."""
    written, own, *others = variant.writings([claimed, record.name, record.other_name, record.previous_name])
    best = variant.compare(written, own)
    if best[0] in (variant.ABSENT, variant.SAME, variant.MARKS):
        return best
    for other, code in zip(others, ("other_name_used", "previous_value"), strict=True):
        if other.key == written.key:
            return variant.SAME, variant.compare(written, other)[1] | BIT[code]
    return best


def _simple(claimed: str | int, recorded: str | int) -> int:
    """ABSENT, SAME or DIFFERENT."""
    if not claimed or not recorded:
        return ABSENT
    return SAME if claimed == recorded else DIFFERENT


def _parent(claimed: str, recorded: str) -> tuple[int, int]:
    """A parent's name: spelling and marks are no reason of their own, another name is."""
    if not claimed or not recorded:
        return variant.ABSENT, 0
    ours, theirs = names.keys([claimed, recorded])
    relation = variant.relate(claimed, ours, theirs)
    return relation, BIT["parent_differs"] if variant.PART <= relation <= variant.DIFFERENT else 0


def score(
    related: dict[str, tuple[int, int]], record: Record, weights: Weights, people: int, *, borne: bool = True
) -> float:
    """Evidence that the pair is one person, in bits."""
    frequency = {
        "name": record.name_frequency,
        "date": record.date_frequency,
        "mother": record.mother_frequency,
        "father": record.father_frequency,
    }
    total = sum(
        weights.bits(field, relation, frequency.get(field, 1.0), people) for field, (relation, _) in related.items()
    )
    number, name, date = (related[field][0] for field in ("number", "name", "date"))
    # A number alone is never enough: where name and date both belong to someone else, so does the number.
    alone = number in NUMBER_HITS and name in STRANGE_NAMES and date in STRANGE_DATES
    # Nor with the date: who copies the number of the line above may copy its date as well.
    parents = (related["mother"][0], related["father"][0])
    elsewhere = related["place"][0] in ELSEWHERE and all(parent in STRANGE_NAMES for parent in parents)
    alone = alone or (number in NUMBER_HITS and name in OTHER_NAMES and elsewhere)
    # Brothers and sisters share all but name and number; twins the birth date as well.
    # A brother's name may be one letter off (An, Anh): then somebody is called just so, and the date is another one too.
    brother = name == variant.TYPO and borne and date in BROTHERS_DATES
    other = (name in OTHER_NAMES or brother) and number not in NUMBER_HITS
    both = number == numbers.ANOTHER and date in WRONG_DATES
    return total + (weights.number_alone if alone else 0.0) + (weights.both_wrong if both else 0.0) + (weights.name_other if other else 0.0)


def probability(scores: list[float], weights: Weights, people: int) -> list[float]:
    """Of each candidate, that it is the person; what is missing to 1 is that nobody on record is.

    The prior is 1/people each, so a candidate's odds fall as the register grows.
    """
    absent = weights.absent_share
    share = [2.0 ** min(s, 200.0) * (1.0 - absent) / max(people, 1) for s in scores]
    total = absent + sum(share)
    return [part / total for part in share]


def match(claim: Claim, record: Record, policy: Policy, weights: Weights, people: int) -> Outcome:
    """Whether the claim is this person, on its own: `match`, `no_match` or `inconclusive`. Never raises."""
    related = relations(claim, record)
    total = score(related, record, weights, people, borne=claim.borne)
    sure = calibrated(probability([total], weights, people)[0], weights.calibration)
    bits = 0
    for _, more in related.values():
        bits |= more
    if record.status == "deceased" and policy.show_state:
        bits |= BIT["person_deceased"]
    decision = "match" if sure >= policy.accept else "inconclusive" if sure >= policy.ambiguous else "no_match"
    fields = {name: FieldResult(field_result(name, rel, more), rel, more) for name, (rel, more) in related.items()}
    return Outcome(fields, bits, total, sure, decision, reason.severity(bits))


def field_result(field: str, relation: int, bits: int) -> str:
    """The per-field answer of the closed list for a relation and the reasons that came with it."""
    if relation == 0:
        return "not_claimed"
    if bits & (BIT["previous_value"] | BIT["number_replaced"]):
        return "previous"
    if field == "name":
        return ("match" if not bits else "variant") if relation == variant.SAME else _NAME_RESULTS[relation]
    if field in ("mother", "father"):
        return _NAME_RESULTS[relation]
    return _RESULTS[field][relation]


_NAME_RESULTS = (
    "not_claimed", "match", "variant", "partial", "partial", "variant", "mismatch", "mismatch", "mismatch", "variant",
    "variant", "partial", "partial", "variant",
)  # fmt: skip
_RESULTS = {
    "number": (
        "not_claimed", "match", "variant", "previous", "previous", "partial", "mismatch", "mismatch", "mismatch",
        "mismatch", "mismatch", "mismatch", "mismatch",
    ),
    "date": (
        "not_claimed", "match", "partial", "partial", "partial", "mismatch", "mismatch", "mismatch", "mismatch", "mismatch",
    ),
    "sex": ("not_claimed", "match", "mismatch"),
    "place": ("not_claimed", "match", "previous", "previous", "mismatch", "mismatch", "partial"),
    "phone": ("not_claimed", "match", "mismatch"),
}  # fmt: skip
