"""Which tables are audited, and which of their columns are told how."""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

from pgevolve.objects import DeclaredObject, Trigger

AUDITED = (
    "users",
    "salons",
    "artists",
    "salon_owners",
    "artist_owners",
    "posts",
    "pages",
    "categories",
    "tags",
    "series",
    "service_categories",
    "service_definitions",
    "specialties",
    "salon_services",
    "artist_specialties",
    "provinces",
    "cities",
    "neighborhoods",
    "menus",
    "menu_items",
    "seo_meta",
    "redirect_rules",
    "verification_requests",
    "verification_documents",
    "reports",
    "legal_holds",
)

# Told as changed, never with values: secrets, contact data; the text of a post stands in its revisions.
_HIDDEN = {"users": ("email", "password_hash", "phone_number"), "posts": ("content",)}

# What the database keeps by itself is no change that somebody made.
_COUNTED = frozenset(
    {
        "comments_count",
        "follower_count",
        "hits",
        "last_hit_on",
        "post_count",
        "rating_sum",
        "review_count",
        "save_count",
        "updated_at",
        "version",
        "views_count",
    }
)


def audit_triggers(metadata: MetaData) -> Iterator[DeclaredObject]:
    """Yield the audit triggers, each with the key of its table, the hidden and the left-out columns."""
    for name in AUDITED:
        table = metadata.tables[name]
        arguments = (
            ",".join(column.name for column in table.primary_key.columns),
            ",".join(_HIDDEN.get(name, ())),
            ",".join(_left_out(table)),
        )
        given = ", ".join(f"'{argument}'" for argument in arguments)
        yield Trigger(
            f"CREATE TRIGGER z95_audit AFTER INSERT OR UPDATE OR DELETE ON public.{name}\n"
            f"FOR EACH ROW EXECUTE FUNCTION public.audit_row({given})"
        )
    # Of an entity only its successor is somebody's choice: the rest follows its row.
    yield Trigger(
        "CREATE TRIGGER z95_audit AFTER UPDATE OF successor_type, successor_id ON public.entities\n"
        "FOR EACH ROW WHEN (ROW(NEW.successor_type, NEW.successor_id)"
        " IS DISTINCT FROM ROW(OLD.successor_type, OLD.successor_id))\n"
        "EXECUTE FUNCTION public.audit_row('entity_type,entity_id', '', 'state,first_public_at,created_at')"
    )


def _left_out(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.computed is not None or column.name in _COUNTED:
            yield column.name
