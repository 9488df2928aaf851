"""What models can't say: the clock, the fence, history partitioned by day, a hot table that vacuums by count."""

from django.db import migrations

CLOCK = """
CREATE FUNCTION clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT statement_timestamp()
         + coalesce(nullif(current_setting('headrace.clock_offset', true), '')::interval, interval '0')
$$
"""

HISTORY = """
DROP TABLE job_history;
CREATE TABLE job_history (
    id uuid NOT NULL,
    task text NOT NULL,
    queue text NOT NULL DEFAULT 'default',
    priority smallint NOT NULL DEFAULT 0,
    args jsonb NOT NULL DEFAULT '[]',
    kwargs jsonb NOT NULL DEFAULT '{}',
    subject text NOT NULL DEFAULT '',
    run_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 3,
    fence bigint,
    worker uuid,
    started_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    state text NOT NULL CONSTRAINT history_state CHECK (state IN ('succeeded', 'failed', 'cancelled')),
    finished_at timestamptz NOT NULL,
    result jsonb,
    error text NOT NULL DEFAULT '',
    PRIMARY KEY (finished_at, id)
) PARTITION BY RANGE (finished_at);
CREATE INDEX history_id ON job_history (id);
CREATE INDEX history_state ON job_history (state, id DESC);
CREATE INDEX history_subject ON job_history (subject) WHERE subject <> '';
CREATE TABLE job_history_default PARTITION OF job_history DEFAULT;
"""

HOT = """
CREATE SEQUENCE job_fence CACHE 1;
ALTER TABLE job SET (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000
);
ALTER TABLE job_minute SET (fillfactor = 50);
ALTER TABLE pace SET (fillfactor = 50);
ALTER TABLE worker SET (fillfactor = 50);
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [
        migrations.RunSQL(CLOCK, "DROP FUNCTION clock()"),
        migrations.RunSQL(HOT, "DROP SEQUENCE job_fence"),
        migrations.RunSQL(HISTORY, migrations.RunSQL.noop),
    ]
