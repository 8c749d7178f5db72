"""The tests of the kit run on real servers: the worker's, and ones of their own that they may kill."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator

import pytest

from dancu.kit.database import Database, create
from dancu.kit.server import launch
from dancu.kit.settings import Settings
from tests.kit.fixture import *  # noqa: F403
from tests.kit.fixture import open_folder


@pytest.fixture
def own(server: Database) -> Iterator[Settings]:
    """Settings of a server of the test's own, stopped and removed afterwards; root's share their programs."""
    folder = open_folder()
    settings = dataclasses.replace(server.settings, home=folder / "home")
    yield settings
    launch.stop(settings)
    shutil.rmtree(launch.status(settings).data.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: Database) -> Database:
    """A database with no table of any room, whatever tables other rooms' tests need."""
    made = server.named("dancu_bare")
    create(made)
    return made
