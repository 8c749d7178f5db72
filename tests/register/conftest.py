"""The register's tests run on real PostgreSQL with the register's own tables, roles and rights."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from dancu.kit import roles
from tests.kit.conftest import own  # noqa: F401
from tests.kit.fixture import *  # noqa: F403


@pytest.fixture
def book(database) -> Iterator[psycopg.Connection]:
    """A connection of dancu_register on a fresh database."""
    with database.connect(roles.REGISTER, autocommit=True) as connection:
        yield connection
