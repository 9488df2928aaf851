"""How far a job has come: one column of the hot row, kept with history at the end."""

from django.db import migrations, models


def column() -> models.JSONField:
    return models.JSONField(null=True, help_text="how far its attempt has come: done, total, message")


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_load")]
    operations = [
        migrations.AddField("job", "progress", column()),
        migrations.AddField("history", "progress", column()),
    ]
