"""Progress: a stage tells how far it is while it runs, never more than is done, and all of it only at its end."""

from __future__ import annotations

from itertools import groupby

import pytest

from dancu.linkage.check import Wish, check
from dancu.linkage.prepare import prepare
from dancu.linkage.watch import Watch
from dancu.progress import STAGES
from dancu.world import build


def test_a_step_is_a_share_of_the_rows() -> None:
    told: list[tuple[str, int, int]] = []
    watch = Watch(lambda *what: told.append(what))
    with watch.stage("search", 90, steps=3):
        for _ in range(4):
            watch.step()
    assert told == [("search", done, 90) for done in (0, 30, 60, 89, 89, 90)]
    assert set(watch.seconds) == {"search"}


def test_a_stage_that_fails_is_timed_and_ended() -> None:
    told: list[tuple[str, int, int]] = []
    watch = Watch(lambda *what: told.append(what))
    with pytest.raises(ValueError, match="x"), watch.stage("read"):
        raise ValueError("x")
    assert told == [("read", 0, 0), ("read", 0, 0)] and "read" in watch.seconds


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[int, int]]]:
    """What a check of the SIM list tells: stage → (rows done, rows)."""
    root = tmp_path_factory.mktemp("watch")
    build(people=2000, seed=5, out=root)
    ready = prepare(root / "register.parquet", root / "ready")
    said: list[tuple[str, int, int]] = []
    wish = Wish(register=ready.root, out=root / "out")
    check(root / "agency" / "sim.csv", wish, progress=lambda *what: said.append(what))
    assert [stage for stage, _ in groupby(said, key=lambda what: what[0])] == list(dict.fromkeys(what[0] for what in said))
    return {stage: [what[1:] for what in group] for stage, group in groupby(said, key=lambda what: what[0])}


def test_every_stage_has_a_name_in_both_languages(told) -> None:
    assert set(told) <= set(STAGES)
    assert all(vi and en and vi != en for vi, en in STAGES.values())


def test_progress_only_grows_and_ends_whole(told) -> None:
    for stage, steps in told.items():
        rows = steps[-1][1]
        done = [at for at, _ in steps]
        assert {of for _, of in steps} == {rows} and done == sorted(done) and done[-1] == rows, stage


@pytest.mark.parametrize("stage", ["numbers", "candidates", "search", "reasons"])
def test_long_stages_tell_their_steps(told, stage: str) -> None:
    """Nearly all that the stage was said to have (some fall away where nobody is left), so that its end comes as told."""
    done, rows = [at for at, _ in told[stage][1:-1]], told[stage][-1][1]
    assert rows and len(done) > 1 and len(set(done)) > 1
    assert done[-1] >= rows * 2 // 3
