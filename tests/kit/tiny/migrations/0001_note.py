"""The table, and who may read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Note",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("text", models.CharField(max_length=200)),
                ("written", models.DateTimeField()),
            ],
            options={"db_table": "tiny_note"},
        ),
        migrations.RunSQL(
            "GRANT SELECT, INSERT ON tiny_note TO dancu_web; GRANT SELECT ON tiny_note TO dancu_reader",
            "REVOKE ALL ON tiny_note FROM dancu_web, dancu_reader",
        ),
    ]
