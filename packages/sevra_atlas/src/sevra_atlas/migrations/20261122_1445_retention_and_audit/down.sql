-- Removed
DROP TRIGGER z95_audit ON public.verification_requests;

DROP TRIGGER z95_audit ON public.verification_documents;

DROP TRIGGER z95_audit ON public.users;

DROP TRIGGER z95_audit ON public.tags;

DROP TRIGGER z95_audit ON public.specialties;

DROP TRIGGER z95_audit ON public.service_definitions;

DROP TRIGGER z95_audit ON public.service_categories;

DROP TRIGGER z95_audit ON public.series;

DROP TRIGGER z95_audit ON public.seo_meta;

DROP TRIGGER z95_audit ON public.salons;

DROP TRIGGER z95_audit ON public.salon_owners;

DROP TRIGGER z95_audit ON public.reports;

DROP TRIGGER z95_audit ON public.redirect_rules;

DROP TRIGGER z95_audit ON public.provinces;

DROP TRIGGER z95_audit ON public.posts;

DROP TRIGGER z95_audit ON public.pages;

DROP TRIGGER z95_audit ON public.neighborhoods;

DROP TRIGGER z95_audit ON public.menus;

DROP TRIGGER z95_audit ON public.menu_items;

DROP TRIGGER z95_audit ON public.legal_holds;

DROP TRIGGER z95_audit ON public.cities;

DROP TRIGGER z95_audit ON public.categories;

DROP TRIGGER z95_audit ON public.artists;

DROP TRIGGER z95_audit ON public.artist_owners;

DROP TRIGGER guard_legal_hold ON public.erasures;

DROP TRIGGER guard_legal_hold ON public.deletion_batches;

DROP TABLE
    archive.rows,
    archive.segments,
    public.audit_log,
    public.otp_attempts;

DROP FUNCTION public.rows_of_batch(name);

DROP FUNCTION public.roll_partitions(text);

DROP FUNCTION public.move_to_archive(name, bigint);

DROP FUNCTION public.guard_legal_hold();

DROP FUNCTION public.drop_archive_partition(date);

DROP FUNCTION public.audit_row();

DROP SCHEMA archive;
