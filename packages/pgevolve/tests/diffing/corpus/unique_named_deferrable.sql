-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
CREATE TABLE films (code char(5), date_prod date);
-- becomes
CREATE TABLE films (code char(5), date_prod date, CONSTRAINT production UNIQUE (date_prod) DEFERRABLE INITIALLY DEFERRED);
