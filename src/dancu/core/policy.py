"""What an agreement accepts as the same person: named thresholds and the weights of evidence, all data."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

# Nobody on record bears it, as far as is known: still no proof beyond measure.
_RAREST = 2.0**-60
FIELDS = ("number", "name", "date", "sex", "place", "mother", "father", "phone")


@dataclass(frozen=True, slots=True)
class Weights:
    """Fellegi–Sunter evidence (Fellegi & Sunter 1969), in bits, per field and relation.

    absent_share   share of rows whose person is not on record
    number_alone   bits (negative) for a number whose name and date are both someone else's
    both_wrong     bits (negative) where number and date agree with each other and both are not the record's
    name_other     bits (negative) for another name where no number speaks for the person: mostly a sibling
    sure           how often rows came true whose number, name and date agree
    m[field][relation]   share of true pairs that show the relation
    u[field][relation]   share of chance pairs that do; where `per_value` names the field's relation, u is a
                         factor on the frequency of the value on record (a common name proves little);
                         where `per_person`, u is divided by the size of the register (a number that
                         belongs to someone else hits one person, whoever it is)
    """

    m: dict[str, tuple[float, ...]]
    u: dict[str, tuple[float, ...]]
    per_value: dict[str, tuple[int, ...]]
    per_person: dict[str, tuple[int, ...]]
    absent_share: float
    number_alone: float
    both_wrong: float
    name_other: float
    sure: float
    calibration: tuple[tuple[float, float], ...]

    def bits(self, field: str, relation: int, frequency: float, people: int) -> float:
        """log2(m/u) of one field; relation 0 (absent) says nothing.

        frequency   share of people with the record's value, in (0, 1]; used for `per_value` relations
        people      size of the register
        """
        if relation == 0:
            return 0.0
        chance = self.u[field][relation]
        if relation in self.per_value.get(field, ()):
            chance = min(chance * max(frequency, _RAREST), 0.9)
        elif relation in self.per_person.get(field, ()):
            chance = chance / max(people, 1)
        return math.log2(self.m[field][relation] / chance)


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds of one way of accepting; `explain` says in both languages what it is for.

    accept        least probability that a row is this person
    ambiguous     least probability, summed over candidates, that the row is one of them
    duplicates    whether two rows of one person in a file are a fault (`duplicate_in_file`) or lawful
    show_state    whether deceased, cancelled or locked may be told
    """

    name: str
    accept: float
    ambiguous: float
    duplicates: bool
    show_state: bool
    explain: dict[str, str]


def _data(name: str) -> dict:
    return tomllib.loads(resources.files("dancu.core").joinpath(name).read_text(encoding="utf-8"))


@cache
def weights() -> Weights:
    """The weights shipped with the software, written by `python -m dancu.linkage.estimate`."""
    return read_weights(_data("weights.toml"))


def read_weights(data: dict) -> Weights:
    """Weights from the parsed TOML of `weights.toml`."""
    field = data["field"]
    return Weights(
        m={name: tuple(field[name]["m"]) for name in FIELDS},
        u={name: tuple(field[name]["u"]) for name in FIELDS},
        per_value={name: tuple(field[name].get("per_value", ())) for name in FIELDS},
        per_person={name: tuple(field[name].get("per_person", ())) for name in FIELDS},
        absent_share=data["absent_share"],
        number_alone=data["number_alone"],
        both_wrong=data["both_wrong"],
        name_other=data["name_other"],
        sure=data["sure"],
        calibration=tuple((step["stated"], step["true"]) for step in data.get("calibration", ())),
    )


@cache
def policies() -> dict[str, Policy]:
    """All policies by name, as in `policies.toml`."""
    return {
        name: Policy(
            name=name,
            accept=entry["accept"],
            ambiguous=entry["ambiguous"],
            duplicates=entry["duplicates"],
            show_state=entry["show_state"],
            explain={"vi": entry["vi"], "en": entry["en"]},
        )
        for name, entry in _data("policies.toml").items()
    }


def calibrated(probability: float, steps: tuple[tuple[float, float], ...]) -> float:
    """The probability that was found true where the model states `probability`.

    Linear between steps in log-odds; below the first step as far off as there, above the last one constant.
    """
    if not steps:
        return probability
    x = log_odds(probability)
    points = [(log_odds(stated), log_odds(true)) for stated, true in steps]
    if x <= points[0][0]:
        return 1.0 / (1.0 + 2.0 ** -(x + points[0][1] - points[0][0]))
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if x <= x1:
            y = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
            return 1.0 / (1.0 + 2.0**-y)
    return steps[-1][1]


def log_odds(probability: float) -> float:
    """In bits, held within ±40 so that 0 and 1 stay finite."""
    if probability <= 0.0:
        return -40.0
    if probability >= 1.0:
        return 40.0
    return max(-40.0, min(40.0, math.log2(probability / (1.0 - probability))))
