-- source: https://www.postgresql.org/docs/18/rangetypes.html
-- part: plain
CREATE TABLE reservation (during tsrange, EXCLUDE USING gist (during WITH &&));
-- becomes
CREATE TABLE reservation (during tsrange);
