"""Opens a Spark session that keeps to itself: no page, no listening beyond this machine, its files in the private folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dancu.core.refusal import Refusal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Where `spark-submit` has not chosen a cluster, this variable may; otherwise Spark runs inside this machine.
MASTER_VARIABLE = "DANCU_SPARK_MASTER"
DEFAULT_MEMORY = "4g"
DEFAULT_THREADS = 2
# Settings of statements, set on a session of our own so that those of a shared session stay as they are.
_STATEMENTS = {
    "spark.sql.ansi.enabled": "true",
    # A backslash in a string is a backslash, as in DuckDB.
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.adaptive.enabled": "true",
    # What is known of a checkpoint's rows names columns it no longer has: Spark 4 stumbles over it in unions.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
}


def check_ready() -> None:
    """Raises Refusal where pyspark or Java is missing."""
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    lacking = [
        what
        for what, there in (("pyspark", importlib.util.find_spec("pyspark")), ("Java 17", java))
        if not there
    ]
    if lacking:
        raise Refusal(
            "spark_missing",
            vi=f"Máy này chưa có {' và '.join(lacking)} để chạy --engine spark; hãy cài bằng: pip install 'dancu[spark]' "
            "và Java 17, hoặc bỏ --engine để dùng DuckDB.",
            en=f"This machine has no {' and no '.join(lacking)} for --engine spark; run: pip install 'dancu[spark]' "
            "and install Java 17, or leave out --engine to use DuckDB.",
        )


def open_session(work: Path, *, threads: int | None = None, memory: str = DEFAULT_MEMORY) -> tuple[SparkSession, bool]:
    """A session of our own, and whether Spark was started for it.

    It runs on the cluster that `spark-submit` or `DANCU_SPARK_MASTER` names, else on this machine.

    work      private folder for whatever Spark spills on this machine
    threads   of this machine; a cluster knows its own number
    memory    of the driver, as Spark writes it (`4g`), where no driver is running yet
    """
    check_ready()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    if active := SparkSession.getActiveSession():
        return _tuned(active.newSession(), None), False
    builder = SparkSession.builder.appName("dancu")
    local = "PYSPARK_GATEWAY_PORT" not in os.environ and MASTER_VARIABLE not in os.environ
    if MASTER_VARIABLE in os.environ:
        builder = builder.master(os.environ[MASTER_VARIABLE])
    if local:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    for key, value in (_local(work, threads or DEFAULT_THREADS, memory) if local else {}).items():
        builder = builder.config(key, value)
    session = _started(builder)
    # Errors reach us as exceptions; Spark's own log of them would quote the value it stumbled over.
    session.sparkContext.setLogLevel("FATAL")
    return _tuned(session.newSession(), (threads or DEFAULT_THREADS) if local else None), True


def _started(builder: SparkSession.Builder) -> SparkSession:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError):
        raise Refusal(
            "spark_not_started",
            vi=f"Spark không khởi động được; hãy kiểm tra Java (17 trở lên) và địa chỉ cụm máy trong {MASTER_VARIABLE}.",
            en=f"Spark did not start; check Java (17 or newer) and the address of the cluster in {MASTER_VARIABLE}.",
        ) from None


def _local(work: Path, threads: int, memory: str) -> dict[str, str]:
    return {
        "spark.master": f"local[{threads}]",
        "spark.driver.memory": memory,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "FATAL",
        "spark.local.dir": str(work / "spark"),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
    }


def _tuned(session: SparkSession, threads: int | None) -> SparkSession:
    for key, value in _STATEMENTS.items():
        session.conf.set(key, value)
    if threads:
        session.conf.set("spark.sql.shuffle.partitions", str(threads))
    return session
