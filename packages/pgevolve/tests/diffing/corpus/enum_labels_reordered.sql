-- source: https://www.postgresql.org/docs/18/datatype-enum.html
-- part: plain
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE person (current_mood mood, CHECK (current_mood > 'sad'));
-- becomes
CREATE TYPE mood AS ENUM ('happy', 'ok', 'sad');
CREATE TABLE person (current_mood mood, CHECK (current_mood > 'sad'));
