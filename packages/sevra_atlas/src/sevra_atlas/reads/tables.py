"""The relations that the reads name, without a schema: the search path makes them the live views."""

from sqlalchemy import ColumnElement, FromClause, Text, func, literal_column

from sevra_atlas.schema import metadata

artist_certifications = metadata.tables["artist_certifications"]
artist_owners = metadata.tables["artist_owners"]
artist_specialties = metadata.tables["artist_specialties"]
artists = metadata.tables["artists"]
author_profiles = metadata.tables["author_profiles"]
categories = metadata.tables["categories"]
cities = metadata.tables["cities"]
city_stats = metadata.tables["city_stats"]
comments = metadata.tables["comments"]
entities = metadata.tables["entities"]
media = metadata.tables["media"]
media_links = metadata.tables["media_links"]
menu_items = metadata.tables["menu_items"]
menus = metadata.tables["menus"]
neighborhoods = metadata.tables["neighborhoods"]
opening_exceptions = metadata.tables["opening_exceptions"]
opening_hours = metadata.tables["opening_hours"]
pages = metadata.tables["pages"]
post_tags = metadata.tables["post_tags"]
posts = metadata.tables["posts"]
provinces = metadata.tables["provinces"]
reactions = metadata.tables["reactions"]
reviews = metadata.tables["reviews"]
salon_artists = metadata.tables["salon_artists"]
salon_owners = metadata.tables["salon_owners"]
salon_services = metadata.tables["salon_services"]
salons = metadata.tables["salons"]
seo_meta = metadata.tables["seo_meta"]
series = metadata.tables["series"]
service_categories = metadata.tables["service_categories"]
service_definitions = metadata.tables["service_definitions"]
sitemap_urls = metadata.tables["sitemap_urls"]
specialties = metadata.tables["specialties"]
tags = metadata.tables["tags"]
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


def public_post(post: FromClause) -> ColumnElement[bool]:
    """Return the condition that a post is in the lists: published and for everyone to find."""
    return (post.c.status == literal_column("'published'")) & (
        post.c.visibility == literal_column("'public'")
    )


def readable_post(post: FromClause) -> ColumnElement[bool]:
    """Return the condition that a post is for everyone to read who has its address: lists may not show it."""
    return (post.c.status == literal_column("'published'")) & (
        post.c.visibility != literal_column("'private'")
    )


def public_page(page: FromClause) -> ColumnElement[bool]:
    """Return the condition that a page is for everyone to see."""
    return page.c.status == literal_column("'published'")


def approved_comment(comment: FromClause) -> ColumnElement[bool]:
    """Return the condition that moderation lets a comment be seen; parent and target must be visible too."""
    return comment.c.status == literal_column("'approved'")
