-- source: https://www.postgresql.org/docs/18/datatype-enum.html
-- part: plain
CREATE TABLE person (name text, mood text DEFAULT 'ok');
-- becomes
CREATE TYPE moods AS ENUM ('sad', 'ok');
CREATE TABLE person (name text, mood moods DEFAULT 'ok');
