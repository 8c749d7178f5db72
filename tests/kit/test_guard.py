"""The embedded server is never used by accident: for the real thing, from another version, in unsafe places."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from dancu.core.refusal import Refusal
from dancu.kit.database import open_database
from dancu.kit.server import account, launch, programs
from dancu.kit.server.place import place
from dancu.kit.settings import Settings
from tests.kit.test_server import asked

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="concerns root's servers only")


def refused(settings: Settings) -> str:
    """The code with which starting is refused; both sentences are there."""
    with pytest.raises(Refusal) as caught:
        launch.start(settings)
    assert caught.value.vi and caught.value.en and caught.value.vi != caught.value.en
    return caught.value.code


def marked(settings: Settings, **changes: object) -> None:
    """Change what a cluster says of itself."""
    marker = place(settings).marker
    marker.write_text(json.dumps({**json.loads(marker.read_text()), **changes}), encoding="utf-8")


def fake_programs(folder: Path, version: str) -> Path:
    """A folder of programs that only say their version."""
    folder.mkdir()
    for name in ("initdb", "pg_ctl", "postgres", "pg_dump", "pg_restore"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n", encoding="utf-8")
        program.chmod(0o755)
    return folder


def test_production_refuses_the_embedded_server_unless_told_otherwise(own):
    production = dataclasses.replace(own, env="production")
    assert refused(production) == "embedded_in_production"
    assert launch.status(own).state == "absent"
    willing = dataclasses.replace(production, embedded_in_production=True)
    assert asked(launch.start(willing), "SHOW dancu.purpose") == "production"
    assert refused(own) == "production_data"
    launch.stop(willing)
    assert refused(own) == "production_data"


def test_a_training_copy_never_becomes_the_real_thing(own):
    launch.start(own)
    willing = dataclasses.replace(own, env="production", embedded_in_production=True)
    assert refused(willing) == "training_copy"
    launch.stop(own)
    assert refused(willing) == "training_copy"
    assert asked(launch.start(own), "SELECT 1") == 1


def test_files_of_another_major_version_are_not_touched(own):
    launch.start(own)
    launch.stop(own)
    marked(own, major=17)
    assert refused(own) == "other_major"
    place(own).marker.unlink()
    assert refused(own) == "no_marker"


@pytest.mark.parametrize(("version", "code"), [("15.2", "wrong_postgres"), ("20.1", "wrong_postgres")])
def test_programs_of_another_version_are_refused(own, tmp_path, version, code):
    folder = fake_programs(tmp_path / "bin", version)
    assert refused(dataclasses.replace(own, pg_bin=folder)) == code
    (folder / "pg_dump").unlink()
    assert refused(dataclasses.replace(own, pg_bin=folder)) == "broken_postgres"
    assert refused(dataclasses.replace(own, pg_bin=tmp_path / "nowhere")) == "broken_postgres"


def test_without_any_program_the_cure_is_told(own, monkeypatch):
    monkeypatch.setattr(programs, "_wheel", lambda: None)
    monkeypatch.setattr(programs, "_distribution", lambda: None)
    assert refused(own) == "no_postgres"


def test_programs_of_ones_own_are_used(own):
    folder = programs.programs(own).bin
    endpoint = launch.start(dataclasses.replace(own, pg_bin=folder))
    assert asked(endpoint, "SELECT 1") == 1


@AS_ROOT
def test_a_system_folder_others_may_write_to_is_refused(own):
    loose = own.home.parent / "loose"
    loose.mkdir()
    loose.chmod(0o777)
    assert refused(dataclasses.replace(own, system_dir=loose)) == "unsafe_folder"


@AS_ROOT
def test_root_itself_never_runs_the_server(own):
    assert refused(dataclasses.replace(own, server_user="root")) == "bad_server_user"


@AS_ROOT
def test_an_account_that_cannot_be_made_falls_back_to_one_that_is_there(monkeypatch):
    monkeypatch.setattr(account, "_MAKE", ())
    found = account.service("no-such-account")
    assert found.name in account.FALLBACKS and found.uid != 0
    monkeypatch.setattr(account, "FALLBACKS", ())
    with pytest.raises(Refusal, match="could not be made"):
        account.service("no-such-account")


@AS_ROOT
def test_root_does_not_start_what_an_ordinary_user_began(own):
    folder = own.home / "server"
    folder.mkdir(parents=True)
    os.chown(folder, 65534, 65534)
    assert refused(own) == "server_of_another"


def test_a_wrong_address_is_refused_without_repeating_it(own):
    for url in ("postgresql://a:hush@[::", "postgresql://a:hush@h/d?sslmode=hush", "postgresql://"):
        with pytest.raises(Refusal) as caught:
            open_database(dataclasses.replace(own, database_url=url, connect_timeout_s=2))
        assert "hush" not in caught.value.vi + caught.value.en
        assert caught.value.code in ("bad_setting", "no_connection")
