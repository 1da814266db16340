-- source: https://www.postgresql.org/docs/18/datatype-enum.html
-- part: plain
-- becomes
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE person (name text, current_mood mood DEFAULT 'ok');
