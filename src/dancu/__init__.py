"""Dancu: open-source software that runs a country's population data."""

__version__ = "0.1.0"
