-- verdict: dangerous
-- source: reports from users of other linters: DDL in DO blocks
DO $$
BEGIN
  EXECUTE 'ALTER TABLE orders ALTER COLUMN total TYPE bigint';
END
$$;
