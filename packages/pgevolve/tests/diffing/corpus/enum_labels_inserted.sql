-- source: https://www.postgresql.org/docs/18/sql-altertype.html
-- part: plain
CREATE TYPE colors AS ENUM ('orange', 'blue');
-- becomes
CREATE TYPE colors AS ENUM ('red', 'orange', 'yellow', 'green', 'blue', 'it''s violet');
