-- Sets a reference that was set NULL when the row it named left for the archive, where it is NULL still; returns how
-- many. Only columns that a foreign key sets NULL (22023 otherwise). Acts as the owner: some of them stand in journals.
CREATE FUNCTION public.return_reference(p_table name, p_column name, p_value bigint, p_ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  done bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = p_column
                  WHERE c.conrelid = to_regclass(format('public.%I', p_table)) AND c.contype = 'f'
                    AND c.confdeltype = 'n' AND a.attnum = ANY (coalesce(c.confdelsetcols, c.conkey)))
  THEN
    RAISE invalid_parameter_value USING MESSAGE = format('no foreign key sets %s.%s to NULL', p_table, p_column);
  END IF;
  EXECUTE format('UPDATE public.%I SET %I = $1 WHERE id = ANY ($2) AND %I IS NULL', p_table, p_column, p_column)
    USING p_value, p_ids;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END
$f$;
