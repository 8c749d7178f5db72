"""No note twice: a second migration, so that their order and their number are seen."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the text unique."""

    dependencies = [("tiny", "0001_note")]
    operations = [
        migrations.AlterField(
            "Note",
            "text",
            models.CharField(max_length=200, unique=True),
        ),
    ]
