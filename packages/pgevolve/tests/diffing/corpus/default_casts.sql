-- source: trap: server defaults
-- part: plain
CREATE TABLE t (a jsonb DEFAULT '{}', b text[] DEFAULT '{}', c interval DEFAULT '1 day', d date DEFAULT 'now'::text::date);
-- becomes
CREATE TABLE t (a jsonb DEFAULT '{}'::jsonb, b text[] DEFAULT ARRAY[]::text[], c interval DEFAULT '24 hours'::interval, d date DEFAULT CURRENT_DATE);
