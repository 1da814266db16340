-- source: https://www.postgresql.org/docs/18/sql-droptype.html
-- part: plain
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE person (name text, current_mood mood);
-- becomes
CREATE TABLE person (name text);
