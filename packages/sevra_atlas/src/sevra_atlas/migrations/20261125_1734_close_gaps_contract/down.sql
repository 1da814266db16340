-- Privileges
GRANT DELETE, UPDATE ON TABLE public.artist_certifications TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.artists TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.author_profiles TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.categories TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.cities TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.comments TO sevra_maintenance;

GRANT INSERT, UPDATE ON TABLE public.deletion_batches TO sevra_maintenance;

GRANT UPDATE ON TABLE public.entities TO sevra_maintenance;

GRANT UPDATE ON TABLE public.legal_holds TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.media TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.neighborhoods TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.pages TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.posts TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.provinces TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.reviews TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.salons TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.series TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.service_categories TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.service_definitions TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.specialties TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.tags TO sevra_maintenance;

GRANT UPDATE ON TABLE public.url_paths TO sevra_maintenance;

GRANT DELETE, UPDATE ON TABLE public.users TO sevra_maintenance;
