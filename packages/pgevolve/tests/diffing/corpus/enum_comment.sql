-- source: https://www.postgresql.org/docs/18/sql-comment.html
-- part: plain
CREATE TYPE mood AS ENUM ('sad', 'ok');
-- becomes
CREATE TYPE mood AS ENUM ('sad', 'ok');
COMMENT ON TYPE mood IS 'how one feels';
