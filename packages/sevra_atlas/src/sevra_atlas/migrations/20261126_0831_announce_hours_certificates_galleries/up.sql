-- Triggers
CREATE TRIGGER announce_delete AFTER DELETE ON public.artist_certifications REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:ARTIST:artist_id');

DROP TRIGGER announce_delete ON public.categories;

CREATE TRIGGER announce_delete AFTER DELETE ON public.categories REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id', 'sitemap:CATEGORY:parent_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.media_links REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:entity_type:entity_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.opening_exceptions REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.opening_hours REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.service_categories REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SERVICE_CATEGORY:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.artist_certifications REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:ARTIST:artist_id');

DROP TRIGGER announce_insert ON public.categories;

CREATE TRIGGER announce_insert AFTER INSERT ON public.categories REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id', 'sitemap:CATEGORY:parent_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.media_links REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:entity_type:entity_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.opening_exceptions REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.opening_hours REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.service_categories REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SERVICE_CATEGORY:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.artist_certifications REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:ARTIST:artist_id');

DROP TRIGGER announce_update ON public.categories;

CREATE TRIGGER announce_update AFTER UPDATE ON public.categories REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id', 'sitemap:CATEGORY:parent_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.media_links REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:entity_type:entity_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.opening_exceptions REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.opening_hours REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.service_categories REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SERVICE_CATEGORY:id');
