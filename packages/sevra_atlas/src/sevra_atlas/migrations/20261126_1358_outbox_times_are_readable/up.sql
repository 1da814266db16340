-- Constraints, for new rows
ALTER TABLE public.outbox
    ADD CONSTRAINT outbox_created_at_check CHECK (((EXTRACT(year FROM (created_at AT TIME ZONE 'UTC'::text)) >= (1970)::numeric) AND (EXTRACT(year FROM (created_at AT TIME ZONE 'UTC'::text)) <= (9998)::numeric))) NOT VALID;

-- pgevolve: transaction=off
-- Constraints, for the rows that are there
ALTER TABLE public.outbox VALIDATE CONSTRAINT outbox_created_at_check;
