-- source: https://www.postgresql.org/docs/18/xfunc-sql.html
-- part: other
-- becomes
CREATE FUNCTION add_em(x integer, y integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + y';
CREATE FUNCTION sum_n_product(x int, y int, OUT sum int, OUT product int) AS 'SELECT x + y, x * y' LANGUAGE sql;
CREATE FUNCTION mleast(VARIADIC arr numeric[]) RETURNS numeric AS $$ SELECT min($1[i]) FROM generate_subscripts($1, 1) g(i) $$ LANGUAGE sql;
