-- Tables
ALTER TABLE public.deletion_batches ADD COLUMN remainder_of_id bigint;

COMMENT ON COLUMN public.deletion_batches.remainder_of_id IS 'the archived deletion of which these rows could not come back yet';

-- Privileges
GRANT INSERT (archived_at, created_at, hold_reason, hold_until, remainder_of_id) ON TABLE public.deletion_batches TO sevra_maintenance;

-- pgevolve: transaction=off
-- Indexes, while everybody works on
CREATE INDEX CONCURRENTLY deletion_batches_remainder_of_id_idx
    ON public.deletion_batches USING btree (remainder_of_id)
    WHERE (remainder_of_id IS NOT NULL);

-- Constraints, for new rows
ALTER TABLE public.deletion_batches
    ADD CONSTRAINT deletion_batches_remainder_of_id_fkey FOREIGN KEY (remainder_of_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT NOT VALID;

-- pgevolve: transaction=off
-- Constraints, for the rows that are there
ALTER TABLE public.deletion_batches VALIDATE CONSTRAINT deletion_batches_remainder_of_id_fkey;
