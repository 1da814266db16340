-- source: https://www.postgresql.org/docs/18/xfunc-sql.html
-- part: other
CREATE TABLE tab (y int, z int);
CREATE FUNCTION sum_n_product_with_tab(x int) RETURNS TABLE (sum int, product int) AS $$ SELECT $1 + tab.y, $1 * tab.y FROM tab $$ LANGUAGE sql;
-- becomes
CREATE TABLE tab (y int, z int);
CREATE FUNCTION sum_n_product_with_tab(x int) RETURNS TABLE (sum int, product int, other int) AS $$ SELECT $1 + tab.y, $1 * tab.y, 1 FROM tab $$ LANGUAGE sql;
