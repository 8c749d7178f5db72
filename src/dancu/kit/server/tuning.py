"""How the embedded server is set for the machine it runs on: pure figures in, lines of a configuration out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_SHARED_FOLDER = "/dev/shm"
# Parallel workers of one large hash join may ask this much of the shared folder; containers often give 64 MB.
_SHARED_FREE_MB_MIN = 1024
CONNECTIONS_MAX = 80


@dataclass(frozen=True)
class Machine:
    """What the server may reckon with: memory in MiB, processors, free room in the shared-memory folder in MiB."""

    memory_mb: int
    processors: int
    shared_free_mb: int


def machine(memory_mb: int | None = None) -> Machine:
    """This machine, within the limits of the container it may be in; `memory_mb` overrides what is found."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        shared = os.statvfs(_SHARED_FOLDER)
        shared_free_mb = shared.f_bavail * shared.f_frsize >> 20
    except OSError:
        shared_free_mb = 0
    return Machine(memory_mb or _memory_mb(), processors, shared_free_mb)


def tuned(of: Machine) -> dict[str, str]:
    """Settings for a register on a machine that also runs the batch engine: an eighth of memory for shared buffers.

    An office machine of 8 GiB gets 1 GiB, one of 24 GiB gets 3 GiB, never more than 16 GiB.
    """
    memory = of.memory_mb
    return {
        "shared_buffers": f"{_between(64, memory // 8, 16_384)}MB",
        "effective_cache_size": f"{_between(256, memory // 2, 1 << 20)}MB",
        "maintenance_work_mem": f"{_between(64, memory // 16, 2048)}MB",
        "work_mem": f"{_between(4, memory // 512, 64)}MB",
        "wal_buffers": "16MB",
        "huge_pages": "try",
        "max_connections": str(CONNECTIONS_MAX),
        "max_parallel_workers": str(of.processors),
        "max_parallel_workers_per_gather": str(_between(0, of.processors // 2, 4)),
        "max_parallel_maintenance_workers": str(_between(1, of.processors // 2, 4)),
        # A load writes many times what it keeps if checkpoints come often: each first change of a page is whole.
        "max_wal_size": f"{_between(1024, memory // 4, 16_384)}MB",
        "min_wal_size": "256MB",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum_vacuum_insert_scale_factor": "0.1",
        "autovacuum_analyze_scale_factor": "0.05",
        # Files instead of shared memory where that is small, or where logging out takes an ordinary user's away.
        "dynamic_shared_memory_type": "posix" if of.shared_free_mb >= _SHARED_FREE_MB_MIN else "mmap",
    }


def _between(least: int, wished: int, most: int) -> int:
    return max(least, min(wished, most))


def _memory_mb() -> int:
    """Physical memory, or what the control group allows when that is less."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20]
    for path in _CGROUP_LIMITS:
        try:
            text = Path(path).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdecimal():
            found.append(int(text) >> 20)
    return max(256, min(found))
