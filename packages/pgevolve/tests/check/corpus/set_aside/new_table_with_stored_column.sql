-- verdict: safe
-- source: PostgreSQL 18, Generated Columns
CREATE TABLE people (id bigint PRIMARY KEY, name text, name_key text GENERATED ALWAYS AS (lower(name)) STORED);
