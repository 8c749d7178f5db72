"""Administrative units of Vietnam through time: what exists when, what became of it, what a text names."""

from dancu.places.address import Resolution, resolve, resolve_many
from dancu.places.provinces import province_code, province_now, provinces_before
from dancu.places.standing import RELATIONS, relation, suggestion
from dancu.places.succession import (
    Dispute,
    Successor,
    children,
    current,
    current_codes,
    disputed_rows,
    predecessors,
    successors,
)
from dancu.places.units import LEVELS, SCHEMES, Scheme, Unit, full_name, province_of, scheme_at, unit, units

__all__ = [
    "LEVELS",
    "RELATIONS",
    "SCHEMES",
    "Dispute",
    "Resolution",
    "Scheme",
    "Successor",
    "Unit",
    "children",
    "current",
    "current_codes",
    "disputed_rows",
    "full_name",
    "predecessors",
    "province_code",
    "province_now",
    "province_of",
    "provinces_before",
    "relation",
    "resolve",
    "resolve_many",
    "scheme_at",
    "successors",
    "suggestion",
    "unit",
    "units",
]
