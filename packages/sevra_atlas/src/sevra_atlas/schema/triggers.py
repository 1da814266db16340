"""Triggers of single tables: counters, ledger, announcements, rules that no constraint can say."""

from collections.abc import Iterator

from pgevolve.objects import Trigger
from sevra_atlas.schema.access import OWNER

_EVENTS = (
    ("insert", "INSERT", "REFERENCING NEW TABLE AS n"),
    ("update", "UPDATE", "REFERENCING OLD TABLE AS o NEW TABLE AS n"),
    ("delete", "DELETE", "REFERENCING OLD TABLE AS o"),
)

_COUNTERS = (
    ("reviews", "count_review"),
    ("review_votes", "count_vote"),
    ("follows", "count_follow"),
    ("saves", "count_save"),
    ("reactions", "count_reaction"),
    ("comments", "count_comment"),
    ("posts", "count_post"),
    ("post_tags", "count_post"),
)

# Table → what its changes announce, as topic:ENTITY_TYPE (or the column that holds it):column of its id.
ANNOUNCED = {
    "salons": ("search:SALON:id", "sitemap:SALON:id", "city_stats:CITY:city_id"),
    "artists": ("search:ARTIST:id", "sitemap:ARTIST:id", "city_stats:CITY:city_id"),
    "provinces": ("search:PROVINCE:id", "sitemap:PROVINCE:id"),
    "cities": ("search:CITY:id", "sitemap:CITY:id"),
    "neighborhoods": ("search:NEIGHBORHOOD:id", "sitemap:CITY:city_id"),
    "service_categories": ("sitemap:SERVICE_CATEGORY:id",),
    "service_definitions": ("search:SERVICE:id", "sitemap:SERVICE:id"),
    "specialties": ("search:SPECIALTY:id", "sitemap:SPECIALTY:id"),
    "salon_services": ("search:SALON:salon_id", "sitemap:SALON:salon_id"),
    "artist_specialties": ("search:ARTIST:artist_id", "sitemap:ARTIST:artist_id"),
    "salon_artists": ("sitemap:SALON:salon_id", "sitemap:ARTIST:artist_id"),
    "opening_hours": ("sitemap:SALON:salon_id",),
    "opening_exceptions": ("sitemap:SALON:salon_id",),
    "artist_certifications": ("sitemap:ARTIST:artist_id",),
    "media": ("sitemap:MEDIA:id",),
    "media_links": ("sitemap:entity_type:entity_id",),
    "reviews": ("sitemap:SALON:salon_id", "sitemap:ARTIST:artist_id"),
    "posts": (
        "search:BLOG_POST:id",
        "sitemap:BLOG_POST:id",
        "feed:BLOG_POST:id",
        "sitemap:CATEGORY:category_id",
        "sitemap:SERIES:series_id",
    ),
    "post_tags": ("search:BLOG_POST:post_id", "sitemap:BLOG_POST:post_id", "sitemap:TAG:tag_id"),
    "pages": ("search:BLOG_PAGE:id", "sitemap:BLOG_PAGE:id"),
    "categories": ("search:CATEGORY:id", "sitemap:CATEGORY:id", "sitemap:CATEGORY:parent_id"),
    "tags": ("search:TAG:id", "sitemap:TAG:id"),
    "series": ("search:SERIES:id", "sitemap:SERIES:id"),
    "author_profiles": ("search:AUTHOR:id", "sitemap:AUTHOR:id"),
    "seo_meta": ("search:entity_type:entity_id", "sitemap:entity_type:entity_id"),
}

# Table → levels that its rows may stand below each other.
_LEVELS = {"categories": 5, "menu_items": 3}
_REVISED = ("title", "excerpt", "content")
_PLACED = ("user_id", "post_id", "salon_id", "artist_id", "parent_id")

_CERTIFIED = (
    "title",
    "issuer",
    "issuer_slug",
    "category",
    "level",
    "issued_at",
    "expires_at",
    "credential_id",
    "credential_url",
    "media_id",
)

_MEDIA_SLOTS = {
    "users": ("avatar_media_id",),
    "salons": ("avatar_media_id", "cover_media_id"),
    "artists": ("avatar_media_id", "cover_media_id"),
    "media_links": ("media_id",),
    "author_profiles": ("avatar_id",),
    "posts": ("cover_media_id",),
    "seo_meta": ("og_image_media_id", "twitter_image_media_id"),
}


def table_triggers() -> Iterator[Trigger]:
    """Yield the triggers that are not derived from column groups."""
    for table, function in _COUNTERS:
        yield from _each_statement(table, function)
    for table, arguments in ANNOUNCED.items():
        yield from _each_statement(table, "announce", arguments)
    yield from _rules()
    yield from _blog()
    yield from _cases()
    yield from _ledger()


def _each_statement(table: str, function: str, arguments: tuple[str, ...] = ()) -> Iterator[Trigger]:
    given = ", ".join(f"'{argument}'" for argument in arguments)
    for suffix, event, tables in _EVENTS:
        yield Trigger(
            f"CREATE TRIGGER {function}_{suffix} AFTER {event} ON public.{table} {tables}\n"
            f"FOR EACH STATEMENT EXECUTE FUNCTION public.{function}({given})"
        )


def _rules() -> Iterator[Trigger]:
    for table in ("salons", "artists"):
        yield Trigger(
            f"CREATE TRIGGER fill_province BEFORE INSERT OR UPDATE OF city_id ON public.{table}\n"
            "FOR EACH ROW WHEN (NEW.city_id IS NOT NULL) EXECUTE FUNCTION public.fill_province()"
        )
    for table, slots in _MEDIA_SLOTS.items():
        arguments = ", ".join(f"'{slot}'" for slot in slots)
        filled = " OR ".join(f"NEW.{slot} IS NOT NULL" for slot in slots)
        events = "INSERT OR UPDATE" if table == "media_links" else f"INSERT OR UPDATE OF {', '.join(slots)}"
        yield Trigger(
            f"CREATE CONSTRAINT TRIGGER public_media_slot AFTER {events} ON public.{table}\n"
            f"FOR EACH ROW WHEN ({filled}) EXECUTE FUNCTION public.public_media_slot({arguments})"
        )
    yield Trigger(
        "CREATE CONSTRAINT TRIGGER public_media_slot AFTER UPDATE OF is_private ON public.media\n"
        "FOR EACH ROW WHEN (NEW.is_private AND NOT OLD.is_private)"
        " EXECUTE FUNCTION public.public_media_slot()"
    )
    yield Trigger(
        f"CREATE TRIGGER reset_certification BEFORE UPDATE OF {', '.join(_CERTIFIED)}"
        " ON public.artist_certifications\n"
        f"FOR EACH ROW WHEN ({_changed(_CERTIFIED)})\n"
        "EXECUTE FUNCTION public.reset_certification()"
    )
    yield Trigger(
        "CREATE TRIGGER reviews_not_own BEFORE INSERT ON public.reviews\n"
        "FOR EACH ROW EXECUTE FUNCTION public.reviews_not_own()"
    )
    yield Trigger(
        "CREATE TRIGGER reviews_target_fixed BEFORE UPDATE OF author_id, salon_id, artist_id"
        " ON public.reviews\n"
        "FOR EACH ROW WHEN (ROW(NEW.author_id, NEW.salon_id, NEW.artist_id)"
        " IS DISTINCT FROM ROW(OLD.author_id, OLD.salon_id, OLD.artist_id))\n"
        "EXECUTE FUNCTION public.refuse_change('author and target')"
    )
    yield Trigger(
        "CREATE CONSTRAINT TRIGGER users_last_admin AFTER UPDATE OF role, status, deleted_at"
        " ON public.users\n"
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW\n"
        "WHEN (OLD.role = 'ADMIN' AND OLD.status = 'ACTIVE' AND OLD.deleted_at IS NULL)\n"
        "EXECUTE FUNCTION public.users_last_admin()"
    )


def _changed(columns: tuple[str, ...]) -> str:
    """Return the condition that one of the columns changes."""
    old = ", ".join(f"OLD.{column}" for column in columns)
    new = ", ".join(f"NEW.{column}" for column in columns)
    return f"ROW({new}) IS DISTINCT FROM ROW({old})"


def _blog() -> Iterator[Trigger]:
    yield Trigger(
        "CREATE TRIGGER count_post_tags BEFORE DELETE ON public.posts\n"
        "FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND OLD.status = 'published'"
        " AND OLD.visibility = 'public')\n"
        "EXECUTE FUNCTION public.count_post()"
    )
    for table, levels in _LEVELS.items():
        yield Trigger(
            f"CREATE TRIGGER no_cycle BEFORE INSERT OR UPDATE OF parent_id ON public.{table}\n"
            "FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)\n"
            f"EXECUTE FUNCTION public.no_cycle('parent_id', '{levels}')"
        )
    for table, others in (
        ("posts", "published_at, scheduled_at, series_id, series_position"),
        ("pages", "published_at"),
    ):
        yield Trigger(
            f"CREATE TRIGGER posts_lifecycle BEFORE INSERT OR UPDATE OF status, {others} ON public.{table}\n"
            "FOR EACH ROW EXECUTE FUNCTION public.posts_lifecycle()"
        )
    yield Trigger(
        f"CREATE TRIGGER keep_revision AFTER UPDATE OF {', '.join(_REVISED)} ON public.posts\n"
        f"FOR EACH ROW WHEN ({_changed(_REVISED)}) EXECUTE FUNCTION public.keep_revision()"
    )
    yield Trigger(
        f"CREATE TRIGGER comments_target_fixed BEFORE UPDATE OF {', '.join(_PLACED)} ON public.comments\n"
        f"FOR EACH ROW WHEN ({_changed(_PLACED)})\n"
        "EXECUTE FUNCTION public.refuse_change('writer, target and parent')"
    )
    yield Trigger(
        "CREATE TRIGGER media_in_use BEFORE UPDATE OF deleted_at ON public.media\n"
        "FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)\n"
        "EXECUTE FUNCTION public.media_in_use()"
    )


def _cases() -> Iterator[Trigger]:
    for table, function in (
        ("reports", "reports_transition"),
        ("verification_requests", "verification_transition"),
    ):
        yield Trigger(
            f"CREATE TRIGGER {function} BEFORE UPDATE OF status ON public.{table}\n"
            "FOR EACH ROW WHEN (NEW.status IS DISTINCT FROM OLD.status)\n"
            f"EXECUTE FUNCTION public.{function}()"
        )
    # A return from the archive brings decided requests back.
    yield Trigger(
        "CREATE TRIGGER verification_transition_insert BEFORE INSERT ON public.verification_requests\n"
        "FOR EACH ROW WHEN (NEW.status <> 'PENDING') EXECUTE FUNCTION public.verification_transition()"
    )
    asked = ("requested_by_id", "salon_id", "artist_id")
    yield Trigger(
        f"CREATE TRIGGER verification_requests_target_fixed BEFORE UPDATE OF {', '.join(asked)}"
        " ON public.verification_requests\n"
        f"FOR EACH ROW WHEN ({_changed(asked)})\n"
        "EXECUTE FUNCTION public.refuse_change('requester and target')"
    )
    yield Trigger(
        "CREATE TRIGGER sessions_user_fixed BEFORE UPDATE OF user_id ON public.sessions\n"
        "FOR EACH ROW WHEN (NEW.user_id IS DISTINCT FROM OLD.user_id)\n"
        "EXECUTE FUNCTION public.refuse_change('user')"
    )
    yield Trigger(
        "CREATE TRIGGER propagate_verification AFTER INSERT OR UPDATE OF status"
        " ON public.verification_requests\n"
        "FOR EACH ROW EXECUTE FUNCTION public.propagate_verification()"
    )
    yield Trigger(
        "CREATE TRIGGER close_sessions AFTER UPDATE OF role, status, password_hash, deleted_at"
        " ON public.users\n"
        f"FOR EACH ROW WHEN ({_changed(('role', 'status', 'password_hash'))}"
        " OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL))\n"
        "EXECUTE FUNCTION public.close_sessions()"
    )
    yield Trigger(
        "CREATE TRIGGER guard_legal_hold BEFORE UPDATE OF archived_at, purged_at ON public.deletion_batches\n"
        "FOR EACH ROW WHEN ((OLD.archived_at IS NULL AND NEW.archived_at IS NOT NULL)"
        " OR (OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL))\n"
        "EXECUTE FUNCTION public.guard_legal_hold()"
    )
    yield Trigger(
        "CREATE TRIGGER guard_legal_hold BEFORE INSERT ON public.erasures\n"
        "FOR EACH ROW EXECUTE FUNCTION public.guard_legal_hold()"
    )
    yield Trigger(
        "CREATE TRIGGER keep_lastmod BEFORE UPDATE OF lastmod, content_hash ON public.sitemap_urls\n"
        "FOR EACH ROW EXECUTE FUNCTION public.keep_lastmod()"
    )


def _ledger() -> Iterator[Trigger]:
    yield Trigger(
        "CREATE TRIGGER claim_path BEFORE INSERT OR UPDATE OF from_path ON public.redirect_rules\n"
        "FOR EACH ROW EXECUTE FUNCTION public.claim_path()"
    )
    yield Trigger(
        "CREATE TRIGGER release_path AFTER DELETE OR UPDATE OF from_path ON public.redirect_rules\n"
        "FOR EACH ROW WHEN (OLD.from_path IS NOT NULL) EXECUTE FUNCTION public.release_path()"
    )
    yield Trigger(
        "CREATE TRIGGER check_prefix_rule BEFORE INSERT OR UPDATE OF from_prefix, to_prefix"
        " ON public.redirect_rules\n"
        "FOR EACH ROW WHEN (NEW.from_prefix IS NOT NULL) EXECUTE FUNCTION public.check_prefix_rule()"
    )
    yield Trigger(
        "CREATE TRIGGER url_paths_kept BEFORE UPDATE OR DELETE ON public.url_paths\n"
        "FOR EACH ROW EXECUTE FUNCTION public.url_paths_kept()"
    )
    # The state follows the row; only the purge, which has no row any more, says so itself. The owner, as whom
    # sync_entities() acts, is not even asked: it changes the states of a whole deletion.
    yield Trigger(
        "CREATE TRIGGER entities_state_kept BEFORE UPDATE OF state ON public.entities\n"
        f"FOR EACH ROW WHEN (CURRENT_USER <> '{OWNER}' AND NEW.state <> OLD.state"
        " AND NOT (OLD.state = 'archived' AND NEW.state = 'purged'))\n"
        "EXECUTE FUNCTION public.refuse_change('state')"
    )
    yield Trigger(
        "CREATE CONSTRAINT TRIGGER url_paths_owner_has_current AFTER INSERT OR UPDATE ON public.url_paths\n"
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.url_paths_owner_has_current()"
    )
    for name, event, on in (
        ("slug_history", "UPDATE OR DELETE", "public.slug_history"),
        ("audit_log", "UPDATE OR DELETE", "public.audit_log"),
        ("otp_attempts", "UPDATE", "public.otp_attempts"),
        ("revisions", "UPDATE", "public.revisions"),
        ("outbox", "UPDATE", "public.outbox"),
        ("post_view_deltas", "UPDATE", "public.post_view_deltas"),
        ("path_hit_deltas", "UPDATE", "public.path_hit_deltas"),
        ("rows", "UPDATE", "archive.rows"),
    ):
        yield Trigger(
            f"CREATE TRIGGER {name}_append_only BEFORE {event} ON {on}\n"
            "FOR EACH ROW EXECUTE FUNCTION public.refuse_change('append-only')"
        )
