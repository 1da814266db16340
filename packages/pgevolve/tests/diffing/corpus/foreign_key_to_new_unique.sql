-- source: trap: key and foreign key to it at once
-- part: plain
CREATE TABLE p (id integer PRIMARY KEY, code text NOT NULL);
CREATE TABLE c (code text);
-- becomes
CREATE TABLE p (id integer PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE c (code text REFERENCES p (code));
