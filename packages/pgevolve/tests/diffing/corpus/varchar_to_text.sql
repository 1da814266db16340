-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE films (title varchar(40) DEFAULT 'untitled' NOT NULL);
-- becomes
CREATE TABLE films (title text DEFAULT 'untitled' NOT NULL);
