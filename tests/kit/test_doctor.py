"""The doctor looks at everything, changes nothing, and tells a cure with each ailment and a secret never."""

from __future__ import annotations

import dataclasses

import pytest

from dancu.kit import doctor
from dancu.kit.doctor import BAD, OK, WARN, Finding, examine
from dancu.kit.server import launch


def states(findings: list[Finding]) -> dict[str, str]:
    """State by name; every finding that is not well tells a cure in both languages."""
    assert not [f for f in findings if f.state != OK and not (f.vi and f.en and f.vi != f.en)]
    return {finding.name: finding.state for finding in findings}


@pytest.fixture(autouse=True)
def disk(monkeypatch):
    """Enough room, whatever the machine has."""
    monkeypatch.setattr(doctor, "_DISK_WARN_MB", 1)
    monkeypatch.setattr(doctor, "_DISK_BAD_MB", 0)


def test_all_is_well_on_a_running_server(server):
    found = states(examine(server.settings))
    assert set(found.values()) == {OK}
    wanted = {"dancu", "python", "programs", "server", "disk", "postgresql", "roles", "size", "DANCU_HOME"}
    assert wanted | {f"extension {name}" for name in doctor.EXTENSIONS} <= found.keys()


def test_looking_starts_nothing(own):
    assert states(examine(own))["server"] == WARN
    assert launch.status(own).state == "absent" and not own.home.exists()


def test_each_ailment_is_told(server, own, tmp_path, monkeypatch):
    with server.superuser() as connection:
        connection.execute("ALTER ROLE dancu_reader CREATEROLE")
        found = examine(server.settings)
        connection.execute("ALTER ROLE dancu_reader NOCREATEROLE")
    told = next(finding for finding in found if finding.name == "roles")
    assert told.state == BAD and "dancu_reader CREATEROLE" in told.value
    assert states(examine(dataclasses.replace(own, env="production")))["server"] == BAD
    assert states(examine(dataclasses.replace(own, pg_bin=tmp_path)))["programs"] == BAD
    monkeypatch.setattr(doctor, "_DISK_BAD_MB", 1 << 40)
    assert states(examine(own))["disk"] == BAD


def test_a_server_of_ones_own_is_looked_at_without_telling_its_password(server, own):
    good = f"postgresql://postgres:hush@/dancu?host={server.address['host']}"
    found = examine(dataclasses.replace(server.settings, database_url=good))
    assert set(states(found).values()) == {OK}
    gone = examine(dataclasses.replace(own, database_url="postgresql://a:hush@/dancu?host=/nonexistent"))
    assert states(gone)["database"] == BAD
    assert "hush" not in repr(found) + repr(gone)
