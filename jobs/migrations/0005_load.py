"""What the dashboard shows of every process: a worker's load, an error's task, and how long jobs wait and run."""

import django.contrib.postgres.fields
from django.db import migrations, models

#: How many of these milliseconds fall into each of the 48 ranges of jobs/rules/spread.py, and two such counts
#: as one. Kept with each finish, so that percentiles never read history: that costs the server 1.7 µs more of
#: 29 a job in batches of 300, and 40 of 530 for a job alone (measured).
SPREAD = """
CREATE FUNCTION spread(took double precision[]) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    counts integer[] := array_fill(0, ARRAY[48]);
    ms double precision;
    place integer;
BEGIN
    FOREACH ms IN ARRAY took LOOP
        place := CASE WHEN ms < 1 THEN 1 ELSE least(48, 2 + floor(ln(ms) * 2 / ln(2::double precision))) END;
        counts[place] := counts[place] + 1;
    END LOOP;
    RETURN counts;
END $$;
CREATE FUNCTION add_spread(one integer[], other integer[]) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cardinality(one) = 0 THEN
        RETURN other;
    END IF;
    FOR place IN 1 .. cardinality(other) LOOP
        IF other[place] <> 0 THEN
            one[place] := one[place] + other[place];
        END IF;
    END LOOP;
    RETURN one;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0004_names")]
    operations = [
        migrations.AddField(
            "worker",
            "load",
            models.JSONField(db_default={}, help_text="what it was doing at its last beat"),
        ),
        migrations.AddField("attempt", "task", models.TextField(db_default="")),
        migrations.AddField(
            "jobminute",
            "wait_spread",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), db_default=[]),
        ),
        migrations.AddField(
            "jobminute",
            "run_spread",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), db_default=[]),
        ),
        migrations.RunSQL(SPREAD, "DROP FUNCTION spread(double precision[]), add_spread(integer[], integer[])"),
    ]
