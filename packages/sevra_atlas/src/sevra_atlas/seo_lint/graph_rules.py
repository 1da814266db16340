"""Rules over structured data: JL01 to JL06."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from sevra_atlas.domain.languages import shared
from sevra_atlas.seo_lint.facts import Crawl, PageFacts
from sevra_atlas.seo_lint.findings import Finding

_ENDS = ("</", "<!--")


@cache
def vocabulary() -> Mapping[str, frozenset[str]]:
    """Return the pinned part of schema.org: type → properties that it may have, those of its parents too."""
    text = files("sevra_atlas.seo_lint").joinpath("vocabulary.toml").read_bytes()
    read = msgspec.toml.decode(text, type=dict[str, dict[str, list[str]]])
    known: dict[str, frozenset[str]] = {}

    def of(name: str) -> frozenset[str]:
        if name not in known:
            own = read[name]
            inherited = (of(parent) for parent in own.get("is", []))
            known[name] = frozenset(own.get("has", [])).union(*inherited)
        return known[name]

    for name in read:
        of(name)
    return known


def structured_data(crawl: Crawl) -> Iterator[Finding]:
    """JL01 to JL06: JSON that nothing can end, of known words, with ids of one node, and true numbers."""
    for page in crawl.pages.values():
        for text in page.graphs:
            if any(end in text for end in _ENDS):
                yield Finding("JL06", page.address, text[max(0, text.find("<") - 20) :][:60])
            try:
                document = json.loads(text)
            except ValueError as error:
                yield Finding("JL01", page.address, str(error))
                continue
            yield from _of_page(crawl, page, document)


def _of_page(crawl: Crawl, page: PageFacts, document: Any) -> Iterator[Finding]:
    graph = document.get("@graph", [document]) if isinstance(document, dict) else []
    ids = Counter(node.get("@id") for node in graph if isinstance(node, dict) and "@id" in node)
    for id_, times in ids.items():
        if times > 1:
            yield Finding("JL03", page.address, str(id_))
    for node in _nodes(graph):
        yield from (Finding("JL02", page.address, text) for text in _unknown(node))
        if "aggregateRating" in node:
            yield from _rating(crawl, page, node)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _nodes(part)
    elif isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _nodes(part)


def _unknown(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("@type")
    if kind is None and node.keys() <= {"@id"}:
        return
    properties = vocabulary().get(kind) if isinstance(kind, str) else None
    if properties is None:
        yield f"type {kind!r}"
        return
    for name in node:
        if not name.startswith("@") and name not in properties:
            yield f"{kind}.{name}"


def _rating(crawl: Crawl, page: PageFacts, node: dict[str, Any]) -> Iterator[Finding]:
    rating = node["aggregateRating"]
    count = rating.get("reviewCount") if isinstance(rating, dict) else None
    if not isinstance(count, int) or count < 1:
        yield Finding("JL04", page.address, f"reviewCount is {count!r}")
        return
    path, _ = shared(str(node.get("url", page.address)).removeprefix(crawl.base_url))
    stored = None if crawl.known is None else crawl.known.ratings.get(path)
    said = (rating.get("ratingValue"), count)
    if crawl.known is not None and stored != said:
        yield Finding("JL05", page.address, f"the page says {said}, the database {stored}")
