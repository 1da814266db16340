-- source: trap: varchar(50) to varchar(100)
-- part: plain
CREATE TABLE films (code char(5), title varchar(50));
CREATE INDEX films_title_idx ON films (title);
-- becomes
CREATE TABLE films (code char(5), title varchar(100));
CREATE INDEX films_title_idx ON films (title);
