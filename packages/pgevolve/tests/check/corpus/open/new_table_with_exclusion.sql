-- verdict: safe
-- source: PostgreSQL 18, CREATE TABLE, EXCLUDE
CREATE TABLE loans (id bigint PRIMARY KEY, during tstzrange, EXCLUDE USING gist (during WITH &&));
