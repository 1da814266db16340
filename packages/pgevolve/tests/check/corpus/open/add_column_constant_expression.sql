-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: a default that is not volatile is evaluated once
ALTER TABLE orders ADD COLUMN weight int NOT NULL DEFAULT 60 * 60;
