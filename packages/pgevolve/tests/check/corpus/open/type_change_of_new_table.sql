-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE: nobody else sees the table yet
CREATE TABLE posts (id bigint PRIMARY KEY, n int);
ALTER TABLE posts ALTER COLUMN n TYPE bigint;
