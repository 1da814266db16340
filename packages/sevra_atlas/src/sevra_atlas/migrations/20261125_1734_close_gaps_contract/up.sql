-- Privileges
REVOKE DELETE, UPDATE ON TABLE public.artist_certifications FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.artists FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.author_profiles FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.categories FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.cities FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.comments FROM sevra_maintenance;

REVOKE INSERT, UPDATE ON TABLE public.deletion_batches FROM sevra_maintenance;

REVOKE UPDATE ON TABLE public.entities FROM sevra_maintenance;

REVOKE UPDATE ON TABLE public.legal_holds FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.media FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.neighborhoods FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.pages FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.posts FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.provinces FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.reviews FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.salons FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.series FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.service_categories FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.service_definitions FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.specialties FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.tags FROM sevra_maintenance;

REVOKE UPDATE ON TABLE public.url_paths FROM sevra_maintenance;

REVOKE DELETE, UPDATE ON TABLE public.users FROM sevra_maintenance;

GRANT UPDATE (
    artist_id,
    category,
    credential_id,
    credential_url,
    expires_at,
    issued_at,
    issuer,
    issuer_slug,
    level,
    media_id,
    title,
    verified_at,
    verified_by_id
) ON TABLE public.artist_certifications TO sevra_maintenance;

GRANT UPDATE (
    avatar_media_id,
    bio,
    city_id,
    cover_media_id,
    full_name,
    instagram,
    neighborhood_id,
    phone,
    primary_owner_id,
    province_id,
    slug,
    status,
    summary,
    website
) ON TABLE public.artists TO sevra_maintenance;

GRANT UPDATE (avatar_id, bio, display_name) ON TABLE public.author_profiles TO sevra_maintenance;

GRANT UPDATE (description, name, parent_id, "position", slug) ON TABLE public.categories TO sevra_maintenance;

GRANT UPDATE (
    is_landing_enabled,
    landing_intro,
    lat,
    lng,
    name_en,
    name_fa,
    province_id,
    slug
) ON TABLE public.cities TO sevra_maintenance;

GRANT UPDATE (
    artist_id,
    content,
    edited_at,
    ip,
    parent_id,
    post_id,
    salon_id,
    status,
    user_agent,
    user_id
) ON TABLE public.comments TO sevra_maintenance;

GRANT INSERT (actor_id, reason, request_id, root_id, root_type, row_count), UPDATE (
    archived_at,
    blocked_at,
    blocked_by,
    hold_reason,
    hold_until,
    purged_at,
    restored_at,
    row_count
) ON TABLE public.deletion_batches TO sevra_maintenance;

GRANT UPDATE (state, successor_id, successor_type) ON TABLE public.entities TO sevra_maintenance;

GRANT UPDATE (released_at, released_by_id) ON TABLE public.legal_holds TO sevra_maintenance;

GRANT UPDATE (
    alt_text,
    attempts,
    duration,
    error,
    height,
    is_private,
    kind,
    mime,
    sha256,
    size_bytes,
    status,
    storage_key,
    title,
    type,
    uploaded_by_id,
    url,
    variants,
    width
) ON TABLE public.media TO sevra_maintenance;

GRANT UPDATE (city_id, name_en, name_fa, slug) ON TABLE public.neighborhoods TO sevra_maintenance;

GRANT UPDATE (content, published_at, slug, status, title) ON TABLE public.pages TO sevra_maintenance;

GRANT UPDATE (
    author_id,
    category_id,
    content,
    cover_media_id,
    excerpt,
    is_hot,
    published_at,
    reading_time_sec,
    scheduled_at,
    series_id,
    series_position,
    slug,
    status,
    title,
    views_count,
    visibility
) ON TABLE public.posts TO sevra_maintenance;

GRANT UPDATE (name_en, name_fa, slug) ON TABLE public.provinces TO sevra_maintenance;

GRANT UPDATE (
    artist_id,
    author_id,
    body,
    ip,
    rating,
    salon_id,
    status,
    title,
    user_agent,
    visited_at
) ON TABLE public.reviews TO sevra_maintenance;

GRANT UPDATE (
    address_line,
    avatar_media_id,
    city_id,
    cover_media_id,
    description,
    instagram,
    is_women_only,
    lat,
    lng,
    name,
    neighborhood_id,
    phone,
    postal_code,
    price_tier,
    primary_owner_id,
    province_id,
    slug,
    status,
    summary,
    website
) ON TABLE public.salons TO sevra_maintenance;

GRANT UPDATE (description, order_strategy, slug, title) ON TABLE public.series TO sevra_maintenance;

GRANT UPDATE (name_en, name_fa, "position", slug) ON TABLE public.service_categories TO sevra_maintenance;

GRANT UPDATE (category_id, description, name_en, name_fa, "position", slug) ON TABLE public.service_definitions TO sevra_maintenance;

GRANT UPDATE (name_en, name_fa, "position", slug) ON TABLE public.specialties TO sevra_maintenance;

GRANT UPDATE (description, name, slug) ON TABLE public.tags TO sevra_maintenance;

GRANT UPDATE (kind) ON TABLE public.url_paths TO sevra_maintenance;

GRANT UPDATE (
    avatar_media_id,
    bio,
    city_id,
    email,
    first_name,
    gender,
    is_phone_verified,
    last_login_at,
    last_name,
    password_hash,
    phone_number,
    referral_code,
    role,
    score,
    status,
    username,
    verification
) ON TABLE public.users TO sevra_maintenance;
