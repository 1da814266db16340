-- Made again further down
DROP VIEW public.indexable_entities;

-- Views
CREATE VIEW public.indexable_entities AS
SELECT e.entity_type,
    e.entity_id,
    l.locale,
    u.path,
    u.display_path
   FROM (((public.entities e
     JOIN public.url_paths u ON (((u.entity_type = e.entity_type) AND (u.entity_id = e.entity_id) AND (u.kind = 'current'::public.path_kind))))
     CROSS JOIN ( VALUES ('fa'::text), ('en'::text)) l(locale))
     LEFT JOIN public.seo_meta s ON (((s.entity_type = e.entity_type) AND (s.entity_id = e.entity_id) AND (s.locale = l.locale))))
  WHERE ((e.state = 'public'::public.entity_state) AND ((l.locale = 'fa'::text) OR (s.id IS NOT NULL)) AND (COALESCE(s.robots, 'INDEX_FOLLOW'::public.robots_index) = 'INDEX_FOLLOW'::public.robots_index) AND ((s.canonical_url IS NULL) OR ((regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?'::text, ''::text) = u.path) OR (regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?'::text, ''::text) = u.display_path))) AND ((e.entity_type <> 'CITY'::public.entity_type) OR (EXISTS ( SELECT
           FROM public.salons x
          WHERE ((x.city_id = e.entity_id) AND (x.deleted_at IS NULL) AND (x.status = 'ACTIVE'::public.account_status)))) OR (EXISTS ( SELECT
           FROM public.artists x
          WHERE ((x.city_id = e.entity_id) AND (x.deleted_at IS NULL) AND (x.status = 'ACTIVE'::public.account_status))))));

COMMENT ON VIEW public.indexable_entities IS 'what search engines may be told of, per locale';

-- Privileges
GRANT SELECT ON TABLE public.indexable_entities TO sevra_app, sevra_maintenance, sevra_readonly;

-- Removed
DROP VIEW public.english_pages;
