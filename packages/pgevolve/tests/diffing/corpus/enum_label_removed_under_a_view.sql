-- source: https://www.postgresql.org/docs/18/datatype-enum.html
-- part: plain
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE person (name text, current_mood mood NOT NULL);
CREATE VIEW happy AS SELECT name, current_mood FROM person WHERE current_mood = 'happy';
-- becomes
CREATE TYPE mood AS ENUM ('ok', 'happy');
CREATE TABLE person (name text, current_mood mood NOT NULL);
CREATE VIEW happy AS SELECT name, current_mood FROM person WHERE current_mood = 'happy';
