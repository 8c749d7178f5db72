"""Holds: the tables of cases, measures and lists. Hot writes go by SQL; Django owns the schema and reads for pages."""

from __future__ import annotations

from django.db import models

# Text that is compared by its bytes: codes, units, states.
_BYTES = "C"


class _Table(models.Model):
    class Meta:
        abstract = True
        app_label = "quality"


def _code(length: int, **more: object) -> models.CharField:
    return models.CharField(max_length=length, db_collation=_BYTES, **more)


class Case(_Table):
    """A fault of one record, or of two, that an office has to settle (`course` holds the states).

    `key` tells what the case is about besides the person: `rule:<id>`, `duplicate:<other>`, `difference:<field>`; a person has it
    once, unless it was mended or merged before. `side`: who is presumed, or `side_said`, to be wrong; `owner`: the office whose
    move it is. `found_at`: when it was last found. No value of a person stands here: see `Evidence`.
    """

    kind = _code(12)
    code = _code(48)
    key = _code(80)
    person = models.BigIntegerField()
    other = models.BigIntegerField(null=True)
    field = _code(32)
    commune = _code(5)
    province = _code(2)
    severity = _code(8)
    side = _code(12)
    side_said = models.BooleanField(default=False)
    owner = _code(16)
    agency = models.TextField()
    asked = _code(16)
    state = _code(12)
    assigned = models.TextField()
    opened_at = models.DateTimeField()
    due = models.DateField()
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    proposed_by = models.TextField()
    proposal = models.JSONField(null=True)
    score = models.FloatField(null=True)
    version = models.IntegerField(default=1)

    class Meta(_Table.Meta):
        db_table = "quality_case"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], name="quality_case_once", condition=~(models.Q(state="mended") | models.Q(state="merged"))
            )
        ]
        indexes = [
            models.Index(
                fields=["commune", "due", "id"], name="quality_case_commune", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["province", "due", "id"],
                name="quality_case_province",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["due", "id"], name="quality_case_due", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["code", "commune"], name="quality_case_code", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["commune", "closed_at"], name="quality_case_closed", condition=models.Q(closed_at__isnull=False)
            ),
            models.Index(fields=["person"], name="quality_case_person"),
            models.Index(fields=["other"], name="quality_case_other", condition=models.Q(other__isnull=False)),
        ]


class Evidence(_Table):
    """What speaks for a case, from which source; values of people stand in `data` alone, and are emptied when data must disappear."""

    case = models.ForeignKey(Case, models.PROTECT, db_column="case_id")
    at = models.DateTimeField()
    source = models.TextField()
    digest = models.BinaryField(max_length=32)
    data = models.JSONField()

    class Meta(_Table.Meta):
        db_table = "quality_evidence"
        constraints = [models.UniqueConstraint(fields=["case", "digest"], name="quality_evidence_once")]


class Step(_Table):
    """What was done with a case: who, when, what, from which state to which. Append-only; `before` is what an undo goes back to."""

    case = models.ForeignKey(Case, models.PROTECT, db_column="case_id")
    at = models.DateTimeField()
    actor = models.TextField()
    office = _code(20)
    what = _code(16)
    state_before = _code(12)
    state_after = _code(12)
    note = models.TextField()
    before = models.JSONField(null=True)

    class Meta(_Table.Meta):
        db_table = "quality_case_step"


class JointList(_Table):
    """The list of a commune that both officers sign (Quy trình 1050/HTQTCT-QLHC): whose signature it has, over which content."""

    commune = _code(5)
    made_at = models.DateTimeField()
    made_by = models.TextField()
    digest = models.BinaryField(max_length=32)
    civil_actor = models.TextField()
    civil_at = models.DateTimeField(null=True)
    residence_actor = models.TextField()
    residence_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "quality_list"
        indexes = [models.Index(fields=["commune", "id"], name="quality_list_commune")]


class Listed(_Table):
    """A case on a joint list, as it stood when the list was made."""

    list = models.ForeignKey(JointList, models.PROTECT, db_column="list_id")
    case = models.ForeignKey(Case, models.PROTECT, db_column="case_id")
    version = models.IntegerField()

    class Meta(_Table.Meta):
        db_table = "quality_list_case"
        constraints = [models.UniqueConstraint(fields=["list", "case"], name="quality_list_case_once")]


class Measure(_Table):
    """A measure of a unit on a day: `numerator` of `denominator`. Unit: commune (5 digits), province (2), '' the country."""

    unit = _code(5)
    measure = _code(24)
    day = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)

    class Meta(_Table.Meta):
        db_table = "quality_measure"
        constraints = [models.UniqueConstraint(fields=["unit", "measure", "day"], name="quality_measure_once")]
        indexes = [models.Index(fields=["measure", "day", "unit"], name="quality_measure_day")]


class Finding(_Table):
    """How many people of a unit a rule found in the last run."""

    unit = _code(5)
    rule = _code(48)
    people = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "quality_finding"
        constraints = [models.UniqueConstraint(fields=["unit", "rule"], name="quality_finding_once")]


class Run(_Table):
    """One run of all rules: over how many people, as of which position of the feed, and what became of it."""

    day = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    position = models.BigIntegerField()
    people = models.BigIntegerField()
    found = models.BigIntegerField()
    opened = models.BigIntegerField()
    mended = models.BigIntegerField()

    class Meta(_Table.Meta):
        db_table = "quality_run"


class Expected(_Table):
    """How many people a commune is expected to have, from a source outside the register (census, statistics office)."""

    commune = _code(5, primary_key=True)
    people = models.BigIntegerField()
    source = models.TextField()
    noted_at = models.DateTimeField()

    class Meta(_Table.Meta):
        db_table = "quality_expected"
