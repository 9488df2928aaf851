"""What models can't say: what never changes, the audit's chain, the order counts."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER order_event_append_only BEFORE UPDATE OR DELETE ON order_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_never_deleted BEFORE DELETE ON transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION transfer_settles_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'pending' OR NEW.state NOT IN ('posted', 'voided', 'expired')
       OR (NEW.id, NEW.debit, NEW.credit, NEW.amount, NEW.currency, NEW.order_id, NEW.key, NEW.actor, NEW.created_at)
          IS DISTINCT FROM
          (OLD.id, OLD.debit, OLD.credit, OLD.amount, OLD.currency, OLD.order_id, OLD.key, OLD.actor, OLD.created_at)
    THEN
        RAISE EXCEPTION 'a transfer is settled once and never changed otherwise' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_settles_once BEFORE UPDATE ON transfer
    FOR EACH ROW EXECUTE FUNCTION transfer_settles_once();
"""

AUDIT = """
CREATE FUNCTION audit_digest(previous bytea, id bigint, at timestamptz, actor text, action text,
                             subject text, reason text, data jsonb) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(previous || convert_to(
        jsonb_build_array(id, extract(epoch FROM at), actor, action, subject, reason, data)::text, 'UTF8'))
$$;
-- One chain a shard of backends: two transactions seldom meet, and the row is locked last of all.
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.chain := pg_backend_pid() % 32;
    INSERT INTO audit_chain (chain, head, length) VALUES (NEW.chain, '', 0) ON CONFLICT (chain) DO NOTHING;
    SELECT head INTO NEW.previous FROM audit_chain WHERE chain = NEW.chain FOR NO KEY UPDATE;
    NEW.id := nextval(pg_get_serial_sequence('audit', 'id'));  -- after the lock: ids rise along the chain
    NEW.digest := audit_digest(NEW.previous, NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject,
                               NEW.reason, NEW.data);
    UPDATE audit_chain SET head = NEW.digest, length = length + 1 WHERE chain = NEW.chain;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_link BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_link();
"""

COUNTS = """
CREATE SEQUENCE order_number START 1001;
CREATE FUNCTION order_arrives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_count AS c (state, shard, count)
    SELECT state, pg_backend_pid() % 64, count(*) FROM arrived GROUP BY state ORDER BY state
    ON CONFLICT (state, shard) DO UPDATE SET count = c.count + excluded.count;
    INSERT INTO order_minute AS m (minute, state, shard, count)
    SELECT date_trunc('minute', clock()), state, pg_backend_pid() % 64, count(*) FROM arrived GROUP BY state ORDER BY state
    ON CONFLICT (minute, state, shard) DO UPDATE SET count = m.count + excluded.count;
    RETURN NULL;
END $$;
CREATE FUNCTION order_moves() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER order_arrives AFTER INSERT ON orders
    REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION order_arrives();
CREATE TRIGGER order_moves AFTER UPDATE ON orders
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION order_moves();
ALTER TABLE order_count SET (fillfactor = 50);
ALTER TABLE order_minute SET (fillfactor = 50);
ALTER TABLE audit_chain SET (fillfactor = 50);
ALTER TABLE balance SET (fillfactor = 70);
ALTER TABLE stock SET (fillfactor = 70);
ALTER TABLE orders SET (fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("jobs", "0002_walls")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(AUDIT, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
    ]
