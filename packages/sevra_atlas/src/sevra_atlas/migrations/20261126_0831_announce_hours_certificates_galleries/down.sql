-- Triggers
DROP TRIGGER announce_delete ON public.categories;

CREATE TRIGGER announce_delete AFTER DELETE ON public.categories REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id');

DROP TRIGGER announce_insert ON public.categories;

CREATE TRIGGER announce_insert AFTER INSERT ON public.categories REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id');

DROP TRIGGER announce_update ON public.categories;

CREATE TRIGGER announce_update AFTER UPDATE ON public.categories REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id');

-- Removed
DROP TRIGGER announce_update ON public.service_categories;

DROP TRIGGER announce_update ON public.opening_hours;

DROP TRIGGER announce_update ON public.opening_exceptions;

DROP TRIGGER announce_update ON public.media_links;

DROP TRIGGER announce_update ON public.artist_certifications;

DROP TRIGGER announce_insert ON public.service_categories;

DROP TRIGGER announce_insert ON public.opening_hours;

DROP TRIGGER announce_insert ON public.opening_exceptions;

DROP TRIGGER announce_insert ON public.media_links;

DROP TRIGGER announce_insert ON public.artist_certifications;

DROP TRIGGER announce_delete ON public.service_categories;

DROP TRIGGER announce_delete ON public.opening_hours;

DROP TRIGGER announce_delete ON public.opening_exceptions;

DROP TRIGGER announce_delete ON public.media_links;

DROP TRIGGER announce_delete ON public.artist_certifications;
