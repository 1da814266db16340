-- verdict: dangerous
-- source: issue 4, known traps: DDL in DO blocks
DO $$
BEGIN
  EXECUTE 'ALTER TABLE orders ALTER COLUMN total TYPE bigint';
END
$$;
