-- source: https://www.postgresql.org/docs/18/datatype.html
-- part: plain
CREATE TABLE t (id integer);
-- becomes
CREATE TABLE t (id integer, a bit(3), b bit varying(5), c interval day to second(3), d time(2) with time zone, e char(4), f money, g macaddr8, h inet, i uuid, j xml, k tsquery, l point, m numeric(5, -2), n timestamp(3), o int4multirange, p double precision, q real, r "char", s name, t smallint, u oid, v jsonpath, w pg_lsn);
