-- Tables
CREATE TABLE public.sitemap_failures (
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    sqlstate text NOT NULL,
    message text NOT NULL,
    first_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    last_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sitemap_failures_pkey PRIMARY KEY (entity_type, entity_id),
    CONSTRAINT sitemap_failures_attempts_check CHECK ((attempts > 0)),
    CONSTRAINT sitemap_failures_message_check CHECK ((char_length(message) <= 1000)),
    CONSTRAINT sitemap_failures_sqlstate_check CHECK ((char_length(sqlstate) <= 5))
);

COMMENT ON COLUMN public.sitemap_failures.entity_type IS 'kind of the page';

COMMENT ON COLUMN public.sitemap_failures.entity_id IS 'entity of the page';

COMMENT ON COLUMN public.sitemap_failures.attempts IS 'times it failed; from the fifth on it is left out';

COMMENT ON COLUMN public.sitemap_failures.sqlstate IS 'what the database said the last time, by its code';

COMMENT ON COLUMN public.sitemap_failures.message IS 'and in its words';

COMMENT ON COLUMN public.sitemap_failures.first_failed_at IS 'when it failed first';

COMMENT ON COLUMN public.sitemap_failures.last_failed_at IS 'when it failed last';

COMMENT ON TABLE public.sitemap_failures IS 'pages that could not be brought in line, until they can';

-- Constraints
ALTER TABLE public.sitemap_failures
    ADD CONSTRAINT sitemap_failures_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

-- Privileges
GRANT SELECT ON TABLE public.sitemap_failures TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.sitemap_failures TO sevra_maintenance;

-- Constraints, for new rows
ALTER TABLE public.sitemap_urls
    ADD CONSTRAINT sitemap_urls_lastmod_check CHECK (isfinite(lastmod)) NOT VALID;

-- pgevolve: transaction=off
-- Constraints, for the rows that are there
ALTER TABLE public.sitemap_urls VALIDATE CONSTRAINT sitemap_urls_lastmod_check;
