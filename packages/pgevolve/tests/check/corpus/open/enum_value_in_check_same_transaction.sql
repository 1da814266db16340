-- verdict: dangerous
-- source: https://github.com/prisma/orm/issues/8424: 55P04, unsafe use of new value
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE events (id bigint PRIMARY KEY, m mood);
-- next file
ALTER TYPE mood ADD VALUE 'wild';
ALTER TABLE events ADD CONSTRAINT c CHECK (m <> 'wild') NOT VALID;
