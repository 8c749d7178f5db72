"""The whole build: same seed same bytes, whatever the workers; the promised layout; refusals in one sentence."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dancu.core.refusal import Refusal
from dancu.world import build


def digests(folder: Path) -> dict[str, str]:
    """Relative path to SHA-256 of every file."""
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


@pytest.fixture(scope="module")
def twice(tmp_path_factory) -> list[dict[str, str]]:
    rows = dict.fromkeys(("insurance", "vaccination", "civil_status", "sim", "pension"), 300)
    found = []
    for workers in (1, 3):
        out = tmp_path_factory.mktemp(f"workers{workers}")
        build(people=250_000, seed=11, out=out, rows=rows, workers=workers)
        found.append(digests(out))
    return found


def test_same_seed_gives_the_same_bytes_whatever_the_workers(twice):
    assert twice[0] == twice[1]
    assert len(twice[0]) == 13


def test_another_seed_gives_another_country(tmp_path):
    for seed in (1, 2):
        build(people=500, seed=seed, out=tmp_path / str(seed), files=())
    one, two = (digests(tmp_path / str(seed)) for seed in (1, 2))
    assert one["register.parquet"] != two["register.parquet"]


def test_the_small_world_has_what_was_asked_for(small):
    assert small.register.num_rows == small.summary.people
    for name, count in small.summary.files.items():
        assert len(small.truth(name)) == count, name
    told = json.loads((small.out / "world.json").read_text("utf-8"))
    assert told["seed"] == small.summary.seed
    assert told["files"] == small.summary.files
    assert str(small.out) not in json.dumps(told)


def test_progress_counts_people(tmp_path):
    seen = []
    build(people=300, seed=1, out=tmp_path, files=(), progress=lambda done, total, what: seen.append((done, total)))
    assert seen == [(300, 300)]


def test_sizes_scale_with_people(tmp_path):
    summary = build(people=1_000, seed=1, out=tmp_path)
    assert set(summary.files) == {"vaccination", "civil_status", "sim", "pension", "insurance"}
    assert summary.files["insurance"] == 200


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"people": 10}, "size_unusable"),
        ({"people": 500, "rows": {"insurance": 0}}, "size_unusable"),
        ({"people": 500, "files": ("passport",)}, "file_unknown"),
        ({"people": 500, "rows": {"passport": 5}}, "file_unknown"),
        ({"people": 500, "mix": "nowhere"}, "mix_not_found"),
        ({"people": 500, "mix": "nowhere/none.toml"}, "mix_not_found"),
    ],
)
def test_unusable_wishes_are_refused(tmp_path, arguments, code):
    with pytest.raises(Refusal) as refusal:
        build(**{"seed": 1, "out": tmp_path / "w", **arguments})
    assert refusal.value.code == code
    assert refusal.value.vi.endswith(".")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refusal) as refusal:
        build(people=500, seed=1, out=tmp_path / "file")
    assert refusal.value.code == "out_unusable"


def test_the_register_opens_as_plain_text_columns(small):
    schema = pq.read_schema(small.out / "register.parquet")
    assert {str(f.type) for f in schema} == {"string"}


def test_the_census_counts_who_lives_on_record_or_not(small):
    from dancu.quality.runs.run import read_expected

    expected = read_expected(small.out / "population.csv")
    rows = small.register.to_pylist()
    alive = {r["name"] + r["birth_date"] + (r["mother_name"] or "") for r in rows if r["status"] != "deceased"}
    counted = sum(expected.values())
    assert len(expected) == 3321 and len(alive) * 0.99 < counted < len(rows)
    # Where people live is where they are counted: no commune in which the register has many is empty.
    homes = Counter(r["commune"] for r in rows if r["unit_scheme"] == "2025-07" and r["status"] == "active")
    assert all(expected[commune] >= people * 0.7 for commune, people in homes.items() if people >= 10)
