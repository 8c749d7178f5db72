"""One table, so that migrations have something to do."""

from __future__ import annotations

from django.db import models


class Note(models.Model):
    """A note; its number is given by the database."""

    text = models.CharField(max_length=200, unique=True)
    written = models.DateTimeField()

    class Meta:
        db_table = "tiny_note"
