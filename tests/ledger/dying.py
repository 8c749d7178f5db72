"""A writer that is killed at a named step of a commit; says each acknowledged leaf before it asks for the next."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ledger.samples import DAY_MS, OCTOBER_MS, Clock, DyingDisk, entry, writer


def main(folder: str, step: str, times: str, turn: str, own_process: str = "") -> None:
    """Append one leaf after another, publish every third, turn the month after `turn` leaves, until death."""
    clock = Clock(OCTOBER_MS)
    disk = DyingDisk(step, int(times))
    with writer(Path(folder), disk=disk, clock=clock, own_process=bool(own_process)) as log:
        for number in range(100_000):
            if number == int(turn):
                clock.at += 31 * DAY_MS
            place = log.append(entry(number))
            sys.stdout.write(f"{number} {place.month} {place.index}\n")
            sys.stdout.flush()
            if number % 3 == 2:
                log.publish()


if __name__ == "__main__":
    main(*sys.argv[1:])
