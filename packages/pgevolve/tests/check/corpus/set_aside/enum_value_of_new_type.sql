-- verdict: safe
-- source: PostgreSQL 18, ALTER TYPE: a label of a type made in the same transaction may be used
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE people (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok');
