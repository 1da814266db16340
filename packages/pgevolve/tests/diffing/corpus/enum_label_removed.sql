-- source: https://www.postgresql.org/docs/18/datatype-enum.html
-- part: plain
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE person (name text, current_mood mood DEFAULT 'ok', moods mood[]);
CREATE INDEX person_mood ON person (current_mood);
-- becomes
CREATE TYPE mood AS ENUM ('ok', 'happy');
CREATE TABLE person (name text, current_mood mood DEFAULT 'ok', moods mood[]);
CREATE INDEX person_mood ON person (current_mood);
