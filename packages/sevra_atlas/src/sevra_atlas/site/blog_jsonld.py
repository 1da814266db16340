"""Structured data of the blog, every value taken from what the page shows."""

from collections.abc import Sequence
from datetime import datetime

from sevra_atlas.reads.post_details import PostRow
from sevra_atlas.reads.static_pages import StaticPage
from sevra_atlas.reads.taxonomy import Series
from sevra_atlas.site import links, persian
from sevra_atlas.site.jsonld import Node
from sevra_atlas.site.site import Site


def blog(site: Site) -> Node:
    """Return the blog itself."""
    address = site.absolute(links.BLOG)
    return {
        "@type": "Blog",
        "@id": f"{address}#blog",
        "url": address,
        "name": f"مجله {site.name}",
        "inLanguage": "fa",
        "publisher": _publisher(site),
    }


def series(site: Site, canonical: str, row: Series) -> Node:
    """Return a series of posts."""
    node: Node = {
        "@type": "CreativeWorkSeries",
        "@id": f"{canonical}#series",
        "url": canonical,
        "name": row.title,
        "inLanguage": persian.language(row.title),
        "publisher": _publisher(site),
    }
    if row.description:
        node["description"] = row.description
    return node


def post(site: Site, canonical: str, row: PostRow, told_in: Series | None, summary: str) -> Node:
    """Return a post; when it was changed last is said by `changed()`, for no time of the row tells it."""
    node: Node = {
        "@type": "BlogPosting",
        "@id": f"{canonical}#post",
        "url": canonical,
        "mainEntityOfPage": canonical,
        "headline": row.title,
        "datePublished": row.published_at.astimezone(persian.TEHRAN).isoformat(timespec="seconds"),
        "inLanguage": persian.language(f"{row.title} {row.excerpt}"),
        "timeRequired": f"PT{max(1, round(row.reading_time_sec / 60))}M",
        "commentCount": row.comments_count,
        "isPartOf": {"@type": "Blog", "@id": f"{site.absolute(links.BLOG)}#blog"},
        "publisher": _publisher(site),
    }
    if summary:
        node["description"] = summary[:300]
    if row.author_name is not None:
        node["author"] = {"@type": "Person", "name": row.author_name}
    if row.cover_key is not None:
        node["image"] = [site.absolute(links.upload_path(row.cover_key))]
    if row.category_name is not None:
        node["articleSection"] = row.category_name
    if row.tags:
        node["keywords"] = [tag.name for tag in row.named_tags]
    if told_in is not None:
        address = site.absolute(site.link(links.series_path(told_in.slug)))
        whole = {"@type": "CreativeWorkSeries", "@id": f"{address}#series", "name": told_in.title}
        node["isPartOf"] = [node["isPartOf"], whole | {"url": address}]
    return node


def changed(nodes: Sequence[Node], lastmod: datetime | None) -> tuple[Node, ...]:
    """Return the nodes of a page, its post with the date that the sitemap has of it."""
    if lastmod is None:
        return tuple(nodes)
    said = lastmod.astimezone(persian.TEHRAN).isoformat(timespec="seconds")
    return tuple(
        {**node, "dateModified": max(said, node["datePublished"])} if node["@type"] == "BlogPosting" else node
        for node in nodes
    )


def static_page(site: Site, canonical: str, row: StaticPage) -> Node:
    """Return a page that stands by itself."""
    return {
        "@type": "WebPage",
        "@id": f"{canonical}#page",
        "url": canonical,
        "name": row.title,
        "inLanguage": persian.language(row.title),
        "isPartOf": {"@type": "WebSite", "@id": f"{site.page(links.HOME)}#website"},
    }


def _publisher(site: Site) -> Node:
    return {"@type": "Organization", "name": site.name, "url": site.page(links.HOME)}
