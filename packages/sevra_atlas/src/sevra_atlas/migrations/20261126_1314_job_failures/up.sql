-- Tables
CREATE TABLE public.job_failures (
    job_id bigint NOT NULL,
    fault text NOT NULL,
    said text,
    failed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT job_failures_pkey PRIMARY KEY (job_id),
    CONSTRAINT job_failures_fault_check CHECK ((char_length(fault) <= 200)),
    CONSTRAINT job_failures_fault_check1 CHECK ((btrim(fault) <> ''::text)),
    CONSTRAINT job_failures_said_check CHECK ((char_length(said) <= 500))
);

COMMENT ON COLUMN public.job_failures.job_id IS 'number of the job; no reference, the queue''s tables belong to its library';

COMMENT ON COLUMN public.job_failures.fault IS 'class of the last error';

COMMENT ON COLUMN public.job_failures.said IS 'its first line, where that tells nothing of persons';

COMMENT ON COLUMN public.job_failures.failed_at IS 'when';

COMMENT ON TABLE public.job_failures IS 'why jobs failed for good, as the queue''s own tables have no room for it';

-- Privileges
GRANT SELECT ON TABLE public.job_failures TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.job_failures TO sevra_maintenance;
