-- Made again further down
DROP VIEW public.indexable_entities;

-- Views
CREATE VIEW public.english_pages AS
SELECT e.entity_type,
    e.entity_id,
    named.name
   FROM ((((public.entities e
     LEFT JOIN public.seo_meta s ON (((s.entity_type = e.entity_type) AND (s.entity_id = e.entity_id) AND (s.locale = 'en'::text))))
     LEFT JOIN public.provinces p ON (((e.entity_type = 'PROVINCE'::public.entity_type) AND (p.id = e.entity_id))))
     LEFT JOIN public.cities c ON (((e.entity_type = 'CITY'::public.entity_type) AND (c.id = e.entity_id))))
     CROSS JOIN LATERAL ( SELECT COALESCE(NULLIF(btrim(p.name_en), ''::text), NULLIF(btrim(c.name_en), ''::text), NULLIF(btrim(s.breadcrumb_label), ''::text), NULLIF(btrim(s.h1), ''::text), NULLIF(btrim(s.title), ''::text)) AS name) named)
  WHERE ((e.state = ANY (ARRAY['public'::public.entity_state, 'unlisted'::public.entity_state])) AND (named.name IS NOT NULL));

COMMENT ON VIEW public.english_pages IS 'what has a page in English, and under which name';

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
  WHERE ((e.state = 'public'::public.entity_state) AND ((l.locale = 'fa'::text) OR (EXISTS ( SELECT
           FROM public.english_pages n
          WHERE ((n.entity_type = e.entity_type) AND (n.entity_id = e.entity_id))))) AND (COALESCE(s.robots, 'INDEX_FOLLOW'::public.robots_index) = 'INDEX_FOLLOW'::public.robots_index) AND ((s.canonical_url IS NULL) OR ((regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?'::text, ''::text) = u.path) OR (regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?'::text, ''::text) = u.display_path))) AND ((e.entity_type <> 'CITY'::public.entity_type) OR (EXISTS ( SELECT
           FROM public.salons x
          WHERE ((x.city_id = e.entity_id) AND (x.deleted_at IS NULL) AND (x.status = 'ACTIVE'::public.account_status)))) OR (EXISTS ( SELECT
           FROM public.artists x
          WHERE ((x.city_id = e.entity_id) AND (x.deleted_at IS NULL) AND (x.status = 'ACTIVE'::public.account_status))))));

COMMENT ON VIEW public.indexable_entities IS 'what search engines may be told of, per locale';

-- Privileges
GRANT SELECT ON TABLE public.english_pages TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT SELECT ON TABLE public.indexable_entities TO sevra_app, sevra_maintenance, sevra_readonly;
