"""One invented check, written once for the tests that only read what came out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import invented

from dancu.linkage.report.writing import write_all


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """(Written, Source, folder of 3,000 rows as csv and xlsx)."""
    folder = tmp_path_factory.mktemp("check")
    con, source, facts = invented.make(folder)
    done = write_all(
        con, source, checked="checked", out=folder / "out", lang="vi", facts=facts, formats=("csv", "parquet", "xlsx")
    )
    return done, source, folder / "out"
