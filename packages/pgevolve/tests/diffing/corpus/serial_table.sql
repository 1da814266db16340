-- source: https://www.postgresql.org/docs/18/datatype-numeric.html
-- part: plain
-- becomes
CREATE TABLE tablename (colname serial PRIMARY KEY, big bigserial, small smallserial);
