-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX: the tables are new
CREATE TABLE log (at timestamptz NOT NULL, id bigint, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE INDEX log_id ON log (id);
