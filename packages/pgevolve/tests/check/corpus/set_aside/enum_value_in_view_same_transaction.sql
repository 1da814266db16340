-- verdict: dangerous
-- source: https://github.com/coder/coder/pull/25895: all migrations in one transaction
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE events (id bigint PRIMARY KEY, m mood);
-- next file
ALTER TYPE mood ADD VALUE 'wild';
CREATE VIEW wild_events AS SELECT id FROM events WHERE m = 'wild';
