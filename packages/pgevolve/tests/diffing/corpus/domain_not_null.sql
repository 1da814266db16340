-- source: https://www.postgresql.org/docs/18/sql-alterdomain.html
-- part: other
CREATE DOMAIN a AS text NOT NULL;
CREATE DOMAIN b AS text;
-- becomes
CREATE DOMAIN a AS text;
CREATE DOMAIN b AS text NOT NULL DEFAULT 'x';
