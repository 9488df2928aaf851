"""Indexes of the list: finished jobs state by state, of all tasks and queues, of one task, of one queue."""

from django.db import migrations

#: One way through all columns, so that (state, id) < (…) is a place in the index.
INDEXES = """
DROP INDEX history_state;
CREATE INDEX history_state ON job_history (state, id);
CREATE INDEX history_task ON job_history (task, state, id);
CREATE INDEX history_queue ON job_history (queue, state, id);
"""
BACK = """
DROP INDEX history_task, history_queue, history_state;
CREATE INDEX history_state ON job_history (state, id DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0006_progress")]
    operations = [migrations.RunSQL(INDEXES, BACK)]
