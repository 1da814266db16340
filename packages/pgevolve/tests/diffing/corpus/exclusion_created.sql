-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
-- becomes
CREATE TABLE circles (c circle, EXCLUDE USING gist (c WITH &&));
