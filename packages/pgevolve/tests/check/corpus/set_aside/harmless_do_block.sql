-- verdict: safe
-- source: PostgreSQL 18, DO
DO $$
BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN
    RAISE EXCEPTION 'too old';
  END IF;
END
$$;
