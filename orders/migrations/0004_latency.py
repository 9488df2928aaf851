"""How long orders take to each state, a minute."""

import django.contrib.postgres.fields
from django.db import migrations, models

COUNTS = """
CREATE OR REPLACE FUNCTION order_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_count AS c (state, shard, count)
    SELECT state, pg_backend_pid() % 64, sum(n) FROM (
        SELECT b.state, -1 AS n FROM before_rows b JOIN after_rows a USING (id) WHERE a.state <> b.state
        UNION ALL
        SELECT a.state, 1 FROM before_rows b JOIN after_rows a USING (id) WHERE a.state <> b.state
    ) moved GROUP BY state ORDER BY state
    ON CONFLICT (state, shard) DO UPDATE SET count = c.count + excluded.count;
    INSERT INTO order_minute AS m (minute, state, shard, count, took_spread)
    SELECT date_trunc('minute', clock()), a.state, pg_backend_pid() % 64, count(*),
           spread(array_agg(extract(epoch FROM a.updated_at - a.created_at)::double precision * 1000))
    FROM before_rows b JOIN after_rows a USING (id) WHERE a.state <> b.state GROUP BY a.state ORDER BY a.state
    ON CONFLICT (minute, state, shard) DO UPDATE
    SET count = m.count + excluded.count, took_spread = add_spread(m.took_spread, excluded.took_spread);
    RETURN NULL;
END $$;
"""
#: As it was: it names neither the column nor the functions that go on the way back.
BACK = """
CREATE OR REPLACE FUNCTION order_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_count AS c (state, shard, count)
    SELECT state, pg_backend_pid() % 64, sum(n) FROM (
        SELECT b.state, -1 AS n FROM before_rows b JOIN after_rows a USING (id) WHERE a.state <> b.state
        UNION ALL
        SELECT a.state, 1 FROM before_rows b JOIN after_rows a USING (id) WHERE a.state <> b.state
    ) moved GROUP BY state ORDER BY state
    ON CONFLICT (state, shard) DO UPDATE SET count = c.count + excluded.count;
    INSERT INTO order_minute AS m (minute, state, shard, count)
    SELECT date_trunc('minute', clock()), a.state, pg_backend_pid() % 64, count(*)
    FROM before_rows b JOIN after_rows a USING (id) WHERE a.state <> b.state GROUP BY a.state ORDER BY a.state
    ON CONFLICT (minute, state, shard) DO UPDATE SET count = m.count + excluded.count;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_names"), ("jobs", "0005_load")]
    operations = [
        migrations.AddField(
            "orderminute",
            "took_spread",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), db_default=[]),
        ),
        migrations.RunSQL(COUNTS, BACK),
    ]
