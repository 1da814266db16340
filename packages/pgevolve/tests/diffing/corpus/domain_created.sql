-- source: https://www.postgresql.org/docs/18/domains.html
-- part: other
-- becomes
CREATE DOMAIN posint AS integer CHECK (VALUE > 0);
CREATE TABLE mytable (id posint);
