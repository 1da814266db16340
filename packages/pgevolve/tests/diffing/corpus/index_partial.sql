-- source: https://www.postgresql.org/docs/18/indexes-partial.html
-- part: plain
CREATE TABLE orders (order_nr integer, amount numeric, billed boolean);
CREATE INDEX orders_unbilled_index ON orders (order_nr) WHERE billed IS NOT TRUE;
-- becomes
CREATE TABLE orders (order_nr integer, amount numeric, billed boolean);
CREATE INDEX orders_unbilled_index ON orders (order_nr) WHERE billed IS NOT TRUE AND amount > 5000.00;
