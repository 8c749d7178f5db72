"""Holds: staff accounts and what was done to them, attempts to sign in, who looked at whom, drafts."""

from __future__ import annotations

from django.db import models


class _Table(models.Model):
    class Meta:
        abstract = True
        app_label = "web"


class Account(_Table):
    """A staff account. Never deleted: it ends. `epoch` rises when all its sessions must end.

    `unit` is '' (the whole country), a province (2 digits) or a commune (5 digits) of the scheme of July 2025; `agency` is the
    body a data officer works for. `person_key` is a keyed hash of the holder's own number: two accounts of one person are
    recognised, the number is not kept. `totp` is sealed; `totp_used` the last time step a code was taken of. `training`: an
    account of the demo, whose fixed secret is printed.
    """

    login = models.CharField(max_length=40, unique=True, db_collation="C")
    full_name = models.CharField(max_length=100)
    role = models.CharField(max_length=32, db_collation="C")
    unit = models.CharField(max_length=5, db_collation="C", blank=True)
    agency = models.CharField(max_length=200, blank=True)
    person_key = models.BinaryField(max_length=32, null=True)
    password = models.CharField(max_length=256)
    must_change = models.BooleanField(default=True)
    totp = models.BinaryField(max_length=128, null=True)
    totp_used = models.BigIntegerField(default=0)
    lang = models.CharField(max_length=2, default="vi")
    theme = models.CharField(max_length=8, blank=True)
    epoch = models.IntegerField(default=1)
    training = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "web_account"
        indexes = [models.Index(fields=["person_key"], name="web_account_person")]


class RecoveryCode(_Table):
    """A code that stands in for the second factor once, as a keyed hash."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "web_recovery_code"


class AccountAct(_Table):
    """What was done to an account and by whom; only added to. `detail` holds codes, never a person's value."""

    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    account = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=32, db_collation="C")
    detail = models.JSONField(default=dict)

    class Meta(_Table.Meta):
        db_table = "web_account_act"


class Attempt(_Table):
    """Failed tries of late of one key (an account from a place, a place, an account from places unknown to it)."""

    key = models.CharField(max_length=64, primary_key=True, db_collation="C")
    failures = models.IntegerField(default=0)
    last_at = models.DateTimeField()
    next_at = models.DateTimeField()

    class Meta(_Table.Meta):
        db_table = "web_attempt"
        indexes = [models.Index(fields=["last_at"], name="web_attempt_last")]


class Look(_Table):
    """Who looked at whom through a page, what for: what one's own log and a supervisor's weekly list are made of. Only added to.

    The ledger holds the same under pseudonyms; here the reference (number of the dossier) stands too.
    """

    at = models.DateTimeField()
    account = models.BigIntegerField()
    service = models.CharField(max_length=32, db_collation="C")
    person = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=32, db_collation="C")
    reference = models.CharField(max_length=80, blank=True)
    groups = models.JSONField(default=list)
    inside = models.BooleanField(null=True)

    class Meta(_Table.Meta):
        db_table = "web_look"
        indexes = [
            models.Index(fields=["account", "id"], name="web_look_account"),
            models.Index(fields=["person", "id"], name="web_look_person"),
        ]


class Draft(_Table):
    """A form as far as it was typed: one an account, form and subject; gone when it is sent or thrown away."""

    account = models.ForeignKey(Account, models.PROTECT)
    form = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=40, db_collation="C", blank=True)
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta(_Table.Meta):
        db_table = "web_draft"
        constraints = [models.UniqueConstraint(fields=["account", "form", "subject"], name="web_draft_once")]
