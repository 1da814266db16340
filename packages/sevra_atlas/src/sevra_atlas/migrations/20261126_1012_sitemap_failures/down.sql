-- Removed
ALTER TABLE public.sitemap_urls DROP CONSTRAINT sitemap_urls_lastmod_check;

DROP TABLE public.sitemap_failures;
