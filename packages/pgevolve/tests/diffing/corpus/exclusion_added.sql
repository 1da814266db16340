-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE reservation (room int, during tsrange);
-- becomes
CREATE TABLE reservation (room int, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) WHERE (room > 0) DEFERRABLE);
