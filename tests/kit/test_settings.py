"""Settings: read from the environment alone, wrong ones refused by name and never by value."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dancu.core.refusal import Refusal
from dancu.kit.settings import Settings, told

NAMES = [field.metadata["name"] for field in dataclasses.fields(Settings)]
BAD = [
    ("DANCU_HOME", "data/secret"),
    ("DANCU_PG_BIN", "bin-secret"),
    ("DANCU_SYSTEM_DIR", "/a\nsecret"),
    ("DANCU_ENV", "secret"),
    ("DANCU_EMBEDDED_IN_PRODUCTION", "true-secret"),
    ("DATABASE_URL", "mysql://user:secret@host/db"),
    ("DANCU_POOL_SIZE", "0"),
    ("DANCU_POOL_SIZE", "-1"),
    ("DANCU_POOL_SIZE", "٣"),
    ("DANCU_POOL_SIZE", "1" * 5000),
    ("DANCU_HOME", "~0/secret"),
    ("DANCU_LOCK_TIMEOUT_S", "1.5"),
    ("DANCU_CONNECT_TIMEOUT_S", "99999999999999999999"),
]


def test_nothing_set_gives_the_defaults_below_the_users_home():
    settings = Settings.read({"HOME": "/somewhere/an"})
    assert settings.home == Path("/somewhere/an/.local/share/dancu")
    assert settings.database_url is None and not settings.production
    assert settings == dataclasses.replace(Settings(), home=settings.home)


def test_xdg_data_home_counts_only_when_absolute():
    assert Settings.read({"XDG_DATA_HOME": "/x", "HOME": "/h"}).home == Path("/x/dancu")
    assert Settings.read({"XDG_DATA_HOME": "x", "HOME": "/h"}).home == Path("/h/.local/share/dancu")


def test_every_setting_is_read():
    environ = {
        "DANCU_HOME": "/d/../e", "DATABASE_URL": "postgresql://a:b@c/d", "DANCU_ENV": "production",
        "DANCU_EMBEDDED_IN_PRODUCTION": "yes", "DANCU_SYSTEM_DIR": "/s", "DANCU_SERVER_USER": "pg",
        "DANCU_PG_BIN": "/p", "DANCU_SERVER_MEMORY_MB": "4096", "DANCU_START_TIMEOUT_S": "1",
        "DANCU_CONNECT_TIMEOUT_S": "2", "DANCU_STATEMENT_TIMEOUT_S": "3", "DANCU_LONG_STATEMENT_TIMEOUT_S": "4",
        "DANCU_LOCK_TIMEOUT_S": "55", "DANCU_IDLE_TIMEOUT_S": "6", "DANCU_POOL_SIZE": " 7 ",
        "DANCU_SESSION_IDLE_MIN": "8", "DANCU_UPLOAD_MB": "9", "DANCU_HTTPS": "yes", "DANCU_PROXIES": "1", "DANCU_HOSTS": "a.vn,b.vn",
        "DANCU_AUTHORITY": "UBND phường A", "DANCU_CASE_DAYS": "10", "DANCU_KEEP_DAYS": "11",
    }  # fmt: skip
    assert sorted(environ) == sorted(NAMES)
    settings = Settings.read(environ)
    assert settings.production and settings.embedded_in_production and settings.home == Path("/e")
    assert not [line for line in told(settings) if line.default]
    assert settings.pool_size == 7
    assert Settings.read(settings.environ()) == settings


def test_an_empty_variable_is_an_absent_one():
    assert Settings.read({"HOME": "/h", **dict.fromkeys(NAMES, " ")}) == Settings.read({"HOME": "/h"})


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_wrong_value_is_refused_by_name_without_its_value(name, value):
    with pytest.raises(Refusal) as caught:
        Settings.read({"HOME": "/h", name: value})
    assert caught.value.code == "bad_setting"
    for sentence in (caught.value.vi, caught.value.en):
        assert name in sentence and "secret" not in sentence


@given(name=st.sampled_from(NAMES), value=st.text())
def test_any_text_is_read_or_refused(name, value):
    try:
        Settings.read({"HOME": "/h", name: value})
    except Refusal as refusal:
        assert refusal.vi != refusal.en


def test_what_is_shown_explains_itself_and_keeps_the_password():
    settings = Settings.read({"HOME": "/h", "DATABASE_URL": "postgresql://a:hush@c/d"})
    lines = told(settings)
    assert all(line.vi and line.en and line.vi != line.en for line in lines)
    assert "hush" not in repr(settings) + repr(lines)
