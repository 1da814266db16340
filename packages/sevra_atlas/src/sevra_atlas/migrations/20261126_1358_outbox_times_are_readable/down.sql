-- Removed
ALTER TABLE public.outbox DROP CONSTRAINT outbox_created_at_check;
