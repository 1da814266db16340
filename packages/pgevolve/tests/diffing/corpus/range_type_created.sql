-- source: https://www.postgresql.org/docs/18/rangetypes.html
-- part: other
-- becomes
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE t (r floatrange, m floatmultirange);
