"""Figures keep their contract: every result file has the promised shape and says the truth about its bars."""

from __future__ import annotations

import json

import pytest

from bench import performance
from bench.harness import RESULTS, Claim, Run, median, times_faster, times_slower

FILES = sorted(RESULTS.glob("*.json"))
KEYS = {"name", "value", "unit", "bar", "at", "holds", "peer"}


def wrong(claim: dict) -> str:
    """What is wrong with one claim of a result file, or nothing."""
    if missing := KEYS - claim.keys():
        return f"lacks {sorted(missing)}"
    if claim["at"] not in ("least", "most"):
        return f"at is {claim['at']!r}"
    if claim["bar"] is None:
        return ""
    met = claim["value"] >= claim["bar"] if claim["at"] == "least" else claim["value"] <= claim["bar"]
    return "" if met == claim["holds"] else "says otherwise than its value and bar"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_result_files_keep_the_contract(path):
    result = json.loads(path.read_text(encoding="utf-8"))
    assert result["machine"]
    assert not [f"{c.get('name')}: {wrong(c)}" for c in result["claims"] if wrong(c)]


def test_a_claim_counts_the_worse_of_wall_and_cpu():
    ours, peer = Run(1.0, 4.0, 10.0), Run(10.0, 12.0, 10.0)
    assert times_faster("x", ours, peer, bar=5, peer_name="p").as_json()["holds"] is False
    assert times_faster("x", ours, peer, bar=3, peer_name="p").as_json()["holds"] is True
    assert times_slower("x", peer, ours, bar=9, peer_name="p").as_json()["holds"] is False


def test_medians_are_taken_apart_and_memory_is_the_peak():
    assert median([Run(1, 9, 5), Run(2, 8, 50), Run(3, 1, 6)]) == Run(2, 8, 50)


def test_a_lying_claim_is_seen_and_the_page_says_no(tmp_path):
    claim = Claim("speed", 2.0, "×", 5.0).as_json()
    assert claim.keys() >= KEYS and not wrong(claim)
    assert wrong({**claim, "holds": True})
    result = {"machine": "a small box", "claims": [claim]}
    (tmp_path / "check.json").write_text(json.dumps(result), encoding="utf-8")
    page = performance.page(tmp_path)
    assert "a small box" in page and "| speed | 2.00 × | ≥ 5.00 | **no** |" in page
