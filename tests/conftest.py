"""Settings every test shares: random tests print how to repeat them, Spark's skip where it cannot run."""

from __future__ import annotations

import importlib.util
import shutil
import signal

import pytest
from hypothesis import settings

settings.register_profile("dancu", deadline=None, print_blob=True)
settings.load_profile("dancu")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background or by nohup, every child would ignore Ctrl-C, too, and some are to hear it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked `spark` where pyspark or Java is missing, and say which."""
    missing = [
        what
        for what, found in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java")))
        if not found
    ]
    if missing:
        skip = pytest.mark.skip(reason=f"needs {' and '.join(missing)}: make test-spark")
        for item in items:
            if item.get_closest_marker("spark"):
                item.add_marker(skip)
