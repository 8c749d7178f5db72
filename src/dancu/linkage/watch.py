"""How far a run is: the seconds of each stage, and the rows of the stage at hand that are behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# Told (stage, rows done, rows in all); rows in all are 0 where nobody knows yet.
Report = Callable[[str, int, int], None]


@dataclass
class Watch:
    """Times stages and tells `report`, if there is one, how far each is."""

    report: Report | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    _label: str = ""
    _rows: int = 0
    _steps: int = 1
    _done: int = 0

    @contextmanager
    def stage(self, label: str, rows: int = 0, *, steps: int = 1) -> Iterator[None]:
        """Add to `seconds[label]` what the block takes. Its work on `rows` rows falls into `steps` parts of about equal length,
        each of which ends with `step`."""
        self._label, self._rows, self._steps, self._done = label, rows, steps, 0
        self._tell(0)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[label] = self.seconds.get(label, 0.0) + time.perf_counter() - start
            self._tell(rows)

    def step(self) -> None:
        """A step of the stage at hand is done. Only the stage's own end tells that all of it is."""
        self._done = min(self._done + 1, self._steps)
        self._tell(min(self._rows * self._done // self._steps, max(self._rows - 1, 0)))

    def _tell(self, done: int) -> None:
        if self.report:
            self.report(self._label, done, self._rows)
