-- source: trap: new label as default in one transaction
-- part: plain
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE person (name text, current_mood mood NOT NULL DEFAULT 'ok');
-- becomes
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE person (name text, current_mood mood NOT NULL DEFAULT 'happy', CONSTRAINT no_sadness CHECK (current_mood IN ('ok', 'happy')));
CREATE INDEX person_happy ON person (name) WHERE current_mood = 'happy';
