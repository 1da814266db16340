-- Removed
ALTER TABLE public.deletion_batches DROP CONSTRAINT deletion_batches_remainder_of_id_fkey;

-- pgevolve: transaction=off
DROP INDEX CONCURRENTLY public.deletion_batches_remainder_of_id_idx;

ALTER TABLE public.deletion_batches DROP COLUMN remainder_of_id;

DROP TABLE public.file_removals;

DROP FUNCTION public.open_remainder(bigint, integer);

DROP FUNCTION public.erase_files(bigint[]);
