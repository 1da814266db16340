-- Triggers
DROP TRIGGER z90_updated_at ON public.posts;

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.posts
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

DROP TRIGGER z90_updated_at ON public.redirect_rules;

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.redirect_rules
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at('from_kind', 'to_static_kind');
