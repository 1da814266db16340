"""The head of a page, read from its HTML and its headers."""

from collections.abc import Mapping
from html.parser import HTMLParser

from sevra_atlas.seo_lint.facts import PageFacts

_JSON_LD = "application/ld+json"


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.canonicals: list[str] = []
        self.robots: list[str] = []
        self.alternates: list[tuple[str, str]] = []
        self.graphs: list[str] = []
        self._graph: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link":
            relations = given.get("rel", "").lower().split()
            if "canonical" in relations:
                self.canonicals.append(given.get("href", ""))
            if "alternate" in relations and "hreflang" in given:
                self.alternates.append((given["hreflang"], given.get("href", "")))
        elif tag == "meta" and given.get("name", "").lower() == "robots":
            self.robots.append(given.get("content", ""))
        elif tag == "script" and given.get("type", "").lower() == _JSON_LD:
            self._graph = []

    def handle_data(self, data: str) -> None:
        if self._graph is not None:
            self._graph.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._graph is not None:
            self.graphs.append("".join(self._graph))
            self._graph = None


def page_facts(address: str, status: int, headers: Mapping[str, str], text: str) -> PageFacts:
    """Return what a page says of itself; headers by lower-case name."""
    head = _Head()
    head.feed(text)
    head.close()
    said = [*head.robots, headers.get("x-robots-tag", "")]
    return PageFacts(
        address,
        status,
        tuple(head.canonicals),
        ",".join("".join(each.lower().split()) for each in said if each),
        tuple(head.alternates),
        tuple(head.graphs),
    )
