-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: other
-- becomes
CREATE TABLE cities (city_id bigint NOT NULL, name text NOT NULL, population bigint) PARTITION BY LIST (left(lower(name), 1));
CREATE TABLE cities_ab PARTITION OF cities (CONSTRAINT city_id_nonzero CHECK (city_id <> 0)) FOR VALUES IN ('a', 'b') PARTITION BY RANGE (population);
CREATE TABLE cities_ab_10000_to_100000 PARTITION OF cities_ab FOR VALUES FROM (10000) TO (100000);
CREATE TABLE orders (order_id bigint NOT NULL, cust_id bigint NOT NULL, PRIMARY KEY (order_id)) PARTITION BY HASH (order_id);
CREATE TABLE orders_p1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE orders_p2 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1);
