-- verdict: dangerous
-- source: PostgreSQL 18, DROP OWNED
DROP OWNED BY web;
