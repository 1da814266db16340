-- source: https://www.postgresql.org/docs/18/rowtypes.html
-- part: other
-- becomes
CREATE TYPE inventory_item AS (name text, supplier_id integer, price numeric);
CREATE TABLE on_hand (item inventory_item, count integer);
CREATE FUNCTION price_extension(inventory_item, integer) RETURNS numeric LANGUAGE sql AS 'SELECT $1.price * $2';
