"""Pseudonyms: found again with the month's key, apart by month and by namespace, gone once the key is destroyed."""

from __future__ import annotations

import os
import threading

import pytest

from dancu.core.refusal import Refusal
from dancu.ledger.pseudonym import KeyStore, commitment, opens, pseudonym


def test_names_differ_by_key_namespace_and_identity():
    names = {
        pseudonym(key, namespace, identity)
        for key in (bytes(32), bytes(31) + b"\1")
        for namespace in ("person", "claimed", "officer")
        for identity in (1, 2, "001205000001")
    }
    assert len(names) == 18 and all(len(name) == 64 for name in names)
    assert pseudonym(bytes(32), "person", 7) == pseudonym(bytes(32), "person", "7")


def test_commitments_bind_and_hide():
    salt, committed = commitment(b"an answer")
    assert opens(committed, salt, b"an answer") and not opens(committed, salt, b"another")
    assert commitment(b"an answer")[1] != committed


def test_a_month_keeps_its_key_and_loses_it_for_good(tmp_path):
    path = tmp_path / "keys" / "pseudonyms"
    store, other = KeyStore(path), KeyStore(path)
    key = store.key("2026-10")
    assert other.key("2026-10") == key != store.key("2026-11")
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600
    store.destroy("2026-10")
    for holder in (store, other, KeyStore(path)):
        with pytest.raises(Refusal, match="destroyed"):
            holder.key("2026-10")
    assert key.hex() not in path.read_text() and other.key("2026-11") == store.key("2026-11")
    assert store.months() == {"2026-10": False, "2026-11": True}


def test_a_key_is_not_made_where_it_may_not_be(tmp_path):
    store = KeyStore(tmp_path / "keys")
    with pytest.raises(Refusal):
        store.key("2026-10", create=False)
    with pytest.raises(Refusal):
        store.key("October")


def test_threads_and_stores_agree_on_one_key(tmp_path):
    seen: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: seen.append(KeyStore(tmp_path / "keys").key("2026-10"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1
