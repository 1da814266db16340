-- Removed
DROP TRIGGER z95_audit ON public.entities;
