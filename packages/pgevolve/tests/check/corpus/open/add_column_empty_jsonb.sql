-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, Notes: a constant default is stored in the catalogue
ALTER TABLE orders ADD COLUMN extra jsonb NOT NULL DEFAULT '{}'::jsonb;
