"""The tests of the care for the data run on real PostgreSQL with the register's tables and its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from dancu.kit import roles
from dancu.register.feed.sequencer import drain, leading
from dancu.register.witness import Witness, witness
from tests.kit.fixture import *  # noqa: F403

# A Monday.
AT = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


@pytest.fixture
def book(database) -> Iterator[psycopg.Connection]:
    """A connection of dancu_register on a fresh database."""
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        yield connection


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Witness]:
    """A ledger of the test's own."""
    with witness(tmp_path / "home") as opened:
        yield opened


def numbered(database) -> None:
    """Give the feed its positions."""
    with leading(database) as sequencer:
        drain(sequencer)
