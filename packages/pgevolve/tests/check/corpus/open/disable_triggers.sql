-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, DISABLE TRIGGER: foreign keys go unchecked
ALTER TABLE orders DISABLE TRIGGER ALL;
