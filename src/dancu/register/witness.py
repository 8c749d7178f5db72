"""No answer without its leaf: whatever reads or changes a person here is written into the ledger of access first."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dancu.core import name
from dancu.core.refusal import Refusal
from dancu.ledger.bundle import Bundle
from dancu.ledger.client import Client, open_log
from dancu.ledger.leaf import Access, Command, Decision, Export
from dancu.ledger.proof.month import month_of
from dancu.ledger.proof.rows import ROWS_MAX
from dancu.ledger.pseudonym import KeyStore, commitment, pseudonym
from dancu.ledger.reader import LogReader
from dancu.ledger.sequencer import Place, Sequencer, now_ms
from dancu.ledger.shard import create_log
from dancu.ledger.subjects import Entry, Found, SubjectIndex, today_in_vietnam
from dancu.register.command import Actor

LOG_NAME = "dancu/register"
_PERSONAL = re.compile(r"\d{9,}")
# Request ids of orders are made of their own ids, in this space.
_ORDERS = uuid.uuid5(uuid.NAMESPACE_OID, "dancu/order")
# The member and agreement of those who work in the register itself.
MEMBER, AGREEMENT = "register", "own"


@dataclass(frozen=True)
class Reader:
    """Who looks, for what: an actor, the purpose (a code, and behind a colon the case or file it is for) and the request's id: its own,
    or that of the order which all looks of one form and the command they led to share (a UUID of version 5)."""

    actor: Actor
    purpose: str
    request: str

    @classmethod
    def of(cls, actor: Actor, purpose: str, order: str = "") -> Reader:
        """A reader with a new request id, or that of an order. Refuses `reference_personal` where the purpose holds somebody's number."""
        if _PERSONAL.search(purpose):
            raise Refusal(
                "reference_personal",
                vi="Mục đích và số hồ sơ không được chứa số định danh hay số điện thoại của ai; hãy ghi số của hồ sơ.",
                en="A purpose or reference must not hold anybody's number; write the number of the case or file.",
            )
        return cls(actor, purpose, str(uuid.uuid5(_ORDERS, order) if order else uuid.uuid4()))


class Witness:
    """The log of one installation: `home/ledger`, its pseudonym keys beside it and the index that citizens' entries are found by."""

    def __init__(self, home: Path, log: Sequencer | Client):
        self.home, self.log = home, log
        self._keys = KeyStore(keys_of(home))

    def looked(
        self, reader: Reader, person: int, *, service: str, fields: Sequence[str], decision: Decision = "granted", outcome: str = "shown"
    ) -> Place:
        """Somebody looks at one person: which fields, and whether they were let."""
        return self.log.append(self._access(reader, pseudonym(self._key(), "person", person), "person", service, fields, decision, outcome))

    def missed(self, reader: Reader, claimed: str, *, service: str) -> Place:
        """A number or name was asked for that nobody on record has."""
        subject = pseudonym(self._key(), "claimed", claimed)
        return self.log.append(self._access(reader, subject, "claimed", service, (), "granted", "not_found"))

    def denied(self, reader: Reader, *, service: str) -> Place:
        """Somebody asked for what their role does not include; about whom does not matter, and is not looked up."""
        leaf = Access(
            time_ms=now_ms(), service=service, decision="denied", outcome="not_allowed", subject_kind="claimed", **self._about(reader)
        )  # fmt: skip
        return self.log.append(leaf)

    def listed(self, reader: Reader, rows: Iterable[tuple[int | str, str]], *, service: str, fields: Sequence[str]) -> int:
        """Many people at once, in bundles of at most 10,000: (person id, or the number claimed where it is nobody's; outcome of
        `ledger.proof.rows`). How many."""
        key, done, part, left = self._key(), 0, 0, iter(rows)
        while people := list(islice(left, ROWS_MAX)):
            bundle = Bundle(self.home / "ledger", **self._about(reader), service=service, fields=tuple(fields))
            for person, outcome in people:
                subject = pseudonym(key, "claimed" if isinstance(person, str) else "person", person)
                bundle.add(subject, outcome, commitment(outcome.encode())[1])
            bundle.write(self.log.append, now_ms(), part)
            done, part = done + len(people), part + 1
        return done

    def commanded(self, reader: Reader, command: str, people: Sequence[int], *, basis: str, outcome: str) -> Place:
        """A command on the register, refused ones included."""
        leaf = Command(
            time_ms=now_ms(), request=reader.request, member=MEMBER, command=command, basis=coded(basis), outcome=outcome,
            key=_month(), subjects=tuple(pseudonym(self._key(), "person", person) for person in people),
            officer=pseudonym(self._key(), "officer", reader.actor.id),
        )  # fmt: skip
        return self.log.append(leaf)

    def exported(self, reader: Reader, dataset: str, rows: int, digest: bytes, fields: Sequence[str]) -> Place:
        """A file of people's data left the register: SHA-256 of the file."""
        leaf = Export(
            time_ms=now_ms(), dataset=dataset, rows=rows, digest=digest.hex(), request=reader.request, member=MEMBER,
            purpose=reader.purpose, agreement=AGREEMENT, key=_month(), fields=tuple(fields),
            officer=pseudonym(self._key(), "officer", reader.actor.id),
        )  # fmt: skip
        return self.log.append(leaf)

    def about(self, person: int) -> Found:
        """The published entries about a person: who looked, when, for what."""
        months = {month: [pseudonym(self._keys.key(month, create=False), "person", person)]
                  for month, lives in self._keys.months().items() if lives}  # fmt: skip
        with SubjectIndex(self.home / "ledger-index.sqlite", self.home / "ledger") as index:
            index.follow()
            return index.find(months, today_in_vietnam())

    def acts(self, account: str, since_ms: int, until_ms: int) -> list[Entry]:
        """What an account did in [since, until), in every month whose key lives, the latest first; at most 10,000."""
        with SubjectIndex(self.home / "ledger-index.sqlite", self.home / "ledger") as index:
            index.follow()
            keys = [self._keys.key(month, create=False) for month, lives in self._keys.months().items() if lives]
            found = [entry for key in keys for entry in index.acts(pseudonym(key, "officer", account), since_ms, until_ms)]
        return sorted(found, key=lambda entry: -entry.leaf.time_ms)

    def names_of(self, person: int) -> frozenset[str]:
        """What a person is called in the leaves of every month whose key lives."""
        months = (month for month, lives in self._keys.months().items() if lives)
        return frozenset(pseudonym(self._keys.key(month, create=False), "person", person) for month in months)

    def called(self, account: str) -> frozenset[str]:
        """What an account is called in the leaves of every month whose key lives."""
        months = (month for month, lives in self._keys.months().items() if lives)
        return frozenset(pseudonym(self._keys.key(month, create=False), "officer", account) for month in months)

    def wait(self, place: Place) -> LogReader:
        """A reader of the log once an entry is under a signed checkpoint."""
        reader = LogReader(self.home / "ledger")
        reader.wait(place.month, place.index)
        return reader

    def _access(
        self, reader: Reader, subject: str, kind: str, service: str, fields: Sequence[str], decision: Decision, outcome: str
    ) -> Access:
        return Access(
            time_ms=now_ms(), service=service, decision=decision, outcome=outcome, subject=subject,
            subject_kind="claimed" if kind == "claimed" else "person", fields=tuple(fields), **self._about(reader),
        )  # fmt: skip

    def _about(self, reader: Reader) -> dict[str, str]:
        return {
            "request": reader.request, "member": MEMBER, "purpose": coded(reader.purpose), "agreement": AGREEMENT, "key": _month(),
            "officer": pseudonym(self._key(), "officer", reader.actor.id),
        }  # fmt: skip

    def _key(self) -> bytes:
        return self._keys.key(_month())


@contextmanager
def witness(home: Path) -> Iterator[Witness]:
    """The ledger of an installation, made when it is not there yet; its server is used where one runs."""
    create_log(home / "ledger", LOG_NAME)
    log = open_log(home / "ledger")
    try:
        yield Witness(home, log)
    finally:
        log.close()


def keys_of(home: Path) -> Path:
    """Where the months' pseudonym keys are: outside the log, and not for long-lived backups."""
    return home / "ledger-keys.json"


def digest_of(path: Path) -> bytes:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def coded(text: str) -> str:
    """A purpose or legal basis as a leaf may hold it: ASCII letters and digits, hyphens between, a colon before the reference."""
    parts = ("-".join(re.findall(r"[A-Z0-9]+", name.fold(part))) for part in text.split(":", 1))
    return ":".join(part for part in parts if part)[:128].rstrip("-:") or "none"


def _month() -> str:
    return month_of(now_ms())
