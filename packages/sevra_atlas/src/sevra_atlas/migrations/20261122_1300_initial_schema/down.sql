-- Removed
DROP VIEW live.users;

DROP VIEW live.specialties;

DROP VIEW live.service_definitions;

DROP VIEW live.service_categories;

DROP VIEW live.salons;

DROP VIEW live.reviews;

DROP VIEW live.provinces;

DROP VIEW live.neighborhoods;

DROP VIEW live.media;

DROP VIEW live.cities;

DROP VIEW live.artists;

DROP VIEW live.artist_certifications;

DROP TABLE
    public.artist_certifications,
    public.artist_owners,
    public.artist_specialties,
    public.artists,
    public.cities,
    public.deletion_batches,
    public.entities,
    public.entity_types,
    public.follows,
    public.media,
    public.media_links,
    public.neighborhoods,
    public.opening_exceptions,
    public.opening_hours,
    public.outbox,
    public.provinces,
    public.redirect_rules,
    public.review_votes,
    public.reviews,
    public.salon_artists,
    public.salon_owners,
    public.salon_services,
    public.salons,
    public.service_categories,
    public.service_definitions,
    public.slug_history,
    public.soft_delete_edges,
    public.specialties,
    public.url_paths,
    public.users;

DROP FUNCTION public.users_last_admin();

DROP FUNCTION public.url_paths_owner_has_current();

DROP FUNCTION public.url_paths_kept();

DROP FUNCTION public.transfer_path(text, public.entity_type, bigint, text);

DROP FUNCTION public.sync_path();

DROP FUNCTION public.sync_entity();

DROP FUNCTION public.swap_slugs(public.entity_type, bigint, bigint, text);

DROP FUNCTION public.soft_delete_rows(name, bigint[], bigint);

DROP FUNCTION public.slug_key_v1(text);

DROP FUNCTION public.set_updated_at();

DROP FUNCTION public.reviews_not_own();

DROP FUNCTION public.restore_batch(bigint);

DROP FUNCTION public.reset_certification();

DROP FUNCTION public.require_live_parent();

DROP FUNCTION public.release_path();

DROP FUNCTION public.refuse_change();

DROP FUNCTION public.reclaim_path(text, text);

DROP FUNCTION public.rebuild_url_paths();

DROP FUNCTION public.public_media_slot();

DROP FUNCTION public.live_delete();

DROP FUNCTION public.is_canonical_path(text);

DROP FUNCTION public.guard_deletion_state();

DROP FUNCTION public.fill_province();

DROP FUNCTION public.fa_norm_v1(text);

DROP FUNCTION public.entity_state_of(public.entity_type, jsonb);

DROP FUNCTION public.count_vote();

DROP FUNCTION public.count_review();

DROP FUNCTION public.count_follow();

DROP FUNCTION public.claim_path();

DROP FUNCTION public.check_prefix_rule();

DROP FUNCTION public.canon_path_v1(text);

DROP FUNCTION public.announce();

DROP TYPE public.verification_status;

DROP TYPE public.user_role;

DROP TYPE public.sitemap_change_freq;

DROP TYPE public.review_status;

DROP TYPE public.redirect_type;

DROP TYPE public.query_mode;

DROP TYPE public.path_kind;

DROP TYPE public.outbox_topic;

DROP TYPE public.media_status;

DROP TYPE public.media_kind;

DROP TYPE public.gender;

DROP TYPE public.follow_target_type;

DROP TYPE public.entity_type;

DROP TYPE public.entity_state;

DROP TYPE public.edge_action;

DROP TYPE public.batch_state;

DROP TYPE public.account_status;

DROP SCHEMA live;
