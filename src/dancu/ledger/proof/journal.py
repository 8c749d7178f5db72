"""A member's own journal against the log: both sides keep records by law, so each can find what the other lacks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dancu.ledger.proof.audit import Audited, entries_of
from dancu.ledger.proof.fault import malformed

DIFFERENCES_MAX = 100


@dataclass(frozen=True)
class Difference:
    """One request on which the two records disagree: `not_in_log`, `not_in_journal` or `other_answer`."""

    code: str
    request: str

    @property
    def vi(self) -> str:
        """The sentence in Vietnamese."""
        return f"{_VI[self.code]}: {self.request}"

    @property
    def en(self) -> str:
        """The sentence in English."""
        return f"{_EN[self.code]}: {self.request}"


_VI = {
    "not_in_log": "Có trong sổ của đơn vị nhưng không có trong nhật ký",
    "not_in_journal": "Có trong nhật ký nhưng không có trong sổ của đơn vị",
    "other_answer": "Câu trả lời trong sổ của đơn vị khác với cam kết ghi trong nhật ký",
}
_EN = {
    "not_in_log": "In the journal but not in the log",
    "not_in_journal": "In the log but not in the journal",
    "other_answer": "The answer in the journal differs from the commitment in the log",
}


def read(path: Path) -> list[tuple[str, str]]:
    """(request id, commitment to the answer or nothing) of each line of NDJSON. Raises `Fault` for a broken line."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line_no, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                found.append((str(record["request"]), str(record.get("answer") or "")))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise malformed(
                    f"dòng {line_no} của sổ không đọc được", f"line {line_no} of the journal is unreadable", str(path)
                ) from None
    return found


def logged(log: Path, audited: dict[str, Audited], member: str) -> Iterator[tuple[str, str]]:
    """(request id, commitment to the answer) of each access the log holds of `member`; all members where empty."""
    for month, found in audited.items():
        shard = log / month if (log / month).is_dir() else log
        for bundle in entries_of(shard, found.checkpoint.size):
            for entry in bundle:
                leaf = json.loads(entry)
                if leaf.get("kind") == "access" and (not member or leaf.get("member") == member):
                    yield str(leaf["request"]), str(leaf.get("answer", ""))


def differences(journal: list[tuple[str, str]], log: list[tuple[str, str]]) -> list[Difference]:
    """Where the two disagree, the log's lacks first; a request repeated on one side counts as often as it stands."""
    ours, theirs = Counter(request for request, _ in journal), Counter(request for request, _ in log)
    lacks = [Difference("not_in_log", request) for request in (ours - theirs).elements()]
    extra = [Difference("not_in_journal", request) for request in (theirs - ours).elements()]
    answers: dict[str, set[str]] = {}
    for request, answer in log:
        answers.setdefault(request, set()).add(answer)
    other = [Difference("other_answer", r) for r, answer in journal if answer and answer not in answers.get(r, {answer})]
    return lacks + other + extra
