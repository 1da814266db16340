-- verdict: safe
-- source: PostgreSQL 18, CREATE TYPE: labels of a new type may be used at once
CREATE TYPE mood AS ENUM ('calm', 'wild');
ALTER TABLE users ADD COLUMN mood mood NOT NULL DEFAULT 'calm';
