"""Any agency file in, one or more readable Sources out: `open_source` is the only door."""

from dancu.linkage.intake.columns.overrides import parse_map
from dancu.linkage.intake.opening import open_source
from dancu.linkage.intake.source import FIELDS, Column, Source, literal, quoted

__all__ = ["FIELDS", "Column", "Source", "literal", "open_source", "parse_map", "quoted"]
