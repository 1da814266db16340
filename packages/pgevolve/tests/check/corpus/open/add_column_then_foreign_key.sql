-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, ADD table_constraint: SHARE ROW EXCLUSIVE on both tables while it scans
ALTER TABLE orders ADD COLUMN shop_id bigint;
ALTER TABLE orders ADD FOREIGN KEY (shop_id) REFERENCES shops (id);
