"""Holds: the tables of the register. Hot writes go by SQL; Django owns the schema and reads for pages."""

from __future__ import annotations

from django.db import models

# Text that is compared by its bytes: numbers, codes, dates in ISO form, folded names.
_BYTES = "C"


class _Table(models.Model):
    class Meta:
        abstract = True
        app_label = "register"


def _code(length: int, **more: object) -> models.CharField:
    return models.CharField(max_length=length, db_collation=_BYTES, **more)


class Person(_Table):
    """The state of everybody as of now: what is searched in columns of its own, the whole in `state` (person.Person as JSON).

    A fold of `Action`; rebuilt from it at any time. `fold` and `sort_key` are `core.name.fold` and the given name first.
    """

    version = models.IntegerField()
    status = _code(16)
    pin = _code(12, null=True, unique=True)
    name = models.TextField()
    fold = models.TextField(db_collation=_BYTES)
    birth_date = _code(10)
    sex = models.SmallIntegerField()
    commune = _code(5)
    household = models.BigIntegerField(null=True)
    mother = models.BigIntegerField(null=True)
    father = models.BigIntegerField(null=True)
    state = models.JSONField()

    class Meta(_Table.Meta):
        db_table = "register_person"
        indexes = [
            models.Index(fields=["fold", "birth_date"], include=["commune"], name="register_person_called"),
            models.Index(fields=["household"], name="register_person_lives", condition=models.Q(household__isnull=False)),
            models.Index(fields=["mother"], name="register_person_mother", condition=models.Q(mother__isnull=False)),
            models.Index(fields=["father"], name="register_person_father", condition=models.Q(father__isnull=False)),
        ]


class Name(_Table):
    """Each distinct folded name once, so that a slip is looked for among names and not among people."""

    fold = models.TextField(db_collation=_BYTES, primary_key=True)

    class Meta(_Table.Meta):
        db_table = "register_name"


class Word(_Table):
    """Each distinct word of the folded names once: Vietnamese names are made of few."""

    word = models.TextField(db_collation=_BYTES, primary_key=True)

    class Meta(_Table.Meta):
        db_table = "register_word"


class Order(_Table):
    """A command that was carried out, or a chunk of a load: who, on what grounds, when. Never changed, never deleted.

    digest = SHA-256(salt ‖ the whole command as JSON), so that another command under the same id is told from the same one sent
    again. Redaction of what the order did takes the salt and the reason away.
    """

    id = _code(64, primary_key=True)
    kind = _code(40)
    actor = models.TextField()
    office = _code(20)
    unit = _code(5)
    source_kind = _code(20)
    source = models.TextField()
    legal_basis = models.TextField()
    entry = models.JSONField(null=True)
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=32)

    class Meta(_Table.Meta):
        db_table = "register_order"


class Action(_Table):
    """One event of one person (event.Event): metadata and a salted hash of what it changed. Append-only.

    Its id is the position in which it was written; a person's versions are dense from 1.
    """

    order = models.ForeignKey(Order, models.PROTECT, db_column="order_id", db_index=True)
    person = models.BigIntegerField()
    version = models.IntegerField()
    kind = _code(32)
    effective = _code(10)
    recorded_at = models.DateTimeField()
    schema = models.SmallIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta(_Table.Meta):
        db_table = "register_action"
        constraints = [models.UniqueConstraint(fields=["person", "version"], name="register_action_once")]


class ActionPayload(_Table):
    """What an action changed: canonical JSON of event.Changes, what it reverses, its snapshot. Gone after redaction.

    digest of the action = SHA-256(salt ‖ changes as canonical JSON).
    """

    action = models.OneToOneField(Action, models.PROTECT, db_column="action_id", primary_key=True)
    salt = models.BinaryField(max_length=16)
    changes = models.TextField(db_collation=_BYTES)
    more = models.JSONField(null=True)

    class Meta(_Table.Meta):
        db_table = "register_action_payload"


class Number(_Table):
    """Every personal identification number ever given, and whose it is or was: unique for good, never given again."""

    pin = _code(12, primary_key=True)
    person = models.BigIntegerField(db_index=True)
    until = _code(10, null=True)

    class Meta(_Table.Meta):
        db_table = "register_number"


class OldNumber(_Table):
    """9-digit numbers of identity cards: evidence only, neither unique nor one a person (domain: double-issued series)."""

    number = _code(9, db_index=True)
    person = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "register_old_number"


class Card(_Table):
    """Serial numbers of citizens' cards and whose record each was first written in: none is given twice."""

    serial = models.TextField(db_collation=_BYTES, primary_key=True)
    person = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "register_card"


class Entry(_Table):
    """Entries of civil books that commands rest on: nơi, quyển số, số. Each is used once a kind of fact."""

    key = models.TextField(db_collation=_BYTES, primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, db_column="order_id", db_index=False)

    class Meta(_Table.Meta):
        db_table = "register_entry"


class Enrichment(_Table):
    """What another sector knows of a person (health insurance, licence, vaccination …): value, source, day, confidence."""

    person = models.BigIntegerField(db_index=True)
    kind = _code(32)
    source = models.TextField()
    as_of = _code(10)
    confidence = models.SmallIntegerField()
    value = models.JSONField()
    order = models.ForeignKey(Order, models.PROTECT, db_column="order_id", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta(_Table.Meta):
        db_table = "register_enrichment"


class Outbox(_Table):
    """What was committed and has no position in the feed yet: an action, or an enrichment."""

    action = models.BigIntegerField(null=True)
    enrichment = models.BigIntegerField(null=True)

    class Meta(_Table.Meta):
        db_table = "register_outbox"


class Feed(_Table):
    """The change feed: dense positions from 1, each person's versions in order (protocols §6). Written by the sequencer alone."""

    position = models.BigIntegerField(primary_key=True)
    action = models.BigIntegerField(null=True)
    enrichment = models.BigIntegerField(null=True)

    class Meta(_Table.Meta):
        db_table = "register_feed"


class Bucket(_Table):
    """SHA-256 over the lines of 10,000 positions of the feed, from which a consumer finds drift; outlives the positions."""

    bucket = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField(max_length=32)

    class Meta(_Table.Meta):
        db_table = "register_feed_bucket"


class Fault(_Table):
    """An impossible combination found in loaded history: stored as it came and opened as a case of code `code`."""

    person = models.BigIntegerField(db_index=True)
    code = _code(48)
    order = models.ForeignKey(Order, models.PROTECT, db_column="order_id", db_index=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "register_fault"
