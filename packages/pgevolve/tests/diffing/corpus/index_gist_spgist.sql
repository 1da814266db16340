-- source: https://www.postgresql.org/docs/18/indexes-types.html
-- part: plain
CREATE TABLE geo (p point, r int4range, t text);
-- becomes
CREATE TABLE geo (p point, r int4range, t text);
CREATE INDEX geo_p ON geo USING gist (p) WITH (buffering = on);
CREATE INDEX geo_r ON geo USING gist (r range_ops);
CREATE INDEX geo_t ON geo USING spgist (t);
