-- source: https://www.postgresql.org/docs/18/sql-createdomain.html
-- part: other
CREATE DOMAIN amount AS integer CHECK (VALUE > 0);
CREATE TABLE t (a amount);
-- becomes
CREATE DOMAIN amount AS bigint CHECK (VALUE > 0);
CREATE TABLE t (a amount);
