-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
-- becomes
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value jsonb NOT NULL DEFAULT '{}');
