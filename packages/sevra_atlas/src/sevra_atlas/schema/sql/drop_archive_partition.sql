-- Drops one month of the archive, which has ended and lies in verified segments with as many rows; P0002 when there is
-- no such partition, 55000 when its segments do not hold it.
CREATE FUNCTION public.drop_archive_partition(p_month date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $f$
DECLARE
  part text := 'archive.rows_' || to_char(p_month, 'YYYYMM');
  there bigint;
  exported bigint;
BEGIN
  IF to_regclass(part) IS NULL THEN
    RAISE no_data_found USING MESSAGE = format('there is no partition %s', part);
  END IF;
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', part);
  EXECUTE format('SELECT count(*) FROM %s', part) INTO there;
  SELECT CASE WHEN bool_and(s.verified_at IS NOT NULL) THEN sum(s.row_count) END INTO exported
    FROM archive.segments s WHERE s.month = date_trunc('month', p_month)::date;
  IF exported IS DISTINCT FROM there OR date_trunc('month', p_month) + interval '1 month' > now() THEN
    RAISE object_not_in_prerequisite_state USING
      CONSTRAINT = 'drop_archive_partition', TABLE = 'rows', SCHEMA = 'archive',
      MESSAGE = format('%s of %s rows of %s lie in verified segments of a month that has ended',
                       coalesce(exported, 0), there, part);
  END IF;
  EXECUTE format('DROP TABLE %s', part);
  UPDATE archive.segments SET dropped_at = now() WHERE month = date_trunc('month', p_month)::date;
  RETURN there;
END
$f$;
