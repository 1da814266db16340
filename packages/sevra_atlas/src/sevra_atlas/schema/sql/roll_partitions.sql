-- Makes the partitions of now and of seven periods to come, and drops those that are kept no longer; returns how many
-- it made and dropped. Rows for which there was no partition yet lie in the default one and move. Only the three
-- tables it knows. Locks out writers of the table while it attaches; a second call at the same time waits.
CREATE FUNCTION public.roll_partitions(p_table text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $f$
DECLARE
  parent regclass := to_regclass(p_table);
  period text := CASE p_table WHEN 'public.otp_attempts' THEN 'day' ELSE 'month' END;
  moment name := CASE p_table WHEN 'public.otp_attempts' THEN 'created_at' WHEN 'public.audit_log' THEN 'at'
                              WHEN 'archive.rows' THEN 'archived_at' END;
  keep interval := CASE p_table WHEN 'public.otp_attempts' THEN interval '30 days'
                                WHEN 'public.audit_log' THEN interval '400 days' END;
  fallback text := p_table || '_default';
  spelling text := CASE period WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END;
  opens timestamptz;
  closes timestamptz;
  part text;
  done integer := 0;
BEGIN
  IF moment IS NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('%L has no partitions to roll', p_table);
  END IF;
  PERFORM pg_advisory_xact_lock(parent::oid::integer, 2);
  EXECUTE format('CREATE TABLE IF NOT EXISTS %s PARTITION OF %s DEFAULT', fallback, p_table);
  FOR ahead IN 0..7 LOOP
    opens := date_trunc(period, now()) + ahead * ('1 ' || period)::interval;
    closes := opens + ('1 ' || period)::interval;
    part := p_table || '_' || to_char(opens, spelling);
    CONTINUE WHEN to_regclass(part) IS NOT NULL;
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', p_table);
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, p_table);
    EXECUTE format('WITH moved AS (DELETE FROM %1$s WHERE %2$I >= %3$L AND %2$I < %4$L RETURNING *)
                    INSERT INTO %5$s SELECT * FROM moved', fallback, moment, opens, closes, part);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', p_table, part, opens, closes);
    done := done + 1;
  END LOOP;
  FOR part IN
    SELECT i.inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = parent AND c.relname ~ '_[0-9]+$'
       AND to_timestamp(substring(c.relname FROM '_([0-9]+)$'), spelling) + ('1 ' || period)::interval <= now() - keep
  LOOP
    EXECUTE format('DROP TABLE %s', part);
    done := done + 1;
  END LOOP;
  RETURN done;
END
$f$;
