-- Removed
DROP TABLE public.job_failures;
