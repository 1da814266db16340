-- Triggers
CREATE TRIGGER z95_audit AFTER UPDATE OF successor_type, successor_id ON public.entities
    FOR EACH ROW WHEN (((new.successor_type IS DISTINCT FROM old.successor_type) OR (new.successor_id IS DISTINCT FROM old.successor_id)))
    EXECUTE FUNCTION public.audit_row('entity_type,entity_id', '', 'state,first_public_at,created_at');
