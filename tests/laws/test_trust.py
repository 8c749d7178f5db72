"""What code may reach and tell: light lower rooms, Windows, no person in a message, no trace of a machine."""

from __future__ import annotations

import pytest

from tests.laws import papers, tree, trust
from tests.laws.test_shape import obey

LIGHT = {"core": {"rapidfuzz", "dancu.core"}, "places": {"rapidfuzz", "dancu.core", "dancu.places"}}
SILENT = ("core", "kit", "ledger", "linkage", "places", "quality", "register", "web", "world")


def room(name: str):
    """The Python files of a room."""
    return tree.with_suffix(".py", under=tree.ROOMS_ROOT / name)


@pytest.mark.parametrize("name", LIGHT)
def test_lower_rooms_are_light(name):
    obey(lambda p: trust.outside(tree.parsed(p), LIGHT[name]), room(name))


@pytest.mark.parametrize("name", ["core", "places", "linkage"])
def test_windows_can_run_it(name):
    obey(lambda p: trust.posix_only(tree.parsed(p)), room(name))


@pytest.mark.parametrize("name", SILENT)
def test_messages_tell_no_person(name):
    obey(lambda p: trust.person_told(tree.parsed(p)), room(name))


@pytest.mark.parametrize("name", SILENT)
def test_rooms_do_not_print(name):
    speaking = [p for p in room(name) if 'if __name__ == "__main__"' not in tree.text(p)]
    obey(lambda p: trust.prints(tree.parsed(p)), speaking)


def test_no_trace_of_a_machine_or_registry():
    obey(lambda p: trust.traces(tree.text(p)), [p for p in tree.files() if p.suffix != ".tsv"])


def test_every_requirement_is_pinned_with_a_hash():
    paths = [p for p in tree.files() if p.name.startswith("requirements") and p.suffix == ".txt"]
    assert len(paths) >= 4
    obey(lambda p: papers.unpinned(tree.text(p)), paths)
