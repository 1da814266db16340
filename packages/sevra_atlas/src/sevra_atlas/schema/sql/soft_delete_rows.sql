-- Marks rows and what follows them into the trash (soft_delete_edges); returns how many. Parents are locked
-- FOR UPDATE in id order before children are collected: a child inserted meanwhile is taken along or refused.
-- An older snapshot would miss such a child, hence READ COMMITTED only. Rows deleted earlier keep their batch. Acts as
-- the owner, so that who may call it needs no right to write the mark itself.
CREATE FUNCTION public.soft_delete_rows(p_table name, p_ids bigint[], p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  edge public.soft_delete_edges;
  ids bigint[];
  children bigint[];
  held_by bigint;
  total bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'soft delete needs READ COMMITTED';
  END IF;
  EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM public.%I WHERE id = ANY ($1)
                  AND deleted_at IS NULL ORDER BY id FOR UPDATE) s', p_table) INTO ids USING p_ids;
  IF ids IS NULL THEN RETURN 0; END IF;
  FOR edge IN SELECT * FROM public.soft_delete_edges WHERE parent_table = p_table AND action = 'restrict'
               ORDER BY child_table, child_column LOOP
    EXECUTE format('SELECT id FROM public.%I WHERE %I = ANY ($1) AND deleted_at IS NULL LIMIT 1',
                   edge.child_table, edge.child_column) INTO held_by USING ids;
    IF held_by IS NOT NULL THEN
      RAISE foreign_key_violation USING
        CONSTRAINT = format('%s_%s_restrict', edge.child_table, edge.child_column),
        TABLE = p_table, SCHEMA = 'public', COLUMN = edge.child_column,
        MESSAGE = format('%s still refers to %s', edge.child_table, p_table);
    END IF;
  END LOOP;
  EXECUTE format('UPDATE public.%I SET deleted_at = now(), deletion_id = $2 WHERE id = ANY ($1)', p_table)
    USING ids, p_batch;
  GET DIAGNOSTICS total = ROW_COUNT;
  FOR edge IN SELECT * FROM public.soft_delete_edges WHERE parent_table = p_table AND action = 'cascade'
               ORDER BY child_table, child_column LOOP
    EXECUTE format('SELECT array_agg(id) FROM public.%I WHERE %I = ANY ($1) AND deleted_at IS NULL',
                   edge.child_table, edge.child_column) INTO children USING ids;
    IF children IS NOT NULL THEN
      total := total + public.soft_delete_rows(edge.child_table, children, p_batch);
    END IF;
  END LOOP;
  RETURN total;
END
$f$;
