-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE distributors (did integer DEFAULT 1, address varchar(30) DEFAULT 'none');
-- becomes
CREATE TABLE distributors (did bigint DEFAULT 2, address varchar(80) DEFAULT 'nowhere');
