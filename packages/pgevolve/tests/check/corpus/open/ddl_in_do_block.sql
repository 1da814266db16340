-- verdict: dangerous
-- source: reports from users of other linters: DDL in DO blocks
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'orders_total') THEN
    CREATE INDEX orders_total ON orders (total);
  END IF;
END
$$;
