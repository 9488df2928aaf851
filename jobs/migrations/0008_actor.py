"""Who cancelled or retried a job by hand, apart from the reason; rows of before keep both in one sentence."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_lists")]
    operations = [migrations.AddField("attempt", "actor", models.TextField(db_default=""))]
