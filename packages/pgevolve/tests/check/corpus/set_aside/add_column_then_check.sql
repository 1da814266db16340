-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, ADD table_constraint: the table is scanned
ALTER TABLE orders ADD COLUMN parts int DEFAULT 1;
ALTER TABLE orders ADD CONSTRAINT orders_parts CHECK (parts > 0);
