-- source: https://www.postgresql.org/docs/18/sql-alterdomain.html
-- part: other
CREATE DOMAIN posint AS integer CONSTRAINT positive CHECK (VALUE > 0);
CREATE TABLE t (n posint, m posint[]);
-- becomes
CREATE DOMAIN posint AS integer CONSTRAINT positive CHECK (VALUE >= 0);
CREATE TABLE t (n posint, m posint[]);
