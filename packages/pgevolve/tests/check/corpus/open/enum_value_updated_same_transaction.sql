-- verdict: dangerous
-- source: https://github.com/drizzle-team/drizzle-orm/issues/3466: labels must be committed first
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE events (id bigint PRIMARY KEY, m mood);
-- next file
ALTER TYPE mood ADD VALUE 'wild';
UPDATE events SET m = 'wild' WHERE id = 1;
