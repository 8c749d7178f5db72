"""Holds: staff accounts and what was done to them, attempts to sign in, drafts, checks of files, questions about looks."""

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
    recognised, the number is not kept. `person` is the holder's own record in the register (0: not on record), so that looks at it
    or at the household are told to the supervisor. `totp` is sealed; `totp_used` the last time step a code was taken of.
    `training`: an account of the demo, whose fixed secret is printed.
    """

    login = models.CharField(max_length=40, unique=True, db_collation="C")
    full_name = models.CharField(max_length=100)
    role = models.CharField(max_length=32, db_collation="C")
    unit = models.CharField(max_length=5, db_collation="C", blank=True)
    agency = models.CharField(max_length=200, blank=True)
    person_key = models.BinaryField(max_length=32, null=True)
    person = models.BigIntegerField(default=0)
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


class Check(_Table):
    """An uploaded file and how its check stands (`checks.rules.STATES`). `code` names it to others; `called`, its own name, is told
    to its sender and to who works on the cases it opened, and is emptied here when the file is gone. `figures` are counts, `progress`
    is `checks.rules.Progress`.

    What the file says lies in a private folder (`checks.folder`), never here. `refused_*` are sentences that quote no cell.
    """

    account = models.ForeignKey(Account, models.PROTECT)
    code = models.CharField(max_length=16, unique=True, db_collation="C")
    called = models.CharField(max_length=120, blank=True)
    bytes = models.BigIntegerField()
    state = models.CharField(max_length=16, db_collation="C")
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    policy = models.CharField(max_length=40, db_collation="C", blank=True)
    disclose = models.CharField(max_length=16, db_collation="C", blank=True)
    lang = models.CharField(max_length=2, default="vi")
    purpose = models.CharField(max_length=32, db_collation="C", blank=True)
    reference = models.CharField(max_length=80, blank=True)
    job = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    progress = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    refused_vi = models.TextField(blank=True)
    refused_en = models.TextField(blank=True)
    opening = models.CharField(max_length=16, db_collation="C", blank=True)
    taken = models.JSONField(default=dict)

    class Meta(_Table.Meta):
        db_table = "web_check"
        indexes = [
            models.Index(fields=["account", "-id"], name="web_check_account"),
            models.Index(fields=["expires_at"], name="web_check_expires", condition=~models.Q(state="deleted")),
            models.Index(fields=["state"], name="web_check_alive", condition=models.Q(state="waiting") | models.Q(state="running")),
        ]


class LookAct(_Table):
    """What was asked and said about a look of an officer (a place in the ledger: month and index); only added to.

    `kind`: asked (the supervisor wants an explanation), answered (the officer gives it), explained (the supervisor accepts it).
    """

    month = models.CharField(max_length=7, db_collation="C")
    index = models.BigIntegerField()
    officer = models.BigIntegerField()
    by = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, db_collation="C")
    text = models.CharField(max_length=500, blank=True)

    class Meta(_Table.Meta):
        db_table = "web_look_act"
        indexes = [
            models.Index(fields=["month", "index"], name="web_look_act_place"),
            models.Index(fields=["officer", "-id"], name="web_look_act_officer"),
        ]
