"""The relations that the reads name, without a schema: the search path makes them the live views."""

from sqlalchemy import ColumnElement, FromClause, Text, func, literal_column

from sevra_atlas.schema import metadata

artist_certifications = metadata.tables["artist_certifications"]
artist_specialties = metadata.tables["artist_specialties"]
artists = metadata.tables["artists"]
cities = metadata.tables["cities"]
entities = metadata.tables["entities"]
media = metadata.tables["media"]
media_links = metadata.tables["media_links"]
neighborhoods = metadata.tables["neighborhoods"]
opening_exceptions = metadata.tables["opening_exceptions"]
opening_hours = metadata.tables["opening_hours"]
provinces = metadata.tables["provinces"]
reviews = metadata.tables["reviews"]
salon_artists = metadata.tables["salon_artists"]
salon_services = metadata.tables["salon_services"]
salons = metadata.tables["salons"]
service_categories = metadata.tables["service_categories"]
service_definitions = metadata.tables["service_definitions"]
specialties = metadata.tables["specialties"]
url_paths = metadata.tables["url_paths"]
users = metadata.tables["users"]


_ALPHABET = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_IN_ORDER = "".join(chr(0xE000 + place) for place in range(len(_ALPHABET)))


def alphabetical(name: ColumnElement[str]) -> ColumnElement[str]:
    """Return what orders Persian names by the Persian alphabet, whatever the locale of the database.

    Six letters of Persian stand behind all Arabic ones in Unicode, so code points alone are another order.
    """
    letters = (literal_column(f"'{text}'", type_=Text) for text in (_ALPHABET, _IN_ORDER))
    return func.translate(func.fa_norm_v1(name), *letters).collate("C")


def public_listing(listing: FromClause) -> ColumnElement[bool]:
    """Return the condition that a salon or an artist is for everyone to see.

    The status is a literal in the text. As a parameter it would keep a generic plan from the partial indexes.
    """
    return listing.c.status == literal_column("'ACTIVE'")


def public_review(review: FromClause) -> ColumnElement[bool]:
    """Return the condition that a review is for everyone to see; its target must be visible besides."""
    return review.c.status == literal_column("'PUBLISHED'")
